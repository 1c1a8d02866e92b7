/* The interviewer's sheet of a mock interview: to read from, to write on, to print. */
window.dlq = window.dlq || {};
dlq.sheet = (function () {
  "use strict";

  const { el, button } = dlq.page;

  function show(address) {
    const set = dlq.mock.draw(address);
    const heading = el("h2", {}, set ? `Interviewer's sheet: ${set.title}` : "Interviewer's sheet");
    if (!set || !set.questions.length) { dlq.mock.none(heading); return; }
    document.title = `Interviewer's sheet, set ${set.code}`;
    const line = (name) => el("span", { class: "sheet-line" }, name);
    const list = el("div", { class: "sheet-questions" }, el("p", {}, "Loading …"));
    dlq.page.show(null, true,
      el("div", { class: "card-tools" },
        button("Print", () => print(), { class: "practice-button practice-main" }),
        el("a", { class: "practice-button", href: dlq.mock.link(address, { view: "mock" }) }, "The candidate's page"),
        dlq.mock.overview()),
      heading,
      el("p", {}, `${dlq.mock.facts(set)} Seed ${set.seed}.`),
      el("p", { class: "sheet-lines" }, line("Candidate"), line("Interviewer"), line("Date"), line("Overall, 1 to 4")),
      el("p", {}, "Ask the question as it stands and wait. Tick what you hear, in whatever words. Probe a mistake before you count it. Give a hint only when nothing comes, and note that you did."),
      list);
    Promise.all(set.questions.map((question) => dlq.page.texts(question.id))).then((all) => {
      list.replaceChildren(...set.questions.map((question, index) => sheet(question, all[index], index + 1)));
      list.setAttribute("data-ready", "");
    }, () => list.replaceChildren(dlq.page.notice("bad", "Some questions could not be loaded. Reload the page to try again.")));
  }

  function sheet(question, parts, number) {
    const piece = (name) => dlq.page.piece(question.id, parts[name]);
    const points = dlq.page.items(question.id, parts.checklist);
    const beyond = points.filter((item) => /^\s*Beyond:/.test(item.textContent)).length;
    const minutes = dlq.mock.MINUTES[question.kind];
    const meta = dlq.page.labels(question);
    meta.append(el("span", {}, `${minutes} minutes`));
    return el("section", { class: "sheet-question" },
      el("h3", {}, `${number}. ${question.title}`), meta,
      el("h4", {}, "In short"), piece("short"),
      el("h4", {}, "Listen for"), el("ul", { class: "sheet-points" }, points),
      el("h4", {}, "Mistakes to probe"), piece("mistakes"),
      el("h4", {}, "Follow-ups"), piece("follow_ups"),
      el("h4", {}, "Grade"), rubric(points.length - beyond, beyond),
      el("div", { class: "sheet-notes" }, "Notes"));
  }

  /* Four levels, in numbers of this question's own points. */
  function rubric(core, beyond) {
    const half = Math.ceil(core / 2);
    const levels = [
      ["4", "Strong", `All ${core} points without help${beyond ? ", and what goes beyond them" : ", with reasons"}; holds up in the follow-ups.`],
      ["3", "Good", `All ${core} points, with a small hint at most; most follow-ups.`],
      ["2", "Weak", `${half} of ${core} points or more, or help was needed; corrects a mistake when it is probed.`],
      ["1", "Missed", `Fewer than ${half} points, or defends a mistake.`]
    ];
    return el("ul", { class: "sheet-rubric" }, levels.map(([value, name, meaning]) =>
      el("li", {}, el("strong", {}, `${value} ${name}`), el("span", {}, meaning))));
  }

  return { show };
})();
