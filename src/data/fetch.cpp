#include "data/fetch.hpp"

#include <cstdio>
#include <memory>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/sha256.hpp"

namespace kontor::data {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct CleanUp {
  void operator()(CURL* handle) const noexcept { ::curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, CleanUp>;

/// One transfer while it runs: where bytes go and who is told.
struct Transfer {
  std::FILE* out = nullptr;
  std::uint64_t resumed_at = 0;
  std::string what;
  Progress* progress = nullptr;
  const std::atomic<bool>* cancel = nullptr;
};

std::size_t on_bytes(char* data, std::size_t size, std::size_t count, void* context) {
  return std::fwrite(data, size, count, static_cast<Transfer*>(context)->out);
}

int on_progress(void* context, curl_off_t total, curl_off_t done, curl_off_t /*up_total*/,
                curl_off_t /*up*/) {
  const auto& transfer = *static_cast<Transfer*>(context);
  if (total > 0) {
    transfer.progress->update({transfer.what, transfer.resumed_at + static_cast<std::uint64_t>(done),
                               transfer.resumed_at + static_cast<std::uint64_t>(total)});
  }
  return transfer.cancel != nullptr && transfer.cancel->load() ? 1 : 0;
}

/// What one attempt came to.
enum class Attempt : std::uint8_t { done, absent, restart, retry, canceled, refused };

struct Outcome {
  Attempt attempt = Attempt::retry;
  std::string problem;
};

bool is_worth_another_try(CURLcode code) noexcept {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_WRITE_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION: return false;
    default: return true;
  }
}

Outcome outcome_of(CURLcode code, long status, const char* detail) {
  if (code == CURLE_ABORTED_BY_CALLBACK) return {Attempt::canceled, "interrupted"};
  if (status == 404) return {Attempt::absent, "the archive does not have it"};
  if (status == 416) return {Attempt::restart, "the archive's file is shorter than what is here"};
  if (code == CURLE_RANGE_ERROR) return {Attempt::restart, "the server cannot go on in the middle of a file"};
  if (code == CURLE_HTTP_RETURNED_ERROR || (status >= 300 && status != 304)) {
    const bool passing = status == 429 || status >= 500;
    return {passing ? Attempt::retry : Attempt::refused, fmt::format("HTTP status {}", status)};
  }
  if (code == CURLE_OK) return {Attempt::done, {}};
  const std::string problem = *detail != '\0' ? detail : ::curl_easy_strerror(code);
  return {is_worth_another_try(code) ? Attempt::retry : Attempt::refused, problem};
}

void set_limits(CURL* handle, const FetchOptions& options) {
  ::curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  ::curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, options.connect_timeout_seconds);
  ::curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1000L);
  ::curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, options.stall_timeout_seconds);
  ::curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(handle, CURLOPT_USERAGENT, "kontor");
}

/// Appends what is missing of a file to `part`.
Outcome transfer_once(const std::string& url, const fs::path& part, const FetchOptions& options,
                      Transfer transfer) {
  const Handle handle(::curl_easy_init());
  std::error_code ignored;
  transfer.resumed_at = fs::exists(part) ? fs::file_size(part, ignored) : 0;
  const File out(std::fopen(part.c_str(), "ab"));
  if (!handle || !out) return {Attempt::refused, fmt::format("{} cannot be written", part.string())};
  transfer.out = out.get();
  char detail[CURL_ERROR_SIZE] = {};
  set_limits(handle.get(), options);
  ::curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail);
  ::curl_easy_setopt(handle.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.resumed_at));
  ::curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, on_bytes);
  ::curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &transfer);
  ::curl_easy_setopt(handle.get(), CURLOPT_NOPROGRESS, 0L);
  ::curl_easy_setopt(handle.get(), CURLOPT_XFERINFOFUNCTION, on_progress);
  ::curl_easy_setopt(handle.get(), CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = ::curl_easy_perform(handle.get());
  long status = 0;
  ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return outcome_of(code, status, detail);
}

void pause(DurationNs duration, const std::atomic<bool>* cancel) {
  constexpr DurationNs kSlice = 50 * kMillisecond;
  for (DurationNs waited = 0; waited < duration && (cancel == nullptr || !cancel->load()); waited += kSlice) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(kSlice));
  }
}

