// A service as the API, the list and the terminal show it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/show/lists.hpp"
#include "agent/show/service_json.hpp"
#include "agent/show/service_text.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

using testing::HasSubstr;
using testing::Not;

class ServiceShown : public testing::Test {
protected:
    const std::shared_ptr<const Fleet> fleet = small_fleet();
    const std::shared_ptr<const ServiceStatus> status = fleet->services[0]->status.read();

    std::size_t listed(const ListQuery& query) const { return services_json(*fleet, query)["items"].size(); }
};

TEST_F(ServiceShown, AsJson) {
    const Json json = service_json(*status, Transcripts::shown);
    EXPECT_EQ(json["name"], "submission-eu");
    EXPECT_EQ(json["kind"], "submission");
    EXPECT_EQ(json["verdict"], "critical");
    ASSERT_EQ(json["addresses"].size(), 2u);
    const Json& up = json["addresses"][0];
    EXPECT_EQ(up["state"], "up");
    EXPECT_EQ(up["login"], Json({{"state", "refused"},
                                 {"success", false},
                                 {"mechanism", "PLAIN"},
                                 {"detail", "535 5.7.8 authentication failed"}}));
    EXPECT_EQ(up["seconds"]["login"], 0.02);
    EXPECT_EQ(up["seconds"]["quit"], nullptr);
    EXPECT_EQ(up["tls"]["starttls"], "ok");
    EXPECT_EQ(up["mail_before_login"], 530);
    EXPECT_EQ(up["transcript"][0]["line"], "AUTH PLAIN ********");
    const Json& down = json["addresses"][1];
    EXPECT_EQ(down["state"], "down");
    EXPECT_EQ(down["login"]["success"], nullptr);
    EXPECT_EQ(down["capabilities"], nullptr);
    EXPECT_EQ(down["last_failure"]["failure"]["reason"], "refused");
    EXPECT_FALSE(service_json(*status, Transcripts::hidden)["addresses"][0].contains("transcript"));
}

TEST_F(ServiceShown, AsText) {
    const std::string text = service_text(*status, {.transcripts = Transcripts::shown});
    EXPECT_THAT(text, HasSubstr("submission-eu  CRITICAL  submission at mail.example.com\n"));
    EXPECT_THAT(text, HasSubstr("192.0.2.30:587  UP\n"));
    EXPECT_THAT(text, HasSubstr("login refused by PLAIN: 535 5.7.8 authentication failed\n"));
    EXPECT_THAT(text, HasSubstr("CRITICAL service.down  [192.0.2.31]\n"));
    EXPECT_THAT(text, HasSubstr("   0.0300  -> AUTH PLAIN ********\n"));
    EXPECT_THAT(service_text(*status, {}), Not(HasSubstr("-> ")));
}

/// As a domain's report is painted; and without colour the text is the same to the letter.
TEST_F(ServiceShown, InColour) {
    std::string painted = service_text(*status, {true, Transcripts::shown});
    EXPECT_THAT(painted, HasSubstr("\x1b[1msubmission-eu\x1b[0m  \x1b[31mCRITICAL\x1b[0m  "));
    EXPECT_THAT(painted, HasSubstr("192.0.2.30:587  \x1b[32mUP\x1b[0m\n"));
    EXPECT_THAT(painted, HasSubstr("192.0.2.31:587  \x1b[31mDOWN\x1b[0m\n"));
    EXPECT_THAT(painted, HasSubstr("\x1b[31m      login refused by PLAIN"));
    EXPECT_THAT(painted, HasSubstr("\x1b[31mCRITICAL\x1b[0m \x1b[1mservice.down\x1b[0m"));
    for (auto at = painted.find('\x1b'); at != painted.npos; at = painted.find('\x1b', at))
        painted.erase(at, painted.find('m', at) + 1 - at);
    EXPECT_EQ(painted, service_text(*status, {.transcripts = Transcripts::shown}));
}

TEST_F(ServiceShown, InAListThatCanBeNarrowed) {
    EXPECT_EQ(listed({}), 1u);
    EXPECT_EQ(listed({.part = "192.0.2.31"}), 1u);
    EXPECT_EQ(listed({.part = "elsewhere"}), 0u);
    EXPECT_EQ(listed({.verdict = Verdict::critical}), 1u);
    EXPECT_EQ(listed({.verdict = Verdict::ok}), 0u);
    EXPECT_EQ(listed({.state = EndpointState::down}), 1u);
    EXPECT_EQ(listed({.state = EndpointState::skipped}), 0u);
    EXPECT_EQ(listed({.code = FindingCode("service.login_failed")}), 1u);
    EXPECT_EQ(listed({.code = FindingCode("cert.expired")}), 0u);
    EXPECT_EQ(listed({.after = "submission-eu"}), 0u);
}

TEST_F(ServiceShown, AmongTheFindings) {
    const Json found = findings_json(*fleet, {.code = FindingCode("service.down")});
    ASSERT_EQ(found["items"].size(), 1u);
    EXPECT_EQ(found["items"][0]["ip"], "192.0.2.31");
    EXPECT_EQ(found["items"][0]["scope"], "agent");
}

}  // namespace
}  // namespace mxfleet
