#pragma once

#include "research/json_writer.hpp"
#include "research/metrics.hpp"
#include "research/run_result.hpp"

namespace kontor::research {

/// Writes the object of analysis.json; the report's data holds the same one.
void write_analysis(JsonWriter& json, const RunResult& result, const Metrics& metrics,
                    std::string_view engine_version, std::optional<double> wall_seconds);

/// Writes the list of datasets that the run has read.
void write_datasets(JsonWriter& json, const RunResult& result);

}  // namespace kontor::research