/// Downloads with a bounded number of attempts; what has arrived stays in `part` for the next one.
Result<void> download(const std::string& url, const fs::path& part, const FetchOptions& options,
                      Progress& progress) {
  Transfer transfer;
  transfer.what = url.substr(url.rfind('/') + 1);
  transfer.progress = &progress;
  transfer.cancel = options.cancel;
  DurationNs wait = options.first_pause;
  Outcome outcome;
  for (unsigned attempt = 0; attempt < options.attempts; ++attempt, wait *= 2) {
    if (attempt > 0) pause(wait, options.cancel);
    outcome = transfer_once(url, part, options, transfer);
    if (outcome.attempt == Attempt::done) return {};
    if (outcome.attempt == Attempt::canceled) return fail(ErrorKind::canceled, "interrupted");
    std::error_code ignored;
    if (outcome.attempt == Attempt::absent) {
      fs::remove(part, ignored);
      return fail(ErrorKind::not_found,
                  fmt::format("{}: {} (not published yet, or no such symbol)", url, outcome.problem));
    }
    if (outcome.attempt == Attempt::restart) fs::remove(part, ignored);
    if (outcome.attempt == Attempt::refused) break;
  }
  return fail(ErrorKind::io, fmt::format("{}: {}", url, outcome.problem));
}

Result<std::string> read_text(const fs::path& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail(ErrorKind::io, fmt::format("{} cannot be read", path.string()));
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  return text;
}

Result<std::string> sha256_of_file(const fs::path& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail(ErrorKind::io, fmt::format("{} cannot be read", path.string()));
  Sha256 hash;
  std::vector<char> block(std::size_t{1} << 20U);
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get())) {
    hash.update(std::string_view(block.data(), size));
  }
  return hash.finish_hex();
}

/// The first word of `<sha256>  <file>`, in lower case.
Result<std::string> expected_hash(const fs::path& checksum_file) {
  TRY(std::string text, read_text(checksum_file));
  text = text.substr(0, text.find_first_of(" \t\r\n"));
  for (char& c : text) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
  if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return fail(ErrorKind::bad_data, fmt::format("{}: expected a SHA-256, found '{}'", checksum_file.string(),
                                                 text.substr(0, 80)));
  }
  return text;
}

Result<void> fetch_checksum(const std::string& url, const fs::path& target, const FetchOptions& options,
                            Progress& progress) {
  std::error_code ignored;
  fs::remove(target, ignored);
  return download(url, target, options, progress);
}

}  // namespace

Result<fs::path> fetch_file(const ArchiveFile& file, const FetchOptions& options, Progress& progress) {
  std::error_code error;
  fs::create_directories(options.cache, error);
  if (error) return fail(ErrorKind::io, fmt::format("{}: {}", options.cache.string(), error.message()));
  const std::string url = fmt::format("{}/{}", options.base_url, file.path);
  fs::path target = options.cache / file.name;
  const fs::path part = options.cache / (file.name + ".part");
  const fs::path checksum = options.cache / (file.name + ".CHECKSUM");
  TRY_VOID(fetch_checksum(url + ".CHECKSUM", checksum, options, progress));
  TRY(const std::string expected, expected_hash(checksum));
  if (fs::exists(target)) {
    TRY(const std::string found, sha256_of_file(target));
    if (found == expected) return target;
    fs::remove(target, error);
  }
  TRY_VOID(download(url, part, options, progress));
  TRY(const std::string found, sha256_of_file(part));
  if (found != expected) {
    fs::remove(part, error);
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected SHA-256 {}, found {}; the file was deleted", url, expected, found));
  }
  fs::rename(part, target, error);
  if (error) return fail(ErrorKind::io, fmt::format("{}: {}", target.string(), error.message()));
  return target;
}

Result<std::vector<fs::path>> fetch_files(const std::vector<ArchiveFile>& files, const FetchOptions& options,
                                          Progress& progress) {
  std::vector<fs::path> paths;
  for (const auto& file : files) {
    auto path = fetch_file(file, options, progress);
    if (!path) {
      progress.finish();
      return std::unexpected(std::move(path).error());
    }
    paths.push_back(std::move(*path));
  }
  progress.finish();
  return paths;
}

}  // namespace kontor::data
