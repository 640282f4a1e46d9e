"""Reads a page of Prometheus' text format 0.0.4 as strictly as its description allows, which no parser at hand does."""

import re

SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
PARTS = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("", "_sum", "_count")}


class Page:
    """Series by name and labels. Raises ValueError at the first thing that is not legal."""

    def __init__(self, body):
        text = body.decode("utf-8")  # strictly: one wrong byte fails the whole scrape
        if not text.endswith("\n"):
            raise ValueError("the last line is not ended")
        self.types, self.series = {}, {}
        self._helped, self._family = set(), None
        for line in text[:-1].split("\n"):
            if CONTROL.search(line):
                raise ValueError(f"control characters: {line!r}")
            self._comment(line) if line.startswith("#") else self._sample(line)

    def _comment(self, line):
        mark, kind, name, rest = line.split(" ", 3)
        if mark != "#" or kind not in ("HELP", "TYPE"):
            raise ValueError(f"neither HELP nor TYPE: {line!r}")
        known = self._helped if kind == "HELP" else self.types
        if name in known:
            raise ValueError(f"twice: {line!r}")
        if kind == "HELP":
            self._helped.add(name)
            return
        self.types[name] = rest
        self._family = name
        if rest == "counter" and not name.endswith("_total"):
            raise ValueError(f"a counter that is no _total: {name}")

    def _sample(self, line):
        match = SAMPLE.fullmatch(line)
        if not match:
            raise ValueError(f"not a sample: {line!r}")
        name, labels, value = match[1], labels_of(match[2] or ""), float(match[3])
        # The samples of a family stand together, behind its TYPE.
        parts = PARTS.get(self.types.get(self._family), ("",))
        if self._family is None or name not in [self._family + part for part in parts]:
            raise ValueError(f"not of the family {self._family}: {line!r}")
        if self._family not in self._helped:
            raise ValueError(f"no HELP: {self._family}")
        key = (name, frozenset(labels.items()))
        if key in self.series:
            raise ValueError(f"a duplicate series: {line!r}")
        self.series[key] = value

    def value(self, name, **labels):
        """None where there is no such series."""
        return self.series.get((name, frozenset(labels.items())))

    def all(self, name, **labels):
        """(labels, value) of the series that have at least these labels."""
        wanted = labels.items()
        return [(dict(found), value) for (each, found), value in self.series.items()
                if each == name and wanted <= dict(found).items()]

    def state(self, name, label, **labels):
        """The value of `label` that holds in a state set. Just one must."""
        holding = [found[label] for found, value in self.all(name, **labels) if value == 1]
        if len(holding) != 1:
            raise ValueError(f"{name}{labels} is {holding}")
        return holding[0]


def labels_of(text):
    labels, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        if not match or match[1] in labels or match[1].startswith("__"):
            raise ValueError(f"not a list of labels: {text!r}")
        labels[match[1]] = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), match[2])
        at = match.end()
    return labels
