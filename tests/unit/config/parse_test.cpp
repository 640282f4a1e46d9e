// Every kind of mistake in a configuration file, with the exact line, column and words it is answered with.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/config/errors_of.hpp"

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct ErrorRow {
    std::string toml;
    std::string error;  ///< after "f:"
};

void check_rows(const std::vector<ErrorRow>& rows) {
    for (const ErrorRow& row : rows) {
        SCOPED_TRACE(row.toml);
        EXPECT_THAT(errors_of(row.toml), ElementsAre("f:" + row.error));
    }
}

TEST(Parse, TakesAnEmptyFile) {
    EXPECT_EQ(settings_of(""), Settings{});
    EXPECT_EQ(settings_of("# nothing\r\n\r\n[smtp]\r\n"), Settings{});
    EXPECT_EQ(settings_of("\xEF\xBB\xBF[smtp]\n"), Settings{});
}

TEST(Parse, SaysWhereTheTomlIsBroken) {
    check_rows({
        {"[smtp]\nport = 25\nport = 26\n",
         "3:8: error: this is no valid TOML: Error while parsing key-value pair: cannot redefine existing integer "
         "'port'"},
        {"[smtp]\n[smtp]\n",
         "2:1: error: this is no valid TOML: Error while parsing table header: cannot redefine existing table 'smtp'"},
        {"[schedule]\ninterval = 5m\n",
         "2:13: error: this is no valid TOML: Error while parsing decimal integer: expected digit, saw 'm'"},
        {"[relay]\nconfirm = t\n",
         "2:12: error: this is no valid TOML: Error while parsing boolean: expected 'true', saw 't\\x0a'"},
        {"a = \"\xff\"", "1:5: error: this is no valid TOML: Encountered invalid utf-8 sequence"},
        {"a.b.c.d.e.f.g.h.i.j = 1", "1:18: error: a key has more than 8 dots"},
    });
}

TEST(Parse, KnowsItsSectionsAndKeys) {
    const std::string sections =
        "agent, web, log, schedule, dns, smtp, tls, targets, relay, policy, dnsbl, export, alerts, vantage, domain, "
        "domain_file, service, flow, credentials";
    check_rows({
        {"[shedule]\n", "1:2: error: unknown section `shedule`; did you mean `schedule`?"},
        {"[metrics]\n", "1:2: error: unknown section `metrics`; there are " + sections},
        {"[[metrics]]\n", "1:3: error: unknown section `metrics`; there are " + sections},
        {"timeout = \"5s\"", "1:1: error: unknown key `timeout` outside of all sections; there are " + sections},
        {"[schedule]\n  intervall = \"5m\"\n",
         "2:3: error: unknown key `intervall` in [schedule]; did you mean `interval`?"},
        {"[log]\nfile = \"x\"\n", "2:1: error: unknown key `file` in [log]; it takes level, format"},
        {"[log.rotation]\n", "1:6: error: unknown key `rotation` in [log]; it takes level, format"},
        {"[[domain]]\nname = \"a.example\"\nexpects = \"mail\"\n",
         "3:1: error: unknown key `expects` in [[domain]]; did you mean `expect`?"},
        {"[credentials.x]\nusername = \"u\"\npassword_file = \"p\"\npasword_file = \"p\"\n",
         "4:1: error: unknown key `pasword_file` in [credentials.x]; did you mean `password_file`?"},
        {"\"a\\u001bb\" = 1", "1:1: error: unknown key `a\\x1bb` outside of all sections; there are " + sections},
    });
}

