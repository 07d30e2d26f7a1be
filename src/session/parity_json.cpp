#include <boost/json.hpp>

#include "session/parity.hpp"

namespace kontor::session {

std::string to_json(const ParityReport& report) {
  namespace json = boost::json;
  json::array differences;
  for (const auto& difference : report.differences) {
    differences.push_back(json::object{{"at", format_time(difference.at)},
                                       {"session", difference.session},
                                       {"backtest", difference.backtest},
                                       {"cause", difference.cause}});
  }
  return json::serialize(json::object{{"from", format_time(report.from)},
                                      {"to", format_time(report.to)},
                                      {"decisions", report.decisions},
                                      {"fills", report.fills},
                                      {"differences", std::move(differences)}});
}

}  // namespace kontor::session
