#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "data/catalogue_layout.hpp"
#include "data/catalogue_text.hpp"

namespace kontor::data {
namespace {

boost::json::object dataset_object(const DatasetInfo& info) {
  boost::json::object object{{"dataset", dataset_folder(info.key)},
                             {"instrument", info.key.instrument.format()},
                             {"kind", boost::describe::enum_to_string(info.key.kind, "")},
                             {"rows", info.rows},
                             {"first", format_time(info.first)},
                             {"last", format_time(info.last)},
                             {"segments", info.segments},
                             {"bytes", info.bytes},
                             {"price_scale", info.scales.price},
                             {"quantity_scale", info.scales.quantity},
                             {"rate_scale", info.scales.rate}};
  if (info.key.kind == DataKind::bar) object["timeframe"] = info.key.timeframe.format();
  return object;
}

}  // namespace

std::string to_json(const Listing& listing, const std::filesystem::path& store) {
  boost::json::array datasets;
  for (const auto& info : listing.datasets) datasets.push_back(dataset_object(info));
  boost::json::array broken;
  for (const auto& segment : listing.broken) {
    broken.push_back(boost::json::object{{"path", segment.path.string()}, {"problem", segment.problem}});
  }
  return boost::json::serialize(boost::json::object{
      {"store", store.string()}, {"datasets", std::move(datasets)}, {"broken", std::move(broken)}});
}

std::string to_json(const WriteSummary& summary) {
  return boost::json::serialize(boost::json::object{{"rows_offered", summary.rows_offered},
                                                    {"rows_added", summary.rows_added},
                                                    {"rows_unchanged", summary.rows_unchanged},
                                                    {"rows_replaced", summary.rows_replaced},
                                                    {"rows_completed", summary.rows_completed},
                                                    {"rows_removed", summary.rows_removed},
                                                    {"segments_written", summary.segments_written},
                                                    {"segments_removed", summary.segments_removed},
                                                    {"segments_unchanged", summary.segments_unchanged},
                                                    {"bytes_written", summary.bytes_written}});
}

}  // namespace kontor::data
