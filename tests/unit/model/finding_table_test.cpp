// The finding table, held against CHECKS §12 (written out here once more) and against what people need to read.
#include "probes/model/finding_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "probes/model/finding.hpp"

namespace mxfleet {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

/// CHECKS §12, and flow.refused.
constexpr std::string_view critical_codes =
    "dns.domain_not_found dns.no_usable_mx dns.mx_unexpected dns.dnssec_bogus dns.invalid_name mail.undeliverable "
    "dane.mismatch dane.lookup_failed relay.open service.down service.login_failed flow.lost "
    "vantage.egress_blocked vantage.resolver_failed";
constexpr std::string_view warning_codes =
    "dns.lookup_failed dns.null_mx_mixed dns.null_mx_malformed dns.mx_is_cname dns.mx_is_ip_literal "
    "dns.mx_target_not_found dns.mx_target_no_address dns.mx_private_address dns.mx_ipv6_only "
    "dns.resolvers_disagree dns.too_many_endpoints "
    "smtp.connect_refused smtp.connect_timeout smtp.no_route smtp.banner_timeout smtp.banner_rejected "
    "smtp.protocol_error smtp.connection_dropped smtp.command_timeout smtp.ehlo_rejected smtp.session_budget "
    "smtp.banner_slow smtp.rate_limited smtp.tempfail smtp.blocked_us smtp.middlebox smtp.helo_only "
    "smtp.auth_before_tls smtp.tls_required "
    "tls.not_offered tls.starttls_temporary tls.starttls_broken tls.handshake_failed tls.injection "
    "tls.legacy_protocol tls.capabilities_lost tls.stripped "
    "cert.expired cert.not_yet_valid cert.self_signed cert.untrusted cert.chain_incomplete cert.name_mismatch "
    "cert.weak_key cert.weak_signature cert.expires_soon "
    "dane.unusable dane.tls_unavailable "
    "mta_sts.record_invalid mta_sts.fetch_failed mta_sts.policy_invalid mta_sts.mx_mismatch "
    "mta_sts.certificate_fails mta_sts.id_body_drift mta_sts.short_max_age tlsrpt.invalid "
    "rdns.missing rdns.unconfirmed dnsbl.listed relay.suspected "
    "policy.null_sender_refused policy.postmaster_refused siblings.differ "
    "service.auth_not_required flow.late flow.junk flow.duplicate flow.refused "
    "vantage.no_ipv6 vantage.rdns_unconfirmed vantage.listed vantage.clock vantage.local_fault vantage.ehlo_literal";
constexpr std::string_view info_codes =
    "dns.null_mx dns.implicit_mx dns.mx_duplicate dns.mx_no_ipv6 dns.mx_changed dns.single_endpoint "
    "smtp.bare_lf smtp.banner_hostname_mismatch smtp.capability_invalid smtp.capability_inconsistent smtp.flapping "
    "dane.rollover_risk dane.unmatched_record mta_sts.absent tlsrpt.absent relay.unknown relay.not_tested "
    "policy.catch_all policy.vrfy_discloses policy.expn_discloses policy.greylisting";

std::vector<std::string> split(std::string_view codes) {
    std::istringstream words{std::string(codes)};
    return {std::istream_iterator<std::string>(words), {}};
}

std::vector<std::string> codes_of(Severity severity) {
    std::vector<std::string> codes;
    for (const FindingRow& row : finding_table) {
        if (row.severity == severity) codes.emplace_back(row.code);
    }
    return codes;
}

std::string_view prefix_of(const FindingRow& row) {
    return row.code.substr(0, row.code.find('.'));
}

bool matches(std::string_view text, const char* pattern) {
    return std::regex_match(text.begin(), text.end(), std::regex(pattern));
}

TEST(FindingTable, HoldsTheCodesOfTheSpecificationWithTheirSeverities) {
    EXPECT_THAT(codes_of(Severity::critical), UnorderedElementsAreArray(split(critical_codes)));
    EXPECT_THAT(codes_of(Severity::warning), UnorderedElementsAreArray(split(warning_codes)));
    EXPECT_THAT(codes_of(Severity::info), UnorderedElementsAreArray(split(info_codes)));
}

TEST(FindingTable, CodesAreUniqueAndWellFormed) {
    std::set<std::string_view> seen;
    for (const FindingRow& row : finding_table) {
        EXPECT_TRUE(seen.insert(row.code).second) << row.code << " stands twice";
        EXPECT_TRUE(matches(row.code, "[a-z_]+\\.[a-z0-9_]+")) << row.code;
    }
}

TEST(FindingTable, APrefixStandsTogetherTheWorstFirst) {
    std::set<std::string_view> ended;
    for (std::size_t at = 1; at < finding_table.size(); ++at) {
        const FindingRow& before = finding_table[at - 1];
        const FindingRow& row = finding_table[at];
        if (prefix_of(before) == prefix_of(row)) {
            EXPECT_GE(before.severity, row.severity) << row.code;
        } else {
            ended.insert(prefix_of(before));
            EXPECT_FALSE(ended.contains(prefix_of(row))) << row.code;
        }
    }
}

TEST(FindingTable, TitlesAreShortUniqueClauses) {
    std::set<std::string_view> seen;
    for (const FindingRow& row : finding_table) {
        EXPECT_TRUE(seen.insert(row.title).second) << row.code;
        EXPECT_FALSE(row.title.ends_with('.')) << row.code;
        EXPECT_LE(row.title.size(), 72u) << row.code;
    }
}

TEST(FindingTable, WhyAndAdviceAreSentencesThatFitATerminal) {
    for (const FindingRow& row : finding_table) {
        for (const std::string_view text : {row.why, row.advice}) {
            EXPECT_TRUE(text.ends_with('.')) << row.code << ": " << text;
            EXPECT_GE(text.size(), 40u) << row.code << ": " << text;
            EXPECT_LE(text.size(), 320u) << row.code << ": " << text;
            EXPECT_EQ(std::ranges::count(text, '`') % 2, 0) << row.code << " leaves a ` open";
        }
    }
}

TEST(FindingTable, TextsArePlainAndTrimmed) {
    for (const FindingRow& row : finding_table) {
        for (const std::string_view text : {row.title, row.why, row.advice, row.reference}) {
            ASSERT_THAT(text, Not(IsEmpty())) << row.code;
            EXPECT_FALSE(text.starts_with(' ') || text.ends_with(' ')) << row.code << ": '" << text << "'";
            EXPECT_EQ(text.find("  "), text.npos) << row.code << ": two spaces in " << text;
        }
        for (const std::string_view text : {row.title, row.why, row.advice}) {
            const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
            EXPECT_TRUE(std::ranges::all_of(text, plain)) << row.code << ": " << text;
        }
    }
}

TEST(FindingTable, AReferenceIsAnRfcOrANamedConvention) {
    constexpr auto rfc = "RFC [0-9]+( §[0-9.]*[0-9])?(, (RFC [0-9]+( §[0-9.]*[0-9])?|§[0-9.]*[0-9]))*";
    constexpr auto convention = "(Operational practice|mxfleet configuration|mxfleet vantage check): .*[^.]";
    for (const FindingRow& row : finding_table) {
        EXPECT_TRUE(matches(row.reference, rfc) || matches(row.reference, convention))
            << row.code << ": " << row.reference;
    }
}

TEST(FindingCode, EveryRowIsFoundByItsCode) {
    for (const FindingRow& row : finding_table) {
        const auto code = FindingCode::find(row.code);
        ASSERT_TRUE(code) << row.code;
        EXPECT_EQ(&code->row(), &row);
        EXPECT_EQ(code->text(), row.code);
    }
}

TEST(FindingCode, NothingElseIsFound) {
    for (const std::string_view code :
         {"", ".", "cert", "cert.", "cert.expire", "cert.expired ", "Cert.expired", "cert.expired\n"}) {
        EXPECT_EQ(FindingCode::find(code), std::nullopt) << "'" << code << "'";
    }
}

TEST(FindingCode, ALiteralIsResolvedWhenCompiled) {
    constexpr FindingCode first = "dns.domain_not_found";
    constexpr FindingCode last = "vantage.ehlo_literal";
    EXPECT_EQ(&first.row(), &finding_table.front());
    EXPECT_EQ(&last.row(), &finding_table.back());
    EXPECT_EQ(FindingCode::find("cert.expired"), FindingCode("cert.expired"));
    EXPECT_LT(first, last) << "codes sort as the table does";
}

TEST(Statement, HasTheSeverityOfItsCodeUnlessAPolicySaysOtherwise) {
    const Statement usual("cert.expired", "expired 3 days ago");
    EXPECT_EQ(usual.severity, Severity::warning);
    EXPECT_EQ(usual.summary, "expired 3 days ago");
    const Statement raised("cert.expired", Severity::critical, "expired 3 days ago");
    EXPECT_EQ(raised.severity, Severity::critical);
    EXPECT_EQ(raised.code, usual.code);
    EXPECT_NE(raised, usual);
}

}  // namespace
}  // namespace mxfleet
