// What does not fit together, although each part is right by itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/config/errors_of.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

TEST(Consistency, TwoStatedDurationsMayContradictEachOther) {
    EXPECT_THAT(
        errors_of("[schedule]\ninterval = \"10s\"\nretry_interval = \"11s\"\n"),
        ElementsAre("f:3:18: error: schedule.retry_interval: 11s is longer than schedule.interval, which is 10s"));
    EXPECT_THAT(errors_of("[tls]\nexpiry_critical = \"30d\"\nexpiry_warning = \"14d\"\n"),
                ElementsAre("f:2:19: error: tls.expiry_critical: 30d is longer than tls.expiry_warning, which is 14d"));
    EXPECT_THAT(errors_of("[smtp]\nbanner_slow = \"11s\"\nbanner_timeout = \"10s\"\n"),
                ElementsAre("f:2:15: error: smtp.banner_slow: 11s is longer than smtp.banner_timeout, which is 10s"));
    EXPECT_THAT(errors_of("[tls]\nexpiry_critical = \"14d\"\nexpiry_warning = \"14d\"\n"), ElementsAre());
}

TEST(Consistency, ADefaultGivesWay) {
    EXPECT_EQ(settings_of("[schedule]\ninterval = \"10s\"\n").schedule.retry_interval, 10s);
    EXPECT_EQ(settings_of("[schedule]\nretry_interval = \"10m\"\n").schedule.interval, 10min);
    EXPECT_EQ(settings_of("[tls]\nexpiry_warning = \"3d\"\n").tls.expiry_critical, 72h);
    EXPECT_EQ(settings_of("[tls]\nexpiry_critical = \"30d\"\n").tls.expiry_warning, 30 * 24h);
    EXPECT_EQ(settings_of("[smtp]\nbanner_timeout = \"5s\"\n").smtp.banner_slow, 5s);
}

TEST(Consistency, AValueInErrorContradictsNothing) {
    EXPECT_EQ(errors_of("[schedule]\ninterval = \"10s\"\nretry_interval = \"x\"\n").size(), 1u);
    EXPECT_EQ(errors_of("[relay]\nconfirm = true\nrecipient = \"x\"\nconfirm_mailbox = \"m\"\n"
                        "[agent]\nstate_directory = \"/s\"\n"
                        "[[service]]\nname = \"m\"\nkind = \"pop3s\"\nhost = \"h\"\ncredentials = \"c\"\n"
                        "[credentials.c]\nusername = \"u\"\npassword_env = \"not a name\"\n")
                  .size(),
              2u);
}

TEST(Consistency, OneFamilyOfAddressesIsLeft) {
    EXPECT_THAT(
        errors_of("[smtp]\nipv4 = false\nipv6 = false\n"),
        ElementsAre("f:3:8: error: smtp.ipv6: neither IPv4 nor IPv6 is left to probe with; leave one of smtp.ipv4 "
                    "and smtp.ipv6 on"));
    EXPECT_EQ(settings_of("[smtp]\nipv4 = false\nipv6 = true\n").smtp.ipv6, UseIpv6::yes);
    EXPECT_EQ(settings_of("[smtp]\nipv6 = \"false\"\n").smtp.ipv6, UseIpv6::no);
}

const std::string mailbox =
    "[[service]]\nname = \"box\"\nkind = \"imaps\"\nhost = \"mail.example.com\"\ncredentials = \"user\"\n"
    "[credentials.user]\nusername = \"u\"\npassword_env = \"P\"\n";

