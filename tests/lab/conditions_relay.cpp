// Conditions of relaying and of the policy towards recipients and senders.
//
// Every domain of the lab is tested for relaying to a recipient elsewhere. Without a mail that arrives, an accepted
// stranger is a suspicion and no more.
#include "tests/lab/conditions.hpp"

namespace mxfleet::lab {
namespace {

Condition receiving(std::string_view name, std::string_view sick, RecipientRule rule, std::string_view relay,
                    Expectation expect) {
    return {.name = name,
            .sick = sick,
            .hosts = {{.server = {.recipient = rule}, .expect = {.relay = relay}}},
            .expect = std::move(expect)};
}

Expectation later(Codes codes, Expectation expect = {}) {
    expect.later = std::move(codes);
    return expect;
}

}  // namespace

std::vector<Condition> relay_conditions() {
    return {
        receiving("open-relay", "mail from anybody to anybody is taken", strangers_too, "suspected",
                  warns({"relay.suspected"})),
        receiving("accept-all", "every recipient is taken, known or not, own or not", everybody, "suspected",
                  warns({"relay.suspected"}, {"policy.catch_all"})),
        // From the second visit on, at least the greylist's delay later, relaying is closed, and it is known why not
        // before.
        receiving("greylisting", "every new sender and recipient is answered 451 at first", after_a_while, "unknown",
                  later({"policy.greylisting"}, informs({"relay.unknown"}))),
        receiving("postmaster-refused", "postmaster is refused", all_but_postmaster, "unknown",
                  warns({"policy.postmaster_refused"}, {"relay.unknown"})),
        // Who refuses even postmaster refuses us; the session as such works.
        receiving("recipients-blocked", "every recipient is refused because of our address", nobody_from_this_client,
                  "unknown", warns({"policy.postmaster_refused"}, {"relay.unknown"})),
        // One of the three forms could not be exercised: whether that is closed is left open.
        {.name = "null-sender-refused",
         .sick = "the null sender is refused",
         .hosts = {{.server = {.sender = no_null_sender}, .expect = {.relay = ""}}},
         .expect = warns({"policy.null_sender_refused"})},
        {.name = "vrfy-discloses",
         .sick = "VRFY tells which mailboxes exist",
         .hosts = {{.server = {.vrfy = "250 2.1.5 Postmaster <postmaster@{host}>"}}},
         .expect = informs({"policy.vrfy_discloses"})},
        {.name = "expn-discloses",
         .sick = "EXPN tells who is on a list",
         .hosts =
             {{.server = {.answers = {{"EXPN",
                                       {say("250-2.1.5 Alice <alice@{host}>\r\n250 2.1.5 Bob <bob@{host}>\r\n")}}}}}},
         .expect = informs({"policy.expn_discloses"})},
        {.name = "null-sender-refused-late",
         .sick = "the null sender is refused when it names a recipient",
         .hosts = {{.server = {.recipient = nobody_without_sender}, .expect = {.relay = "closed"}}},
         .expect = warns({"policy.null_sender_refused"})},
    };
}

}  // namespace mxfleet::lab
