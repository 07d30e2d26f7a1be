#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "journal/reader.hpp"

namespace kontor::journal {

/// What a journal holds, after every byte of it was verified.
struct VerifyReport {
  Manifest manifest;  ///< the newest
  std::uint64_t records = 0;
  std::uint64_t first_seq = 0;
  std::uint64_t last_seq = 0;
  TimeNs first_ts = 0;
  TimeNs last_ts = 0;
  std::map<RecordType, std::uint64_t> types;  ///< how many of each
  std::uint64_t clock_steps_back = 0;         ///< records with a time before that of the record before
  std::uint64_t complete_from = 1;            ///< seqs below it may have been pruned
  std::uint64_t pruned_records = 0;
  std::uint64_t snapshots = 0;                ///< whole ones
  std::vector<std::string> broken_snapshots;  ///< what is wrong with the others
  std::vector<UnknownRecords> unknown;        ///< of a newer build; their content was not looked at
  Tail tail;
};

/// Reads the whole journal: checksums, order, gaps, the content of every record, every snapshot. A corrupt
/// journal is an error that names the place; a torn tail is not, it is reported.
[[nodiscard]] Result<VerifyReport> verify(FileSystem& files, const std::string& folder);

/// Whether a record holds what its type says; `changes` is scratch. A type that is not known holds anything.
[[nodiscard]] Result<void> check_content(const Record& record, std::vector<BookLevelChange>& changes);

/// One JSON object.
[[nodiscard]] std::string to_json(const VerifyReport& report);

}  // namespace kontor::journal
