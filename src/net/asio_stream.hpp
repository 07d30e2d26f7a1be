#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net/byte_stream.hpp"
#include "net/io_loop.hpp"

namespace kontor::net {

/// A stream of a connected socket. For the few sources that open sockets.
[[nodiscard]] std::shared_ptr<ByteStream> make_stream(IoLoop& loop, boost::asio::ip::tcp::socket socket);

/// `127.0.0.1:443`, `[::1]:443`.
[[nodiscard]] std::string describe_endpoint(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace kontor::net
