// `mxfleet explain [CODE]`: the finding table, for a person.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "agent/commands/commands.hpp"
#include "agent/show/text.hpp"
#include "config/suggestion.hpp"
#include "probes/model/finding.hpp"

namespace mxfleet {
namespace {

constexpr std::size_t text_width = 78;

void print_list() {
    for (const FindingRow& row : finding_table) {
        std::printf("%-32.*s %-9.*s %.*s\n", static_cast<int>(row.code.size()), row.code.data(),
                    static_cast<int>(name(row.severity).size()), name(row.severity).data(),
                    static_cast<int>(row.title.size()), row.title.data());
    }
}

void print_row(const FindingRow& row) {
    std::string text = std::string(row.code) + "  (" + std::string(name(row.severity)) + ")\n";
    text += wrapped(row.title, text_width, "  ") + "\n";
    text += "Why it matters\n" + wrapped(row.why, text_width, "  ") + "\n";
    text += "What to do\n" + wrapped(row.advice, text_width, "  ") + "\n";
    text += "Reference\n" + wrapped(row.reference, text_width, "  ");
    std::fputs(text.c_str(), stdout);
}

int explain(const std::string& code) {
    if (code.empty()) {
        print_list();
        return 0;
    }
    if (const auto found = FindingCode::find(code)) {
        print_row(found->row());
        return 0;
    }
    std::vector<std::string_view> codes;
    codes.reserve(finding_table.size());
    for (const FindingRow& row : finding_table)
        codes.push_back(row.code);
    const std::string hint = did_you_mean(code, codes);
    std::fprintf(stderr, "mxfleet explain: no finding is called \"%s\"%s\n", code.c_str(), hint.c_str());
    return usage_error;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
    CLI::App* const command = app.add_subcommand("explain", "What a finding means and what to do about it");
    const auto code = std::make_shared<std::string>();
    command->add_option("code", *code, "A finding code such as cert.expired; without one, the list of all")
        ->type_name("CODE");
    command->callback([code, &exit_code] { exit_code = explain(*code); });
}

}  // namespace mxfleet
