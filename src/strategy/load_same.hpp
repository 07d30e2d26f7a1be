#pragma once

#include <utility>

#include "base/codec.hpp"

namespace kontor::strategy {

/// True where two indicators were made with the same settings, as far as they show in their warm-up, their
/// size and their own is_like().
template <class Indicator>
[[nodiscard]] bool is_same_kind(const Indicator& one, const Indicator& other) {
  if constexpr (requires { one.is_like(other); }) {
    if (!one.is_like(other)) return false;
  }
  return one.warmup() == other.warmup() && encode(one).size() == encode(other).size();
}

/// Lets an indicator be as `fresh` is, which has seen nothing yet. One that already was goes on with what it
/// has seen. Returns whether it begins anew.
template <class Indicator>
bool adopt_settings(Indicator& indicator, Indicator& fresh) {
  if (is_same_kind(indicator, fresh)) return false;
  indicator = std::move(fresh);
  return true;
}

/// Reads an indicator back into one that was made with the same settings. One of other settings makes the
/// decoder fail and leaves `indicator` as it was.
template <class Indicator>
void load_same(Decoder& decoder, Indicator& indicator) {
  Indicator read = indicator;
  decode_from(decoder, read);
  if (decoder.failed() || !is_same_kind(read, indicator)) return decoder.fail();
  indicator = std::move(read);
}

}  // namespace kontor::strategy
