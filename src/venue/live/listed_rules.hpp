#pragma once

#include "model/instrument.hpp"
#include "venue/message.hpp"

namespace kontor::live {

// What a venue lists of an instrument, as an Instrument knows it. A quantity has one set of rules there, and
// at the venue two, for limit and for market orders: what holds for both is taken, since what was entered at
// a limit may have to be closed at the market.

/// All but fees, and leverage as the venue allows it. Errors: none; what no instrument can have,
/// Instrument::make() finds.
[[nodiscard]] InstrumentSpecification specification_of(const venue::InstrumentListed& listed,
                                                       InstrumentName name, InstrumentKind kind);

/// The terms in the instrument's raw units. Errors: bad_data, where tick or step are finer than the
/// instrument was made for.
[[nodiscard]] Result<InstrumentTerms> terms_of(const Instrument& instrument,
                                               const venue::InstrumentListed& listed);

/// In raw units of this scale: the least that is not below it, or zero where 64 bits do not hold it.
[[nodiscard]] std::int64_t least_units(const Decimal& value, std::uint8_t scale) noexcept;
/// The most that is not above it, or zero (no limit for us) where 64 bits do not hold it.
[[nodiscard]] std::int64_t most_units(const Decimal& value, std::uint8_t scale) noexcept;

}  // namespace kontor::live
