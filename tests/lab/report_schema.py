"""The report of one domain as JSON: every key, what may stand there, and which words are known. Nothing else may stand there.

A value is described by a type or a tuple of them, a set of words, a function that says whether it is legal, a dict of keys,
or a list with the description of each element. `nullable` allows null besides.
"""

import re

from metrics_text import CONTROL

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
LINE_LIMIT = 512  # bytes of what a server said


class Nullable:
    def __init__(self, inner):
        self.inner = inner


class Optional:
    """The key may be missing."""

    def __init__(self, inner):
        self.inner = inner


nullable, optional = Nullable, Optional
number = (int, float)


def date(value):
    return isinstance(value, str) and DATE.fullmatch(value) is not None


def seconds(value):
    return isinstance(value, number) and not isinstance(value, bool) and 0 <= value < 1000


def code(value):
    return isinstance(value, int) and 200 <= value <= 599


def fingerprint(value):
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def form_id(value):
    return isinstance(value, str) and re.fullmatch("C[1-3]|R(0[1-9]|1[0-9]|2[0-6])", value) is not None


def finding_code(value):
    return isinstance(value, str) and re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", value) is not None


PHASES = ("connect", "banner_first_byte", "banner", "ehlo", "starttls", "tls_handshake", "ehlo_tls", "mail", "rcpt", "quit",
          "total")
VERDICT = {"ok", "warning", "critical", "unknown"}
SENDER = {"deliverable", "undeliverable", "unknown"}
SENDERS = {sender: SENDER for sender in ("plain", "mta_sts", "dane", "requiretls")}
SENDERS_WHY = {sender: optional(str) for sender in SENDERS}

FAILURE = {
    "phase": {"dns", *PHASES},
    "reason": {"timeout", "refused", "reset", "no_route", "closed", "protocol_error", "rejected", "temporary", "tls_error",
               "policy", "budget"},
    "detail": str,
    "meaning": nullable(str),
}
TRANSCRIPT = [{"at": seconds, "from": {"server", "client"}, "line": str, "meaning": nullable(str)}]
CERTIFICATE = {"subject": str, "issuer": str, "names": [str], "not_before": date, "not_after": date, "key": str,
               "signature": str, "sha256": fingerprint}
