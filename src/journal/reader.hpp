#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/segment_reader.hpp"

namespace kontor::journal {

/// Which families to read. One alone has gaps where the other one's records are.
enum class Families : std::uint8_t { both, core, market };

/// Records behind something broken that nothing proves to have been durable: a loss of power during a sync,
/// or a fault of the disk in the last records. Either is an error that a human looks at, or it is cut.
enum class Unproven : std::uint8_t { refuse, cut };

struct ReaderOptions {
  std::uint64_t from_seq = 1;  ///< segments that end before it are not opened
  Families families = Families::both;
  Unproven unproven = Unproven::refuse;
  bool unknown_types = false;  ///< give records of types or versions that this build does not know, too
};

/// Where the records of one family end.
struct FamilyTail {
  std::string path;              ///< of the last segment; empty: the family has none
  SegmentPlace place;            ///< of that segment
  std::uint64_t last_seq = 0;    ///< of the family's last record that counts; 0: none
  std::uint64_t kept_bytes = 0;  ///< of the last segment, up to and with that record
  std::uint64_t cut_bytes = 0;   ///< behind it: a torn record, or records behind a gap
  std::string problem;           ///< what the cut bytes are; empty: there are none
};

/// What a journal's end looks like, once it was reached.
struct Tail {
  std::array<FamilyTail, kFamilies> families;  ///< by Family
  std::uint64_t last_seq = 0;                  ///< of the last record that counts; 0: none
  bool closed = false;                         ///< the last run ended in good order
  [[nodiscard]] bool torn() const noexcept {
    return families[0].cut_bytes != 0 || families[1].cut_bytes != 0;
  }
};

/// Records that this build does not know, and skips.
struct UnknownRecords {
  RecordType type{};
  std::uint16_t version = 0;
  std::uint64_t count = 0;
  std::uint64_t first_seq = 0;
};

/// Reads a journal as one stream in the order of `seq`, from both families, in bounded memory; also while
/// another process writes it, up to what was there when it was opened.
///
/// Every record's checksum is verified, and that no seq is missing but those of pruned segments. The stream
/// ends at the last record before which all are there. What lies behind it is the tail that a crash leaves,
/// as long as nothing proves that it was durable once; otherwise the journal is corrupt, and the error names
/// file, offset, and the seq before.
class Reader {
 public:
  [[nodiscard]] static Result<Reader> open(FileSystem& files, const std::string& folder,
                                           const ReaderOptions& options = {});

  /// The next record, or nullptr at the end. It lives until the next call.
  [[nodiscard]] Result<const Record*> next();

  /// The manifest of the newest segment that was opened: of the whole journal once the end was reached.
  [[nodiscard]] const Manifest& manifest() const noexcept { return *manifest_; }
  /// The manifest of the oldest segment that was opened: what was in force at the first record.
  [[nodiscard]] const Manifest& first_manifest() const noexcept { return *first_manifest_; }
  /// The manifest of the segment that the record given last stands in; there must be one.
  [[nodiscard]] const Manifest& segment() const noexcept { return given_->reader->manifest(); }
  /// Seqs below it may be missing, since segments were pruned; 1: nothing was.
  [[nodiscard]] std::uint64_t complete_from() const noexcept { return complete_from_; }
  [[nodiscard]] std::uint64_t pruned_records() const noexcept { return pruned_records_; }
  [[nodiscard]] const std::vector<UnknownRecords>& unknown() const noexcept { return unknown_; }
  /// After next() gave nullptr.
  [[nodiscard]] const Tail& tail() const noexcept { return tail_; }

 private:
  /// One family's segments, one after the other.
  struct Stream {
    std::vector<std::uint64_t> segments;  ///< first seqs, ascending
    std::uint64_t limit = 0;              ///< bytes of the last segment when the journal was opened
    std::size_t current = 0;
    std::optional<SegmentReader> reader;
    bool has_record = false;
    bool broken = false;
    SegmentReader::Behind behind;
    std::uint64_t last_seq = 0;    ///< of the last record that was given out or passed over
    std::uint64_t kept_bytes = 0;  ///< of the current segment, up to and with it
    Family family = Family::core;
  };

  Reader(FileSystem& files, std::string folder, const ReaderOptions& options)
      : files_(&files), folder_(std::move(folder)), options_(options), expected_(options.from_seq) {}

  [[nodiscard]] Stream& stream_of(Family family) noexcept {
    return streams_[static_cast<std::size_t>(family)];
  }
  [[nodiscard]] bool wants(Family family) const noexcept;
  [[nodiscard]] Result<void> find_segments(Family family);
  [[nodiscard]] Result<void> begin(Family family);
  [[nodiscard]] Result<void> open_segment(Stream& stream, std::size_t index);
  [[nodiscard]] Result<void> advance(Stream& stream);
  [[nodiscard]] Result<void> next_segment(Stream& stream);
  [[nodiscard]] Result<void> meet_broken(Stream& stream);
  [[nodiscard]] Stream* lowest() noexcept;
  [[nodiscard]] Result<bool> in_order(const Stream& stream);
  void pass(Stream& stream);
  [[nodiscard]] bool skips(const Record& record);
  [[nodiscard]] Result<void> end();
  [[nodiscard]] Result<void> judge_gap();
  [[nodiscard]] Result<std::uint64_t> proven_durable();
  void describe_tail(Family family);
  [[nodiscard]] std::unexpected<Error> corrupt(const Stream& stream, std::string_view found) const;

  FileSystem* files_;
  std::string folder_;
  ReaderOptions options_;
  std::array<Stream, kFamilies> streams_;
  std::optional<Manifest> manifest_;
  std::optional<Manifest> first_manifest_;
  Stream* given_ = nullptr;  ///< whose record the caller has
  std::uint64_t expected_;   ///< the seq that must come next
  RecordType last_type_{};
  std::uint64_t durable_ = 0;  ///< what the beginnings of segments prove to be durable
  std::uint64_t complete_from_ = 1;
  std::uint64_t pruned_records_ = 0;
  std::vector<UnknownRecords> unknown_;
  Tail tail_;
  bool ended_ = false;
};

}  // namespace kontor::journal
