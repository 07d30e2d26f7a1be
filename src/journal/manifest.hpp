#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <boost/describe/class.hpp>

#include "journal/records.hpp"

namespace kontor::journal {

/// Who writes a journal, from what, for which account: all that a reader needs beside the records.
struct Identity {
  std::string build;                  ///< `kontor 0.1.0 (commit …)`
  std::string session;                ///< the session's id
  std::string parent;                 ///< the session that this one goes on from; empty if none
  std::string account;                ///< `binance/main`
  std::uint64_t token = 0;            ///< the account's fencing token that the writer holds
  std::uint64_t seed = 0;             ///< of every chance in the session
  Configuration configuration;        ///< in force at the start of the segment
  InstrumentDefinitions instruments;  ///< in force at the start of the segment
  BOOST_DESCRIBE_CLASS(Identity, (),
                       (build, session, parent, account, token, seed, configuration, instruments), (), ())
};

/// A segment's place among those of its family.
struct SegmentPlace {
  Family family = Family::core;
  std::uint64_t first_seq = 1;           ///< no record of the segment has a lower seq
  std::uint64_t previous_first_seq = 0;  ///< names the segment before; 0: there was none
  std::uint64_t previous_last_seq = 0;   ///< the last record of the family before this segment; 0: none
  BOOST_DESCRIBE_CLASS(SegmentPlace, (), (family, first_seq, previous_first_seq, previous_last_seq), (), ())
};

/// The first record of each segment and snapshot.
struct Manifest {
  std::uint32_t format_version = kFormatVersion;
  SegmentPlace place;
  Identity identity;
};

/// Appends the record that holds `manifest`, in the format of this build.
void write_manifest(Encoder& encoder, const Manifest& manifest, TimeNs ts);
/// Reads the payload of a manifest of this or an older format. A newer format, or no manifest, is bad data.
[[nodiscard]] Result<Manifest> read_manifest(std::span<const std::byte> payload);

}  // namespace kontor::journal
