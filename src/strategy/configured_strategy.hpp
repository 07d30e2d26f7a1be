#pragma once

#include <memory>
#include <utility>

#include "strategy/strategy.hpp"

namespace kontor::strategy {

/// A strategy that knows what it was made of, and so can go by other parameters while it runs. `Kind` has
/// descriptor() and make(), and
///
///   void adopt(Kind& fresh);
///
/// which takes over from `fresh`, one made with the other parameters that has seen nothing yet, whatever
/// follows from parameters; what `Kind` has seen and done stays.
template <class Kind>
class ConfiguredStrategy : public Strategy {
 public:
  [[nodiscard]] const Parameters* parameters() const final { return &parameters_; }

  bool change_parameters(const Parameters& parameters) final {
    const auto descriptor = Kind::descriptor();
    auto checked =
        Parameters::make(descriptor.parameters, {parameters.values().begin(), parameters.values().end()});
    if (!checked) return false;
    auto made = Kind::make(context_, *checked);
    if (!made) return false;
    static_cast<Kind&>(*this).adopt(static_cast<Kind&>(**made));
    parameters_ = std::move(*checked);
    return true;
  }

 private:
  friend Kind;
  /// `context` as for make(); its instruments outlive the strategy.
  ConfiguredStrategy(const StrategyContext& context, Parameters parameters)
      : context_(context), parameters_(std::move(parameters)) {}

  StrategyContext context_;
  Parameters parameters_;
};

}  // namespace kontor::strategy
