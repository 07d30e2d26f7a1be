#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "session/control.hpp"

namespace kontor::session {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int number() const noexcept { return number_; }
  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

/// The process at the other end of a connection, as the system says.
struct Peer {
  std::int64_t process = 0;
  std::uint32_t user = 0;
};

/// What a door tells of those who knock, and may do without the session.
struct ControlListener {
  std::function<void(const Demand&, const Peer&)> heard{};  ///< every request that can be understood
  /// Changes what is logged; an error goes back to who asked. Empty: there is no log.
  std::function<Result<void>(const std::string&)> set_log_level{};
};

/// The session's door: a socket in its folder, for its own user only. One thread; whoever drives the session
/// gives it time by wait(). Each connection brings one request and gets one answer. A look is answered at
/// once, what changes something after the session has obeyed, what ends it once it has ended.
class ControlServer {
 public:
  static constexpr std::size_t kMaxConnections = 16;
  static constexpr std::size_t kMaxLine = 4096;

  using Look = std::function<Answer()>;

  /// Takes the place of a socket that a killed process has left: the account's lock must be held. `look` is
  /// called for every answer. Error io.
  [[nodiscard]] static Result<ControlServer> open(const std::string& folder, Look look,
                                                  ControlListener listener = {});
  ControlServer(ControlServer&&) noexcept = default;
  ControlServer& operator=(ControlServer&&) noexcept = default;
  ~ControlServer();

  /// Waits at most so long for a request that the session has to obey; Request::none if none came.
  [[nodiscard]] Demand wait(std::chrono::milliseconds longest);
  /// Answers who has asked for a change. To be called after the session has obeyed.
  void answer_obeyed();
  /// Answers everybody else, those too who knocked while the session came to its end. To be called after it
  /// has.
  void answer_ended();

 private:
  struct Connection {
    Descriptor socket;
    Peer peer;
    std::string line;                 ///< what has come of it so far
    Request request = Request::none;  ///< that it waits for an answer to
  };

  ControlServer(Descriptor folder, Descriptor socket, Look look, ControlListener listener);
  void accept_one();
  /// Reads what has come; the request if it is whole and has to be obeyed.
  Demand hear(Connection& connection);
  void reply(Connection& connection, std::string line);
  [[nodiscard]] std::string set_log_level(const std::string& word);
  void forget_answered();

  Descriptor folder_;
  Descriptor socket_;
  Look look_;
  ControlListener listener_;
  std::vector<Connection> connections_;
};

/// Asks a running session and waits for its answer. Error not_found: nobody listens, the session does not
/// run; io: it did not answer in time, or went away before it did.
[[nodiscard]] Result<Answer> ask(const std::string& folder, const Demand& demand,
                                 std::chrono::milliseconds longest);

}  // namespace kontor::session
