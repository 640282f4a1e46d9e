#!/usr/bin/env python3
"""Checks that no compiler makes: where co_await may stand, and which room may include which.

Exits 1 and names file and line of every offence. `lint.py --self-test` shows that each rule can fail.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# GCC 12 miscompiles co_await in conditions, in ?:, before braces, and with capturing lambdas in its expression: silently.
AWAIT_STARTS_OK = re.compile(r"^\s*(co_return\s+)?co_await\s+[A-Za-z_:]|^[^;]*[^=!<>]=\s*co_await\s+[A-Za-z_:]")
AWAIT_CONDITION = re.compile(r"\b(if|while|switch|for)\s*\(.*co_await")
AWAIT_BRACES = re.compile(r"co_await\s+[A-Za-z_:<>]+\{|co_await\s+[^;]*[(,]\s*[A-Za-z_:]*\{")
AWAIT_LAMBDA = re.compile(r"co_await\s+[^;]*\[[^\]]*\]\s*(\(|\{)")
AWAIT_TERNARY = re.compile(r"\?\s*co_await|co_await\s*\([^;]*\?")

# A room, and what it may include of our own besides itself.
ROOMS = {
    "probes/model": [],
    "probes/wire": ["probes/model"],
    "probes/tls": ["probes/model", "probes/wire"],
    "probes/relay": ["probes/model", "probes/wire"],
    "probes/policy": ["probes/model", "probes/wire"],
    "probes/dane": ["probes/model", "probes/wire", "probes/tls"],
    "probes/io": ["probes/model", "probes/wire", "probes/tls", "probes/dane"],
    "probes/dns": ["probes/model", "probes/wire", "probes/io", "probes/dane"],
    "probes/mta_sts": ["probes/model", "probes/wire", "probes/io", "probes/tls", "probes/dns"],
    "probes/smtp": ["probes/model", "probes/wire", "probes/io", "probes/tls", "probes/dane", "probes/relay",
                    "probes/policy"],
    "probes/service": ["probes/model", "probes/wire", "probes/io", "probes/tls", "probes/smtp"],
    "probes/flow": ["probes/model", "probes/wire"],
    "probes/delivery": ["probes/model", "probes/wire", "probes/io", "probes/tls", "probes/smtp", "probes/service"],
    "probes/mailbox": ["probes/model", "probes/wire", "probes/io", "probes/tls", "probes/smtp", "probes/service"],
    "config": ["probes/model", "probes/wire"],
    "agent/judge": ["probes", "config"],
    "agent/state": ["probes/model"],
    "agent/fleet": ["probes", "config", "agent/judge", "agent/state"],
    "agent/show": ["probes", "config", "agent/judge", "agent/fleet", "agent/version.hpp"],
    "agent/web": ["probes/model"],
    "agent/service": ["probes", "config", "agent/judge", "agent/state", "agent/fleet", "agent/show", "agent/web",
                      "agent/version.hpp"],
    "agent": ["probes", "config", "agent"],
    "tests/lab": ["tests/lab"],
}

# Pure rooms and files: no I/O library, and no clock that is read.
PURE = re.compile(r"^probes/(model|wire|tls|dane|relay|policy|flow)/|^probes/\w+/(dialogue|facts|findings)\.|"
                  r"^probes/service/(?!session\.)|^probes/delivery/(?!delivery\.)|^probes/mailbox/(?!mailbox\.)|"
                  r"^agent/judge/")
IMPURE_INCLUDE = re.compile(r'#include\s+[<"](asio|openssl|ares|spdlog|sys/socket|netdb)')
CLOCK = re.compile(r"\b(steady_clock|system_clock)::now\b")
ASIO_WHOLE = re.compile(r"#include\s+<asio\.hpp>")
UNFINISHED = re.compile(r"(//|/\*).*\b(TODO|FIXME|XXX|HACK)\b")


def statements(text):
    """Lines of code joined to statements, with the number of the line each begins in. Comments and strings go."""
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    begun, number = "", 0
    for at, line in enumerate(text.split("\n"), 1):
        if not begun.strip():
            number = at
        begun += " " + line.strip()
        if re.search(r"[;{}:]\s*$", line) or not line.strip():
            yield number, begun
            begun = ""
    if begun.strip():
        yield number, begun


def await_offence(statement):
    if "co_await" not in statement:
        return None
    statement = re.sub(r"^\s*(case [\w:]+|default):\s", " ", statement)
    if AWAIT_CONDITION.search(statement):
        return "co_await inside a condition: name the result first"
    if AWAIT_TERNARY.search(statement):
        return "co_await with ?: needs if and else"
    if AWAIT_LAMBDA.search(statement):
        return "a lambda in an awaited expression: name it first"
    if AWAIT_BRACES.search(statement):
        return "braces in an awaited expression: name the value first"
    if not AWAIT_STARTS_OK.search(statement):
        return "co_await must begin its statement, or follow co_return or ="
    return None


def room_of(path):
    return max((room for room in ROOMS if path.startswith(room + "/")), key=len, default=None)


def include_offence(path, line):
    match = re.match(r'\s*#include\s+"([^"]+)"', line)
    room = room_of(path)
    if not match or room is None:
        return None
    included = match.group(1)
    if not included.startswith(("probes/", "config/", "agent/", "tests/")):
        return None
    allowed = [room, *ROOMS[room]]
    if any(included == each or included.startswith(each + "/") for each in allowed):
        return None
    return f"{room} must not include {included}"


def offences(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if wrong := include_offence(path, line):
            yield number, wrong
        if ASIO_WHOLE.search(line):
            yield number, "never <asio.hpp> whole"
        if UNFINISHED.search(line):
            yield number, "left undone"
        if PURE.search(path) and (IMPURE_INCLUDE.search(line) or CLOCK.search(line)):
            yield number, "this room knows no sockets, no libraries of I/O and no clock"
    for number, statement in statements(text):
        if wrong := await_offence(statement):
            yield number, wrong


def self_test():
    """Each rule against one offender, and against what looks like it."""
    bad = [
        ("agent/x.cpp", "if (co_await f() == 0) {"),
        ("agent/x.cpp", "while (co_await f()) {"),
        ("agent/x.cpp", "auto x = c ? co_await a() : b();"),
        ("agent/x.cpp", "co_await (c ? a() : b());"),
        ("agent/x.cpp", "co_await probe(Target{.host = h});"),
        ("agent/x.cpp", "auto r = co_await probe({1, 2});"),
        ("agent/x.cpp", "co_await S{}.run();"),
        ("agent/x.cpp", "co_await f([&] { return 1; });"),
        ("agent/x.cpp", "g(co_await f());"),
        ("agent/x.cpp", "return_value(1, co_await\n    f());"),
        ("probes/wire/x.cpp", '#include "probes/io/x.hpp"'),
        ("probes/smtp/x.cpp", '#include "agent/x.hpp"'),
        ("probes/smtp/x.cpp", '#include "config/x.hpp"'),
        ("agent/web/x.cpp", '#include "agent/show/x.hpp"'),
        ("tests/lab/x.cpp", '#include "probes/wire/x.hpp"'),
        ("probes/wire/x.cpp", "#include <asio/io_context.hpp>"),
        ("probes/smtp/dialogue.cpp", "const auto t = std::chrono::steady_clock::now();"),
        ("agent/x.cpp", "#include <asio.hpp>"),
        ("agent/x.cpp", "// TODO: later"),
    ]
    good = [
        ("agent/x.cpp", "co_await f(a, b);"),
        ("agent/x.cpp", "const auto [error, n] = co_await socket.async_read_some(buffer, as_result);"),
        ("agent/x.cpp", "co_return co_await f(ask, now());"),
        ("agent/x.cpp", "if (c) {\n    co_await f();\n}"),
        ("agent/x.cpp", "// if (co_await f())"),
        ("agent/x.cpp", "case Kind::a: co_await f(); break;"),
        ("agent/x.cpp", 'co_await command(Phase::mail, "{" + text);'),
        ("agent/x.cpp", "const Answer mail =\n    co_await command(a, b);"),
        ("probes/smtp/x.cpp", '#include "probes/io/x.hpp"'),
        ("probes/smtp/session.cpp", "const auto t = std::chrono::steady_clock::now();"),
        ("agent/commands/x.cpp", '#include "agent/show/x.hpp"'),
    ]
    wrong = [case for case in bad if not list(offences(*case))] + [case for case in good if list(offences(*case))]
    for path, text in wrong:
        print(f"lint.py: judged wrongly: {path}: {text!r}")
    return 1 if wrong else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "*.cpp", "*.hpp", "*.h"],
        capture_output=True, text=True, check=True)
    found = 0
    for path in sorted(set(listed.stdout.split())):
        if not (ROOT / path).exists():
            continue
        for number, wrong in offences(path, (ROOT / path).read_text()):
            print(f"{path}:{number}: {wrong}")
            found += 1
    return 1 if found else 0


sys.exit(main())