TEST(Consistency, ConfirmingARelayNeedsAllItsParts) {
    EXPECT_THAT(
        errors_of("[relay]\nconfirm = true\n"),
        ElementsAre("f:2:11: error: relay.confirm: needs relay.recipient, the address that mail is relayed to",
                    "f:2:11: error: relay.confirm: needs relay.confirm_mailbox, the service where its arrival is "
                    "seen",
                    "f:2:11: error: relay.confirm: needs agent.state_directory, so that a restart does not send "
                    "the same mail again"));
    EXPECT_THAT(errors_of("[agent]\nstate_directory = \"s\"\n[relay]\nconfirm = true\nconfirm_mailbox = \"box\"\n"
                          "recipient = \"a@b.example\"\n" +
                          mailbox),
                ElementsAre());
    EXPECT_THAT(errors_of("[relay]\nconfirm_mailbox = \"bxo\"\n" + mailbox),
                ElementsAre("f:2:19: error: relay.confirm_mailbox: there is no [[service]] named `bxo`; did you mean "
                            "`box`?"));
}

TEST(Consistency, ServicesHaveTheirOwnNamesAndKnownCredentials) {
    const std::string service = "[[service]]\nname = \"s\"\nkind = \"imap\"\nhost = \"h\"\n";
    EXPECT_THAT(errors_of(service + service),
                ElementsAre("f:6:8: error: service.name: `s` is the name of an earlier [[service]], too"));
    EXPECT_THAT(errors_of(service + "credentials = \"nobody\"\n"),
                ElementsAre("f:5:15: error: service.credentials: there is no [credentials.nobody]; add it"));
    EXPECT_THAT(
        errors_of(service + "credentials = \"usr\"\n[credentials.user]\nusername = \"u\"\npassword_env = \"P\"\n"),
        ElementsAre("f:5:15: error: service.credentials: there is no [credentials.usr]; did you mean `user`?"));
}

TEST(Consistency, FlowsNameServicesThatCanDoIt) {
    const std::string flow = "[[flow]]\nname = \"f\"\nfrom = \"a@b.example\"\nto = \"a@b.example\"\n";
    const std::string submission = "[[service]]\nname = \"sub\"\nkind = \"submission\"\nhost = \"h\"\n";
    const std::string no_login = "[[service]]\nname = \"open\"\nkind = \"pop3\"\nhost = \"h\"\n";
    EXPECT_THAT(errors_of(flow + "mailbox = \"box\"\nvia = \"service:sub\"\n" + mailbox + submission), ElementsAre());
    EXPECT_THAT(errors_of(flow + "mailbox = \"box\"\nvia = \"service:box\"\n" + mailbox),
                ElementsAre("f:6:7: error: flow.via: service `box` takes no mail; name one of kind submission"));
    EXPECT_THAT(errors_of(flow + "mailbox = \"box\"\nvia = \"service:other\"\n" + mailbox),
                ElementsAre("f:6:7: error: flow.via: there is no [[service]] named `other`; add it"));
    EXPECT_THAT(
        errors_of(flow + "mailbox = \"sub\"\n" + submission),
        ElementsAre("f:5:11: error: flow.mailbox: service `sub` has no mailbox; name one of kind imap, imaps, pop3 "
                    "or pop3s"));
    EXPECT_THAT(errors_of(flow + "mailbox = \"open\"\n" + no_login),
                ElementsAre("f:5:11: error: flow.mailbox: service `open` has no credentials to read the mailbox with"));
    EXPECT_THAT(errors_of(flow + "mailbox = \"box\"\nlate = \"2h\"\nlost = \"1h\"\n" + mailbox),
                ElementsAre("f:6:8: error: flow.late: 2h is longer than flow.lost, which is 1h"));
}

TEST(Consistency, CredentialsHaveOnePassword) {
    EXPECT_THAT(errors_of("[credentials.x]\nusername = \"u\"\n"),
                ElementsAre("f:1:1: error: credentials.x: has no password; name a password_file or a password_env"));
    EXPECT_THAT(errors_of("[credentials.x]\nusername = \"u\"\npassword_file = \"p\"\npassword_env = \"P\"\n"),
                ElementsAre("f:1:1: error: credentials.x: has a password_file and a password_env; leave one of them"));
}

}  // namespace
}  // namespace mxfleet
