#include "agent/fleet/shared_texts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mxfleet {
namespace {

TEST(SharedTexts, AreOneForAllThatEqual) {
    SharedTexts texts;
    const SharedText first = texts.shared("there is no such record");
    const SharedText second = texts.shared("there is no such record");
    EXPECT_EQ(first.text().data(), second.text().data());
    EXPECT_EQ(texts.size(), 1u);
}

TEST(SharedTexts, TheEmptyOneNeedsNoRoom) {
    SharedTexts texts;
    EXPECT_TRUE(texts.shared({}).empty());
    EXPECT_EQ(texts.size(), 0u);
}

TEST(SharedTexts, ManyThatEachOneHasForItselfMakeRoom) {
    SharedTexts texts;
    std::vector<SharedText> held;
    for (std::size_t at = 0; at < 2 * SharedTexts::limit; ++at)
        held.push_back(texts.shared(std::to_string(at)));
    EXPECT_LE(texts.size(), SharedTexts::limit);
    const SharedText first = texts.shared("what many say");
    EXPECT_EQ(first.text().data(), texts.shared("what many say").text().data());
}

}  // namespace
}  // namespace mxfleet
