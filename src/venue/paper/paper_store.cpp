#include "venue/paper/paper_store.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/codec.hpp"
#include "base/crc32c.hpp"
#include "venue/sim/sealed_snapshot.hpp"

namespace kontor::paper {
namespace {

constexpr const char* kState = "paper-venue.state";
constexpr const char* kLog = "paper-venue.log";
/// What a state file begins with: its kind and version.
constexpr std::uint32_t kVersion = 1;

std::vector<std::byte> identity() {
  Encoder encoder;
  encode_into(encoder, std::string("kontor paper venue"));
  encode_into(encoder, kVersion);
  return encoder.take();
}

Result<std::vector<std::byte>> content_of(journal::File& file, std::uint64_t size) {
  std::vector<std::byte> content(static_cast<std::size_t>(size));
  TRY(const std::size_t count, file.read(0, content));
  content.resize(count);
  return content;
}

std::unexpected<Error> broken(const std::string& folder, const char* what) {
  return fail(ErrorKind::bad_data,
              fmt::format("{}: the memory of the paper venue is broken: {}", folder, what));
}

}  // namespace

Result<PaperStore> PaperStore::open(journal::FileSystem& files, std::string folder) {
  TRY_VOID(files.make_folder(folder));
  PaperStore store(files, std::move(folder));
  TRY(store.length_, store.read_state());
  TRY_VOID(store.read_log(store.length_));
  return store;
}

/// Returns the length of the log that belongs to the state; 0 where there is none.
Result<std::uint64_t> PaperStore::read_state() {
  TRY(const auto names, files_->list(folder_));
  if (std::ranges::find(names, kState) == names.end()) return std::uint64_t{0};
  TRY(const auto file, files_->open(folder_ + "/" + kState, journal::Access::read));
  TRY(const std::uint64_t size, file->size());
  TRY(const auto content, content_of(*file, size));
  Decoder sealed(content);
  TRY(const auto inner, sim::read_sealed(sealed, identity(), "a paper venue"));
  Decoder decoder(inner);
  std::uint64_t length = 0;
  decode_from(decoder, length);
  decode_from(decoder, kept_.state);
  if (decoder.failed() || decoder.remaining() != 0 || sealed.remaining() != 0)
    return broken(folder_, "its state");
  return length;
}

Result<void> PaperStore::read_log(std::uint64_t length) {
  TRY(log_, files_->open(folder_ + "/" + kLog, journal::Access::append));
  TRY(const std::uint64_t size, log_->size());
  if (size < length) return broken(folder_, "its log is too short");
  if (size > length) TRY_VOID(log_->truncate(length));
  TRY(const auto content, content_of(*log_, length));
  Decoder decoder(content);
  while (decoder.remaining() > 0) {
    std::uint32_t checksum = 0;
    std::vector<std::byte> bytes;
    decode_from(decoder, checksum);
    decode_from(decoder, bytes);
    if (decoder.failed() || crc32c(bytes) != checksum) return broken(folder_, "its log");
    const auto record = decode<PaperRecord>(bytes);
    if (!record) return broken(folder_, "a record of its log");
    kept_.records.push_back(*record);
  }
  return {};
}

Result<void> PaperStore::commit(std::span<const PaperRecord> records, std::span<const std::byte> state) {
  if (is_broken_) return fail(ErrorKind::io, folder_ + ": the paper venue could not be written before");
  is_broken_ = true;  // until all of it went well
  Encoder lines;
  for (const PaperRecord& record : records) {
    const auto bytes = encode(record);
    encode_into(lines, crc32c(bytes));
    encode_into(lines, bytes);
  }
  if (lines.size() > 0) {
    TRY_VOID(log_->append(lines.buffer()));
    TRY_VOID(log_->sync());
  }
  length_ += lines.size();
  Encoder inner;
  encode_into(inner, length_);
  encode_into(inner, std::vector(state.begin(), state.end()));
  Encoder sealed;
  sim::write_sealed(sealed, identity(), inner.buffer());
  const std::array<std::span<const std::byte>, 1> pieces = {sealed.buffer()};
  TRY(const auto file, journal::publish_file(*files_, folder_, kState, pieces));
  static_cast<void>(file);
  is_broken_ = false;
  return {};
}

}  // namespace kontor::paper
