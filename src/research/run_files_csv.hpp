#pragma once

#include "research/exact_text.hpp"
#include "research/run_result.hpp"

namespace kontor::research {

// Tables for spreadsheets and scripts: a header, exact decimals, ISO-8601 times in UTC, empty fields for what
// is not there. Text that a spreadsheet would take for a formula gets an apostrophe in front.

void write_fills_csv(TextBuffer& out, const RunResult& result);
void write_orders_csv(TextBuffer& out, const RunResult& result);
void write_equity_csv(TextBuffer& out, const RunResult& result);
void write_round_trips_csv(TextBuffer& out, const RunResult& result);

/// One text field: quoted where the format asks for it (RFC 4180), harmless as a formula.
void append_csv_text(TextBuffer& out, std::string_view text);

}  // namespace kontor::research
