#pragma once

#include <array>
#include <bit>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/amount.hpp"
#include "base/int128.hpp"
#include "base/result.hpp"

/// The one binary form of every described type: little-endian, field by field in the order of its
/// BOOST_DESCRIBE description, so the journal, snapshots and the state hash agree by construction.
namespace kontor {

static_assert(std::endian::native == std::endian::little, "the codec writes native order and expects little-endian");

/// Appends the binary form of values to a growing buffer.
class Encoder {
 public:
  void bytes(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    buffer_.insert(buffer_.end(), first, first + size);
  }
  [[nodiscard]] const std::vector<std::byte>& buffer() const noexcept { return buffer_; }
  [[nodiscard]] std::vector<std::byte> take() noexcept { return std::move(buffer_); }

 private:
  std::vector<std::byte> buffer_;
};

/// Reads values back; after the first short or impossible read `failed()` stays true and reads give zeros.
class Decoder {
 public:
  explicit Decoder(std::span<const std::byte> data) noexcept : rest_(data) {}

  void bytes(void* data, std::size_t size) noexcept {
    if (failed_ || size > rest_.size()) {
      failed_ = true;
      std::memset(data, 0, size);
      return;
    }
    std::memcpy(data, rest_.data(), size);
    rest_ = rest_.subspan(size);
  }
  void fail() noexcept { failed_ = true; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }

 private:
  std::span<const std::byte> rest_;
  bool failed_ = false;
};

namespace detail {

template <class T, template <class...> class Template>
struct is_instance : std::false_type {};
template <template <class...> class Template, class... Args>
struct is_instance<Template<Args...>, Template> : std::true_type {};

template <class T>
struct is_std_array : std::false_type {};
template <class T, std::size_t N>
struct is_std_array<std::array<T, N>> : std::true_type {};

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, int128>;

template <class T>
using described_members = boost::describe::describe_members<T, boost::describe::mod_any_access>;

}  // namespace detail

template <class T>
void encode_into(Encoder& encoder, const T& value);
template <class T>
void decode_from(Decoder& decoder, T& value);

namespace detail {

template <class Container>
void encode_sequence(Encoder& encoder, const Container& values) {
  encode_into(encoder, static_cast<std::uint64_t>(values.size()));
  for (const auto& value : values) encode_into(encoder, value);
}

template <class Container>
void decode_sequence(Decoder& decoder, Container& values) {
  std::uint64_t size = 0;
  decode_from(decoder, size);
  values.clear();
  if (size > decoder.remaining()) {  // every element takes at least one byte
    decoder.fail();
    return;
  }
  values.resize(static_cast<std::size_t>(size));
  for (auto& value : values) decode_from(decoder, value);
}

template <class Variant, std::size_t Index = 0>
void decode_alternative(Decoder& decoder, Variant& value, std::size_t index) {
  if constexpr (Index < std::variant_size_v<Variant>) {
    if (index == Index) {
      decode_from(decoder, value.template emplace<Index>());
    } else {
      decode_alternative<Variant, Index + 1>(decoder, value, index);
    }
  } else {
    decoder.fail();
  }
}

}  // namespace detail

template <class T>
void encode_into(Encoder& encoder, const T& value) {
  if constexpr (detail::Plain<T>) {
    encoder.bytes(&value, sizeof value);
  } else if constexpr (std::is_same_v<T, Amount>) {
    encode_into(encoder, value.units());
  } else if constexpr (std::is_same_v<T, std::vector<bool>>) {
    encode_into(encoder, static_cast<std::uint64_t>(value.size()));
    for (const bool bit : value) encode_into(encoder, bit);
  } else if constexpr (std::is_same_v<T, std::string> || detail::is_instance<T, std::vector>::value) {
    detail::encode_sequence(encoder, value);
  } else if constexpr (detail::is_std_array<T>::value || std::is_array_v<T>) {
    for (const auto& element : value) encode_into(encoder, element);
  } else if constexpr (detail::is_instance<T, std::optional>::value) {
    encode_into(encoder, value.has_value());
    if (value) encode_into(encoder, *value);
  } else if constexpr (detail::is_instance<T, std::variant>::value) {
    encode_into(encoder, static_cast<std::uint8_t>(value.index()));
    std::visit([&](const auto& alternative) { encode_into(encoder, alternative); }, value);
  } else if constexpr (requires { value.save(encoder); }) {
    value.save(encoder);  // a form of its own, where the members are not the content
  } else if constexpr (requires { value.value; typename T::rep; }) {
    encode_into(encoder, value.value);  // strong ids
  } else {
    boost::mp11::mp_for_each<detail::described_members<T>>(
        [&](auto member) { encode_into(encoder, value.*member.pointer); });
  }
}

template <class T>
void decode_from(Decoder& decoder, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    std::uint8_t byte = 0;
    decoder.bytes(&byte, 1);
    if (byte > 1) decoder.fail();
    value = byte == 1;
  } else if constexpr (detail::Plain<T>) {
    decoder.bytes(&value, sizeof value);
  } else if constexpr (std::is_same_v<T, Amount>) {
    int128 units = 0;
    decode_from(decoder, units);
    value = Amount::from_units(units);
  } else if constexpr (std::is_same_v<T, std::string> || detail::is_instance<T, std::vector>::value) {
    detail::decode_sequence(decoder, value);
  } else if constexpr (detail::is_std_array<T>::value || std::is_array_v<T>) {
    for (auto& element : value) decode_from(decoder, element);
  } else if constexpr (detail::is_instance<T, std::optional>::value) {
    bool present = false;
    decode_from(decoder, present);
    if (present) {
      decode_from(decoder, value.emplace());
    } else {
      value.reset();
    }
  } else if constexpr (detail::is_instance<T, std::variant>::value) {
    std::uint8_t index = 0;
    decode_from(decoder, index);
    detail::decode_alternative(decoder, value, index);
  } else if constexpr (requires { value.load(decoder); }) {
    value.load(decoder);
  } else if constexpr (requires { value.value; typename T::rep; }) {
    decode_from(decoder, value.value);
  } else {
    boost::mp11::mp_for_each<detail::described_members<T>>(
        [&](auto member) { decode_from(decoder, value.*member.pointer); });
  }
}

template <class T>
[[nodiscard]] std::vector<std::byte> encode(const T& value) {
  Encoder encoder;
  encode_into(encoder, value);
  return encoder.take();
}

/// Reads exactly one T; too few bytes, bytes left over, or an impossible value are bad data.
template <class T>
[[nodiscard]] Result<T> decode(std::span<const std::byte> data) {
  Decoder decoder(data);
  T value{};
  decode_from(decoder, value);
  if (decoder.failed()) return fail(ErrorKind::bad_data, "expected an encoded value, found too few bytes or a bad tag");
  if (decoder.remaining() != 0) return fail(ErrorKind::bad_data, "expected an encoded value, found bytes after it");
  return value;
}

}  // namespace kontor
