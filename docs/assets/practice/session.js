/* A session: one question after the other, asked, answered aloud, compared and graded. */
window.dlq = window.dlq || {};
dlq.session = (function () {
  "use strict";

  const { el, button, plural, say } = dlq.page;
  const GRADES = ["Missed", "Hard", "Good", "Easy"];
  const RETURN_AFTER = 4; // other questions before one that was missed comes back
  const SHORTCUTS = [
    ["Space", "show the answer; then take the suggested grade"],
    ["1 2 3 4", "grade: missed, hard, good, easy"],
    ["f", "show or hide the full answer"],
    ["s", "skip: later in this session"],
    ["x", "suspend: never ask again, until you resume it"],
    ["u", "undo the last grade, skip or suspension"],
    ["?", "show or hide this list"]
  ];

  let queue = []; // ids still to ask, the first is on the screen
  let again = new Set(); // those of them that were missed
  let missed = new Map(); // id -> indices of the points that were not ticked
  let past = []; // what can be undone
  let graded = []; // [id, grade]
  let current = null; // the card on the screen

  function begin(ids) {
    queue = ids.slice();
    again = new Set();
    missed = new Map();
    past = [];
    graded = [];
    addEventListener("keydown", onKey, true);
    next();
  }
  function end() {
    removeEventListener("keydown", onKey, true);
    current = null;
    dlq.home.show();
  }

  /* Remember how it was, so that it can be undone. */
  function remember(undo, words) {
    past.push({ queue: queue.slice(), again: new Set(again), missed: new Map(missed), graded: graded.slice(), undo, words });
  }
  function undo() {
    const before = past.pop();
    if (!before) { say("There is nothing to undo."); return; }
    ({ queue, again, missed, graded } = before);
    before.undo();
    next();
    say(`Undone: ${before.words}.`);
  }

  function next() {
    if (!queue.length) { summary(); return; }
    const id = queue[0];
    const question = dlq.page.question(id);
    const heading = el("h2", { class: "card-question" }, question.title);
    const answer = el("div", { class: "card-answer" });
    const full = el("div", { class: "card-full" });
    const help = el("div", { class: "card-help", hidden: true }, shortcuts());
    const reveal = button("Show the answer", () => show(), { class: "practice-button practice-main" });
    const grades = el("div", { class: "card-grades", role: "group", "aria-label": "Grade your answer" }, reveal);
    const back = [...again].filter((other) => queue.includes(other)).length;
    current = { id, heading, answer, full, help, grades, points: null, parts: null };
    const tools = el("div", { class: "card-tools" },
      button("Skip", skip), button("Suspend", suspend),
      button("Undo", undo, { disabled: !past.length }),
      button("Keys", toggleHelp, { "aria-expanded": "false" }),
      button("End", end));
    current.tools = tools;
    const done = new Set(graded.map(([name]) => name)).size;
    dlq.page.show(heading, true,
      el("p", { class: "card-place" },
        `${plural(queue.length, "question")} to go`,
        back ? `, ${back} of them missed before` : "",
        done ? ` · ${done} graded` : ""),
      el("article", { class: "card" },
        dlq.page.labels(question), heading,
        el("p", { class: "card-prompt" }, "Answer aloud, as you would in the interview."),
        answer, full),
      grades, help, tools);
    dlq.page.texts(id).then((parts) => { if (current && current.id === id) { current.parts = parts; } }, () => {});
    if (queue[1]) { dlq.page.texts(queue[1]); }
  }

  function shortcuts() {
    const box = el("input", { type: "checkbox", onchange: () => dlq.store.choose({ keys: box.checked }) });
    box.checked = dlq.store.settings.keys;
    return [
      el("dl", {}, SHORTCUTS.map(([key, meaning]) => el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, meaning)))),
      el("label", { class: "practice-check" }, box, "Use these keys")
    ];
  }
  function toggleHelp() {
    current.help.hidden = !current.help.hidden;
    current.tools.children[3].setAttribute("aria-expanded", String(!current.help.hidden));
    if (!current.help.hidden) { current.help.scrollIntoView({ block: "nearest" }); }
  }

  /* The short answer, the checklist, and the four grades. */
  function show() {
    const card = current;
    if (card.points) { return; }
    dlq.page.texts(card.id).then((parts) => {
      if (card !== current || card.points) { return; }
      const { points, list } = dlq.page.checklist(card.id, parts.checklist, suggest);
      card.points = points;
      card.parts = parts;
      for (const index of missed.get(card.id) || []) {
        points[index].node.querySelector("span").append(el("em", { class: "point-missed" }, " not said last time"));
      }
      const heading = el("h3", { tabindex: "-1" }, "Short answer");
      card.answer.replaceChildren(
        heading, dlq.page.piece(card.id, parts.short),
        el("h3", {}, "What did you say?"), list,
        el("p", { class: "card-more" }, button("Full answer", toggleFull, { "aria-expanded": "false" })));
      card.previews = dlq.schedule.previews(card.id);
      card.grades.replaceChildren(...GRADES.map((name, index) => button(name, () => grade(index + 1), {
        class: `practice-button grade grade-${index + 1}`, "data-grade": index + 1
      })));
      card.grades.querySelectorAll("button").forEach((node, index) => {
        node.append(el("span", { class: "grade-when" }, dlq.page.inWords(card.previews[index])));
      });
      heading.focus({ preventScroll: true });
      say("Answer shown. Tick what you said, then grade.");
    }, () => {
      card.answer.replaceChildren(dlq.page.notice("bad", "The answer could not be loaded.",
        el("a", { href: dlqBank.base + dlq.page.question(card.id).url }, "Open the question's own page")));
      say("The answer could not be loaded.");
    });
  }

  function suggest() {
    const wanted = dlq.page.suggested(current.points);
    current.grades.querySelectorAll("[data-grade]").forEach((node) => {
      const fits = Number(node.dataset.grade) === wanted;
      node.classList.toggle("suggested", fits);
      if (fits) { node.setAttribute("aria-description", "suggested by what you ticked"); } else { node.removeAttribute("aria-description"); }
    });
    if (wanted) { say(`Suggested grade: ${GRADES[wanted - 1]}.`); }
  }

  function toggleFull() {
    const { id, full, answer, parts } = current;
    if (!parts || !current.points) { say("Show the answer first."); return; }
    const toggle = answer.querySelector(".card-more button");
    const open = !full.childNodes.length;
    toggle.setAttribute("aria-expanded", String(open));
    if (!open) { full.replaceChildren(); return; }
    const heading = el("h3", { tabindex: "-1" }, "Full answer");
    full.replaceChildren(
      heading, dlq.page.piece(id, parts.answer),
      el("h3", {}, "Common mistakes"), dlq.page.piece(id, parts.mistakes),
      el("h3", {}, "Follow-ups"), dlq.page.piece(id, parts.follow_ups),
      el("p", {}, el("a", { href: dlqBank.base + dlq.page.question(id).url, target: "_blank" }, "The question's own page, with sources")));
    heading.focus();
  }

  function grade(value) {
    const { id, points } = current;
    const words = `${GRADES[value - 1].toLowerCase()} for "${dlq.page.question(id).title}"`;
    const when = dlq.page.inWords(current.previews[value - 1]);
    let time = 0;
    remember(() => dlq.store.unrecord(id, time), words);
    time = dlq.store.record(id, value);
    graded.push([id, value]);
    queue.shift();
    again.delete(id);
    const card = dlq.schedule.card(id);
    if (card.learning) { // what was missed comes back in the same session
      again.add(id);
      missed.set(id, points.flatMap((point, index) => (point.box.checked ? [] : [index])));
      queue.splice(Math.min(RETURN_AFTER, queue.length), 0, id);
    }
    next();
    say(`Graded ${GRADES[value - 1].toLowerCase()}, back in ${when}. ${queue.length ? `Next: ${dlq.page.question(queue[0]).title}` : "Session finished."}`);
  }
  function skip() {
    remember(() => {}, "the skip");
    queue.push(queue.shift());
    next();
    say(past.at(-1).queue.length === 1 ? "This is the last question." : `Skipped. Next: ${dlq.page.question(queue[0]).title}`);
  }
  function suspend() {
    const id = current.id;
    remember(() => dlq.store.suspend(id, false), "the suspension");
    dlq.store.suspend(id, true);
    queue = queue.filter((other) => other !== id);
    next();
    say("Suspended. It is not asked again until you resume it.");
  }

  function summary() {
    current = null;
    const heading = el("h2", {}, "Session finished");
    const last = new Map(graded);
    const first = new Map(graded.slice().reverse());
    const rows = [...last].map(([id, value]) => el("tr", {},
      el("td", {}, el("a", { href: dlqBank.base + dlq.page.question(id).url }, dlq.page.question(id).title)),
      el("td", {}, GRADES[first.get(id) - 1] + (first.get(id) === value ? "" : `, then ${GRADES[value - 1].toLowerCase()}`)),
      el("td", {}, dlq.page.inWords(dlq.schedule.span(id, dlq.schedule.card(id))))));
    dlq.page.show(heading, true, heading,
      el("p", {}, last.size ? `${plural(last.size, "question")} graded.` : "Nothing was graded."),
      rows.length ? el("div", { class: "table", role: "group", "aria-label": "Questions of this session", tabindex: "0" }, el("table", {},
        el("thead", {}, el("tr", {}, ["Question", "Grade", "Back in"].map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, rows))) : null,
      el("div", { class: "card-tools" },
        button("Back to the overview", end, { class: "practice-button practice-main" }),
        button("Undo", undo, { disabled: !past.length })));
  }

  /* Keys work while a session is on the screen, and not while something is typed. */
  function onKey(event) {
    const target = event.target;
    const typing = target.closest("textarea, select, input:not([type=checkbox])");
    if (event.ctrlKey || event.altKey || event.metaKey || typing || !dlq.store.settings.keys) { return; }
    const press = event.key;
    const actions = { f: toggleFull, s: skip, x: suspend, u: undo, "?": toggleHelp };
    const control = target.closest("button, a, input, summary");
    let action = null;
    if (press === "u") {
      action = undo;
    } else if (!current) {
      return;
    } else if (press === " ") {
      if (control) { return; } // the space key presses what has the focus
      const wanted = current.points ? dlq.page.suggested(current.points) : 0;
      action = !current.points ? show : wanted ? () => grade(wanted) : () => say("Tick what you said, or press 1 to 4.");
    } else if (/^[1-4]$/.test(press)) {
      action = current.points ? () => grade(Number(press)) : () => say("Show the answer first.");
    } else {
      action = Object.hasOwn(actions, press) ? actions[press] : null;
    }
    if (action) { // the theme uses some of these keys too
      event.preventDefault();
      event.stopImmediatePropagation();
      action();
    }
  }

  return { begin, GRADES };
})();
