#include <boost/json.hpp>

#include "vault/key_text.hpp"

namespace kontor::vault {
namespace {

namespace json = boost::json;

json::value json_of(const std::optional<KeyPermissions>& permissions) {
  if (!permissions) return nullptr;
  return json::object{{"can_read", permissions->can_read},
                      {"can_trade", permissions->can_trade},
                      {"can_withdraw", permissions->can_withdraw},
                      {"can_transfer_out", permissions->can_transfer_out},
                      {"has_address_list", permissions->has_address_list},
                      {"probed_at", format_time(permissions->probed_at)}};
}

json::object json_of(const KeyFacts& key) {
  return {{"venue", name_of(key.owner.venue)},
          {"account", key.owner.account},
          {"slot", name_of(key.slot)},
          {"network", name_of(key.network)},
          {"fingerprint", key.fingerprint},
          {"created", format_time(key.created_at)},
          {"age_days", key.age / kDay},
          {"is_old", key.is_old},
          {"permissions", json_of(key.permissions)}};
}

json::array json_of(std::span<const KeyFacts> keys) {
  json::array all;
  for (const KeyFacts& key : keys) all.push_back(json_of(key));
  return all;
}

}  // namespace

std::string to_json(std::span<const KeyFacts> keys, std::string_view vault) {
  return json::serialize(json::object{{"vault", vault}, {"keys", json_of(keys)}});
}

std::string outcome_json(std::string_view outcome, std::span<const KeyFacts> keys) {
  return json::serialize(json::object{{"outcome", outcome}, {"keys", json_of(keys)}});
}

}  // namespace kontor::vault