TLS = {
    "starttls": {"ok", "not_offered", "temporary", "broken", "failed"},
    "version": nullable({"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}),
    "cipher": nullable(str),
    "checks": nullable({"trusted": bool, "name_match": bool, "dates": bool, "chain_complete": bool}),
    "errors": [str],
    "certificates": [CERTIFICATE],
}
ENDPOINT = {
    "mx": str, "ip": str, "port": int,
    "state": {"up", "down", "rate_limited", "blocked_us", "unknown", "skipped"},
    "since": nullable(date),
    "checked_at": nullable(date),
    "confirmed_up": nullable(bool),
    "failure": nullable(FAILURE),
    "seconds": {phase: nullable(seconds) for phase in PHASES},
    "clock": {phase: nullable({"kernel", "user"}) for phase in PHASES},
    "greeting": nullable({"code": code, "host": str, "text": str}),
    "capabilities": nullable([str]),
    "capabilities_tls": nullable([str]),
    "size_limit_bytes": nullable(int),
    "tls": nullable(TLS),
    "rare_handshakes": nullable([{"kind": {"TLSv1", "TLSv1.1", "RSA", "ECDSA", "without_sni"}, "accepted": bool,
                                  "certificate": nullable(CERTIFICATE)}]),
    "dane": nullable({"state": {"match", "mismatch", "unusable", "absent", "insecure", "lookup_failed"}, "records": [str]}),
    "senders": SENDERS, "senders_why": SENDERS_WHY,
    "reverse_dns": nullable({"names": [str], "confirmed": nullable(bool)}),
    "dnsbl": nullable([{"zone": str, "listed": nullable(bool)}]),
    "relay": {
        "state": {"closed", "suspected", "open", "unknown", "not_tested"},
        "reason": nullable(str),
        "checked_at": nullable(date),
        "forms": [{"id": form_id, "code": nullable(code), "enhanced": nullable(str), "text": str,
                   "meaning": nullable(str), "reading": str}],
    },
    "policy": nullable({"null_sender": nullable(code), "postmaster": nullable(code), "unknown_recipient": nullable(code),
                        "vrfy": nullable(code), "expn": nullable(code), "greylisting": nullable(bool),
                        "checked_at": nullable(date)}),
    "certificate_history": optional([{"sha256": fingerprint, "issuer": str, "not_after": date, "first_seen": date}]),
    "transcript": optional(TRANSCRIPT),
    "last_failure": optional(nullable({"failure": nullable(FAILURE), "transcript": TRANSCRIPT})),
}
FINDING = {
    "code": finding_code,
    "severity": {"info", "warning", "critical"},
    "scope": {"domain", "exchange", "endpoint", "agent"},
    "mx": nullable(str), "ip": nullable(str), "port": nullable(int),
    "since": nullable(date),
    "title": str, "summary": str, "why": str, "advice": str, "reference": str,
}
REPORT = {
    "schema": lambda value: value == 1,
    "domain": str,
    "checked_at": nullable(date),
    "duration_seconds": nullable(seconds),
    "verdict": VERDICT,
    "deliverable": nullable(bool),
    "mx_changes": [{"at": date, "before": [str], "after": [str]}],
    "mx": {
        "state": {"explicit", "implicit", "null", "none_usable", "nxdomain", "unknown"},
        "error": nullable({"servfail", "refused", "timeout", "malformed", "bogus", "no_resolver"}),
        "dnssec": {"secure", "insecure", "bogus", "unknown"},
        "ttl_seconds": nullable(int),
        "lookup_seconds": nullable(seconds),
        "exchanges": [{
            "name": str, "preference": int, "addresses": [str], "alias_of": nullable(str),
            "state": {"ok", "not_found", "no_address", "unknown", "ip_literal", "refused_by_policy"},
        }],
    },
    "mta_sts": {"state": {"absent", "valid", "invalid", "fetch_failed", "unknown"},
                "mode": nullable({"none", "testing", "enforce"}), "id": nullable(str), "max_age_seconds": nullable(int),
                "mx": nullable([str])},
    "tlsrpt": {"state": {"absent", "valid", "invalid", "unknown"}},
    "senders": SENDERS, "senders_why": SENDERS_WHY,
    "endpoints": [ENDPOINT],
    "findings": [FINDING],
}
SUMMARY = {"domain": str, "verdict": VERDICT, "deliverable": nullable(bool), "mx_state": REPORT["mx"]["state"],
           "endpoints": int, "findings": [finding_code], "checked_at": nullable(date)}
SUMMARIES = {"items": [SUMMARY], "next": nullable(str)}


def text_faults(value, where):
    """Text is one line of valid UTF-8 without anything that acts on a terminal."""
    if CONTROL.search(value):
        yield f"{where}: control characters in {value!r}"
    if len(value.encode()) > LINE_LIMIT and not where.endswith((".why", ".advice")):  # these are ours
        yield f"{where}: {len(value.encode())} bytes"


def faults(value, wanted=REPORT, where="report"):
    """What is wrong with a document, one sentence each."""
    if isinstance(wanted, (Nullable, Optional)):
        if value is not None or isinstance(wanted, Optional):
            yield from faults(value, wanted.inner, where)
        return
    if isinstance(wanted, dict):
        yield from key_faults(value, wanted, where)
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            yield f"{where}: no list but {value!r}"
            return
        for at, each in enumerate(value):
            yield from faults(each, wanted[0], f"{where}[{at}]")
    elif isinstance(wanted, set):
        if value not in wanted:
            yield f"{where}: {value!r} is not one of {sorted(wanted)}"
    elif isinstance(wanted, type):
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            yield f"{where}: {value!r} is no {wanted.__name__}"
    elif not wanted(value):
        yield f"{where}: {value!r} is not legal"
    if isinstance(value, str):
        yield from text_faults(value, where)


def key_faults(value, wanted, where):
    if not isinstance(value, dict):
        yield f"{where}: no object but {value!r}"
        return
    needed = {key for key, each in wanted.items() if not isinstance(each, Optional)}
    for key in sorted(needed - value.keys()):
        yield f"{where}: no {key}"
    for key in sorted(value.keys() - wanted.keys()):
        yield f"{where}: {key} is not described"
    for key in value.keys() & wanted.keys():
        yield from faults(value[key], wanted[key], f"{where}.{key}")
