#pragma once

#include "emulator/bybit/private_hub.hpp"
#include "emulator/bybit/public_hub.hpp"
#include "emulator/bybit/venue_memory.hpp"
#include "emulator/listener.hpp"

namespace kontor::emulator::bybit {

/// One listener for three that must hear in this order: the memory, then who tells of it.
class EventRelay final : public ExchangeListener {
 public:
  EventRelay(VenueMemory& memory, PublicHub& market, PrivateHub& accounts)
      : memory_(memory), market_(market), accounts_(accounts) {}
  void on_order(const OrderEvent& event) override {
    memory_.on_order(event);
    accounts_.on_order(event);
  }
  void on_execution(const ExecutionEvent& event) override {
    memory_.on_execution(event);
    market_.on_execution(event);
    accounts_.on_execution(event);
  }
  void on_balance(const BalanceEvent& event) override { accounts_.on_balance(event); }
  void on_position(const PositionEvent& event) override {
    memory_.on_position(event);
    accounts_.on_position(event);
  }
  void on_account_funding(const FundingEvent& event) override {
    memory_.on_account_funding(event);
    accounts_.on_account_funding(event);
  }
  void on_account_settings(const AccountSettingsEvent& event) override {
    accounts_.on_account_settings(event);
  }
  void on_trade(const MarketTrade& event) override {
    memory_.on_trade(event);
    market_.on_trade(event);
  }
  void on_book_change(const BookChange& event) override {
    memory_.on_book_change(event);
    market_.on_book_change(event);
  }
  void on_ticker(const TickerChange& event) override {
    memory_.on_ticker(event);
    market_.on_ticker(event);
  }
  void on_candle(const CandleChange& event) override { market_.on_candle(event); }

 private:
  VenueMemory& memory_;
  PublicHub& market_;
  PrivateHub& accounts_;
};

}  // namespace kontor::emulator::bybit
