#include "data/export_file.hpp"

#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "data/catalogue_files.hpp"

namespace kontor::data {

namespace fs = std::filesystem;

/// Turns text into the bytes of the file; `last` ends the stream.
class ExportCompressor {
 public:
  virtual ~ExportCompressor() = default;
  virtual Result<void> append(std::string_view text, bool last, std::vector<std::byte>& out) = 0;
};

namespace {

class NoCompressor final : public ExportCompressor {
 public:
  Result<void> append(std::string_view text, bool /*last*/, std::vector<std::byte>& out) override {
    const auto bytes = std::as_bytes(std::span(text));
    out.insert(out.end(), bytes.begin(), bytes.end());
    return {};
  }
};

class ZstdCompressor final : public ExportCompressor {
 public:
  ZstdCompressor() : stream_(ZSTD_createCCtx()) { ZSTD_CCtx_setParameter(stream_, ZSTD_c_checksumFlag, 1); }
  ~ZstdCompressor() override { ZSTD_freeCCtx(stream_); }
  ZstdCompressor(const ZstdCompressor&) = delete;
  ZstdCompressor& operator=(const ZstdCompressor&) = delete;

  Result<void> append(std::string_view text, bool last, std::vector<std::byte>& out) override {
    ZSTD_inBuffer input{text.data(), text.size(), 0};
    for (;;) {
      const std::size_t before = out.size();
      out.resize(before + ZSTD_CStreamOutSize());
      ZSTD_outBuffer output{out.data() + before, out.size() - before, 0};
      const std::size_t left =
          ZSTD_compressStream2(stream_, &output, &input, last ? ZSTD_e_end : ZSTD_e_continue);
      out.resize(before + output.pos);
      if (ZSTD_isError(left) != 0) {
        return fail(ErrorKind::internal, fmt::format("zstd cannot compress: {}", ZSTD_getErrorName(left)));
      }
      if (last ? left == 0 : input.pos == input.size) return {};
    }
  }

 private:
  ZSTD_CCtx* stream_;
};

class GzipCompressor final : public ExportCompressor {
 public:
  GzipCompressor() {
    constexpr int kGzipWindow = 15 + 16;  // the largest window, with gzip's header instead of zlib's
    constexpr int kMemoryLevel = 8;
    ready_ = deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~GzipCompressor() override { deflateEnd(&stream_); }
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;

  Result<void> append(std::string_view text, bool last, std::vector<std::byte>& out) override {
    constexpr std::size_t kStep = std::size_t{64} << 10U;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    for (;;) {
      const std::size_t before = out.size();
      out.resize(before + kStep);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(kStep);
      const int code = ready_ ? deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH) : Z_STREAM_ERROR;
      out.resize(before + kStep - stream_.avail_out);
      if (code == Z_STREAM_ERROR) return fail(ErrorKind::internal, "zlib cannot compress");
      if (last ? code == Z_STREAM_END : stream_.avail_in == 0 && stream_.avail_out != 0) return {};
    }
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

std::unique_ptr<ExportCompressor> compressor_for(const fs::path& target) {
  if (target.extension() == ".zst") return std::make_unique<ZstdCompressor>();
  if (target.extension() == ".gz") return std::make_unique<GzipCompressor>();
  return std::make_unique<NoCompressor>();
}

}  // namespace

struct ExportFile::State {
  fs::path target;
  fs::path temporary;  ///< empty for stdout
  FileDescriptor file;
  std::unique_ptr<ExportCompressor> compressor;
  std::vector<std::byte> buffer;
  std::uint64_t bytes = 0;

  Result<void> put(std::string_view text, bool last) {
    buffer.clear();
    TRY_VOID(compressor->append(text, last, buffer));
    bytes += buffer.size();
    return write_all(file, buffer, temporary.empty() ? target : temporary);
  }
};

ExportFile::ExportFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ExportFile::ExportFile(ExportFile&&) noexcept = default;

ExportFile::~ExportFile() {
  if (state_ != nullptr && !state_->temporary.empty()) ::unlink(state_->temporary.c_str());
}

Result<ExportFile> ExportFile::open(const fs::path& target) {
  auto state = std::make_unique<State>();
  state->target = target;
  if (target == "-") {
    state->target = "stdout";
    state->compressor = std::make_unique<NoCompressor>();
    state->file = FileDescriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!state->file.is_open()) return system_failure("write to", state->target, errno);
    return ExportFile(std::move(state));
  }
  std::error_code ignored;
  if (fs::is_directory(target, ignored)) {
    return fail(ErrorKind::usage,
                fmt::format("{} is a folder; expected the name of a file", target.string()));
  }
  state->compressor = compressor_for(target);
  fs::path temporary = target;
  temporary += ".new";
  TRY(state->file, open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC, "make"));
  state->temporary = std::move(temporary);
  return ExportFile(std::move(state));
}

Result<void> ExportFile::write(std::string_view text) { return state_->put(text, false); }

Result<std::uint64_t> ExportFile::finish() {
  TRY_VOID(state_->put({}, true));
  if (state_->temporary.empty()) return state_->bytes;
  if (::fsync(state_->file.get()) != 0) return system_failure("sync", state_->temporary, errno);
  TRY_VOID(rename_path(state_->temporary, state_->target));
  state_->temporary.clear();
  return state_->bytes;
}

}  // namespace kontor::data
