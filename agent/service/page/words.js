"use strict";
// What codes mean, in words. Nothing here is from a server.

const verdictWords = { critical: "Critical", unknown: "Unknown", warning: "Warning", ok: "OK" };

const stateWords = {
  up: "up", down: "down", rate_limited: "slows us down", blocked_us: "blocks us", unknown: "unknown", skipped: "skipped",
};

/// Of many: "3 down, 2 blocking us".
const stateCountWords = { ...stateWords, rate_limited: "limiting us", blocked_us: "blocking us" };

const stateTones = { up: "ok", down: "critical", rate_limited: "warning", blocked_us: "warning", unknown: "unknown", skipped: "quiet" };

const mxWords = {
  explicit: "MX records", implicit: "no MX: the domain's own address", null: "null MX: takes no mail",
  none_usable: "no usable MX", nxdomain: "no such domain", unknown: "not known",
};

const reasonWords = {
  timeout: "no answer in time", refused: "connection refused", reset: "connection reset", no_route: "no route",
  closed: "hung up", protocol_error: "broke the protocol", rejected: "refused for good", temporary: "refused for now",
  tls_error: "TLS failed", policy: "not allowed by the configuration", budget: "session took too long", local_fault: "a fault on our side",
};

const phaseWords = {
  connect: "connect", banner_first_byte: "first byte", banner: "banner", ehlo: "EHLO", starttls: "STARTTLS",
  tls_handshake: "TLS handshake", ehlo_tls: "EHLO in TLS", mail: "MAIL", rcpt: "RCPT", quit: "QUIT", total: "session",
  login: "login", data: "DATA", data_end: "end of the message", mailbox: "mailbox",
};

const relayWords = { closed: "closed", suspected: "suspected", open: "open", unknown: "unknown", not_tested: "not tested" };
const relayTones = { closed: "ok", suspected: "warning", open: "critical", unknown: "unknown", not_tested: "quiet" };

const daneTones = { match: "ok", mismatch: "critical", unusable: "warning", insecure: "unknown", lookup_failed: "critical" };

/// Whose mail could come: who insists on nothing, on a policy, on DANE, on TLS all the way.
const senderWords = { plain: "any", mta_sts: "with MTA-STS", dane: "with DANE", requiretls: "REQUIRETLS" };

/// How far logging in to a service got.
const loginWords = {
  not_wanted: "not tried", no_password: "no password to try", no_tls: "not without TLS", unverified: "not to whom we cannot verify",
  not_offered: "no way offered", refused: "refused", not_now: "refused for now", failed: "broke off",
  unproven: "server proved nothing", accepted: "works",
};
const loginTones = { not_wanted: "quiet", no_password: "unknown", accepted: "ok" };

/// How far a message of test mail got. Late is not lost, and what nobody knows is no failure.
const messageWords = {
  handing: "being handed over", waiting: "put off", greylisted: "greylisted", sent: "sent", uncertain: "perhaps sent",
  delivered: "delivered", junk: "in junk", late: "late", duplicate: "more than once", lost: "lost", refused: "refused",
  not_sent: "not sent", unknown: "unknown",
};
const messageTones = {
  handing: "info", waiting: "warning", greylisted: "info", sent: "info", uncertain: "unknown", delivered: "ok", junk: "warning",
  late: "warning", duplicate: "warning", lost: "critical", refused: "critical", not_sent: "unknown", unknown: "unknown",
};
/// Of messages since the agent started.
const outcomeWords = {
  sent: "Sent", delivered: "Delivered", junk: "In junk", late: "Late", lost: "Lost", duplicate: "More than once", send_failed: "Not taken",
};

/// The steps of a session in the matrix: the time that is shown, and the phases whose failure belongs there.
const stages = [
  { title: "Connect", time: "connect", fails: ["connect"] },
  { title: "Banner", time: "banner", fails: ["banner_first_byte", "banner"] },
  { title: "EHLO", time: "ehlo", fails: ["ehlo"] },
  { title: "STARTTLS", time: "starttls", fails: ["starttls"] },
  { title: "TLS", time: "tls_handshake", fails: ["tls_handshake", "ehlo_tls"] },
  { title: "Session", time: "total", fails: [] },
];

const rareWords = {
  TLSv1: "TLS 1.0", "TLSv1.1": "TLS 1.1", RSA: "RSA certificate", ECDSA: "ECDSA certificate", without_sni: "without SNI",
};
const rareTones = { TLSv1: "warning", "TLSv1.1": "warning", RSA: "ok", ECDSA: "ok", without_sni: "ok" };

/// What is asked about a server's policy.
const policyWords = {
  postmaster: "Postmaster", null_sender: "Null sender", unknown_recipient: "Unknown recipient", vrfy: "VRFY", expn: "EXPN",
};
