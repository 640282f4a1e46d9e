#!/usr/bin/python3
"""promtool's unit tests of every alert, made of the rows of alerts.yml: it fires when it should and not one evaluation
before, goes when all is well again, and is silent in worlds that are none of its business.

usage: tests/rules/cases.py RULES.yml FOLDER   (the tests become FOLDER/alerts-*.test.yml)"""
import re
import sys
from pathlib import Path

import yaml

# How often rules are evaluated, by how long the alert takes at most: the longer, the more seldom.
STEPS = {5: 1, 30: 5, 60: 10, 1440: 120}
SICK = 3  # steps that it goes on when the alert has fired
AFTER = 3


class Table:
    """The rows of alerts.yml beside the rules that they are about."""

    def __init__(self, rules_file):
        table = yaml.safe_load((Path(__file__).resolve().parent / "alerts.yml").read_text())
        self.keys = table["keys"]
        self.silent_when_broken = tuple(table["silent_when_broken"])
        groups = yaml.safe_load(Path(rules_file).read_text())["groups"]
        self.groups = [group["name"] for group in groups]
        self.rules = {(rule["alert"], rule["labels"]["severity"]): rule
                      for group in groups for rule in group["rules"] if "alert" in rule}
        self.rows = [Row(self, each) for each in table["alerts"]]
        untested = self.rules.keys() - {(row.alert, row.severity) for row in self.rows}
        if untested:
            sys.exit(f"alerts.yml has no row for {sorted(untested)}")

    def rule(self, alert, severity):
        if (alert, severity) not in self.rules:
            sys.exit(f"alerts.yml has a row for {alert} ({severity}), which the program has not")
        return self.rules[alert, severity]

    def with_labels(self, series):
        """The name of a series with what {E} and the like stand for."""
        for key, labels in self.keys.items():
            series = series.replace("{" + key + "}", ", ".join(f'{name}="{value}"' for name, value in labels.items()))
        return series

    def row(self, alert, severity):
        return next(row for row in self.rows if (row.alert, row.severity) == (alert, severity))


class Row:
    def __init__(self, table, row):
        self.table, self.row = table, row
        self.alert, self.severity = row["alert"], row["severity"]
        self.rule = table.rule(self.alert, self.severity)
        lasting = minutes(row["for"])
        looks_back = "onset" in row or "stays" in row
        self.step = 1 if looks_back else next(step for most, step in STEPS.items() if lasting <= most)
        self.begins = 35 if looks_back else 3
        self.fires = self.begins + row.get("onset", 0) + lasting // self.step
        self.mended = self.fires + SICK
        self.gone = self.mended + row.get("stays", 0)
        self.broken = row.get("broken", "silent")
        self.labels = {"severity": self.severity, **table.keys[row["key"]], **row.get("also", {})}

    def annotations(self):
        described = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: str(self.labels.get(found[1], "")),
                           self.rule["annotations"]["description"])
        described = re.sub(r"\{\{ \$value[^}]*\}\}", str(self.row.get("value", "")), described)
        return {"summary": self.row["summary"], "description": described,
                "runbook_url": self.rule["annotations"]["runbook_url"]}

    def expected(self):
        """It, and others of its name that the same fault wakes."""
        rows = [self] + [self.table.row(self.alert, severity) for severity in self.row.get("besides", [])]
        return [{"exp_labels": row.labels, "exp_annotations": row.annotations()} for row in rows]

    def time(self, at):
        return f"{at * self.step}m"

    def firing(self, at, count):
        labels = f'alertname="{self.alert}", severity="{self.severity}", alertstate="firing"'
        return {"expr": f"count(ALERTS{{{labels}}})", "eval_time": self.time(at),
                "exp_samples": [{"labels": "{}", "value": 1}] if count else []}

    def series(self, values_at):
        """Every series with its value at each step, by values_at(name, values, at)."""
        return [self.one_series(name, lambda at, each=name: values_at(each, self.row["series"][each], at))
                for name in self.row["series"]]

    def one_series(self, name, value_at):
        return {"series": self.table.with_labels(name),
                "values": " ".join(self.sample(value_at(at), at) for at in range(self.gone + AFTER))}

    def when_sick(self, _, values, at):
        return values[0 if at < self.begins else 1 if at < self.mended else -1 if len(values) == 3 else 0]

    def when_broken(self, name, values, at):
        if at >= self.begins and name.startswith(self.table.silent_when_broken):
            return "-"
        return self.when_sick(name, values, at)

    def sample(self, value, at):
        value = str(value)
        if value == "-":
            return "stale"
        if value == "~":
            return str((at - self.begins) % 2)
        if value.startswith("t"):
            return str(at * self.step * 60 + int(value[1:]))
        return value

    def tests(self):
        who = f"{self.alert} ({self.severity})"
        yield group(f"{who} fires when it should, and goes", self.series(self.when_sick),
                    [self.firing(self.fires - 1, 0), self.firing(self.fires, 1), self.firing(self.gone - 1, 1),
                     self.firing(self.gone, 0)],
                    [{"alertname": self.alert, "eval_time": self.time(self.fires), "exp_alerts": self.expected()}])
        still = [self.firing(at, 0) for at in (self.fires, self.mended - 1)]
        if self.broken == "silent":
            if not any(name.startswith(self.table.silent_when_broken) for name in self.row["series"]):
                sys.exit(f"{who}: nothing makes it silent while the vantage is broken; what does?")
            broken = self.one_series('mxfleet_vantage_check_success{{I}, check="egress_ipv4"}',
                                     lambda at: int(at < self.begins))
            yield group(f"{who} is silent while the vantage is broken", [*self.series(self.when_broken), broken], still)
        for world in self.row.get("quiet", []):
            series = [self.one_series(name, lambda at, each=world[name]: each) for name in world]
            yield group(f"{who} has nothing to do with {next(iter(world))}", series, still)


def minutes(duration):
    number, unit = re.fullmatch(r"(\d+)([mhd])", duration).groups()
    return int(number) * {"m": 1, "h": 60, "d": 1440}[unit]


def group(name, series, expressions, alerts=()):
    return {"name": name, "input_series": series, "promql_expr_test": expressions, "alert_rule_test": list(alerts)}


def main():
    table, folder = Table(sys.argv[1]), Path(sys.argv[2])
    yaml.Dumper.ignore_aliases = lambda *_: True
    for step in STEPS.values():
        tests = [{"interval": f"{step}m", **test} for row in table.rows if row.step == step for test in row.tests()]
        (folder / f"alerts-{step}.test.yml").write_text(yaml.dump(
            {"rule_files": ["rules.yml"], "evaluation_interval": f"{step}m", "group_eval_order": table.groups,
             "tests": tests}, sort_keys=False, width=1 << 20))


if __name__ == "__main__":
    main()
