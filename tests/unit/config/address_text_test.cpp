#include "config/address_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mxfleet {
namespace {

struct Row {
    std::string text;
    std::string result;  ///< empty: an error
    std::string error = {};
};

template <class T, class Print>
void check(const std::expected<T, std::string>& result, Print print, const Row& row) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(result ? print(*result) : "", row.result);
    EXPECT_EQ(result ? "" : result.error(), row.error);
}

std::string text_of(const SocketAddress& address) {
    return address.text();
}

TEST(HostPort, IsSplitAtTheRightColon) {
    EXPECT_EQ(split_host_port("mx"), (HostPort{"mx", {}, false}));
    EXPECT_EQ(split_host_port("mx:25"), (HostPort{"mx", 25, false}));
    EXPECT_EQ(split_host_port(":25"), (HostPort{"", 25, false}));
    EXPECT_EQ(split_host_port("2001:db8::1"), (HostPort{"2001:db8::1", {}, false}));
    EXPECT_EQ(split_host_port("[2001:db8::1]"), (HostPort{"2001:db8::1", {}, true}));
    EXPECT_EQ(split_host_port("[2001:db8::1]:65535"), (HostPort{"2001:db8::1", 65535, true}));
    EXPECT_EQ(split_host_port("[::1").error(), "`[::1` opens a bracket and does not close it");
    EXPECT_EQ(split_host_port("[::1]25").error(), "`[::1]25` has something after the bracket that is no port");
    for (const std::string bad : {"mx:", "mx:65536", "mx:-1", "mx:2x", "mx: 25", "[::1]:"}) {
        EXPECT_EQ(split_host_port(bad).error(), "`" + bad + "` has a port that is no number from 0 to 65535");
    }
}

TEST(ListenAddress, IsAnAddressAndAPort) {
    const std::string wanted = "; write \"127.0.0.1:9925\", \"[::1]:9925\" or \":9925\"";
    for (const Row& row : {
             Row{"127.0.0.1:9925", "127.0.0.1:9925"},
             Row{"[::1]:9925", "[::1]:9925"},
             Row{":9925", "[::]:9925"},
             Row{"127.0.0.1:0", "127.0.0.1:0"},
             Row{"127.0.0.1", "", "`127.0.0.1` has no port" + wanted},
             Row{"::1", "", "`::1` has no port" + wanted},
             Row{"localhost:9925", "", "`localhost:9925` is no address with a port" + wanted},
             Row{"[127.0.0.1]:9925", "", "`[127.0.0.1]:9925` is no address with a port" + wanted},
             Row{"127.0.0.1:99999", "", "`127.0.0.1:99999` has a port that is no number from 0 to 65535"},
             Row{"", "", "`` is no address with a port" + wanted},
         }) {
        check(parse_listen_address(row.text), text_of, row);
    }
}

TEST(Resolver, HasPort53UnlessItSaysOtherwise) {
    const std::string wanted = "; write \"192.0.2.53:53\" or \"[2001:db8::53]:53\"; a name cannot be looked up yet";
    for (const Row& row : {
             Row{"192.0.2.53", "192.0.2.53:53"},
             Row{"192.0.2.53:5353", "192.0.2.53:5353"},
             Row{"2001:db8::53", "[2001:db8::53]:53"},
             Row{"[2001:db8::53]:5353", "[2001:db8::53]:5353"},
             Row{"dns.example", "", "`dns.example` is no address with a port" + wanted},
             Row{"192.0.2.53:0", "", "`192.0.2.53:0` has port 0, where nothing can listen"},
         }) {
        check(parse_resolver(row.text), text_of, row);
    }
}

TEST(CheckTarget, IsAHostOrAnAddressWithPort25) {
    for (const Row& row : {
             Row{"MX.example.net.", "mx.example.net:25"},
             Row{"mx.example.net:2525", "mx.example.net:2525"},
             Row{"192.0.2.1", "192.0.2.1:25"},
             Row{"2001:DB8::1", "[2001:db8::1]:25"},
             Row{"[2001:db8::1]:26", "[2001:db8::1]:26"},
             Row{"mx.example.net:0", "", "`mx.example.net:0` has port 0, where nothing can listen"},
             Row{":25", "", "the name is empty"},
             Row{"[mx]:25", "", "`[mx]` is an address literal; a name is wanted, as in `example.com`"},
             Row{"1.2.3:25", "", "`1.2.3` is an address or a number, not a name"},
         }) {
        check(parse_check_target(row.text), check_target_text, row);
    }
}

TEST(Network, IsInCidrForm) {
    const auto print = [](const IpNetwork& network) { return network.text(); };
    for (const Row& row : {
             Row{"192.0.2.0/24", "192.0.2.0/24"},
             Row{"192.0.2.1", "192.0.2.1/32"},
             Row{"::/0", "::/0"},
             Row{"192.0.2.1/24", "", "`192.0.2.1/24` has bits set beyond its prefix; did you mean `192.0.2.0/24`?"},
             Row{"192.0.2.0/33", "", "`192.0.2.0/33` is no network; write \"192.0.2.0/24\" or \"2001:db8::/32\""},
             Row{"example.com", "", "`example.com` is no network; write \"192.0.2.0/24\" or \"2001:db8::/32\""},
             Row{"192.0.2.0/", "", "`192.0.2.0/` is no network; write \"192.0.2.0/24\" or \"2001:db8::/32\""},
         }) {
        check(parse_network(row.text), print, row);
    }
}

}  // namespace
}  // namespace mxfleet
