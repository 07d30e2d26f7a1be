#pragma once

#include "research/json_writer.hpp"
#include "research/metrics.hpp"

namespace kontor::research {

// Parts of analysis.json that are objects or lists of their own, each written as one member of an object that
// is open. What is not defined is null.

void write_rolling(JsonWriter& json, const Metrics& metrics);
void write_years(JsonWriter& json, const Metrics& metrics);
void write_execution(JsonWriter& json, const ExecutionQuality& execution);
void write_capacity(JsonWriter& json, const std::optional<Capacity>& capacity);
void write_monte_carlo(JsonWriter& json, const std::optional<MonteCarlo>& monte_carlo);
void write_regimes(JsonWriter& json, const std::vector<RegimeFigures>& regimes);
void write_crises(JsonWriter& json, const std::vector<CrisisResult>& crises);

}  // namespace kontor::research
