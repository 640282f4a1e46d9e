#include "agent/web/connections.hpp"

#include <algorithm>

namespace mxfleet {

void Connections::opened(int descriptor, SteadyTime now) {
    if (count_live() + limits_.kept_free >= limits_.connections) {
        auto victim = oldest(Stage::waiting);
        if (victim == table_.end()) victim = oldest(Stage::answering);
        if (victim != table_.end()) hang_up(*victim);
    }
    table_.insert_or_assign(descriptor, Connection{Stage::waiting, now});
}

void Connections::works(int descriptor) {
    set_stage(descriptor, Stage::working, {});
}

void Connections::answers(int descriptor, SteadyTime now) {
    set_stage(descriptor, Stage::answering, now);
}

void Connections::waits(int descriptor, SteadyTime now) {
    set_stage(descriptor, Stage::waiting, now);
}

void Connections::closed(int descriptor) {
    table_.erase(descriptor);
}

void Connections::hang_up_on_waiting() {
    for (auto& entry : table_) {
        if (entry.second.stage == Stage::waiting) hang_up(entry);
    }
}

void Connections::hang_up_on_late(SteadyTime now) {
    for (auto& entry : table_) {
        const auto& [stage, since] = entry.second;
        if (stage == Stage::waiting && now - since > limits_.request_time) hang_up(entry);
        if (stage == Stage::answering && now - since > limits_.answer_time) hang_up(entry);
    }
}

void Connections::set_stage(int descriptor, Stage stage, SteadyTime now) {
    const auto found = table_.find(descriptor);
    if (found == table_.end() || found->second.stage == Stage::hung_up) return;
    found->second = {stage, now};
}

void Connections::hang_up(Table::value_type& entry) {
    hang_up_(entry.first, entry.second.stage == Stage::answering ? HangUp::at_once : HangUp::orderly);
    entry.second.stage = Stage::hung_up;
}

Connections::Table::iterator Connections::oldest(Stage stage) {
    auto found = table_.end();
    for (auto each = table_.begin(); each != table_.end(); ++each) {
        if (each->second.stage != stage) continue;
        if (found == table_.end() || each->second.since < found->second.since) found = each;
    }
    return found;
}

std::size_t Connections::count_live() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(table_, [](const auto& entry) { return entry.second.stage != Stage::hung_up; }));
}

}  // namespace mxfleet
