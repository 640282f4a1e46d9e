#include "agent/web/guard.hpp"

#include <gtest/gtest.h>

namespace mxfleet {
namespace {

using namespace std::chrono_literals;
using Verdict = Guard::Verdict;

constexpr SteadyTime start{1000h};

/// Of alice with the password `secret`.
Guard::Users users() {
    return {{"alice", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"}};
}

HttpRequest with(const std::string& authorization) {
    HttpRequest request;
    if (!authorization.empty()) request.fields.push_back({"authorization", authorization});
    return request;
}

const HttpRequest right = with("Basic YWxpY2U6c2VjcmV0");           // alice:secret
const HttpRequest wrong_password = with("Basic YWxpY2U6c2VjcmU=");  // alice:secre
const HttpRequest wrong_user = with("Basic Ym9iOnNlY3JldA==");      // bob:secret

TEST(Guard, AdmitsWhoKnowsThePassword) {
    Guard at_the_door(users());
    EXPECT_EQ(at_the_door.judge(right, start), Verdict::admitted);
    EXPECT_EQ(at_the_door.judge(with("basic  YWxpY2U6c2VjcmV0"), start), Verdict::admitted) << "schemes have no case";
    EXPECT_EQ(at_the_door.judge(wrong_password, start), Verdict::refused);
    EXPECT_EQ(at_the_door.judge(wrong_user, start), Verdict::refused);
}

TEST(Guard, RefusesWhatAreNoCredentials) {
    Guard at_the_door(users());
    for (const char* const text : {"", "Basic", "Basic ", "Basic !!!!", "Basic YWxpY2U=", "Bearer YWxpY2U6c2VjcmV0",
                                   "Basic YWxpY2U6c2VjcmV0AA==", "YWxpY2U6c2VjcmV0"})
        EXPECT_EQ(at_the_door.judge(with(text), start), Verdict::refused) << text;
}

TEST(Guard, RemembersWhatWasWorkedOut) {
    Guard at_the_door(users());
    EXPECT_TRUE(at_the_door.knows(with(""))) << "there is nothing to work out";
    EXPECT_FALSE(at_the_door.knows(right));
    at_the_door.judge(right, start);
    EXPECT_TRUE(at_the_door.knows(right));
    EXPECT_FALSE(at_the_door.knows(wrong_password));
}

HttpRequest guess(int number) {
    constexpr const char* letters = "VWXYZabcdefghijk";
    constexpr const char* last = "AEIMQUY";  // whose unused bits are none
    return with(std::string("Basic YWxpY2U6c2Vjc") + letters[number / 7] + last[number % 7] + "=");
}

TEST(Guard, WorksOutSoManyFailuresAndNoMore) {
    Guard at_the_door(users());
    EXPECT_EQ(at_the_door.judge(right, start), Verdict::admitted);
    int refused = 0;
    int turned_away = 0;
    for (int number = 0; number < 40; ++number)
        ++(at_the_door.judge(guess(number), start) == Verdict::refused ? refused : turned_away);
    EXPECT_EQ(refused, Guard::failures_at_once);
    EXPECT_EQ(turned_away, 30);
    EXPECT_EQ(at_the_door.judge(right, start), Verdict::admitted) << "who was admitted is not locked out";
    EXPECT_EQ(at_the_door.judge(guess(50), start + Guard::refill), Verdict::refused);
    EXPECT_EQ(at_the_door.judge(guess(51), start + Guard::refill), Verdict::too_many_failures);
}

TEST(Guard, SaysWhatIsWanted) {
    EXPECT_EQ(refusal(Verdict::refused).status, 401);
    EXPECT_EQ(refusal(Verdict::refused).fields[0].name, "WWW-Authenticate");
    EXPECT_EQ(refusal(Verdict::too_many_failures).status, 429);
}

}  // namespace
}  // namespace mxfleet
