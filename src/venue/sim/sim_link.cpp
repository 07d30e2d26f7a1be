#include "venue/sim/sim_link.hpp"

#include <utility>

#include "venue/sim/sealed_snapshot.hpp"

namespace kontor::sim {
namespace {

/// Goes up with every change of what a snapshot holds.
constexpr std::uint32_t kLinkSnapshotVersion = 1;

std::vector<std::byte> identity_of(const LatencySettings& settings) {
  Encoder encoder;
  encode_into(encoder, kLinkSnapshotVersion);
  encode_into(encoder, settings);
  return encoder.take();
}

template <class T>
void write_queue(Encoder& encoder, const FlightQueue<T>& queue) {
  encode_into(encoder, static_cast<std::uint64_t>(queue.size()));
  for (std::size_t i = 0; i < queue.size(); ++i) encode_into(encoder, queue[i]);
}

/// What comes in the order of `time`, none of it past `last`, all of it about known instruments.
template <class T, class Body>
bool read_queue(Decoder& decoder, FlightQueue<T>& queue, const InstrumentTable& instruments, TimeNs T::* time,
                Body T::* body, TimeNs last) {
  std::vector<T> elements;
  decode_from(decoder, elements);
  if (decoder.failed() || elements.size() > FlightQueue<T>::kMaxInFlight) return false;
  TimeNs before = kTimeMin;
  for (T& element : elements) {
    if (element.*time < before || element.*time > last) return false;
    if (!is_about_known(element.*body, instruments)) return false;
    before = element.*time;
    queue.push() = std::move(element);
  }
  return true;
}

}  // namespace

void SimLink::save(Encoder& encoder) const {
  Encoder content;
  encode_into(content, latency_.prng());
  encode_into(content, last_arrival_);
  encode_into(content, last_delivery_);
  write_queue(content, commands_);
  write_queue(content, reports_);
  write_sealed(encoder, identity_of(latency_.settings()), content.buffer());
}

Result<void> SimLink::load(Decoder& decoder, const InstrumentTable& instruments) {
  TRY(const auto content, read_sealed(decoder, identity_of(latency_.settings()), "a simulated link"));
  Decoder inner(content);
  SimLink read(latency_.settings());
  Prng prng = latency_.prng();
  decode_from(inner, prng);
  read.latency_.continue_from(prng);
  decode_from(inner, read.last_arrival_);
  decode_from(inner, read.last_delivery_);
  const bool possible = !prng.is_stuck() &&
                        read_queue(inner, read.commands_, instruments, &CommandInFlight::arrival,
                                   &CommandInFlight::command, read.last_arrival_) &&
                        read_queue(inner, read.reports_, instruments, &ReportInFlight::delivery,
                                   &ReportInFlight::report, read.last_delivery_);
  if (possible && !inner.failed() && inner.remaining() == 0) {
    *this = std::move(read);
    return {};
  }
  decoder.fail();
  return fail(ErrorKind::bad_data,
              "expected a snapshot of a simulated link, found one that names what there is not or is out of "
              "order");
}

}  // namespace kontor::sim
