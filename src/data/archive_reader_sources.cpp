#include "data/archive_reader_sources.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "data/csv_number.hpp"

namespace kontor::data {
namespace {

constexpr std::size_t kPackedBlockBytes = 128ULL << 10U;

/// An open file descriptor with its path and size.
class InputFile {
 public:
  InputFile() = default;
  InputFile(InputFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        size_(other.size_),
        path_(std::move(other.path_)) {}
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] static Result<InputFile> open(const std::filesystem::path& path) {
    InputFile file;
    file.path_ = path.string();
    file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) {
      const auto kind = errno == ENOENT ? ErrorKind::not_found : ErrorKind::io;
      return fail(kind, fmt::format("{}: cannot open: {}", file.path_, std::strerror(errno)));
    }
    struct stat status{};
    if (::fstat(file.descriptor_, &status) != 0) return file.system_error("cannot examine");
    if (S_ISDIR(status.st_mode)) {
      return fail(ErrorKind::usage, fmt::format("{}: expected a file, found a folder", file.path_));
    }
    file.regular_ = S_ISREG(status.st_mode);
    file.size_ = file.regular_ ? static_cast<std::uint64_t>(status.st_size) : 0;
    return file;
  }

  [[nodiscard]] Result<std::size_t> read(std::span<char> target) const {
    for (;;) {
      const ::ssize_t count = ::read(descriptor_, target.data(), target.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return system_error("cannot read");
    }
  }
  [[nodiscard]] std::unexpected<Error> system_error(std::string_view what) const {
    return fail(ErrorKind::io, fmt::format("{}: {}: {}", path_, what, std::strerror(errno)));
  }
  [[nodiscard]] std::unexpected<Error> bad(std::string_view what) const {
    return fail(ErrorKind::bad_data, fmt::format("{}: {}", path_, what));
  }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_regular() const noexcept { return regular_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  int descriptor_ = -1;
  bool regular_ = true;
  std::uint64_t size_ = 0;
  std::string path_;
};

/// A plain file: mapped where it can be, read where it cannot (a pipe).
class PlainSource final : public ByteSource {
 public:
  PlainSource(InputFile file, std::string first_bytes)
      : file_(std::move(file)), pending_(std::move(first_bytes)) {
    if (!file_.is_regular() || file_.size() == 0) return;
    void* const address = ::mmap(nullptr, file_.size(), PROT_READ, MAP_PRIVATE, file_.descriptor(), 0);
    if (address == MAP_FAILED) return;
    ::madvise(address, file_.size(), MADV_SEQUENTIAL);
    mapping_ = std::string_view(static_cast<const char*>(address), file_.size());
  }
  ~PlainSource() override {
    if (!mapping_.empty()) ::munmap(const_cast<char*>(mapping_.data()), mapping_.size());
  }

  Result<bool> next_document() override { return std::exchange(fresh_, false); }
  Result<std::size_t> read(std::span<char> target) override {
    if (!pending_.empty()) {
      const std::size_t count = std::min(target.size(), pending_.size());
      std::memcpy(target.data(), pending_.data(), count);
      pending_.erase(0, count);
      used_ += count;
      return count;
    }
    TRY(const std::size_t count, file_.read(target));
    used_ += count;
    return count;
  }
  std::string_view mapped() const noexcept override { return mapping_; }
  std::string_view document_name() const noexcept override { return file_.path(); }
  std::uint64_t packed_bytes_read() const noexcept override { return used_; }
  std::uint64_t packed_bytes() const noexcept override { return file_.size(); }

 private:
  InputFile file_;
  std::string pending_;
  std::string_view mapping_;
  std::uint64_t used_ = 0;
  bool fresh_ = true;
};

/// What gzip and zstd have in common: one document, packed bytes read block by block, bounds on what comes
/// out.
class PackedSource : public ByteSource {
 public:
  PackedSource(InputFile file, std::string first_bytes, const ArchiveLimits& limits)
      : file_(std::move(file)), limits_(limits), input_(kPackedBlockBytes), available_(first_bytes.size()) {
    std::memcpy(input_.data(), first_bytes.data(), first_bytes.size());
    used_ = first_bytes.size();
  }

  Result<bool> next_document() override { return std::exchange(fresh_, false); }
  Result<std::size_t> read(std::span<char> target) override {
    TRY(const std::size_t count, unpack(target));
    unpacked_ += count;
    const bool too_dense = unpacked_ > limits_.ratio_free_bytes && unpacked_ / limits_.max_ratio > used_;
    if (too_dense || unpacked_ > limits_.max_unpacked_bytes) {
      return file_.bad(
          fmt::format("expected market data, found {} packed bytes that unpack to more than {}: refused",
                      used_, unpacked_));
    }
    return count;
  }
  std::string_view document_name() const noexcept override { return file_.path(); }
  std::uint64_t packed_bytes_read() const noexcept override { return used_; }
  std::uint64_t packed_bytes() const noexcept override { return file_.size(); }

 protected:
  [[nodiscard]] virtual Result<std::size_t> unpack(std::span<char> target) = 0;

  /// Makes sure that packed bytes are at hand; false at the end of the file.
  [[nodiscard]] Result<bool> refill() {
    if (position_ < available_) return true;
    TRY(available_, file_.read(input_));
    position_ = 0;
    used_ += available_;
    return available_ != 0;
  }
  [[nodiscard]] std::unexpected<Error> truncated(std::string_view packing) const {
    return file_.bad(
        fmt::format("expected the rest of the {} data, found the end of the file after {} bytes: truncated",
                    packing, used_));
  }

  InputFile file_;
  ArchiveLimits limits_;
  std::vector<char> input_;
  std::size_t position_ = 0;
  std::size_t available_ = 0;

 private:
  std::uint64_t used_ = 0;
  std::uint64_t unpacked_ = 0;
  bool fresh_ = true;
};

class GzipSource final : public PackedSource {
 public:
  using PackedSource::PackedSource;
  ~GzipSource() override { ::inflateEnd(&stream_); }
  [[nodiscard]] bool start() {
    return ::inflateInit2(&stream_, 15 + 16) == Z_OK;
  }  // 16: expect the gzip header

 private:
  Result<std::size_t> unpack(std::span<char> target) override {
    stream_.next_out = reinterpret_cast<Bytef*>(target.data());
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(target.size(), 1U << 30U));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      TRY(const bool more, refill());
      if (!more && between_members_) return std::size_t{0};
      if (!more) return truncated("gzip");
      if (between_members_) {
        if (input_[position_] != '\x1f')
          return file_.bad("expected the end of the gzip data, found bytes behind it");
        ::inflateReset(&stream_);
        between_members_ = false;
      }
      TRY_VOID(step());
    }
    return static_cast<std::size_t>(room - stream_.avail_out);
  }

