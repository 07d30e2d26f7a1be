#include "emulator_text.hpp"

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace kontor::app {
namespace {

struct NamedUrl {
  std::string name;
  std::string url;
};

std::vector<NamedUrl> emulator_urls_of(const ServedVenue& served) {
  if (served.binance) {
    const auto& urls = served.binance->urls();
    return {{"spot_rest", urls.spot_rest},
            {"spot_streams", urls.spot_streams},
            {"spot_api", urls.spot_api},
            {"linear_rest", urls.linear_rest},
            {"linear_streams", urls.linear_streams},
            {"linear_api", urls.linear_api}};
  }
  const auto urls = served.bybit->urls();
  return {{"rest", urls.rest},
          {"public_spot", urls.public_spot},
          {"public_linear", urls.public_linear},
          {"account", urls.account},
          {"trade", urls.trade}};
}

struct NamedKey {
  std::string account;
  std::string key;
  std::string secret;
};

std::vector<NamedKey> emulator_keys_of(const ServedVenue& served) {
  std::vector<NamedKey> keys;
  const emulator::Exchange& exchange = served.venue->exchange();
  for (const emulator::AccountSummary& account : exchange.accounts())
    for (const emulator::ApiKey& key : exchange.keys(account.id))
      keys.push_back({account.name, key.key, key.secret});
  return keys;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (out.back() != '{') out.push_back(',');
  append_json_text(out, name);
  out.push_back(':');
  append_json_text(out, value);
}

void append_venue(std::string& out, const ServedVenue& served) {
  append_json_text(out, served.name);
  out.append(":{\"urls\":{");
  for (const NamedUrl& url : emulator_urls_of(served)) append_member(out, url.name, url.url);
  out.append("},\"keys\":[");
  for (const NamedKey& key : emulator_keys_of(served)) {
    if (out.back() != '[') out.push_back(',');
    out.push_back('{');
    append_member(out, "account", key.account);
    append_member(out, "key", key.key);
    append_member(out, "secret", key.secret);
    out.push_back('}');
  }
  out.append("]}");
}

}  // namespace

std::string emulator_text_of(const EmulatorHost& host, const std::string& ca_file) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (const ServedVenue& served : host.venues()) {
    fmt::format_to(out, "{} is open\n", served.name);
    for (const NamedUrl& url : emulator_urls_of(served))
      fmt::format_to(out, "  {:<16}{}\n", url.name, url.url);
    for (const NamedKey& key : emulator_keys_of(served))
      fmt::format_to(out, "  account {:<8}key {}\n                  secret {}\n", key.account, key.key,
                     key.secret);
  }
  if (!ca_file.empty()) fmt::format_to(out, "certificate authority: {}\n", ca_file);
  text.append("Ctrl-C stops it.");
  return text;
}

std::string emulator_json_of(const EmulatorHost& host, const std::string& ca_file) {
  std::string out = "{\"venues\":{";
  for (const ServedVenue& served : host.venues()) {
    if (out.back() != '{') out.push_back(',');
    append_venue(out, served);
  }
  out.push_back('}');
  if (!ca_file.empty()) append_member(out, "ca_file", ca_file);
  out.push_back('}');
  return out;
}

}  // namespace kontor::app
