#include "journal/reader.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kontor::journal {

Result<Reader> Reader::open(FileSystem& files, const std::string& folder, const ReaderOptions& options) {
  Reader reader(files, folder, options);
  // The writer writes market before core. What is measured in this order is never data without the records of
  // core that were written before it, even while the writer goes on.
  for (const Family family : {Family::market, Family::core}) TRY_VOID(reader.find_segments(family));
  for (const Family family : {Family::market, Family::core}) TRY_VOID(reader.begin(family));
  if (!reader.manifest_) {
    return fail(ErrorKind::not_found, fmt::format("expected a journal in {}, found no segments", folder));
  }
  return reader;
}

bool Reader::wants(Family family) const noexcept {
  switch (options_.families) {
    case Families::both: return true;
    case Families::core: return family == Family::core;
    case Families::market: return family == Family::market;
  }
  return true;
}

Result<void> Reader::find_segments(Family family) {
  Stream& stream = stream_of(family);
  stream.family = family;
  if (!wants(family)) return {};
  TRY(const auto names, files_->list(folder_));
  for (const std::string& name : names) {
    const auto segment = parse_segment_file_name(name);
    if (segment && segment->family == family) stream.segments.push_back(segment->first_seq);
  }
  if (stream.segments.empty()) return {};
  durable_ = std::max(durable_, stream.segments.back() - 1);
  TRY(const auto last,
      files_->open(path_in(folder_, segment_file_name(family, stream.segments.back())), Access::read));
  TRY(stream.limit, last->size());
  return {};
}

/// Opens the segment in which the stream begins.
Result<void> Reader::begin(Family family) {
  Stream& stream = stream_of(family);
  if (stream.segments.empty()) return {};
  TRY_VOID(open_segment(stream, 0));
  const SegmentPlace& first = stream.reader->manifest().place;
  if (first.previous_first_seq != 0) complete_from_ = std::max(complete_from_, first.first_seq);
  const auto after = std::ranges::upper_bound(stream.segments, options_.from_seq);
  const auto index = after - stream.segments.begin() - 1;
  if (index > 0) TRY_VOID(open_segment(stream, static_cast<std::size_t>(index)));
  const Manifest& manifest = stream.reader->manifest();
  if (!first_manifest_ || manifest.place.first_seq < first_manifest_->place.first_seq)
    first_manifest_ = manifest;
  stream.last_seq = manifest.place.previous_last_seq;
  return advance(stream);
}

Result<void> Reader::open_segment(Stream& stream, std::size_t index) {
  const std::string path = path_in(folder_, segment_file_name(stream.family, stream.segments[index]));
  const bool last = index + 1 == stream.segments.size();
  TRY(stream.reader, SegmentReader::open(*files_, path, last ? stream.limit : UINT64_MAX));
  const Manifest& manifest = stream.reader->manifest();
  if (manifest.place.family != stream.family || manifest.place.first_seq != stream.segments[index]) {
    return corrupt(stream, "the manifest of another segment");
  }
  stream.current = index;
  stream.kept_bytes = stream.reader->position();
  if (!manifest_ || manifest.place.first_seq >= manifest_->place.first_seq) manifest_ = manifest;
  return {};
}

Result<void> Reader::advance(Stream& stream) {
  stream.has_record = false;
  for (;;) {
    TRY(const auto step, stream.reader->next());
    switch (step) {
      case SegmentReader::Step::record: stream.has_record = true; return {};
      case SegmentReader::Step::broken: return meet_broken(stream);
      case SegmentReader::Step::end:
        if (stream.current + 1 == stream.segments.size()) return {};
        TRY_VOID(next_segment(stream));
    }
  }
}

/// Opens the segment that follows, which must say that it does.
Result<void> Reader::next_segment(Stream& stream) {
  const std::uint64_t before = stream.segments[stream.current];
  const std::uint64_t last_seq =
      std::max(stream.last_seq, stream.reader->last_seq() >= before ? stream.reader->last_seq() : 0);
  TRY_VOID(open_segment(stream, stream.current + 1));
  const SegmentPlace& place = stream.reader->manifest().place;
  if (place.previous_first_seq != before) {
    return corrupt(stream, fmt::format("a segment that follows the one from seq {}, which is missing",
                                       place.previous_first_seq));
  }
  if (place.previous_last_seq != last_seq) {
    return corrupt(stream, fmt::format("a segment that follows seq {} after one that ends with seq {}",
                                       place.previous_last_seq, last_seq));
  }
  return {};
}

Result<void> Reader::meet_broken(Stream& stream) {
  if (stream.current + 1 != stream.segments.size()) return corrupt(stream, stream.reader->problem());
  TRY(stream.behind, stream.reader->look_behind());
  stream.broken = true;
  return {};
}

std::unexpected<Error> Reader::corrupt(const Stream& stream, std::string_view found) const {
  return fail(ErrorKind::bad_data,
              fmt::format("{}: offset {}: expected the record after seq {}, found {}", stream.reader->path(),
                          stream.reader->position(), stream.last_seq, found));
}

Reader::Stream* Reader::lowest() noexcept {
  Stream* found = nullptr;
  for (Stream& stream : streams_) {
    if (!stream.has_record) continue;
    if (found == nullptr || stream.reader->record().seq < found->reader->record().seq) found = &stream;
  }
  return found;
}

