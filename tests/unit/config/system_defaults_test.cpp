#include "config/system_defaults.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxfleet {
namespace {

std::vector<std::string> resolver_texts(std::string_view resolv_conf) {
    std::vector<std::string> texts;
    for (const SocketAddress& resolver : resolvers_of(resolv_conf)) {
        texts.push_back(resolver.text());
    }
    return texts;
}

using Texts = std::vector<std::string>;

TEST(ResolvConf, NamesTheResolvers) {
    EXPECT_EQ(resolver_texts("# made by hand\nsearch example.com\nnameserver 192.0.2.53\n"
                             "\tnameserver\t2001:db8::53  # the other\r\noptions edns0\n"),
              (Texts{"192.0.2.53:53", "[2001:db8::53]:53"}));
    EXPECT_EQ(resolver_texts("nameserver 192.0.2.53"), Texts{"192.0.2.53:53"});
    EXPECT_EQ(resolver_texts(""), Texts{});
}

TEST(ResolvConf, LeavesOutWhatItCannotUse) {
    EXPECT_EQ(resolver_texts("nameserver fe80::1%eth0\nnameserver\n;nameserver 192.0.2.1\nnameservers 192.0.2.2\n"
                             "nameserver dns.example\nNAMESERVER 192.0.2.3\n"),
              Texts{});
}

TEST(ResolvConf, CountsThreeDifferentOnesAtMost) {
    EXPECT_EQ(resolver_texts("nameserver 192.0.2.1\nnameserver 192.0.2.1\nnameserver 192.0.2.2\n"
                             "nameserver 192.0.2.3\nnameserver 192.0.2.4\n"),
              (Texts{"192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"}));
}

TEST(Fqdn, IsTheHostNameIfThatHasADot) {
    EXPECT_EQ(fqdn_of("Probe.Example.net", ""), "probe.example.net");
    EXPECT_EQ(fqdn_of("probe.example.net", "127.0.1.1 probe.elsewhere.net probe.example.net\n"), "probe.example.net");
}

TEST(Fqdn, IsTheNameWithADotBesideIt) {
    EXPECT_EQ(fqdn_of("probe", "127.0.0.1 localhost\n127.0.1.1\tprobe.example.net probe # us\n"), "probe.example.net");
    EXPECT_EQ(fqdn_of("probe", "127.0.1.1 probe probe.example.net\n"), "probe.example.net");
    EXPECT_EQ(fqdn_of("probe", "127.0.1.1 probe\n192.0.2.1 probe.example.net probe\n"), "probe.example.net");
}

TEST(Fqdn, IsEmptyRatherThanWrong) {
    EXPECT_EQ(fqdn_of("probe", ""), "");
    EXPECT_EQ(fqdn_of("probe", "192.0.2.1 other.example.net other\n"), "");
    EXPECT_EQ(fqdn_of("probe", "# 192.0.2.1 probe.example.net probe\n"), "");
    EXPECT_EQ(fqdn_of("probe", "probe.example.net probe\n"), "");  // the first word is the address
    EXPECT_EQ(fqdn_of("localhost.localdomain", ""), "");
    EXPECT_EQ(fqdn_of("mxfleet-0", "10.0.0.1 mxfleet-0.mxfleet.default.svc.cluster.local mxfleet-0\n"), "");
    EXPECT_EQ(fqdn_of("my_probe.example.net", ""), "");
}

TEST(FillIn, GivesWhatTheConfigurationLeavesOpen) {
    const SystemDefaults system{"probe", "probe.example.net", {{IpAddress::v4({192, 0, 2, 53}), 53}}};
    Settings settings;
    fill_in(settings, system);
    EXPECT_EQ(settings.agent.vantage, "probe");
    EXPECT_EQ(settings.agent.ehlo, "probe.example.net");
    EXPECT_EQ(settings.dns.resolvers, system.resolvers);
}

TEST(FillIn, LeavesAloneWhatIsStated) {
    Settings stated;
    stated.agent.vantage = "fra1";
    stated.agent.ehlo = "mail.example.org";
    stated.dns.resolvers = {{IpAddress::v4({127, 0, 0, 1}), 53}};
    Settings settings = stated;
    fill_in(settings, {"probe", "probe.example.net", {{IpAddress::v4({192, 0, 2, 53}), 53}}});
    EXPECT_EQ(settings, stated);
}

TEST(SystemDefaults, AreThereOnThisMachine) {
    EXPECT_FALSE(read_system_defaults().host_name.empty());
}

}  // namespace
}  // namespace mxfleet
