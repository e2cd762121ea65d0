#pragma once

// Asio 1.18 uses std::exchange without its header.
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

/// Asio's coroutines, as the tunnel uses them: errors are values, nothing throws.
namespace firesteel::gateway {

namespace asio = boost::asio;
using boost::system::error_code;

/// `co_await socket.async_…(…, Into(error))`.
inline auto Into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

}  // namespace firesteel::gateway
