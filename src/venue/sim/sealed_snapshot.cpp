#include "venue/sim/sealed_snapshot.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "base/crc32c.hpp"
#include "base/sha256.hpp"

namespace kontor::sim {
namespace {

Sha256::Digest digest_of(std::span<const std::byte> identity) noexcept {
  Sha256 sha;
  sha.update(identity);
  return sha.finish();
}

}  // namespace

void write_sealed(Encoder& encoder, std::span<const std::byte> identity, std::span<const std::byte> content) {
  const Sha256::Digest digest = digest_of(identity);
  encoder.bytes(digest.data(), digest.size());
  encode_into(encoder, static_cast<std::uint64_t>(content.size()));
  encoder.bytes(content.data(), content.size());
  encode_into(encoder, crc32c(content));
}

Result<std::vector<std::byte>> read_sealed(Decoder& decoder, std::span<const std::byte> identity,
                                           std::string_view whose) {
  Sha256::Digest digest{};
  std::vector<std::byte> content;
  std::uint32_t checksum = 0;
  decoder.bytes(digest.data(), digest.size());
  if (!decoder.failed() && digest != digest_of(identity)) {
    decoder.fail();
    return fail(ErrorKind::bad_data,
                fmt::format("expected a snapshot of {} with the same settings, found another one", whose));
  }
  decode_from(decoder, content);
  decode_from(decoder, checksum);
  if (!decoder.failed() && checksum == crc32c(content)) return content;
  decoder.fail();
  return fail(
      ErrorKind::bad_data,
      fmt::format("expected the snapshot of {} as it was written, found it cut short or changed", whose));
}

bool is_about_known(const CommandBody& command, const InstrumentTable& instruments) noexcept {
  return std::visit(
      [&](const auto& body) { return body.id.value != 0 && body.instrument.index() < instruments.size(); },
      command);
}

bool is_about_known(const VenueReport& report, const InstrumentTable& instruments) noexcept {
  const auto known = [&](InstrumentId instrument, AssetId asset) {
    return instrument.index() < instruments.size() && asset.index() < instruments.asset_count();
  };
  if (const auto* fill = std::get_if<Fill>(&report)) return known(fill->instrument, fill->fee_asset);
  if (const auto* payment = std::get_if<FundingPayment>(&report)) {
    return known(payment->instrument, payment->amount.asset);
  }
  return true;
}

}  // namespace kontor::sim
