#include "session/control_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace kontor::session {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kName = "control.sock";
/// How long a session that has ended still answers those who knocked before.
constexpr milliseconds kLastWords{50};

std::unexpected<Error> system_error(std::string_view what) {
  return fail(ErrorKind::io, fmt::format("{}: {}", what, std::strerror(errno)));
}

/// A socket's address holds 107 characters and a session's folder may be longer: the way through its
/// descriptor is always short enough.
sockaddr_un address_in(const Descriptor& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = fmt::format("/proc/self/fd/{}/{}", folder.number(), kName);
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  return address;
}

Result<Descriptor> open_folder(const std::string& folder) {
  Descriptor descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open()) return system_error(folder);
  return descriptor;
}

Result<Descriptor> open_socket(int flags) {
  Descriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!descriptor.is_open()) return system_error("control socket");
  return descriptor;
}

const sockaddr* pointer_to(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);  // the form in which the system takes addresses
}

/// Who is at the other side; nothing where the system does not say.
std::optional<Peer> peer_of(const Descriptor& socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return Peer{peer.pid, peer.uid};
}

/// True if that is this user or the administrator.
bool is_trusted(const std::optional<Peer>& peer) {
  return peer && (peer->user == ::geteuid() || peer->user == 0);
}

/// Writes all of it, or gives up where the other side does not read.
bool write_all(const Descriptor& socket, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

ControlServer::ControlServer(Descriptor folder, Descriptor socket, Look look, ControlListener listener)
    : folder_(std::move(folder)),
      socket_(std::move(socket)),
      look_(std::move(look)),
      listener_(std::move(listener)) {}

Result<ControlServer> ControlServer::open(const std::string& folder, Look look, ControlListener listener) {
  TRY(auto place, open_folder(folder));
  TRY(auto socket, open_socket(SOCK_NONBLOCK));
  ::unlinkat(place.number(), kName, 0);
  const sockaddr_un address = address_in(place);
  const mode_t mask = ::umask(0077);
  const int bound = ::bind(socket.number(), pointer_to(address), sizeof(address));
  ::umask(mask);
  if (bound != 0) return system_error(fmt::format("{}/{}", folder, kName));
  if (::listen(socket.number(), static_cast<int>(kMaxConnections)) != 0)
    return system_error(fmt::format("{}/{}", folder, kName));
  return ControlServer(std::move(place), std::move(socket), std::move(look), std::move(listener));
}

ControlServer::~ControlServer() {
  if (folder_.is_open()) ::unlinkat(folder_.number(), kName, 0);
}

void ControlServer::accept_one() {
  Descriptor socket(::accept4(socket_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.is_open()) return;
  const auto peer = peer_of(socket);
  Connection connection{std::move(socket), peer.value_or(Peer{}), {}, Request::none};
  if (!is_trusted(peer)) {
    reply(connection, refusal_line("expected the session's own user, found another one"));
  } else if (connections_.size() >= kMaxConnections) {
    reply(connection, refusal_line("too many connections at once; try again"));
  } else {
    connections_.push_back(std::move(connection));
  }
}

void ControlServer::reply(Connection& connection, std::string line) {
  line += '\n';
  write_all(connection.socket, line);  // who does not read gets none
  connection.socket = Descriptor();
}

Demand ControlServer::hear(Connection& connection) {
  std::array<char, kMaxLine> buffer{};
  const auto got = ::recv(connection.socket.number(), buffer.data(), buffer.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (got <= 0 || connection.request != Request::none) {
    connection.socket = Descriptor();  // went away, or has nothing more to say
    return {};
  }
  connection.line.append(buffer.data(), static_cast<std::size_t>(got));
  const auto end = connection.line.find('\n');
  if (end == std::string::npos) {
    if (connection.line.size() > kMaxLine) reply(connection, refusal_line("expected a line, found no end"));
    return {};
  }
  const auto demand = parse_request(std::string_view(connection.line).substr(0, end));
  if (demand && listener_.heard) listener_.heard(*demand, connection.peer);
  if (!demand) {
    reply(connection, refusal_line(demand.error().message));
  } else if (!demand->log_level.empty()) {
    reply(connection, set_log_level(demand->log_level));
  } else if (demand->request == Request::none) {
    reply(connection, answer_line(look_()));
  } else {
    connection.request = demand->request;
    return *demand;
  }
  return {};
}

std::string ControlServer::set_log_level(const std::string& word) {
  if (!listener_.set_log_level) return refusal_line("this session keeps no log");
  const auto outcome = listener_.set_log_level(word);
  return outcome ? answer_line(look_()) : refusal_line(outcome.error().message);
}

Demand ControlServer::wait(milliseconds longest) {
  std::vector<pollfd> watched = {{socket_.number(), POLLIN, 0}};
  for (const auto& connection : connections_) watched.push_back({connection.socket.number(), POLLIN, 0});
  const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(longest.count()));
  Demand demand;
  if (ready <= 0) return demand;
  for (std::size_t i = 1; i < watched.size() && demand.request == Request::none; ++i) {
    if (watched[i].revents != 0) demand = hear(connections_[i - 1]);
  }
  forget_answered();
  if (watched.front().revents != 0) accept_one();
  return demand;
}

void ControlServer::forget_answered() {
  std::erase_if(connections_, [](const auto& connection) { return !connection.socket.is_open(); });
}

void ControlServer::answer_obeyed() {
  for (auto& connection : connections_) {
    const bool waits = connection.request != Request::none && !is_ending(connection.request);
    if (waits) reply(connection, answer_line(look_()));
  }
  forget_answered();
}

void ControlServer::answer_ended() {
  const auto deadline = Clock::now() + kLastWords;
  for (bool last = false; !last;) {
    last = Clock::now() >= deadline;
    for (auto& connection : connections_) {
      if (connection.request != Request::none) reply(connection, answer_line(look_()));
    }
    forget_answered();
    if (!last) static_cast<void>(wait(kLastWords / 10));  // what it heard the next round answers
  }
}

Result<Answer> ask(const std::string& folder, const Demand& demand, milliseconds longest) {
  TRY(const auto place, open_folder(folder));
  TRY(const auto socket, open_socket(0));
  const sockaddr_un address = address_in(place);
  if (::connect(socket.number(), pointer_to(address), sizeof(address)) != 0)
    return fail(ErrorKind::not_found, fmt::format("{}: the session does not run", folder));
  if (!write_all(socket, request_line(demand) + "\n")) return system_error(folder);
  const auto deadline = Clock::now() + longest;
  std::string line;
  while (line.find('\n') == std::string::npos) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    pollfd watched{socket.number(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&watched, 1, static_cast<int>(left.count())) <= 0)
      return fail(ErrorKind::io,
                  fmt::format("{}: the session did not answer within {} ms", folder, longest.count()));
    std::array<char, ControlServer::kMaxLine> buffer{};
    const auto got = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (got <= 0)
      return fail(ErrorKind::io, fmt::format("{}: the session went away without an answer", folder));
    line.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return parse_answer(std::string_view(line).substr(0, line.find('\n')));
}

}  // namespace kontor::session
