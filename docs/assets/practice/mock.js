/* A mock interview: a set of questions drawn from the address, asked one by one against the clock. */
window.dlq = window.dlq || {};
dlq.mock = (function () {
  "use strict";

  const { el, button, plural, say } = dlq.page;
  const MINUTES = { concept: 5, derivation: 8, calculation: 6, coding: 12, debugging: 8, design: 12, judgement: 6 };
  const LEVELS = {
    screening: { title: "Screening call", easy: 4, medium: 1, hard: 0 },
    technical: { title: "Technical round", easy: 1, medium: 4, hard: 1 },
    specialist: { title: "Specialist round", easy: 0, medium: 1, hard: 3 }
  };
  const PHASES = [["Think", 0.1], ["Answer", 0.6], ["Follow-ups", 0.2], ["Grade", 0.1]];

  /* Numbers from 0 to 1 that follow from a seed alone (mulberry32). */
  function random(seed) {
    let state = dlq.schedule.hash(seed);
    return () => {
      state = (state + 0x6D2B79F5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }
  /* One of the values, by weight. */
  function pick(values, weigh, next) {
    let rest = next() * values.reduce((sum, value) => sum + weigh(value), 0);
    return values.find((value) => (rest -= weigh(value)) < 0) || values.at(-1);
  }

  /* The set that an address asks for, or null if it asks for none that exists. The bank's order does
     not matter: a topic is drawn first, then a question of it, and what was drawn becomes less likely. */
  function draw(address) {
    const role = Object.hasOwn(dlqBank.roles, address.get("role")) ? dlqBank.roles[address.get("role")] : null;
    const level = Object.hasOwn(LEVELS, address.get("level")) ? LEVELS[address.get("level")] : null;
    const minutes = Number(address.get("minutes"));
    const seed = address.get("seed") || "";
    if (!role || !level || !(minutes >= 5 && minutes <= 240) || !/^[A-Za-z0-9-]{1,30}$/.test(seed)) { return null; }
    const next = random([address.get("role"), address.get("level"), minutes, seed].join(" "));
    const used = {};
    const drawn = [];
    let left = minutes;
    let rest = dlqBank.questions.filter((question) => dlq.schedule.weight(role, question) && level[question.difficulty])
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    for (;;) {
      rest = rest.filter((question) => MINUTES[question.kind] <= left && !drawn.includes(question));
      if (!rest.length) { break; }
      const topics = [...new Set(rest.map((question) => question.topic))];
      const topic = pick(topics, (name) => role.topics[name] / (1 + 2 * (used[name] || 0)), next);
      const question = pick(rest.filter((other) => other.topic === topic),
        (other) => role.kinds[other.kind] * level[other.difficulty] / (1 + (used[other.kind] || 0)), next);
      for (const name of [topic, question.kind]) { used[name] = (used[name] || 0) + 1; }
      left -= MINUTES[question.kind];
      drawn.push(question);
    }
    drawn.sort((a, b) => dlqBank.difficulties.indexOf(a.difficulty) - dlqBank.difficulties.indexOf(b.difficulty));
    const code = dlq.schedule.hash(drawn.map((question) => question.id).join(" ")).toString(36).toUpperCase().slice(-4);
    return { title: role.title, level: level.title, minutes, seed, code, questions: drawn };
  }

  /* The same set, in another view or with another seed. */
  function link(address, change) {
    const query = new URLSearchParams(address);
    for (const [name, value] of Object.entries(change)) { query.set(name, value); }
    return `${location.pathname}?${query}`;
  }
  const overview = () => el("a", { class: "practice-button", href: location.pathname }, "Back to the overview");
  function none(heading) {
    dlq.page.show(heading, false, heading,
      el("p", {}, "No set can be drawn from this address: its role, level, minutes or seed is missing or unknown."), el("p", {}, overview()));
  }
  const facts = (set) => `${set.level}, ${set.minutes} minutes, ${plural(set.questions.length, "question")}. Set ${set.code}.`;

  function show(address) {
    const set = draw(address);
    const heading = el("h2", {}, set ? `Mock interview: ${set.title}` : "Mock interview");
    if (!set || !set.questions.length) { none(heading); return; }
    const field = el("input", { readonly: true, value: location.href, onfocus: () => field.select() });
    const copy = navigator.clipboard ? button("Copy", () => navigator.clipboard.writeText(location.href).then(() => say("Address copied."))) : null;
    dlq.page.show(heading, false, heading,
      el("p", {}, facts(set)),
      el("p", {}, "Think, answer aloud, take the follow-ups, then grade yourself or let the interviewer do it. The grades feed the schedule."),
      el("p", {}, button("Start the interview", () => run(set), { class: "practice-button practice-main" }),
        el("a", { class: "practice-button", href: link(address, { view: "sheet" }) }, "Interviewer's sheet"),
        el("a", { class: "practice-button", href: link(address, { seed: Math.random().toString(36).slice(2, 8) }) }, "Draw another set"),
        overview()),
      el("div", { class: "practice-backup" }, el("label", { class: "practice-field mock-address" }, "Address of this set, the same for everyone", field), copy),
      el("p", { class: "practice-hint" }, "Two people have the same set if its four signs are the same; they differ if the two copies of the site do."));
    set.questions.forEach((question) => dlq.page.texts(question.id));
  }

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

  function run(set) {
    const results = [];
    const began = Date.now();
    let since = began; // when the phase began
    let planned = 0; // seconds of the phase
    const now = el("span", { class: "mock-now" });
    const total = el("span", {});
    const tick = () => {
      const spent = (Date.now() - since) / 1000;
      now.textContent = `${clock(spent)} of ${clock(planned)}`;
      now.classList.toggle("mock-late", spent > planned);
      total.textContent = `Interview ${clock((Date.now() - began) / 1000)} of ${set.minutes}:00`;
    };
    const timer = setInterval(tick, 1000);

    function ask(index) {
      if (index >= set.questions.length) { finish(); return; }
      const question = set.questions[index];
      const seconds = MINUTES[question.kind] * 60;
      const started = Date.now();
      const heading = el("h2", { class: "card-question" }, question.title);
      const body = el("div", { class: "card-answer" });
      const hints = el("div", { class: "mock-hints" });
      const notes = el("textarea", { rows: 4 });
      const steps = el("div", { class: "card-grades" });
      const list = el("ol", { class: "mock-phases" }, PHASES.map(([name]) => el("li", {}, name)));
      const hint = button("Hint", nextHint);
      let hinted = 0;

      dlq.page.show(heading, true,
        el("p", { class: "card-place" }, `Question ${index + 1} of ${set.questions.length} · `, total),
        el("div", { class: "mock-clock" }, list, now),
        el("article", { class: "card" }, dlq.page.labels(question), heading, body, hints,
          el("label", { class: "practice-field" }, "Notes", notes)),
        steps,
        el("div", { class: "card-tools" }, hint, button("End the interview", finish)));
      dlq.page.texts(question.id).then((parts) => phase(0, parts), () => {
        body.replaceChildren(dlq.page.notice("bad", "This question could not be loaded.", button("Next question", () => ask(index + 1))));
      });

      function phase(number, parts) {
        since = Date.now();
        planned = PHASES[number][1] * seconds;
        [...list.children].forEach((item, at) => { if (at === number) { item.setAttribute("aria-current", "step"); } else { item.removeAttribute("aria-current"); } });
        tick();
        const onward = (text) => steps.replaceChildren(button(text, () => phase(number + 1, parts), { class: "practice-button practice-main" }));
        if (number === 0) { body.replaceChildren(el("p", { class: "card-prompt" }, "Collect your thoughts. Ask what is unclear.")); onward("Start answering"); }
        if (number === 1) { body.replaceChildren(el("p", { class: "card-prompt" }, "Answer aloud.")); onward("On to the follow-ups"); }
        if (number === 2) { followUps(parts); onward("Compare and grade"); }
        if (number === 3) { grading(parts); }
        if (number > 0) { say(`${PHASES[number][0]}, ${clock(planned)} planned.`); }
        if (number > 0 && number < 3) { steps.firstChild.focus({ preventScroll: true }); }
      }

      /* First how a good answer begins, then what it covers. */
      function nextHint() {
        dlq.page.texts(question.id).then((parts) => {
          hinted += 1;
          if (hinted === 1) {
            const [clause] = split(dlq.page.piece(question.id, parts.short).firstElementChild, /[,;:.](?=\s|$)/);
            hints.append(el("h3", {}, "A good answer begins"), el("p", {}, clause, " …"));
          } else if (hinted === 2) {
            hints.append(el("h3", {}, "It covers"), el("ul", {}, dlq.page.items(question.id, parts.checklist)));
            hint.disabled = true;
          }
          say(hinted === 1 ? "First hint shown." : "Second hint shown: what the answer covers.");
        });
      }

      function followUps(parts) {
        body.replaceChildren(el("h3", {}, "Follow-ups"), el("ol", { class: "mock-follow-ups" }, dlq.page.items(question.id, parts.follow_ups).map((item) => {
          const [asked, answer] = split(item, /[?.](?=\s|$)/);
          return el("li", {}, el("p", {}, asked), el("details", {}, el("summary", {}, "Answer"), el("p", {}, answer)));
        })));
      }

      function grading(parts) {
        hints.replaceChildren();
        hint.disabled = true;
        const { points, list: boxes } = dlq.page.checklist(question.id, parts.checklist, suggest);
        const title = el("h3", { tabindex: "-1" }, "Short answer");
        const buttons = dlq.session.GRADES.map((name, at) => button(name, () => grade(at + 1), { class: `practice-button grade grade-${at + 1}`, "data-grade": at + 1 }));
        function suggest() { // an answer that needed help is not a good one unaided
          const wanted = Math.min(dlq.page.suggested(points), hinted === 2 ? 2 : hinted ? 3 : 4);
          buttons.forEach((node, at) => node.classList.toggle("suggested", at + 1 === wanted));
          if (wanted) { say(`Suggested grade: ${dlq.session.GRADES[wanted - 1]}.`); }
        }
        function grade(value) {
          const said = points.filter((point) => point.box.checked);
          results.push({
            question, grade: value, seconds: (Date.now() - started) / 1000, planned: seconds, hints: Math.min(hinted, 2), notes: notes.value.trim(),
            said: said.length, points: points.length, missed: points.filter((point) => !point.box.checked)
          });
          dlq.store.record(question.id, value);
          ask(index + 1);
        }
        body.replaceChildren(title, dlq.page.piece(question.id, parts.short), el("h3", {}, "What was said?"), boxes,
          el("details", { class: "practice-choice" }, el("summary", {}, "Full answer"), dlq.page.piece(question.id, parts.answer)));
        steps.replaceChildren(...buttons);
        title.focus({ preventScroll: true });
      }
    }

    function finish() {
      clearInterval(timer);
      summary(set, results, (Date.now() - began) / 1000);
    }
    ask(0);
  }

  /* The content of a node in two: up to the first match of `end` in its own text, and the rest. */
  function split(node, end) {
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const text of node.childNodes) {
      const found = text.nodeType === Node.TEXT_NODE && end.exec(text.data);
      if (found) { range.setEnd(text, found.index + 1); break; }
    }
    return [range.extractContents(), el("span", {}, ...node.childNodes)];
  }

  function summary(set, results, seconds) {
    const heading = el("h2", {}, `Mock interview: ${set.title}`);
    const day = new Date().toLocaleDateString("en-US", { dateStyle: "long" });
    const average = results.reduce((sum, result) => sum + result.grade, 0) / results.length;
    const head = results.length ?
      `${results.length} of ${plural(set.questions.length, "question")} graded in ${clock(seconds)}, on average ${average.toFixed(1)} of 4.` : "No question was graded.";
    const grade = (result) => `${result.grade} ${dlq.session.GRADES[result.grade - 1]}`;
    const lines = results.map((result) => [
      `${result.question.title}`, `  ${grade(result)}; ${result.said} of ${result.points} points; ${clock(result.seconds)} of ${clock(result.planned)}; ${plural(result.hints, "hint")}`,
      ...result.missed.map((point) => `  not said: ${point.text}`), ...(result.notes ? [`  notes: ${result.notes}`] : [])
    ].join("\n"));
    const text = [`Mock interview: ${set.title}. ${facts(set)}`, `${day}. ${head}`, location.href, "", ...lines].join("\n");
    const field = el("textarea", { readonly: true, rows: 6, onfocus: () => field.select() });
    field.value = text;
    dlq.page.show(heading, true, heading,
      el("p", {}, `${facts(set)} ${day}.`), el("p", {}, el("strong", {}, head)),
      results.length ? el("div", { class: "table", role: "group", "aria-label": "Grades", tabindex: "0" }, el("table", {},
        el("thead", {}, el("tr", {}, ["Question", "Grade", "Points", "Time", "Hints"].map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, results.map((result) => el("tr", {},
          el("td", {}, el("a", { href: dlqBank.base + result.question.url }, result.question.title)),
          el("td", {}, grade(result)), el("td", {}, `${result.said} of ${result.points}`),
          el("td", {}, `${clock(result.seconds)} of ${clock(result.planned)}`), el("td", {}, String(result.hints))))))) : null,
      results.filter((result) => result.missed.length || result.notes).map((result) => el("section", { class: "mock-review" },
        el("h3", {}, result.question.title),
        result.missed.length ? [el("p", {}, "Not said:"), el("ul", {}, result.missed.map((point) => el("li", {}, ...point.node.querySelector("span").childNodes)))] : null,
        result.notes ? el("p", { class: "mock-notes" }, `Notes: ${result.notes}`) : null)),
      el("div", { class: "card-tools" }, button("Print", () => print(), { class: "practice-button practice-main" }), overview()),
      el("label", { class: "practice-field mock-share" }, "As text, to share", field));
    say("Interview finished.");
  }

  return { show, draw, none, facts, link, overview, MINUTES };
})();