TEST(Parse, WantsTheRightType) {
    const std::string duration = " wants a duration in quotes such as \"30s\" or \"5m\", not ";
    check_rows({
        {"[schedule]\ninterval = 300\n", "2:12: error: schedule.interval:" + duration + "a whole number"},
        {"[schedule]\ninterval = 1.5\n", "2:12: error: schedule.interval:" + duration + "a number with a point"},
        {"[schedule]\ninterval = true\n", "2:12: error: schedule.interval:" + duration + "a boolean"},
        {"[schedule]\ninterval = 1979-05-27\n", "2:12: error: schedule.interval:" + duration + "a date or time"},
        {"[schedule]\ninterval = [\"5m\"]\n", "2:12: error: schedule.interval:" + duration + "a list"},
        {"[schedule.interval]\n", "1:1: error: schedule.interval:" + duration + "a table"},
        {"[smtp]\nport = \"25\"\n", "2:8: error: smtp.port: wants a whole number from 1 to 65535, not a string"},
        {"[web]\nallow_check = \"true\"\n",
         "2:15: error: web.allow_check: wants true or false without quotes, not a string"},
        {"[web]\nallow_check = 1\n", "2:15: error: web.allow_check: wants true or false, not a whole number"},
        {"[web]\nlisten = \"127.0.0.1:9925\"\n",
         "2:10: error: web.listen: wants a list in brackets, as [\"…\", \"…\"], not a string"},
        {"[web]\nlisten = [\n  \":9925\",\n  9926]\n",
         "4:3: error: web.listen: wants an address and port such as \"127.0.0.1:9925\", not a whole number"},
        {"[tls]\nca_file = 1\n", "2:11: error: tls.ca_file: wants a path, not a whole number"},
        {"[schedule]\nshard = 1\n",
         "2:9: error: schedule.shard: wants \"INDEX/COUNT\" or \"statefulset/COUNT\", not a whole number"},
        {"[log]\nformat = 1\n", "2:10: error: log.format: wants one of \"logfmt\", \"json\", not a whole number"},
        {"smtp = 25\n", "1:8: error: smtp: is a section: write `[smtp]` and its keys below"},
        {"[[smtp]]\n", "1:1: error: smtp: is a section: write `[smtp]`, with one bracket"},
        {"[domain]\nname = \"a.example\"\n",
         "1:1: error: domain: wants its tables under `[[domain]]`, with two brackets"},
        {"domain = [\"a.example\"]\n", "1:10: error: domain: wants its tables under `[[domain]]`, with two brackets"},
        {"[credentials]\nx = \"u\"\n",
         "2:5: error: credentials: wants a table for each name: write `[credentials.NAME]`"},
        {"[[domain]]\nname = \"a.example\"\ntags = [\"team\"]\n",
         "3:8: error: domain.tags: wants names and texts, as { team = \"mail\" }, not a list"},
        {"[[domain]]\nname = \"a.example\"\ntags = { team = 1 }\n",
         "3:17: error: domain.tags: wants a line of text, not a whole number"},
    });
}

TEST(Parse, KeepsValuesInTheirRange) {
    check_rows({
        {"[smtp]\nport = 0\n", "2:8: error: smtp.port: 0 is out of range; it may be from 1 to 65535"},
        {"[smtp]\nport = 65536\n", "2:8: error: smtp.port: 65536 is out of range; it may be from 1 to 65535"},
        {"[dns]\ntries = -1\n", "2:9: error: dns.tries: -1 is out of range; it may be from 1 to 10"},
        {"[schedule]\nconcurrency = 0\n",
         "2:15: error: schedule.concurrency: 0 is out of range; it may be from 1 to 1000000"},
        {"[schedule]\ninterval = \"1ms\"\n",
         "2:12: error: schedule.interval: `1ms` is out of range; it may be from 100ms to 7d"},
        {"[schedule]\ninterval = \"8d\"\n",
         "2:12: error: schedule.interval: `8d` is out of range; it may be from 100ms to 7d"},
        {"[schedule]\ninterval = \"5 m\"\n",
         "2:12: error: schedule.interval: `5 m` is no duration: the units are w, d, h, m, s and ms; write for example "
         "\"250ms\", \"30s\", \"5m\" or \"1h30m\""},
        {"[web]\nlisten = []\n", "2:10: error: web.listen: needs at least 1 entry"},
    });
    std::string many = "[vantage]\ncheck_targets = [";
    for (int i = 0; i < 17; ++i) {
        many += "\"mx" + std::to_string(i) + ".example:25\", ";
    }
    check_rows({{many + "]", "2:17: error: vantage.check_targets: has 17 entries and may have at most 16"}});
}