  Result<void> step() {
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + position_);
    stream_.avail_in = static_cast<uInt>(available_ - position_);
    const int status = ::inflate(&stream_, Z_NO_FLUSH);
    position_ = available_ - stream_.avail_in;
    between_members_ = status == Z_STREAM_END;
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return {};
    return file_.bad(
        fmt::format("broken gzip data: {}", stream_.msg != nullptr ? stream_.msg : "cannot be unpacked"));
  }

  z_stream stream_{};
  bool between_members_ = false;
};

class ZstdSource final : public PackedSource {
 public:
  using PackedSource::PackedSource;
  ~ZstdSource() override { ::ZSTD_freeDStream(stream_); }
  [[nodiscard]] bool start() { return (stream_ = ::ZSTD_createDStream()) != nullptr; }

 private:
  Result<std::size_t> unpack(std::span<char> target) override {
    ZSTD_outBuffer output{target.data(), target.size(), 0};
    while (output.pos == 0) {
      // A full output may have left bytes inside the decoder, so it is asked before the file is.
      TRY(const bool more, refill());
      ZSTD_inBuffer input{input_.data(), available_, position_};
      const std::size_t status = ::ZSTD_decompressStream(stream_, &output, &input);
      if (::ZSTD_isError(status) != 0)
        return file_.bad(fmt::format("broken zstd data: {}", ::ZSTD_getErrorName(status)));
      position_ = input.pos;
      if (more) frame_open_ = status != 0;
      if (!more && output.pos == 0) {
        if (frame_open_) return truncated("zstd");
        return std::size_t{0};
      }
    }
    return output.pos;
  }

  ZSTD_DStream* stream_ = nullptr;
  bool frame_open_ = false;
};

struct ArchiveCloser {
  void operator()(::archive* handle) const noexcept { ::archive_read_free(handle); }
};

/// Every regular entry of a zip file is a document. Entries are streamed, never written anywhere, so what
/// their names say does not matter.
class ZipSource final : public ByteSource {
 public:
  ZipSource(std::unique_ptr<::archive, ArchiveCloser> handle, std::string path, std::uint64_t size,
            const ArchiveLimits& limits)
      : archive_(std::move(handle)), limits_(limits), path_(std::move(path)), size_(size), name_(path_) {}

  Result<bool> next_document() override {
    for (;;) {
      ::archive_entry* entry = nullptr;
      const int status = ::archive_read_next_header(archive_.get(), &entry);
      if (status == ARCHIVE_EOF) return end_of_archive();
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return bad();
      if (++entries_ > limits_.max_documents) {
        return fail(ErrorKind::bad_data,
                    fmt::format("{}: expected at most {} entries, found more", path_, limits_.max_documents));
      }
      if (::archive_entry_filetype(entry) != AE_IFREG) continue;
      const char* const entry_name = ::archive_entry_pathname(entry);
      name_ = fmt::format("{}:{}", path_, entry_name != nullptr ? printable(entry_name, 200) : "?");
      if (::archive_entry_is_encrypted(entry) != 0) {
        return fail(ErrorKind::bad_data,
                    fmt::format("{}: expected readable data, found an encrypted entry", name_));
      }
      ++documents_;
      return true;
    }
  }

