"""What the lab's own list says of a condition, held against what the program says."""


def finding_faults(expect, severe, info, deep, is_first=False):
    """`severe`: codes of severity warning and critical; `deep`: whether the follow-up sessions were made that are made at once,
    or "all" of them; `is_first`: nobody was there before, so that what takes a second visit cannot be known."""
    is_in_time = deep == "all" or (deep and not expect.get("deep_daily"))
    wanted = set(expect.get("findings_deep", expect["findings"]) if is_in_time else expect["findings"])
    later = set(expect["later"])
    allowed = wanted | set(expect["may"]) | later | (set(expect.get("findings_deep", ())) if deep else set())
    if wanted - severe:
        yield f"not found: {sorted(wanted - severe)}"
    if severe - allowed:
        yield f"found, too: {sorted(severe - allowed)}"
    if set(expect["info"]) - info - severe:
        yield f"not told: {sorted(set(expect['info']) - info)}"
    if is_first and later & (info | severe):
        yield f"told too early: {sorted(later & (info | severe))}"


def endpoint_faults(expect, seen, deep):
    """`seen`: {mx, ip, state, starttls, relay} of each endpoint."""
    def place(endpoint):
        return endpoint["mx"], endpoint["ip"]

    if sorted(map(place, seen)) != sorted(map(place, expect["endpoints"])):
        yield f"endpoints: {sorted(map(place, seen))}"
        return
    found = {place(endpoint): endpoint for endpoint in seen}
    for wanted in expect["endpoints"]:
        for key in ("state", "starttls", "relay"):
            if key == "starttls" and deep and "findings_deep" in expect:
                continue  # what a follow-up session makes of it is said by the findings
            if key in wanted and found[place(wanted)][key] != wanted[key]:
                yield f"{wanted['mx']} {wanted['ip']}: {key} is {found[place(wanted)][key]}"


def domain_faults(expect, seen):
    """`seen`: verdict, deliverable, mx_state, mx_error."""
    for key in ("verdict", "deliverable", "mx_state", "mx_error"):
        if key in expect and key in seen and seen[key] != expect[key]:
            yield f"{key} is {seen[key]}, not {expect[key]}"


def sender_faults(expect, seen):
    """`seen`: what becomes of mail from each class of senders."""
    for sender, wanted in expect.get("senders", {}).items():
        if seen[sender] != wanted:
            yield f"to senders of class {sender} it is {seen[sender]}, not {wanted}"


def report_faults(expect, report, deep=False, is_first=False):
    """Of a report as JSON."""
    yield from sender_faults(expect, report["senders"])
    mx = report["mx"]
    yield from domain_faults(expect, {"verdict": report["verdict"], "deliverable": report["deliverable"],
                                      "mx_state": mx["state"], "mx_error": mx["error"]})
    seen = [{**endpoint, "starttls": (endpoint["tls"] or {}).get("starttls"), "relay": endpoint["relay"]["state"]}
            for endpoint in report["endpoints"]]
    yield from endpoint_faults(expect, seen, deep)
    severe = {each["code"] for each in report["findings"] if each["severity"] != "info"}
    info = {each["code"] for each in report["findings"]} - severe
    yield from finding_faults(expect, severe, info, deep, is_first)


def metric_faults(expect, domain, page, deep=True):
    """Of a page of metrics. The agent makes follow-up sessions by itself."""
    deliverable = {1: True, 0: False, None: None}[page.value("mxfleet_domain_deliverable", domain=domain)]
    yield from sender_faults(expect, {sender: sender_word(page, domain, sender) for sender in expect.get("senders", {})})
    yield from domain_faults(expect, {
        "verdict": page.state("mxfleet_domain_verdict", "verdict", domain=domain),
        "deliverable": deliverable,
        "mx_state": page.state("mxfleet_domain_mx_state", "state", domain=domain)})
    seen, found = [], page.all("mxfleet_domain_finding", domain=domain)
    for link, _ in page.all("mxfleet_domain_endpoint_info", domain=domain):
        endpoint = {key: link[key] for key in ("mx", "ip", "port")}
        seen.append({"mx": link["mx"], "ip": link["ip"], "starttls": starttls_of(page, endpoint),
                     "state": page.state("mxfleet_endpoint_state", "state", **endpoint),
                     "relay": page.state("mxfleet_endpoint_relay_state", "state", **endpoint)})
        found = found + page.all("mxfleet_endpoint_finding", **endpoint)
    yield from endpoint_faults(expect, seen, deep)
    severe = {labels["code"] for labels, _ in found if labels["severity"] != "info"}
    yield from finding_faults(expect, severe, {labels["code"] for labels, _ in found} - severe, deep)


def sender_word(page, domain, sender):
    takes = page.value("mxfleet_domain_sender_class_deliverable", domain=domain, **{"class": sender})
    return {1: "deliverable", 0: "undeliverable", None: "unknown"}[takes]


def starttls_of(page, endpoint):
    """The word of the reports, from what metrics tell of it."""
    success = page.value("mxfleet_endpoint_starttls_success", **endpoint)
    if success == 1:
        return "ok"
    offered = page.value("mxfleet_endpoint_capability", capability="starttls", **endpoint)
    if offered is None and success is None:
        return None
    if not offered:
        return "not_offered"
    if success is None:
        return "temporary"
    codes = {labels["code"] for labels, _ in page.all("mxfleet_endpoint_finding", **endpoint)}
    return "broken" if "tls.starttls_broken" in codes else "failed"
