#include "probes/relay/forms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mxfleet {
namespace {

const RelayNames names{"probe",       "example.net",    "trap",        "relay.example.org",
                       "example.com", "mx.example.com", "[192.0.2.1]", "nobody"};

const RelayForm& form(std::string_view id) {
    return *std::ranges::find(relay_forms, id, &RelayForm::id);
}

TEST(RelayForms, ThereAreTwentySixAndThreeControls) {
    std::set<std::string_view> ids;
    for (const RelayForm& each : relay_forms)
        ids.insert(each.id);
    EXPECT_EQ(ids.size(), relay_forms.size());
    EXPECT_EQ(std::ranges::count(relay_forms, FormWeight::control, &RelayForm::weight), 3);
    EXPECT_EQ(relay_forms.size(), 29u);
    EXPECT_EQ(std::ranges::count(relay_forms, 1, &RelayForm::tier), 3);
}

TEST(RelayForms, ExpandToTheLinesTheyStandFor) {
    struct Row {
        std::string_view id, mail, rcpt;
    };
    for (const Row& row : {
             Row{"C1", "<probe@example.net>", "<postmaster@example.com>"},
             Row{"C2", "<probe@example.net>", "<nobody@example.com>"},
             Row{"C3", "<probe@[192.0.2.1]>", "<nobody%relay.example.org@mx.example.com>"},
             Row{"R01", "<probe@example.net>", "<trap@relay.example.org>"},
             Row{"R02", "<>", "<trap@relay.example.org>"},
             Row{"R03", "<probe@example.com>", "<trap@relay.example.org>"},
             Row{"R07", "<probe>", "<trap@relay.example.org>"},
             Row{"R08", "<probe@[192.0.2.1]>", "<trap%relay.example.org@[192.0.2.1]>"},
             Row{"R14", "<probe@[192.0.2.1]>", "<\"trap@relay.example.org\"@[192.0.2.1]>"},
             Row{"R17", "<probe@[192.0.2.1]>", "<@[192.0.2.1]:trap@relay.example.org>"},
             Row{"R20", "<probe@[192.0.2.1]>", "<relay.example.org!trap>"},
             Row{"R24", "<probe@example.net>", "trap@relay.example.org"},
             Row{"R25", "<mx.example.com!probe>", "<trap@relay.example.org>"},
         }) {
        EXPECT_EQ(expand(form(row.id).mail_from, names), row.mail) << row.id;
        EXPECT_EQ(expand(form(row.id).rcpt_to, names), row.rcpt) << row.id;
    }
}

TEST(RelayForms, LeaveNoPlaceholder) {
    for (const RelayForm& each : relay_forms) {
        EXPECT_EQ(expand(each.mail_from, names).find_first_of("{}"), std::string::npos) << each.id;
        EXPECT_EQ(expand(each.rcpt_to, names).find_first_of("{}"), std::string::npos) << each.id;
    }
}

}  // namespace
}  // namespace mxfleet
