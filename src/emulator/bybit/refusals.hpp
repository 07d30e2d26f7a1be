#pragma once

#include <cstdint>

#include <boost/describe/enum.hpp>

#include "emulator/bybit/answer.hpp"
#include "emulator/listing.hpp"
#include "emulator/orders.hpp"

namespace kontor::emulator::bybit {

/// What was asked for when the core refused; the venue has different words for it.
BOOST_DEFINE_FIXED_ENUM_CLASS(Asked, std::uint8_t, create, amend, cancel, setting)

/// The venue's code and text for a refusal. Those that the venue gives no code of their own are its parameter
/// error, with the reason in words.
[[nodiscard]] Answer answer_of(const Refusal& refusal, Product product, Asked asked);

[[nodiscard]] inline std::unexpected<Answer> refused(const Refusal& refusal, Product product, Asked asked) {
  return std::unexpected<Answer>(answer_of(refusal, product, asked));
}

/// The venue's word for why it ended an order by itself.
[[nodiscard]] std::string_view reject_word(RejectReason reason) noexcept;

}  // namespace kontor::emulator::bybit
