#pragma once

#include <utility>

#include "execution/approved.hpp"

namespace kontor::risk {

/// Stands in for the risk engine where a test needs approved requests without its checks. Never beside the
/// real one: a program that links risk does not include this.
class RiskEngine {
 public:
  template <class T>
  [[nodiscard]] static execution::Approved<T> approve(T request) noexcept {
    return execution::Approved<T>(std::move(request));
  }
};

}  // namespace kontor::risk

namespace kontor::test {

/// The request as if risk had let it pass.
template <class T>
[[nodiscard]] execution::Approved<T> approved(T request) noexcept {
  return risk::RiskEngine::approve(std::move(request));
}

}  // namespace kontor::test