  Result<std::size_t> read(std::span<char> target) override {
    const ::la_ssize_t count = ::archive_read_data(archive_.get(), target.data(), target.size());
    if (count < 0) return bad();
    unpacked_ += static_cast<std::uint64_t>(count);
    const bool too_dense = unpacked_ > limits_.ratio_free_bytes && unpacked_ / limits_.max_ratio > size_;
    if (too_dense || unpacked_ > limits_.max_unpacked_bytes) {
      return fail(
          ErrorKind::bad_data,
          fmt::format("{}: expected market data, found {} packed bytes that unpack to more than {}: refused",
                      name_, size_, unpacked_));
    }
    return static_cast<std::size_t>(count);
  }
  std::string_view document_name() const noexcept override { return name_; }
  std::uint64_t packed_bytes_read() const noexcept override {
    const auto count = ::archive_filter_bytes(archive_.get(), -1);
    return count < 0 ? 0 : std::min(static_cast<std::uint64_t>(count), size_);
  }
  std::uint64_t packed_bytes() const noexcept override { return size_; }

 private:
  Result<bool> end_of_archive() const {
    if (documents_ == 0)
      return fail(ErrorKind::bad_data, fmt::format("{}: expected files in the zip, found none", path_));
    return false;
  }
  std::unexpected<Error> bad() const {
    const char* const reason = ::archive_error_string(archive_.get());
    return fail(ErrorKind::bad_data, fmt::format("{}: broken or truncated zip: {}", name_,
                                                 reason != nullptr ? reason : "unreadable"));
  }

  std::unique_ptr<::archive, ArchiveCloser> archive_;
  ArchiveLimits limits_;
  std::string path_;
  std::uint64_t size_;
  std::string name_;
  std::size_t entries_ = 0;
  std::size_t documents_ = 0;
  std::uint64_t unpacked_ = 0;
};

Result<std::unique_ptr<ByteSource>> open_zip(const InputFile& file, const ArchiveLimits& limits) {
  std::unique_ptr<::archive, ArchiveCloser> handle(::archive_read_new());
  if (!handle || ::archive_read_support_format_zip(handle.get()) != ARCHIVE_OK ||
      ::archive_read_open_filename(handle.get(), file.path().c_str(), kPackedBlockBytes) != ARCHIVE_OK) {
    const char* const reason = handle ? ::archive_error_string(handle.get()) : nullptr;
    return file.bad(fmt::format("broken or truncated zip: {}", reason != nullptr ? reason : "unreadable"));
  }
  return std::make_unique<ZipSource>(std::move(handle), file.path(), file.size(), limits);
}

template <class Source>
Result<std::unique_ptr<ByteSource>> open_packed(InputFile file, std::string first_bytes,
                                                const ArchiveLimits& limits) {
  auto source = std::make_unique<Source>(std::move(file), std::move(first_bytes), limits);
  if (!source->start()) return fail(ErrorKind::internal, "cannot start a decompressor: out of memory");
  return source;
}

}  // namespace

Result<Packing> detect_packing(std::string_view first_bytes) {
  const auto starts = [&](std::string_view magic) { return first_bytes.starts_with(magic); };
  using namespace std::string_view_literals;
  if (starts("\x1f\x8b"sv)) return Packing::gzip;
  if (starts("\x28\xb5\x2f\xfd"sv)) return Packing::zstd;
  if (first_bytes.size() >= 4 && (first_bytes[0] & '\xf0') == '\x50' &&
      first_bytes.substr(1, 3) == "\x2a\x4d\x18"sv) {
    return Packing::zstd;  // a skippable frame comes first
  }
  if (starts("PK\x03\x04"sv) || starts("PK\x05\x06"sv)) return Packing::zip;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kUnread{
      {{"BZh"sv, "bzip2"sv},
       {"\xfd\x37zXZ"sv, "xz"sv},
       {"7z\xbc\xaf\x27\x1c"sv, "7z"sv},
       {"Rar!"sv, "rar"sv},
       {"\x04\x22\x4d\x18"sv, "lz4"sv},
       {"PAR1"sv, "Parquet"sv}}};
  for (const auto& [magic, name] : kUnread) {
    if (starts(magic))
      return fail(ErrorKind::bad_data, fmt::format("expected plain text, zip, gzip or zstd, found {}", name));
  }
  return Packing::plain;
}

Result<std::unique_ptr<ByteSource>> open_source(const std::filesystem::path& path,
                                                const ArchiveLimits& limits) {
  TRY(InputFile file, InputFile::open(path));
  std::string first(8, '\0');
  std::size_t count = 0;
  while (count < first.size()) {
    TRY(const std::size_t more, file.read(std::span(first.data() + count, first.size() - count)));
    if (more == 0) break;
    count += more;
  }
  first.resize(count);
  const auto packing = detect_packing(first);
  if (!packing) return file.bad(packing.error().message);
  switch (*packing) {
    case Packing::gzip: return open_packed<GzipSource>(std::move(file), std::move(first), limits);
    case Packing::zstd: return open_packed<ZstdSource>(std::move(file), std::move(first), limits);
    case Packing::zip: return open_zip(file, limits);
    case Packing::plain: break;
  }
  return std::make_unique<PlainSource>(std::move(file), std::move(first));
}

}  // namespace kontor::data
