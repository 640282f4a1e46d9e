// CHECKS §5, what is said of records and of servers: a row a case.
#include "probes/dane/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TlsaRecord record(int usage, int selector, int matching) {
    const std::vector<std::uint8_t> digest(32, 0xAB);
    return {static_cast<std::uint8_t>(usage), static_cast<std::uint8_t>(selector), static_cast<std::uint8_t>(matching),
            digest};
}

TlsaFacts usable(std::vector<TlsaRecord> records) {
    TlsaFacts facts{.state = TlsaState::usable, .base = "mx.example.com", .records = std::move(records)};
    facts.usable = facts.records.size();
    return facts;
}

std::vector<std::string> said(const std::vector<Statement>& statements) {
    std::vector<std::string> all;
    for (const Statement& each : statements)
        all.push_back(std::string(each.code.text()) + " " + std::string(name(each.severity)));
    return all;
}

DaneFacts shaken(DaneMatch match, std::vector<std::size_t> unmatched = {}) {
    return {std::make_shared<const TlsaFacts>(usable({record(2, 1, 1), record(3, 1, 1)})), match, std::move(unmatched)};
}

TEST(Tlsa, TextIsThatOfAZoneFile) {
    EXPECT_EQ(text_of({3, 1, 1, {0x8C, 0xB0, 0x0F}}), "3 1 1 8cb00f");
    EXPECT_EQ(text_of({255, 0, 2, {}}), "255 0 2 ");
    EXPECT_EQ(text_of({2, 0, 0, std::vector<std::uint8_t>(5000, 1)}).size(), tlsa_text_limit);
}

TEST(Tlsa, NameHoldsThePort) {
    EXPECT_EQ(tlsa_name("mx.example.com", 25), "_25._tcp.mx.example.com");
    EXPECT_EQ(tlsa_name("mx.example.com", 2525), "_2525._tcp.mx.example.com");
}

TEST(Tlsa, FactsWithoutRecordsAreShared) {
    for (const TlsaState state : {TlsaState::absent, TlsaState::insecure}) {
        EXPECT_EQ(tlsa_without_records(state)->state, state);
        EXPECT_EQ(tlsa_without_records(state), tlsa_without_records(state));
    }
}

TEST(Tlsa, WhatIsSaidOfRecordsAlone) {
    EXPECT_THAT(judge_tlsa({.state = TlsaState::absent}), IsEmpty());
    EXPECT_THAT(judge_tlsa({.state = TlsaState::insecure}), IsEmpty());
    const TlsaFacts failed{.state = TlsaState::lookup_failed, .base = "mx.example.com", .error = DnsError::bogus};
    EXPECT_THAT(said(judge_tlsa(failed)), ElementsAre("dane.lookup_failed critical"));
    EXPECT_THAT(std::string(judge_tlsa(failed)[0].summary), HasSubstr("mx.example.com cannot be looked up: bogus"));
    const TlsaFacts unusable{.state = TlsaState::unusable, .records = {record(1, 0, 1)}};
    EXPECT_THAT(said(judge_tlsa(unusable)), ElementsAre("dane.unusable warning"));
}

TEST(Tlsa, ALoneCertificateBreaksAtRenewal) {
    for (const TlsaRecord& lone : {record(3, 0, 1), record(2, 0, 1), record(3, 0, 2)})
        EXPECT_THAT(said(judge_tlsa(usable({lone}))), ElementsAre("dane.rollover_risk info")) << text_of(lone);
    EXPECT_THAT(judge_tlsa(usable({record(3, 1, 1)})), IsEmpty());
    EXPECT_THAT(judge_tlsa(usable({record(3, 0, 1), record(3, 1, 1)})), IsEmpty());
    TlsaFacts beside_unusable = usable({record(3, 0, 1)});
    beside_unusable.records.push_back(record(1, 1, 1));
    EXPECT_THAT(said(judge_tlsa(beside_unusable)), ElementsAre("dane.rollover_risk info"));
}

TEST(Dane, NoMatchIsCriticalAndALeftOverIsInformation) {
    EXPECT_THAT(said(judge_dane(shaken(DaneMatch::none, {0, 1}))), ElementsAre("dane.mismatch critical"));
    EXPECT_THAT(said(judge_dane(shaken(DaneMatch::end_entity, {0}))), ElementsAre("dane.unmatched_record info"));
    EXPECT_THAT(std::string(judge_dane(shaken(DaneMatch::end_entity, {0}))[0].summary), HasSubstr(": 2 1 1 ab"));
    EXPECT_THAT(judge_dane(shaken(DaneMatch::end_entity)), IsEmpty());
    EXPECT_THAT(judge_dane(shaken(DaneMatch::trust_anchor)), IsEmpty());
    EXPECT_THAT(judge_dane(shaken(DaneMatch::other_name)), IsEmpty()) << "the domain's name may be the one it carries";
}

TEST(Dane, SecureRecordsRequireTls) {
    struct Row {
        TlsaState state;
        StartTls outcome;
        bool is_said;
    };
    for (const auto& [state, outcome, is_said] : {
             Row{TlsaState::usable, StartTls::ok, false},
             Row{TlsaState::usable, StartTls::not_offered, true},
             Row{TlsaState::usable, StartTls::broken, true},
             Row{TlsaState::usable, StartTls::failed, true},
             Row{TlsaState::usable, StartTls::temporary, false},
             Row{TlsaState::unusable, StartTls::not_offered, true},
             Row{TlsaState::absent, StartTls::not_offered, false},
             Row{TlsaState::insecure, StartTls::failed, false},
             Row{TlsaState::lookup_failed, StartTls::not_offered, false},
         }) {
        const auto statement = judge_required_tls({.state = state}, outcome);
        EXPECT_EQ(statement.has_value(), is_said) << static_cast<int>(state) << " " << name(outcome);
        if (statement) {
            EXPECT_EQ(statement->severity, Severity::warning);
        }
    }
}

}  // namespace
}  // namespace mxfleet
