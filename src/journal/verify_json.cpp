#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "journal/verify.hpp"

namespace kontor::journal {
namespace {

namespace json = boost::json;

json::array cuts_of(const Tail& tail) {
  json::array cuts;
  for (const FamilyTail& family : tail.families) {
    if (family.cut_bytes == 0) continue;
    cuts.push_back(json::object{{"path", family.path},
                                {"offset", family.kept_bytes},
                                {"bytes", family.cut_bytes},
                                {"last_seq", family.last_seq},
                                {"problem", family.problem}});
  }
  return cuts;
}

json::array unknown_of(const VerifyReport& report) {
  json::array all;
  for (const UnknownRecords& unknown : report.unknown) {
    all.push_back(json::object{{"type", name_of(unknown.type)},
                               {"version", unknown.version},
                               {"count", unknown.count},
                               {"first_seq", unknown.first_seq}});
  }
  return all;
}

}  // namespace

std::string to_json(const VerifyReport& report) {
  json::object types;
  for (const auto& [type, count] : report.types) types[name_of(type)] = count;
  const Identity& identity = report.manifest.identity;
  const json::object object{
      {"session", identity.session},
      {"account", identity.account},
      {"build", identity.build},
      {"format", report.manifest.format_version},
      {"configuration_hash", identity.configuration.hash},
      {"records", report.records},
      {"first_seq", report.first_seq},
      {"last_seq", report.last_seq},
      {"first", report.records == 0 ? json::value() : json::value(format_time(report.first_ts))},
      {"last", report.records == 0 ? json::value() : json::value(format_time(report.last_ts))},
      {"types", std::move(types)},
      {"clock_steps_back", report.clock_steps_back},
      {"complete_from", report.complete_from},
      {"pruned_records", report.pruned_records},
      {"snapshots", report.snapshots},
      {"broken_snapshots", json::value_from(report.broken_snapshots)},
      {"unknown", unknown_of(report)},
      {"closed", report.tail.closed},
      {"torn", cuts_of(report.tail)}};
  return json::serialize(object);
}

}  // namespace kontor::journal
