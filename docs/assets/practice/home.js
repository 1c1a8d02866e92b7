/* The overview: what is due, what to practice, how far one is, and the backup. */
window.dlq = window.dlq || {};
dlq.home = (function () {
  "use strict";

  const { el, button, plural, say } = dlq.page;
  const DAYS = 14;
  const MINUTES = 2.5; // for one question, on average
  const STATES = { known: "Known", learning: "Learning", due: "Due", new: "New", suspended: "Suspended" };
  const address = new URLSearchParams(location.search);
  let open = false; // whether the choice was left open

  /* What to practice: as the address asks, else as chosen last. */
  const choice = (function () {
    const asked = (name) => address.getAll(name).flatMap((text) => text.split(",")).filter(Boolean);
    const link = { role: asked("role")[0] || "", topics: asked("topic"), kinds: asked("kind"), difficulties: asked("difficulty"), questions: asked("question") };
    link.role = Object.hasOwn(dlqBank.roles, link.role) ? link.role : "";
    link.topics = link.topics.filter((name) => Object.hasOwn(dlqBank.topics, name));
    link.kinds = link.kinds.filter((name) => dlqBank.kinds.includes(name));
    link.difficulties = link.difficulties.filter((name) => dlqBank.difficulties.includes(name));
    link.questions = link.questions.filter((id) => dlq.page.question(id));
    const given = link.role || [link.topics, link.kinds, link.difficulties, link.questions].some((list) => list.length);
    return { link: given ? link : null };
  })();
  function current() {
    const { role, topics, kinds, difficulties } = dlq.store.settings;
    return choice.link || { role, topics, kinds, difficulties, questions: [] };
  }

  function show(message) {
    const wanted = current();
    const plan = dlq.schedule.plan(wanted);
    const heading = el("h2", { class: "practice-title" }, "Today");
    dlq.page.show(heading, false, today(heading, plan), chooser(wanted, plan), mock(), progress(wanted, plan), suspended(), backup());
    if (message) { say(message); }
  }

  function today(heading, plan) {
    const ids = [...plan.due, ...plan.fresh].map((question) => question.id);
    const number = (count, word) => el("span", { class: "practice-number" }, el("strong", {}, String(count)), ` ${word}`);
    const more = plan.waiting.slice(0, 5).map((question) => question.id);
    let text = "Nothing is left for today.";
    if (ids.length) {
      text = `About ${Math.max(5, Math.round(ids.length * MINUTES / 5) * 5)} minutes.`;
    } else if (!plan.questions.length) {
      text = "No question fits what you chose.";
    }
    if (plan.daysLeft !== null) {
      text += plan.daysLeft ? ` ${plural(plan.daysLeft, "day")} to the interview: ` : " The interview is today: ";
      text += plan.perDay ?
        `${plural(plan.perDay, "new question")} a day for the first three quarters of the time, so that each is seen, then repetition.` :
        "every question chosen has been seen.";
    }
    return el("section", { class: "practice-today" }, heading,
      el("p", { class: "practice-numbers" }, number(plan.due.length, "due"), number(plan.fresh.length, "new")),
      el("p", {}, text),
      el("p", {},
        ids.length ? button(`Practice ${plural(ids.length, "question")}`, () => dlq.session.begin(ids), { class: "practice-button practice-main" }) : null,
        !ids.length && more.length ? button(`Practice ${more.length} more`, () => dlq.session.begin(more)) : null));
  }

  function boxes(name, title, values, chosen) {
    return el("fieldset", {}, el("legend", {}, title), el("div", { class: "practice-boxes" }, Object.entries(values).map(([value, text]) => {
      const box = el("input", { type: "checkbox", name, value });
      box.checked = chosen.includes(value);
      return el("label", { class: "practice-check" }, box, text);
    })));
  }
  const capital = (list) => Object.fromEntries(list.map((name) => [name, name[0].toUpperCase() + name.slice(1)]));
  function select(name, values, chosen, properties) {
    const node = el("select", { name, ...properties });
    for (const [value, text] of Object.entries(values)) { node.add(new Option(text, value, false, value === chosen)); }
    return node;
  }
  const field = (text, control) => el("label", { class: "practice-field" }, text, control);
  const roles = () => Object.fromEntries(Object.entries(dlqBank.roles).map(([slug, role]) => [slug, role.title]));

  function chooser(wanted, plan) {
    const settings = dlq.store.settings;
    const number = (name, least, most) => el("input", { type: "number", name, min: least, max: most, value: settings[name], disabled: plan.daysLeft !== null, required: true });
    const form = el("form", { class: "practice-form", onsubmit: (event) => event.preventDefault() },
      el("div", { class: "practice-fields" },
        field("Role", select("role", { "": "Any role", ...roles() }, wanted.role)),
        field("Date of the interview", el("input", { type: "date", name: "interview", value: settings.interview })),
        field("New questions a day", number("newPerDay", 0, 200)),
        field("Questions a day at most", number("limit", 1, 1000))),
      el("p", { class: "practice-hint" }, "With a date, the two limits follow from it. Nothing ticked means everything."),
      boxes("topics", "Topics", dlqBank.topics, wanted.topics),
      boxes("kinds", "Kinds", capital(dlqBank.kinds), wanted.kinds),
      boxes("difficulties", "Difficulty", capital(dlqBank.difficulties), wanted.difficulties));
    form.addEventListener("change", (event) => {
      if (!form.reportValidity()) { return; }
      const data = new FormData(form);
      const change = { role: data.get("role"), topics: data.getAll("topics"), kinds: data.getAll("kinds"), difficulties: data.getAll("difficulties"), interview: data.get("interview") };
      for (const name of ["newPerDay", "limit"]) {
        if (data.has(name)) { change[name] = Number(data.get(name)); }
      }
      if (change.interview !== settings.interview) { change.planned = change.interview && dlq.schedule.today(); }
      choice.link = null;
      open = true;
      dlq.store.choose(change);
      const { name, value, type } = event.target;
      const place = scrollY;
      show(`${plural(dlq.schedule.chosen(current()).length, "question")} chosen.`);
      const again = dlq.page.view.querySelector(`[name="${name}"]${type === "checkbox" ? `[value="${value}"]` : ""}`);
      again.focus({ preventScroll: true });
      scrollTo(0, place);
    });
    const parts = [
      wanted.role && dlqBank.roles[wanted.role].title,
      ...wanted.topics.map((name) => dlqBank.topics[name]), ...wanted.kinds, ...wanted.difficulties
    ].filter(Boolean);
    const named = wanted.questions.length ? "the questions of the link" : parts.join(", ") || "the whole bank";
    const details = el("details", { class: "practice-choice", ontoggle: () => { open = details.open; } },
      el("summary", {}, el("span", {}, "What to practice: ", el("strong", {}, named), ` (${plural(plan.questions.length, "question")})`)),
      form);
    details.open = open;
    return details;
  }

  function mock() {
    const seed = Math.random().toString(36).slice(2, 8);
    return el("section", {}, el("h2", {}, "Mock interview"),
      el("p", {}, "A set of questions for a role, against the clock. The same address gives two people the same set: one asks from the interviewer's sheet, the other answers."),
      el("form", { class: "practice-form", method: "get" },
        el("input", { type: "hidden", name: "view", value: "mock" }),
        el("div", { class: "practice-fields" },
          field("Role", select("role", roles(), current().role || Object.keys(dlqBank.roles)[0], {})),
          field("Level", select("level", { screening: "Screening call", technical: "Technical round", specialist: "Specialist round" }, "technical")),
          field("Minutes", select("minutes", { 15: "15", 30: "30", 45: "45", 60: "60", 90: "90" }, "45")),
          field("Seed", el("input", { name: "seed", value: seed, required: true, pattern: "[A-Za-z0-9\\-]{1,30}", title: "up to 30 letters, digits and hyphens", autocomplete: "off" }))),
        el("p", {}, el("button", { class: "practice-button practice-main" }, "Prepare the interview"))));
  }

  /* A bar of parts, each [class, count], and their sum in words beside it. */
  function bar(parts, most) {
    const node = el("span", { class: "practice-bar", "aria-hidden": "true" });
    for (const [name, count] of parts) {
      const part = el("span", { class: `bar-${name}` });
      part.style.setProperty("--share", most ? count / most : 0);
      if (count) { node.append(part); }
    }
    return node;
  }
  function chart(caption, head, rows) {
    return el("div", { class: "table practice-chart", role: "group", "aria-label": caption, tabindex: "0" }, el("table", {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col", class: `key-${name.toLowerCase()}` }, name)))),
      el("tbody", {}, rows.map(([name, graph, ...cells]) => el("tr", {},
        el("th", { scope: "row" }, el("span", { class: "practice-row" }, el("span", {}, name), graph)),
        cells.map((cell) => el("td", {}, String(cell))))))));
  }

  function progress(wanted, plan) {
    const counts = {};
    for (const question of dlqBank.questions) {
      const row = counts[question.topic] || (counts[question.topic] = { known: 0, learning: 0, due: 0, new: 0, suspended: 0, all: 0 });
      row[dlq.schedule.state(question.id)] += 1;
      row.all += 1;
    }
    const shown = ["known", "learning", "due", "new"];
    const topics = Object.entries(counts).map(([topic, row]) => [dlqBank.topics[topic], bar(shown.map((name) => [name, row[name]]), row.all), ...shown.map((name) => row[name])]);
    const load = dlq.schedule.load(wanted, DAYS);
    const most = Math.max(...load.map((day) => day.back + day.fresh));
    const format = new Intl.DateTimeFormat("en-US", { weekday: "short", month: "short", day: "numeric" });
    const days = load.map((day, index) => [index ? format.format(day.time) : "Today", bar([["due", day.back], ["new", day.fresh]], most), day.back, day.fresh]);
    const reviews = dlq.store.countReviews();
    return el("section", {}, el("h2", {}, "Progress"),
      el("p", {}, reviews ? `${plural(reviews, "answer")} graded so far. Known means that you would still have the answer in a week, nine times out of ten.` : "Nothing graded yet."),
      chart("What is learned, by topic", ["Topic", ...shown.map((name) => STATES[name])], topics),
      chart(`The coming ${DAYS} days, for what you chose`, ["Day", "Due", "New"], days));
  }

  function suspended() {
    const ids = dlqBank.questions.filter(({ id }) => dlq.store.isSuspended(id));
    if (!ids.length) { return null; }
    return el("details", { class: "practice-choice" }, el("summary", {}, `Suspended: ${plural(ids.length, "question")}`),
      el("ul", { class: "practice-suspended" }, ids.map(({ id, title }) => el("li", {}, el("span", {}, title),
        button("Resume", () => { dlq.store.suspend(id, false); show(`Resumed: ${title}`); }, { "aria-label": `Resume: ${title}` })))));
  }

  function backup() {
    const result = el("p", { class: "practice-result", role: "status" });
    const file = el("input", {
      type: "file", accept: ".json,application/json", onchange: async () => {
        if (!file.files.length) { return; }
        const chosen = file.files[0];
        const text = chosen.size > 2e7 ? null : await chosen.text();
        const found = text === null ? { reason: "it is larger than any progress" } : dlq.store.imported(text);
        file.value = "";
        const words = found.reason ?
          `Nothing was imported from ${chosen.name}: ${found.reason}.` :
          `Imported ${chosen.name}: ${plural(found.added, "new review")} of ${plural(found.questions, "question")}. Nothing was removed.`;
        open = false;
        show();
        dlq.page.view.querySelector(".practice-result").textContent = words;
      }
    });
    const last = dlq.store.lastExport;
    return el("section", {}, el("h2", {}, "Backup"),
      el("p", {}, "Progress is stored in this browser only. A file takes it to another one; importing adds what is missing and removes nothing. ",
        last ? `Last export: ${new Date(last).toLocaleDateString("en-US", { dateStyle: "medium" })}.` : "Never exported so far."),
      el("p", { class: "practice-backup" }, button("Export progress", dlq.page.exportFile), el("label", { class: "practice-field" }, "Import a file", file)),
      result);
  }

  return { show };
})();
