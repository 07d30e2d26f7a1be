#pragma once

#include <utility>

namespace kontor::risk {
class RiskEngine;
}

namespace kontor::execution {

/// Proof that the risk engine has let this request pass. Only the risk engine can make one, and execution
/// accepts nothing else, so that no order reaches a venue unchecked: the compiler says so.
template <class T>
class Approved {
 public:
  [[nodiscard]] const T& get() const noexcept { return value_; }

 private:
  friend class risk::RiskEngine;
  explicit Approved(T value) noexcept : value_(std::move(value)) {}

  T value_;
};

}  // namespace kontor::execution
