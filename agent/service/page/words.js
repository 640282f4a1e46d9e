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
};

const relayWords = { closed: "closed", suspected: "suspected", open: "open", unknown: "unknown", not_tested: "not tested" };
const relayTones = { closed: "ok", suspected: "warning", open: "critical", unknown: "unknown", not_tested: "quiet" };

const daneTones = { match: "ok", mismatch: "critical", unusable: "warning", insecure: "unknown", lookup_failed: "critical" };

/// Whose mail could come: who insists on nothing, on a policy, on DANE, on TLS all the way.
const senderWords = { plain: "any", mta_sts: "with MTA-STS", dane: "with DANE", requiretls: "REQUIRETLS" };

/// The steps of a session in the matrix: the time that is shown, and the phases whose failure belongs there.
const stages = [
  { title: "Connect", time: "connect", fails: ["connect"] },
  { title: "Banner", time: "banner", fails: ["banner_first_byte", "banner"] },
  { title: "EHLO", time: "ehlo", fails: ["ehlo"] },
  { title: "STARTTLS", time: "starttls", fails: ["starttls"] },
  { title: "TLS", time: "tls_handshake", fails: ["tls_handshake", "ehlo_tls"] },
  { title: "Session", time: "total", fails: [] },
];

const replyWords = {
  211: "status", 214: "help", 220: "service ready", 221: "goodbye", 235: "authenticated", 250: "done", 251: "will forward",
  252: "cannot verify, but will try", 334: "go on with authentication", 354: "send the message",
  421: "service not available, hanging up", 432: "password must change", 450: "mailbox not available now",
  451: "local error, try later", 452: "out of storage", 454: "TLS not available now", 455: "cannot take these parameters now",
  500: "command not recognised", 501: "parameters not understood", 502: "command not implemented", 503: "not in this order",
  504: "parameter not implemented", 521: "takes no mail", 523: "message too large", 530: "wants TLS or authentication first",
  534: "mechanism too weak", 535: "authentication failed", 538: "wants TLS first", 550: "mailbox not available, or refused by policy",
  551: "not local", 552: "over quota", 553: "mailbox name not allowed", 554: "refused", 555: "parameters not known", 556: "domain takes no mail",
};

const replyClasses = { 2: "done", 3: "go on", 4: "not now, try later", 5: "refused" };

const enhancedWords = {
  "1.1": "no such mailbox", "1.2": "no such domain", "1.3": "bad address", "1.8": "bad sender address", "1.10": "domain takes no mail",
  "2.1": "mailbox switched off", "2.2": "mailbox full", "3.2": "system takes no mail now", "3.4": "message too large", "3.5": "system misconfigured",
  "4.1": "no answer from host", "4.2": "bad connection", "4.3": "directory failure", "4.5": "congested", "4.7": "delivery took too long",
  "5.1": "invalid command", "5.2": "syntax error", "5.3": "too many recipients", "5.4": "invalid arguments",
  "7.0": "for reasons of policy", "7.1": "delivery not authorised", "7.4": "security features not supported", "7.8": "credentials invalid",
  "7.10": "encryption needed", "7.23": "SPF check failed", "7.25": "reverse DNS needed", "7.26": "sender authentication failed", "7.28": "flood detected",
};

/// "refused: delivery not authorised" of `554 5.7.1 …`; empty where the line is no reply, or not the last of one.
function replyInWords(line) {
  const reply = /^([2-5]\d\d)(?!-)(?: ([245])\.(\d{1,3})\.(\d{1,3})\b)?/.exec(line);
  if (!reply) return "";
  const basic = replyWords[reply[1]] || replyClasses[reply[1][0]];
  const enhanced = enhancedWords[`${reply[3]}.${reply[4]}`];
  return enhanced ? `${basic}: ${enhanced}` : basic;
}
