#include "venue/binance/sign.hpp"

#include <algorithm>

#include "net/query.hpp"
#include "venue/binance/config.hpp"
#include "venue/hmac.hpp"

namespace kontor::binance {

std::string signed_query(std::string query, TimeNs clock, std::string_view secret) {
  net::Query tail;
  tail.add("recvWindow", kReceiveWindowMs).add("timestamp", clock / kMillisecond);
  if (!query.empty()) query += '&';
  query += tail.text();
  const std::string signature = venue::hmac_sha256_hex(secret, query);
  query.append("&signature=").append(signature);
  return query;
}

Parameters signed_parameters(Parameters parameters, TimeNs clock, const venue::Credentials& credentials) {
  parameters.emplace_back("apiKey", credentials.key);
  parameters.emplace_back("timestamp", std::to_string(clock / kMillisecond));
  std::ranges::sort(parameters);
  net::Query text;
  for (const auto& [name, value] : parameters) text.add_plain(name, value);
  parameters.emplace_back("signature", venue::hmac_sha256_hex(credentials.secret, text.text()));
  return parameters;
}

}  // namespace kontor::binance
