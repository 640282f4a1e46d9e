#include "probes/io/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <vector>

namespace mxfleet {
namespace {

using testing::ElementsAre;

struct Visitors {
    asio::io_context context;
    Gate gate{context, 2};
    std::vector<Gate::Slot> inside;
    std::vector<int> order;
    int turned_away = 0;

    void visit(int name) {
        asio::co_spawn(context, visit_coroutine(name), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        context.poll();
        context.restart();
    }

    void leave_first() {
        inside.erase(inside.begin());
        context.poll();
        context.restart();
    }

private:
    asio::awaitable<void> visit_coroutine(int name) {
        Gate::Slot slot = co_await gate.enter();
        if (!slot) {
            ++turned_away;
            co_return;
        }
        order.push_back(name);
        inside.push_back(std::move(slot));
    }
};

TEST(Gate, LetsItsCapacityThroughAndNoMore) {
    Visitors v;
    for (int name = 1; name <= 4; ++name)
        v.visit(name);
    EXPECT_THAT(v.order, ElementsAre(1, 2));
    EXPECT_EQ(v.gate.waiting(), 2u);
    EXPECT_FALSE(v.gate.try_enter());
}

TEST(Gate, FirstComeFirstServed) {
    Visitors v;
    for (int name = 1; name <= 4; ++name)
        v.visit(name);
    v.leave_first();
    EXPECT_THAT(v.order, ElementsAre(1, 2, 3));
    v.visit(5);
    v.leave_first();
    EXPECT_THAT(v.order, ElementsAre(1, 2, 3, 4));
    v.leave_first();
    EXPECT_THAT(v.order, ElementsAre(1, 2, 3, 4, 5));
}

TEST(Gate, APlaceGivenBackCanBeTakenAgain) {
    Visitors v;
    v.visit(1);
    v.leave_first();
    EXPECT_TRUE(v.gate.try_enter());
}

TEST(Gate, ClosingSendsEverybodyAway) {
    Visitors v;
    for (int name = 1; name <= 4; ++name)
        v.visit(name);
    v.gate.close();
    v.context.poll();
    v.context.restart();
    EXPECT_EQ(v.turned_away, 2);
    v.visit(5);
    EXPECT_EQ(v.turned_away, 3);
    EXPECT_EQ(v.gate.waiting(), 0u);
    v.inside.clear();
}

TEST(Gate, GrowsAtOnceAndShrinksAsPeopleLeave) {
    Visitors v;
    for (int name = 1; name <= 4; ++name)
        v.visit(name);
    v.gate.resize(3);
    v.context.poll();
    v.context.restart();
    EXPECT_THAT(v.order, ElementsAre(1, 2, 3));
    v.gate.resize(1);
    v.leave_first();
    v.leave_first();
    EXPECT_THAT(v.order, ElementsAre(1, 2, 3)) << "one is inside, and one is allowed";
    v.leave_first();
    EXPECT_THAT(v.order, ElementsAre(1, 2, 3, 4));
}

TEST(Gate, ASlotMovesWithoutBeingGivenBack) {
    Visitors v;
    Gate::Slot first = v.gate.try_enter();
    Gate::Slot second = std::move(first);
    EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): that is the question
    EXPECT_TRUE(second);
    Gate::Slot third = v.gate.try_enter();
    EXPECT_TRUE(third);
    EXPECT_FALSE(v.gate.try_enter());
    second.release();
    second.release();
    EXPECT_TRUE(v.gate.try_enter());
}

}  // namespace
}  // namespace mxfleet
