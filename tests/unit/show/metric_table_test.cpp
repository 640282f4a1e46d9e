// The table of metrics: what is exported stands in it and the other way round, and its documentation is in step.
#include "agent/show/metric_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "agent/show/probe_page.hpp"
#include "agent/show/rules.hpp"
#include "tests/unit/show/golden.hpp"
#include "tests/unit/show/page_reader.hpp"
#include "tests/unit/show/small_fleet.hpp"

namespace mxfleet {
namespace {

using Labels = std::set<std::string>;

const MetricRow* row_of(std::string_view name) {
    for (const MetricSection& section : metric_table) {
        const auto found = std::ranges::find(section.rows, name, &MetricRow::name);
        if (found != section.rows.end()) return &*found;
    }
    return nullptr;
}

Labels labels_of(const MetricRow& row) {
    Labels labels;
    for (std::string_view rest = row.labels; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        labels.emplace(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return labels;
}

Labels labels_of(const PageFamily& family) {
    Labels labels;
    for (const PageSample& sample : family.samples) {
        for (const auto& label : sample.labels)
            labels.insert(label.first);
    }
    labels.erase("le");
    labels.erase("team");  // a tag of the small fleet, which mxfleet_domain_info carries
    return labels;
}

std::string_view word_for(MetricType type) {
    switch (type) {
        case MetricType::gauge: return "gauge";
        case MetricType::counter: return "counter";
        case MetricType::histogram: return "histogram";
    }
    __builtin_unreachable();
}

/// What is scraped, and what blackbox_exporter's users read.
std::vector<PageFamily> all_families() {
    const auto fleet = small_fleet();
    std::vector<PageFamily> all = read_page(page_of(fleet, ExpositionFormat::text));
    for (const auto& domain : fleet->domains) {
        for (PageFamily& family : read_page(probe_page(*domain, ExpositionFormat::text))) {
            if (family.name.starts_with("probe_")) all.push_back(std::move(family));
        }
    }
    return all;
}

TEST(MetricTable, HasEveryFamilyAndEveryRowOfItIsExported) {
    std::set<std::string_view> missing;
    for (const MetricSection& section : metric_table) {
        for (const MetricRow& row : section.rows) {
            EXPECT_TRUE(missing.insert(row.name).second) << row.name << " is there twice";
            EXPECT_TRUE(row.help.ends_with(".")) << row.name << ": " << row.help;
        }
    }
    const std::vector<PageFamily> families = all_families();
    for (const PageFamily& family : families) {
        const MetricRow* const row = row_of(family.name);
        ASSERT_NE(row, nullptr) << family.name;
        missing.erase(row->name);
        EXPECT_EQ(family.type, word_for(row->type)) << family.name;
        EXPECT_EQ(family.help, row->help);
        EXPECT_EQ(labels_of(family), labels_of(*row)) << family.name;
    }
    for (const std::string_view name : missing)
        ADD_FAILURE() << name << " is not exported";
}

TEST(MetricTable, WhatRulesReadIsCore) {
    std::string rules;
    for (const RecordingGroup& group : recording_groups()) {
        for (const RecordingRule& rule : group.rules)
            rules.append(rule.expression).append("\n");
    }
    for (const AlertRule& alert : alert_rules())
        rules.append(alert.expression).append("\n");
    for (const MetricSection& section : metric_table) {
        for (const MetricRow& row : section.rows) {
            const std::regex name("\\b" + std::string(row.name) + "(_bucket|_sum|_count)?\\b");
            EXPECT_TRUE(row.detail == Detail::core || !std::regex_search(rules, name)) << row.name;
        }
    }
}

TEST(MetricTable, ItsDocumentationIsInStep) {
    std::string text =
        "# Metrics\n\nWritten out of the program's table; `MXFLEET_WRITE_GOLDEN=1 build/unit_show` writes it anew. "
        "Endpoint series have no label `domain`: `mxfleet_domain_endpoint_info` links the two. A configured tag is a "
        "label of "
        "`mxfleet_domain_info`, under its own name.\n";
    for (const MetricSection& section : metric_table) {
        text += "\n## " + std::string(section.title) + "\n\n| name | type | labels | meaning |\n|---|---|---|---|\n";
        for (const MetricRow& row : section.rows) {
            text += "| `" + std::string(row.name) + "` | " + std::string(word_for(row.type)) + " | " +
                    std::string(row.labels) + " | " + std::string(row.help) + " |\n";
        }
    }
    expect_written("deploy/prometheus/metrics.md", text);
}

}  // namespace
}  // namespace mxfleet
