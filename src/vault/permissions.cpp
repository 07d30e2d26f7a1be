#include "vault/permissions.hpp"

#include <algorithm>

namespace kontor::vault {

KeyVerdict weight_of(KeyProblem problem) noexcept {
  return problem == KeyProblem::no_address_list ? KeyVerdict::warned : KeyVerdict::refused;
}

std::string_view explain(KeyProblem problem) noexcept {
  switch (problem) {
    case KeyProblem::may_withdraw:
      return "the key may withdraw: make one at the venue that may not, and remove this one there";
    case KeyProblem::may_transfer_out:
      return "the key may transfer to other accounts: make one at the venue that may not, and remove this "
             "one there";
    case KeyProblem::may_not_read: return "the key may not read balances and orders: allow it at the venue";
    case KeyProblem::may_not_trade:
      return "the key may not trade: allow it at the venue, or use the key for reading only";
    case KeyProblem::no_address_list:
      return "the key works from any internet address: list this machine's at the venue";
  }
  return "";
}

KeyJudgement judge(const KeyPermissions& permissions, KeyUse use) {
  KeyJudgement judgement;
  const auto note = [&judgement](bool is_so, KeyProblem problem) {
    if (!is_so) return;
    judgement.problems.push_back(problem);
    judgement.verdict = std::max(judgement.verdict, weight_of(problem));
  };
  note(permissions.can_withdraw, KeyProblem::may_withdraw);
  note(permissions.can_transfer_out, KeyProblem::may_transfer_out);
  note(!permissions.can_read, KeyProblem::may_not_read);
  note(use == KeyUse::trading && !permissions.can_trade, KeyProblem::may_not_trade);
  note(!permissions.has_address_list, KeyProblem::no_address_list);
  return judgement;
}

}  // namespace kontor::vault
