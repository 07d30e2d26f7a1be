#pragma once

#include <utility>

#include "base/codec.hpp"

namespace kontor::strategy {

/// Reads an indicator back into one that was made with the same settings. One of other settings, as far as
/// they show in its warm-up, its size and its own is_like(), makes the decoder fail and leaves `indicator` as
/// it was.
template <class Indicator>
void load_same(Decoder& decoder, Indicator& indicator) {
  Indicator read = indicator;
  decode_from(decoder, read);
  bool same = !decoder.failed() && read.warmup() == indicator.warmup() &&
              encode(read).size() == encode(indicator).size();
  if constexpr (requires { read.is_like(indicator); }) same = same && read.is_like(indicator);
  if (!same) return decoder.fail();
  indicator = std::move(read);
}

}  // namespace kontor::strategy
