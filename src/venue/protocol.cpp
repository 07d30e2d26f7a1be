#include "venue/protocol.hpp"

#include <sodium.h>

namespace kontor::venue {
namespace {

struct AnswerOf {
  MessageKind operator()(const GetServerTime&) const { return MessageKind::server_time; }
  MessageKind operator()(const GetInstruments&) const { return MessageKind::instruments; }
  MessageKind operator()(const GetTicker&) const { return MessageKind::ticker; }
  MessageKind operator()(const GetCandles&) const { return MessageKind::candles; }
  MessageKind operator()(const GetBook&) const { return MessageKind::book; }
  MessageKind operator()(const GetTrades&) const { return MessageKind::trades; }
  MessageKind operator()(const PlaceOrder&) const { return MessageKind::place; }
  MessageKind operator()(const PlaceOrders&) const { return MessageKind::batch_place; }
  MessageKind operator()(const ChangeOrder&) const { return MessageKind::amend; }
  MessageKind operator()(const CancelOne&) const { return MessageKind::cancel; }
  MessageKind operator()(const CancelMany&) const { return MessageKind::batch_cancel; }
  MessageKind operator()(const CancelAll&) const { return MessageKind::cancel_all; }
  MessageKind operator()(const CountdownCancel&) const { return MessageKind::countdown_cancel; }
  MessageKind operator()(const GetBalance&) const { return MessageKind::balance; }
  MessageKind operator()(const GetPositions&) const { return MessageKind::positions; }
  MessageKind operator()(const GetOpenOrders&) const { return MessageKind::open_orders; }
  MessageKind operator()(const GetOrder&) const { return MessageKind::order; }
  MessageKind operator()(const GetFills&) const { return MessageKind::fills; }
  MessageKind operator()(const SetLeverage&) const { return MessageKind::leverage; }
  MessageKind operator()(const SetMarginMode&) const { return MessageKind::margin_mode; }
  MessageKind operator()(const SetPositionMode&) const { return MessageKind::position_mode; }
  MessageKind operator()(const GetFundingRate&) const { return MessageKind::funding_rate; }
  MessageKind operator()(const GetFundingHistory&) const { return MessageKind::funding_history; }
  MessageKind operator()(const GetFundingPayments&) const { return MessageKind::funding_payments; }
  MessageKind operator()(const GetFees&) const { return MessageKind::fees; }
  MessageKind operator()(const GetKeyPermissions&) const { return MessageKind::key_permissions; }
  MessageKind operator()(const GetOrderCounts&) const { return MessageKind::order_counts; }
  MessageKind operator()(const ManageListenKey&) const { return MessageKind::listen_key; }
};

}  // namespace

Credentials::~Credentials() { sodium_memzero(secret.data(), secret.size()); }

MessageKind answer_of(const Action& action) noexcept { return std::visit(AnswerOf{}, action); }

}  // namespace kontor::venue