TEST(Parse, ExplainsValuesThatAreNone) {
    check_rows({
        {"[log]\nlevel = \"wraning\"\n",
         "2:9: error: log.level: `wraning` is none of \"trace\", \"debug\", \"info\", \"warning\", \"error\"; did you "
         "mean \"warning\"?"},
        {"[smtp]\nipv6 = \"no\"\n", "2:8: error: smtp.ipv6: `no` is none of \"auto\", \"true\", \"false\""},
        {"[[domain]]\nname = \"a.example\"\nexpect = true\n",
         "3:10: error: domain.expect: `true` is none of \"mail\", \"null\""},
        {"[smtp]\nsource_ipv4 = \"::1\"\n",
         "2:15: error: smtp.source_ipv4: `::1` is no IPv4 address; write for example \"192.0.2.1\""},
        {"[smtp]\nsource_ipv6 = \"192.0.2.1\"\n",
         "2:15: error: smtp.source_ipv6: `192.0.2.1` is no IPv6 address; write for example \"2001:db8::1\""},
        {"[agent]\nehlo = \"probe\"\n",
         "2:8: error: agent.ehlo: `probe` has one label only, where at least two are wanted, as in `example.com`"},
        {"[agent]\nvantage = \"a\\nb\"\n",
         "2:11: error: agent.vantage: `a\\x0ab` has control or invisible characters in it"},
        {"[alerts]\njob = \"\"\n", "2:7: error: alerts.job: it is empty"},
        {"[tls]\nca_file = \"a\\u0000b\"\n", "2:11: error: tls.ca_file: `a\\x00b` has a NUL in it"},
        {"[relay]\nrecipient = \"example.com\"\n",
         "2:13: error: relay.recipient: `example.com` is no mail address; write it as `user@example.com`"},
        {"[targets]\nallow_networks = [\"10.1.0.0/8\"]\n",
         "2:19: error: targets.allow_networks: `10.1.0.0/8` has bits set beyond its prefix; did you mean "
         "`10.0.0.0/8`?"},
        {"[targets]\ndeny_networks = [\"10.0.0.0/8\",\n\"10.0.0.0/8\"]\n",
         "3:1: error: targets.deny_networks: the same entry stands here twice"},
        {"[[domain]]\nname = \"a.example\"\nmx = [\"mx.a.example\", \"MX.A.example.\"]\n",
         "3:23: error: domain.mx: the same entry stands here twice"},
        {"[[domain]]\nname = \"a.example\"\nignore = [\"rdns.mising\"]\n",
         "3:11: error: domain.ignore: `rdns.mising` is no finding code; did you mean `rdns.missing`?"},
        {"[[domain]]\nname = \"a.example\"\nignore = [\"everything\"]\n",
         "3:11: error: domain.ignore: `everything` is no finding code; `mxfleet explain` lists them"},
        {"[[flow]]\nname = \"f\"\nfrom = \"a@b.example\"\nto = \"a@b.example\"\nmailbox = \"m\"\nvia = \"smtp\"\n"
         "[[service]]\nname = \"m\"\nkind = \"imap\"\nhost = \"h\"\ncredentials = \"c\"\n"
         "[credentials.c]\nusername = \"u\"\npassword_env = \"P\"\n",
         "6:7: error: flow.via: `smtp` is no way to hand mail over; write \"each_endpoint\", \"mx\" or "
         "\"service:NAME\""},
    });
}

TEST(Parse, ChecksTheNamesOfTags) {
    const auto with_tag = [](const std::string& tag) {
        return "[[domain]]\nname = \"a.example\"\ntags = { " + tag + " = \"x\" }\n";
    };
    check_rows({
        {with_tag("mail-team"),
         "3:10: error: domain.tags: `mail-team` is no label name: letters, digits and underscores, no digit first"},
        {with_tag("1st"),
         "3:10: error: domain.tags: `1st` is no label name: letters, digits and underscores, no digit "
         "first"},
        {with_tag("__name"),
         "3:10: error: domain.tags: `__name` begins with two underscores, which Prometheus keeps for itself"},
        {with_tag("domain"), "3:10: error: domain.tags: `domain` is a label that every such series has already"},
        {with_tag(std::string(65, 't')),
         "3:10: error: domain.tags: `" + std::string(65, 't') + "` is longer than 64 bytes"},
        {"[[domain]]\nname = \"a.example\"\ntags = { team = \"\" }\n", "3:17: error: domain.tags: it is empty"},
        {"[[domain]]\nname = \"a.example\"\ntags = { team = \"" + std::string(129, 'x') + "\" }\n",
         "3:17: error: domain.tags: `" + std::string(97, 'x') + "…` is longer than 128 bytes"},
    });
    EXPECT_THAT(errors_of(with_tag("_team2")), ElementsAre());
}

TEST(Parse, ReadsShards) {
    const auto shard = [](const std::string& text, std::string_view host_name) {
        const auto config = parse_config("[schedule]\nshard = \"" + text + "\"\n", "f", host_name);
        return config ? config->settings.schedule.shard : ShardSettings{0, 0};
    };
    EXPECT_EQ(shard("3/16", ""), (ShardSettings{3, 16}));
    EXPECT_EQ(shard("statefulset/16", "mxfleet-12"), (ShardSettings{12, 16}));
    EXPECT_EQ(shard("statefulset/16", "my-mxfleet-0.mxfleet.svc"), (ShardSettings{0, 16}));

    const std::string wanted = "; write \"INDEX/COUNT\" with INDEX below COUNT, or \"statefulset/COUNT\"";
    const auto row = [](const std::string& text, const std::string& error) {
        return ErrorRow{"[schedule]\nshard = \"" + text + "\"\n",
                        "2:9: error: schedule.shard: `" + text + "` " + error};
    };
    check_rows({
        row("", "is no shard" + wanted), row("1", "is no shard" + wanted), row("1/0", "is no shard" + wanted),
        row("1/10001", "is no shard" + wanted), row("-1/2", "is no shard" + wanted), row("a/2", "is no shard" + wanted),
        row("1/2/3", "is no shard" + wanted), row("2/2", "has no shard 2: they count from 0 to 1"),
        row("statefulset/2", "has no shard 3: they count from 0 to 1"),  // the host is mxfleet-3
    });
    EXPECT_THAT(errors_of("[schedule]\nshard = \"statefulset/2\"\n", "probe"),
                ElementsAre("f:2:9: error: schedule.shard: `statefulset/2` needs a host name that ends in a hyphen and "
                            "a number, as `mxfleet-0`; this one is `probe`"));
}

