#include "probes/wire/policy_record.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "probes/model/ascii.hpp"
#include "probes/wire/policy_text.hpp"

namespace mxfleet {
namespace {

using namespace policy_text;

constexpr std::size_t id_limit = 32;

/// In any case of letters.
bool begins_with(std::string_view text, std::string_view beginning) {
    return same_but_for_case(text.substr(0, beginning.size()), beginning);
}

/// Begins as the version does but for case, blanks or the semicolon: somebody meant it.
bool is_near_miss(std::string_view text, std::string_view version) {
    text = trimmed(text);
    return begins_with(text, version);
}

/// The one record of that version; none; or that there are several, or only something like it.
std::expected<std::optional<std::string_view>, RecordFault> only_record(const std::vector<std::string>& texts,
                                                                        std::string_view version) {
    const std::string beginning = std::string(version) + ";";
    std::optional<std::string_view> record;
    std::size_t count = 0;
    for (const std::string& text : texts) {
        if (!text.starts_with(beginning)) continue;
        record = text;
        ++count;
    }
    if (count > 1) return std::unexpected("there are " + std::to_string(count) + " records, and one is allowed");
    if (count == 1) return record;
    const auto near = std::ranges::find_if(texts, [&](const std::string& each) { return is_near_miss(each, version); });
    if (near == texts.end()) return std::nullopt;
    return std::unexpected(in_backticks(*near) + " does not begin with `" + beginning + "`");
}

/// Printable ASCII without blanks; the semicolon has ended it already.
bool is_field_value(std::string_view value) {
    return !value.empty() && std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7f; });
}

/// The value of the first field of that name, or empty; all fields must follow the grammar. `rua` alone may hold
/// blanks, around its commas.
std::expected<std::string_view, RecordFault> field(std::string_view record, std::string_view wanted) {
    std::string_view rest = record.substr(record.find(';') + 1);
    std::string_view found;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const std::string_view item = trimmed(rest.substr(0, end));
        const bool is_last = end == rest.size();
        rest.remove_prefix(is_last ? end : end + 1);
        if (item.empty() && is_last) break;  // what follows the last semicolon
        const auto equals = item.find('=');
        const std::string_view name = item.substr(0, std::min(equals, item.size()));
        const std::string_view value = equals == item.npos ? std::string_view{} : item.substr(equals + 1);
        if (name == wanted && found.empty()) {
            found = value;
            if (found.empty()) return std::unexpected("`" + std::string(wanted) + "` is empty");
        } else if (!is_key(name) || !is_field_value(value)) {
            return std::unexpected(in_backticks(item) + " is no `name=value`");
        }
    }
    return found;
}

/// A mailto with an address, or an https URI with a host.
bool takes_reports(std::string_view uri) {
    constexpr std::string_view mail = "mailto:";
    constexpr std::string_view web = "https://";
    if (!is_field_value(uri)) return false;
    if (begins_with(uri, web)) return uri.size() > web.size() && uri[web.size()] != '/';
    if (!begins_with(uri, mail)) return false;
    const auto at = uri.find('@');
    return at != uri.npos && at > mail.size() && at + 1 < uri.size();
}

}  // namespace

std::expected<std::string, RecordFault> read_mta_sts_record(const std::vector<std::string>& texts) {
    const auto record = only_record(texts, "v=STSv1");
    if (!record) return std::unexpected(record.error());
    if (!*record) return std::string{};
    const auto id = field(**record, "id");
    if (!id) return std::unexpected(id.error());
    if (id->empty()) return std::unexpected("`id` is missing");
    if (id->size() > id_limit || !std::ranges::all_of(*id, is_alphanumeric)) {
        return std::unexpected("the id " + in_backticks(*id) + " is not 1 to 32 letters and digits");
    }
    return std::string(*id);
}

std::expected<bool, RecordFault> read_tlsrpt_record(const std::vector<std::string>& texts) {
    const auto record = only_record(texts, "v=TLSRPTv1");
    if (!record) return std::unexpected(record.error());
    if (!*record) return false;
    const auto rua = field(**record, "rua");
    if (!rua) return std::unexpected(rua.error());
    if (rua->empty()) return std::unexpected("`rua` is missing");
    for (std::string_view rest = *rua; !rest.empty();) {
        const auto end = std::min(rest.find(','), rest.size());
        if (takes_reports(trimmed(rest.substr(0, end)))) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::unexpected("`rua` names neither a mailto nor an https address: " + in_backticks(*rua));
}

}  // namespace mxfleet
