// What changed lately, of the whole fleet or of one domain and its servers.

function changedName(change, linked) {
  if (change.domain === null) return el("span", { class: "mono" }, `${change.mx} [${change.ip}]`);
  return linked ? el("a", { class: "mono", href: domainAddress(change.domain), "data-key": `change/${change.at}/${change.domain}` }, change.domain)
    : el("span", { class: "mono" }, change.domain);
}

function changedWord(change, value) {
  return change.domain === null ? badge(stateTones[value] || "quiet", stateWords[value] || value) : badge(value, verdictWords[value] || value);
}

/// Findings that came are what is wrong since then, those that went what is mended.
function changedCodes(change) {
  const words = (codes, sign, said) => codes.map((code) => el("span", { class: "mono" },
    el("span", { "aria-hidden": "true" }, sign), el("span", { class: "heard" }, said), code));
  const all = [...words(change.came, "+ ", "came: "), ...words(change.went, "− ", "went: ")];
  return all.length > 0 && el("span", { class: "change-codes quiet" }, all);
}

function changeLine(change, linked) {
  const moved = change.was !== change.is && [changedWord(change, change.was), el("span", { "aria-hidden": "true" }, "→"), el("span", { class: "heard" }, "to")];
  return el("li", { class: "change" }, el("span", { class: "change-time quiet" }, moment(change.at)),
    el("span", { class: "change-name" }, changedName(change, linked)),
    el("span", { class: "change-words" }, moved, changedWord(change, change.is)), changedCodes(change));
}

function historyPanel(title, changes, linked) {
  return el("section", { class: "panel history", "aria-labelledby": "history-title" }, el("h2", { id: "history-title" }, title),
    changes.items.length ? el("ol", {}, changes.items.map((each) => changeLine(each, linked)))
      : el("p", { class: "quiet" }, "Nothing changed since the agent started."),
    changes.next && el("p", { class: "quiet" }, "And more before that."));
}