TEST(Parse, TellsWhatIsMissing) {
    check_rows({
        {"[log]\n[[domain]]\n", "2:1: error: [[domain]] has no `name`, which it needs"},
        {"[[domain_file]]\ninterval = \"1m\"\n", "1:1: error: [[domain_file]] has no `path`, which it needs"},
        {"[[domain_file]]\npath = \"\"\n", "2:8: error: domain_file.path: it is empty; name a file"},
        {"[[service]]\nname = \"s\"\nkind = \"imap\"\n", "1:1: error: [[service]] has no `host`, which it needs"},
        {"[credentials.x]\npassword_file = \"p\"\n", "1:1: error: [credentials.x] has no `username`, which it needs"},
    });
}

TEST(Parse, RefusesSecrets) {
    check_rows({{"[credentials.x]\nusername = \"u\"\npassword_file = \"f\"\npassword = \"secret\"\n",
                 "4:12: error: credentials.x.password: a secret never stands in this file; name a password_file or a "
                 "password_env"}});
}

TEST(Parse, ReportsDomainsThatStandTwice) {
    EXPECT_THAT(errors_of("[[domain]]\nname = \"a.example\"\n[[domain]]\nname = \"b.example\"\n"
                          "[[domain]]\nname = \"A.example.\"\n[[domain]]\nname = \"a.example\"\n"),
                ElementsAre("f:6:8: error: domain.name: `a.example` stands already at f:2",
                            "f:8:8: error: domain.name: `a.example` stands already at f:2"));
}

TEST(Parse, ReportsEveryErrorAtOnceInTheOrderOfTheFile) {
    EXPECT_THAT(errors_of("[agent]\n"
                          "ehlo = \"probe\"\n"
                          "thread = 4\n"
                          "[relay]\n"
                          "confirm = true\n"
                          "[schedule]\n"
                          "interval = 5\n"
                          "shard = \"5/4\"\n"
                          "[[domain]]\n"
                          "name = \"example\"\n"
                          "port = 99999\n"
                          "[[domain]]\n"
                          "ignore = [\"no.such\", \"rdns.missing\", \"cert.expires_son\"]\n"),
                ElementsAre(HasSubstr("f:2:8: error: agent.ehlo"),            //
                            HasSubstr("f:3:1: error: unknown key `thread`"),  //
                            HasSubstr("f:5:11: error: relay.confirm: needs relay.recipient"),
                            HasSubstr("f:5:11: error: relay.confirm: needs relay.confirm_mailbox"),
                            HasSubstr("f:5:11: error: relay.confirm: needs agent.state_directory"),
                            HasSubstr("f:7:12: error: schedule.interval"),         //
                            HasSubstr("f:8:9: error: schedule.shard"),             //
                            HasSubstr("f:10:8: error: domain.name"),               //
                            HasSubstr("f:11:8: error: domain.port"),               //
                            HasSubstr("f:12:1: error: [[domain]] has no `name`"),  //
                            HasSubstr("f:13:11: error: domain.ignore"), HasSubstr("f:13:38: error: domain.ignore")));
}

TEST(Parse, StopsCountingAtAThousandErrors) {
    std::string toml = "[smtp]\n";
    for (int i = 0; i < 1005; ++i) {
        toml += "unknown" + std::to_string(i) + " = 1\n";
    }
    const auto errors = errors_of(toml);
    ASSERT_EQ(errors.size(), 1001u);
    EXPECT_THAT(errors.back(), HasSubstr(": error: and 5 more errors"));
}

TEST(Parse, SurvivesTheDeepestText) {
    // As many dots as a key may have, in as many tables in each other as the TOML parser takes.
    const std::string key = "a.a.a.a.a.a.a.a.a = ";
    std::string open, close;
    for (int i = 0; i < 250; ++i) {
        open += "{" + key;
        close += "}";
    }
    EXPECT_THAT(errors_of("[" + key.substr(0, 17) + "]\n" + key + open + "1" + close),
                ElementsAre(HasSubstr("1:2: error: unknown section `a`; there are ")));
}

TEST(Parse, RefusesATextThatIsTooLarge) {
    EXPECT_THAT(errors_of("#" + std::string(config_bytes_limit, '#')),
                ElementsAre("f:1:1: error: is larger than 16 MiB; name long lists of domains in a [[domain_file]]"));
}

}  // namespace
}  // namespace mxfleet
