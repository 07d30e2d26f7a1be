#include "journal/manifest.hpp"

#include <array>

#include <fmt/format.h>

namespace kontor::journal {
namespace {

/// As in PNG: a byte above 127, line ends of two systems and an end-of-file mark show what a careless
/// transfer did.
constexpr std::array<unsigned char, 8> kMagic{0x89, 'K', 'J', 'R', 'N', '\r', '\n', 0x1A};

/// The fields of format 1.
void decode_version_1(Decoder& decoder, Manifest& manifest) {
  decode_from(decoder, manifest.place);
  decode_from(decoder, manifest.identity);
}

}  // namespace

void write_manifest(Encoder& encoder, const Manifest& manifest, TimeNs ts) {
  const std::size_t start = encoder.size();
  RecordHeader header;
  header.type = static_cast<std::uint16_t>(RecordType::manifest);
  header.seq = manifest.place.first_seq;
  header.ts = ts;
  encoder.bytes(&header, sizeof header);
  encode_into(encoder, kMagic);
  encode_into(encoder, kFormatVersion);
  encode_into(encoder, manifest.place);
  encode_into(encoder, manifest.identity);
  seal_record(encoder, start, header);
}

Result<Manifest> read_manifest(std::span<const std::byte> payload) {
  Decoder decoder(payload);
  Manifest manifest;
  std::array<unsigned char, 8> magic{};
  decode_from(decoder, magic);
  decode_from(decoder, manifest.format_version);
  if (decoder.failed() || magic != kMagic)
    return fail(ErrorKind::bad_data, "expected the manifest of a journal");
  switch (manifest.format_version) {
    case 1: decode_version_1(decoder, manifest); break;
    default:
      return fail(ErrorKind::bad_data, fmt::format("expected a journal of format 1 to {}, found format {}",
                                                   kFormatVersion, manifest.format_version));
  }
  if (decoder.failed() || decoder.remaining() != 0) {
    return fail(ErrorKind::bad_data, fmt::format("expected a manifest of format {}, found other content",
                                                 manifest.format_version));
  }
  return manifest;
}

}  // namespace kontor::journal
