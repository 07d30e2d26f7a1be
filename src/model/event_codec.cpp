#include "model/event_codec.hpp"

namespace kontor {
namespace {

template <class Body>
void encode_body(Encoder& encoder, const Body& body) {
  encode_into(encoder, body);
}

void encode_body(Encoder& encoder, const BookUpdate& update) {
  encode_into(encoder, update.instrument);
  encode_into(encoder, update.ts_venue);
  encode_into(encoder, update.ts_recv);
  encode_into(encoder, update.snapshot);
  encode_into(encoder, static_cast<std::uint64_t>(update.changes.size()));
  for (const BookLevelChange& change : update.changes) encode_into(encoder, change);
}

template <class Body>
void decode_body(Decoder& decoder, Body& body, std::vector<BookLevelChange>&) {
  decode_from(decoder, body);
}

void decode_body(Decoder& decoder, BookUpdate& update, std::vector<BookLevelChange>& changes) {
  decode_from(decoder, update.instrument);
  decode_from(decoder, update.ts_venue);
  decode_from(decoder, update.ts_recv);
  decode_from(decoder, update.snapshot);
  decode_from(decoder, changes);
  update.changes = changes;
}

template <std::size_t Index = 0>
void decode_alternative(Decoder& decoder, EventBody& body, std::size_t index,
                        std::vector<BookLevelChange>& changes) {
  if constexpr (Index < std::variant_size_v<EventBody>) {
    if (index == Index) {
      decode_body(decoder, body.emplace<Index>(), changes);
    } else {
      decode_alternative<Index + 1>(decoder, body, index, changes);
    }
  } else {
    decoder.fail();
  }
}

}  // namespace

void encode_event(Encoder& encoder, const Event& event) {
  static_assert(std::variant_size_v<EventBody> < 256);
  const auto kind = static_cast<std::uint8_t>(event.body.index());
  std::visit(
      [&]<class Body>(const Body& body) {
        constexpr std::size_t kHeader = detail::fixed_form<EventHeader>();
        constexpr std::size_t kBody = detail::fixed_form<Body>();
        static_assert(kHeader != 0);
        if constexpr (kBody != 0) {
          std::array<std::byte, kHeader + sizeof kind + kBody> form;
          detail::pack(detail::pack(detail::pack(form.data(), event.header), kind), body);
          encoder.bytes(form.data(), form.size());  // at once
        } else {
          encode_into(encoder, event.header);
          encode_into(encoder, kind);
          encode_body(encoder, body);
        }
      },
      event.body);
}

Result<Event> decode_event(std::span<const std::byte> data, std::vector<BookLevelChange>& changes) {
  Decoder decoder(data);
  Event event;
  std::uint8_t index = 0;
  decode_from(decoder, event.header);
  decode_from(decoder, index);
  decode_alternative(decoder, event.body, index, changes);
  if (decoder.failed()) {
    return fail(ErrorKind::bad_data,
                "expected an encoded event, found too few bytes or a value that cannot be");
  }
  if (decoder.remaining() != 0)
    return fail(ErrorKind::bad_data, "expected an encoded event, found bytes after it");
  return event;
}

}  // namespace kontor
