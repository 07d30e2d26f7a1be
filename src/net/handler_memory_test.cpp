#include "net/handler_memory.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace kontor::net {
namespace {

bool lies_in(const void* memory, const HandlerMemory& room) {
  const auto at = reinterpret_cast<std::uintptr_t>(memory);
  const auto start = reinterpret_cast<std::uintptr_t>(&room);
  return at >= start && at < start + sizeof(room);
}

TEST(HandlerMemory, OneOperationHasItsRoomAgainAndAgain) {
  HandlerMemory room;
  for (int i = 0; i < 3; ++i) {
    void* const memory = room.take(500);
    EXPECT_TRUE(lies_in(memory, room));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % alignof(std::max_align_t), 0U);
    room.give_back(memory);
  }
}

TEST(HandlerMemory, WhatDoesNotFitOrComesBesideIsAllocated) {
  HandlerMemory room;
  void* const large = room.take(2'000);
  EXPECT_FALSE(lies_in(large, room));
  void* const first = room.take(10);
  void* const second = room.take(10);
  EXPECT_TRUE(lies_in(first, room));
  EXPECT_FALSE(lies_in(second, room));
  room.give_back(large);
  room.give_back(second);
  room.give_back(first);
}

TEST(HandlerMemory, AnAllocatorOfAnotherTypeUsesTheSameRoom) {
  HandlerMemory room;
  const HandlerAllocator<char> bytes(room);
  const HandlerAllocator<std::uint64_t> words(bytes);
  std::vector<std::uint64_t, HandlerAllocator<std::uint64_t>> values(4, 7, words);
  EXPECT_TRUE(lies_in(values.data(), room));
  EXPECT_EQ(HandlerAllocator<char>(words), bytes);
}

}  // namespace
}  // namespace kontor::net
