#include "probes/mailbox/folders.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "probes/model/ascii.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t folders_limit = 8;
constexpr auto junk_names =
    std::to_array<std::string_view>({"JUNK", "SPAM", "JUNK E-MAIL", "JUNK EMAIL", "JUNK MAIL", "BULK MAIL", "BULK"});

bool is_told_to_be_junk(const ListedFolder& folder) {
    return folder.has("\\JUNK");
}

bool is_called_junk(const ListedFolder& folder) {
    return std::ranges::any_of(junk_names,
                               [&](std::string_view name) { return same_but_for_case(folder.leaf(), name); });
}

bool holds_letters(const ListedFolder& folder) {
    return !folder.has("\\NOSELECT") && !folder.has("\\NONEXISTENT") && !same_but_for_case(folder.name, "INBOX");
}

}  // namespace

std::vector<Folder> folders_of_arrival(const std::vector<ListedFolder>& listed) {
    const bool is_told = std::ranges::any_of(listed, is_told_to_be_junk);
    std::vector<Folder> folders{{"INBOX", false}};
    for (const ListedFolder& each : listed) {
        const bool is_junk = is_told ? is_told_to_be_junk(each) : is_called_junk(each);
        if (is_junk && holds_letters(each) && folders.size() < folders_limit) folders.push_back({each.name, true});
    }
    return folders;
}

}  // namespace mxfleet