/// Whether the record of `stream` is the one that must come next; false at a gap.
Result<bool> Reader::in_order(const Stream& stream) {
  const std::uint64_t seq = stream.reader->record().seq;
  if (options_.families != Families::both || seq < options_.from_seq) return true;
  if (seq > expected_ && expected_ < complete_from_) {
    const std::uint64_t to = std::min(seq, complete_from_);
    pruned_records_ += to - expected_;
    expected_ = to;
  }
  if (seq < expected_)
    return corrupt(stream, fmt::format("a record with seq {}, which was there already", seq));
  return seq == expected_;
}

void Reader::pass(Stream& stream) {
  const Record& record = stream.reader->record();
  stream.last_seq = record.seq;
  stream.kept_bytes = stream.reader->position();
  expected_ = std::max(expected_, record.seq + 1);
  last_type_ = record.type;
}

bool Reader::skips(const Record& record) {
  if (record.seq < options_.from_seq) return true;
  const std::uint16_t newest = newest_version(record.type);
  if (record.version <= newest && record.version != 0) return false;
  const auto same = [&](const UnknownRecords& known) {
    return known.type == record.type && known.version == record.version;
  };
  const auto found = std::ranges::find_if(unknown_, same);
  if (found == unknown_.end()) {
    unknown_.push_back({record.type, record.version, 1, record.seq});
  } else {
    ++found->count;
  }
  return !options_.unknown_types;
}

Result<const Record*> Reader::next() {
  while (!ended_) {
    if (given_ != nullptr) {
      Stream& stream = *given_;
      given_ = nullptr;
      TRY_VOID(advance(stream));
    }
    Stream* const stream = lowest();
    if (stream == nullptr) {
      TRY_VOID(end());
      break;
    }
    TRY(const bool ordered, in_order(*stream));
    if (!ordered) {
      TRY_VOID(end());
      break;
    }
    pass(*stream);
    given_ = stream;
    if (!skips(stream->reader->record())) return &stream->reader->record();
  }
  return nullptr;
}

/// The highest seq that was durable when some record behind the end was written.
Result<std::uint64_t> Reader::proven_durable() {
  std::uint64_t durable = durable_;
  for (Stream& stream : streams_) {
    while (stream.has_record) {
      durable = std::max(durable, stream.reader->record().durable_through);
      TRY_VOID(advance(stream));
    }
    if (stream.broken) durable = std::max(durable, stream.behind.durable_through);
  }
  return durable;
}

/// At the end of the stream: whether what follows may be missing or broken.
Result<void> Reader::judge_gap() {
  const auto broken = std::ranges::find_if(streams_, &Stream::broken);
  const Stream* const ahead = lowest();
  const Stream* const place = broken != streams_.end() ? &*broken : ahead;
  if (ahead != nullptr && std::ranges::all_of(streams_, &Stream::has_record)) {
    return corrupt(*ahead, fmt::format("seq {} with seq {} missing", ahead->reader->record().seq, expected_));
  }
  const std::string found =
      broken != streams_.end() ? fmt::format("{}, with {} whole records behind it", broken->reader->problem(),
                                             broken->behind.records)
      : ahead != nullptr ? fmt::format("seq {} with seq {} missing", ahead->reader->record().seq, expected_)
                         : std::string("the end");
  const std::uint64_t offset = place == nullptr ? 0 : place->kept_bytes;
  TRY(const std::uint64_t durable, proven_durable());
  const bool proven = durable >= expected_ && expected_ >= complete_from_;
  if (place == nullptr) {
    if (!proven) return {};
    return fail(ErrorKind::bad_data,
                fmt::format("{}: expected records up to seq {}, found the end after seq {}", folder_, durable,
                            expected_ - 1));
  }
  if (!proven && (options_.unproven == Unproven::cut || place->behind.records == 0)) return {};
  return fail(ErrorKind::bad_data,
              fmt::format("{}: offset {}: expected the record after seq {}, found {}; {}",
                          place->reader->path(), offset, expected_ - 1, found,
                          proven ? fmt::format("everything up to seq {} was on the disk once", durable)
                                 : "nothing proves that it was ever on the disk"));
}

Result<void> Reader::end() {
  for (const Family family : {Family::core, Family::market}) describe_tail(family);
  TRY_VOID(judge_gap());
  for (const Stream& stream : streams_) tail_.last_seq = std::max(tail_.last_seq, stream.last_seq);
  tail_.closed = last_type_ == RecordType::closed && !tail_.torn();
  ended_ = true;
  return {};
}

void Reader::describe_tail(Family family) {
  const Stream& stream = stream_of(family);
  FamilyTail& tail = tail_.families[static_cast<std::size_t>(family)];
  if (stream.segments.empty()) return;
  tail.path = stream.reader->path();
  tail.place = stream.reader->manifest().place;
  tail.last_seq = stream.last_seq;
  tail.kept_bytes = stream.kept_bytes;
  tail.cut_bytes = stream.reader->size() - stream.kept_bytes;
  if (stream.has_record) {
    tail.problem =
        fmt::format("records from seq {} on, with seq {} missing", stream.reader->record().seq, expected_);
  } else if (stream.broken) {
    tail.problem =
        fmt::format("{}, with {} whole records behind it", stream.reader->problem(), stream.behind.records);
  }
}

}  // namespace kontor::journal
