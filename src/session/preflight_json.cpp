#include <boost/json.hpp>

#include "session/preflight.hpp"

namespace kontor::session {

std::string to_json(const PreflightReport& report) {
  namespace json = boost::json;
  return json::serialize(json::object{{"mode", json::value_from(report.mode)},
                                      {"passed", report.passed()},
                                      {"configuration_hash", report.configuration_hash},
                                      {"checks", json::value_from(report.checks)}});
}

}  // namespace kontor::session
