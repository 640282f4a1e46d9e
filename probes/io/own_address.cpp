#include "probes/io/own_address.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>

namespace mxfleet {
namespace {

/// A root name server: an address that is routed everywhere and will be. Nothing is sent there.
constexpr const char* far_away_v4 = "198.41.0.4";
constexpr const char* far_away_v6 = "2001:503:ba3e::2:30";
constexpr std::uint16_t any_port = 53;

}  // namespace

std::optional<IpAddress> own_address(bool v6) {
    asio::io_context context;
    asio::ip::udp::socket socket(context);
    asio::error_code error;
    const auto address = asio::ip::make_address(v6 ? far_away_v6 : far_away_v4, error);
    socket.connect({address, any_port}, error);
    if (error) return std::nullopt;
    const auto local = socket.local_endpoint(error);
    if (error) return std::nullopt;
    return IpAddress::parse(local.address().to_string());
}

}  // namespace mxfleet
