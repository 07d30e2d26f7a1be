#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
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

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include "base/amount.hpp"
#include "base/assert.hpp"
#include "base/int128.hpp"
#include "base/result.hpp"

/// The one binary form of every described type: little-endian, field by field in the order of its
/// BOOST_DESCRIBE description, so the journal, snapshots and the state hash agree by construction. A sequence
/// is its length and its elements, an optional a flag and perhaps a value, a variant the index of its
/// alternative and that. A described type with `bool is_valid() const` is asked after it was read. Reading
/// never trusts the bytes: unknown enumerators, lengths beyond the data and values that are not valid fail.
namespace kontor {

static_assert(std::endian::native == std::endian::little,
              "the codec writes native order and expects little-endian");

/// Appends the binary form of values to a growing buffer.
class Encoder {
 public:
  void bytes(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    buffer_.insert(buffer_.end(), first, first + size);
  }
  /// Replaces bytes that are there already, such as a length that is known only after the content.
  void overwrite(std::size_t offset, std::span<const std::byte> data) noexcept {
    ASSERT(data.size() <= buffer_.size() && offset <= buffer_.size() - data.size());
    std::ranges::copy(data, buffer_.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  /// Takes back what was written after the first `size` bytes; the memory is kept for what comes next.
  void truncate(std::size_t size) noexcept { buffer_.resize(std::min(size, buffer_.size())); }
  [[nodiscard]] std::size_t size() const noexcept { return buffer_.size(); }
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
    if (size == 0) return;
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
concept Plain = (std::is_arithmetic_v<T> && !std::is_same_v<T, long double>) || std::is_enum_v<T> ||
                std::is_same_v<T, int128>;

/// Elements that lie in memory as they are written.
template <class T>
concept Bulk = std::is_same_v<T, std::byte> || (Plain<T> && !std::is_enum_v<T> && !std::is_same_v<T, bool>);

template <class T>
using described_members = boost::describe::describe_members<T, boost::describe::mod_any_access>;

/// True for the named values of a described enumeration.
template <class Enum>
constexpr bool is_enumerator(Enum value) noexcept {
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
      [&](auto enumerator) { found = found || enumerator.value == value; });
  return found;
}

/// Bytes that any value of T takes at the least: what bounds the length of a sequence before it is made.
template <class T>
constexpr std::size_t smallest_form() noexcept {
  if constexpr (Plain<T>) {
    return sizeof(T);
  } else if constexpr (std::is_same_v<T, Amount>) {
    return sizeof(int128);
  } else if constexpr (std::is_same_v<T, std::string> || is_instance<T, std::vector>::value) {
    return sizeof(std::uint64_t);
  } else if constexpr (is_std_array<T>::value) {
    return std::tuple_size_v<T> * smallest_form<typename T::value_type>();
  } else if constexpr (boost::describe::has_describe_members<T>::value &&
                       !requires(const T& value, Encoder& encoder) { value.save(encoder); }) {
    std::size_t sum = 0;
    boost::mp11::mp_for_each<described_members<T>>([&](auto member) {
      sum += smallest_form<std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>>();
    });
    return sum;
  } else {
    return 1;  // optionals, variants, ids, forms of their own
  }
}

/// A strong id is written as its number.
template <class T>
concept StrongId = requires(const T& id) {
  id.value;
  typename T::rep;
};

/// A described type whose form is that of its members, one after the other.
template <class T>
concept MemberByMember = boost::describe::has_describe_members<T>::value && !StrongId<T> &&
                         !requires(const T& value, Encoder& encoder) { value.save(encoder); };

/// Bytes that every value of T takes; 0 where that depends on the value.
template <class T>
constexpr std::size_t fixed_form() noexcept {
  if constexpr (Plain<T>) {
    return sizeof(T);
  } else if constexpr (std::is_same_v<T, Amount>) {
    return sizeof(int128);
  } else if constexpr (StrongId<T>) {
    return sizeof(typename T::rep);
  } else if constexpr (MemberByMember<T>) {
    std::size_t sum = 0;
    bool fixed = true;
    boost::mp11::mp_for_each<described_members<T>>([&](auto member) {
      constexpr std::size_t kSize =
          fixed_form<std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>>();
      sum += kSize;
      fixed = fixed && kSize != 0;
    });
    return fixed ? sum : 0;
  } else {
    return 0;
  }
}

/// Writes the form of a value with a fixed one; returns where the next one goes.
template <class T>
std::byte* pack(std::byte* to, const T& value) noexcept {
  if constexpr (Plain<T>) {
    std::memcpy(to, &value, sizeof value);
    return to + sizeof value;
  } else if constexpr (std::is_same_v<T, Amount>) {
    return pack(to, value.units());
  } else if constexpr (StrongId<T>) {
    return pack(to, value.value);
  } else {
    boost::mp11::mp_for_each<described_members<T>>(
        [&](auto member) { to = pack(to, value.*member.pointer); });
    return to;
  }
}

}  // namespace detail

template <class T>
void encode_into(Encoder& encoder, const T& value);
template <class T>
void decode_from(Decoder& decoder, T& value);

namespace detail {

template <class Container>
void encode_sequence(Encoder& encoder, const Container& values) {
  encode_into(encoder, static_cast<std::uint64_t>(values.size()));
  if constexpr (Bulk<typename Container::value_type>) {
    encoder.bytes(values.data(), values.size() * sizeof(typename Container::value_type));
  } else {
    for (const auto& value : values) encode_into(encoder, value);
  }
}

template <class Container>
void decode_sequence(Decoder& decoder, Container& values) {
  using Value = typename Container::value_type;
  std::uint64_t size = 0;
  decode_from(decoder, size);
  values.clear();
  if (size > decoder.remaining() / std::max<std::size_t>(1, smallest_form<Value>())) {
    decoder.fail();
    return;
  }
  values.resize(static_cast<std::size_t>(size));
  if constexpr (Bulk<Value>) {
    decoder.bytes(values.data(), values.size() * sizeof(Value));
  } else if constexpr (std::is_same_v<Value, bool>) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      bool bit = false;
      decode_from(decoder, bit);
      values[i] = bit;
    }
  } else {
    for (auto& value : values) decode_from(decoder, value);
  }
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
  } else if constexpr (std::is_same_v<T, std::string> || detail::is_instance<T, std::vector>::value) {
    detail::encode_sequence(encoder, value);
  } else if constexpr (detail::is_std_array<T>::value || std::is_array_v<T>) {
    for (const auto& element : value) encode_into(encoder, element);
  } else if constexpr (detail::is_instance<T, std::optional>::value) {
    encode_into(encoder, value.has_value());
    if (value) encode_into(encoder, *value);
  } else if constexpr (detail::is_instance<T, std::variant>::value) {
    static_assert(std::variant_size_v<T> < 256);
    encode_into(encoder, static_cast<std::uint8_t>(value.index()));
    std::visit([&](const auto& alternative) { encode_into(encoder, alternative); }, value);
  } else if constexpr (requires { value.save(encoder); }) {
    value.save(encoder);  // a form of its own, where the members are not the content
  } else if constexpr (detail::StrongId<T>) {
    encode_into(encoder, value.value);
  } else if constexpr (constexpr std::size_t kSize = detail::fixed_form<T>(); kSize != 0) {
    std::array<std::byte, kSize> form;
    detail::pack(form.data(), value);
    encoder.bytes(form.data(), kSize);  // at once: several times as fast as field by field
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
  } else if constexpr (std::is_enum_v<T>) {
    decoder.bytes(&value, sizeof value);
    if (!detail::is_enumerator(value)) {
      decoder.fail();
      value = T{};
    }
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
  } else if constexpr (detail::StrongId<T>) {
    decode_from(decoder, value.value);
  } else {
    boost::mp11::mp_for_each<detail::described_members<T>>(
        [&](auto member) { decode_from(decoder, value.*member.pointer); });
    if constexpr (requires(const T& read) {
                    { read.is_valid() } -> std::same_as<bool>;
                  }) {
      if (!value.is_valid()) {
        decoder.fail();
        value = T{};
      }
    }
  }
}

/// The binary form of one value.
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
  if (decoder.failed())
    return fail(ErrorKind::bad_data,
                "expected an encoded value, found too few bytes or a value that cannot be");
  if (decoder.remaining() != 0)
    return fail(ErrorKind::bad_data, "expected an encoded value, found bytes after it");
  return value;
}

}  // namespace kontor
