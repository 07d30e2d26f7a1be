#include <boost/json.hpp>

#include "session_text.hpp"

namespace kontor::app {

std::string absent_json(const std::string& session, const std::optional<session::LastSeen>& seen) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
  };
  return boost::json::serialize(
      boost::json::object{{"session", session},
                          {"trading", nullptr},
                          {"state", state_of(seen)},
                          {"last_heard", text_or_null(seen ? format_time(seen->heard) : "")},
                          {"equity", text_or_null(seen ? seen->equity : "")}});
}

}  // namespace kontor::app
