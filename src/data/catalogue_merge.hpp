#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "data/dataset.hpp"

/// How rows that arrive are brought together with rows that are there. Pure functions over batches.
namespace kontor::data {

/// Checks what the store relies on: kind and columns as the key says, scales, times within 1970 … 2261, book
/// messages framed, flags and sides known. Prices and sizes are not judged; that is for `data check`.
[[nodiscard]] Result<void> check_batch(const DatasetKey& key, const Batch& batch);

/// Brings rows into the store's order: by time, trades of one instant by id, books by whole messages. Rows
/// that are equal in this order keep their sequence.
void sort_batch(Batch& batch);

struct MergeCounts {
  std::uint64_t added = 0;
  std::uint64_t unchanged = 0;  ///< equal to a row that is there
  std::uint64_t replaced = 0;
  std::uint64_t completed = 0;  ///< gave a row that is there a trade count or mark price that it did not have
};

struct MergeResult {
  Batch rows;
  MergeCounts counts;
  bool changed = false;  ///< `rows` differs from what was there
};

/// Merges `incoming` into `base`, both sorted. Rows are the same row if their key is the same: the time of
/// bars and funding, the id of trades that have one. Quotes, trades without id and whole messages of books
/// are the same if all their values are; what occurs n times in one and m times in the other occurs max(n, m)
/// times in the result, so that importing again changes nothing and true repetitions survive. Of two rows
/// with one key and different values the incoming one wins if `replace`; otherwise they are an error
/// (bad_data) that shows the first such pair and their number. An unknown trade count or mark (zero) is in
/// conflict with nothing. The result has the larger scales of both.
[[nodiscard]] Result<MergeResult> merge_rows(const DatasetKey& key, Batch base, Batch incoming, bool replace);

}  // namespace kontor::data
