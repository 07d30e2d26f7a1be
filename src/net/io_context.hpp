#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace kontor::net {

/// Asio's part of an IoLoop. For the few sources that open sockets.
struct IoContext {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> stays{io.get_executor()};
};

}  // namespace kontor::net
