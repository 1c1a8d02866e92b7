/* Study plans: cut one for the reader's date, hours and role, and keep what was ticked off, in this
   browser. The choice stands in the address. The ready plans need none of this to be read. */
(function () {
  "use strict";

  const bank = window.dlqBank, data = window.dlqPlan;
  const DAY = 864e5;
  const MOST = 120; // days
  const KEY = "dlq-plan-done";
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const iso = (time) => new Date(time).toISOString().slice(0, 10);
  const midnight = (date) => Date.parse(`${date}T00:00:00Z`);
  const now = new Date();
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const hold = document.getElementById("plan");

  /* Ticks: one for a question, wherever it stands. */
  let done = {};
  function read() {
    try { done = Object.assign({}, JSON.parse(localStorage.getItem(KEY))); } catch (error) { /* blocked or broken: what is on this page */ }
    for (const old in bank.moved) { if (done[old]) { done[bank.moved[old]] = 1; } }
  }
  const idOf = (link) => /([^/]+\/[^/]+?)(\/|\/index\.html|\.html)$/.exec(link.href)[1];

  function tickable(root) {
    for (const item of root.querySelectorAll(".plan-list li")) {
      const link = item.querySelector("a");
      const box = element("input", { type: "checkbox", checked: Boolean(done[idOf(link)]) });
      box.setAttribute("aria-label", `Done: ${link.textContent}`);
      box.dataset.question = idOf(link);
      item.prepend(box);
    }
  }

  document.addEventListener("change", (event) => {
    const id = event.target.dataset.question;
    if (!id) { return; }
    if (event.target.checked) { done[id] = 1; } else { delete done[id]; }
    tell();
    try { localStorage.setItem(KEY, JSON.stringify(done)); } catch (error) {
      progress.textContent += " This browser did not keep the tick: its store is full or blocked. Print the plan to keep your ticks.";
    }
  });
  addEventListener("storage", () => { read(); tell(); }); // another tab has ticked

  /* As plan() of hooks/study_plans.py: as much of the role's order as fits, in the bank's order. */
  function cut(role, days, daily) {
    const order = data.order[role];
    const rank = new Map(order.map((place, position) => [place, position]));
    const inOrder = order.slice().sort((a, b) => a - b);
    const fresh = days === 1 ? daily : daily * (1 - data.repeat);
    const most = days > 2 ? days - 1 : days;
    for (let count = order.length; count > 0; count -= 1) {
      const dealt = [[]];
      let left = fresh;
      for (const place of inOrder.filter((place) => rank.get(place) < count)) {
        const minutes = data.minutes[place];
        if (dealt[dealt.length - 1].length && minutes > left) { dealt.push([]); left = fresh; }
        dealt[dealt.length - 1].push(place);
        left -= minutes;
      }
      if (dealt.length <= most) { return dealt; }
    }
    return [];
  }

  /* The form. */
  const form = element("form", { className: "plan-form" });
  const fields = {};
  function field(name, text, control) {
    fields[name] = Object.assign(control, { name, required: name !== "role" });
    form.append(element("label", {}, text, control));
  }
  field("date", "Day of the interview", element("input", { type: "date", min: iso(today), max: iso(today + MOST * DAY) }));
  field("hours", "Hours a day", element("input", { type: "number", min: "0.5", max: "10", step: "0.5", value: "1" }));
  field("role", "Role", element("select", {}, new Option("Any role", ""), ...Object.keys(bank.roles).map((slug) => new Option(bank.roles[slug].title, slug))));
  form.append(element("button", { type: "submit", className: "md-button md-button--primary", textContent: "Make the plan" }));
  const about = element("p", { className: "plan-about" });
  const summary = element("p", { className: "plan-summary" });
  const progress = element("p", { className: "plan-progress" });
  for (const spoken of [summary, progress]) { spoken.setAttribute("role", "status"); }
  const days = element("div", { className: "plan-days" });
  const ahead = element("p", { className: "plan-links" });
  hold.replaceChildren(element("h2", { textContent: "Your plan" }), form, about, summary, progress, ahead, days);
  let shown = [];

  function tell() {
    for (const box of document.querySelectorAll("[data-question]")) { box.checked = Boolean(done[box.dataset.question]); }
    const ticked = shown.filter((place) => done[bank.questions[place].id]).length;
    progress.textContent = shown.length ? `${ticked} of ${shown.length} ticked off.` : "";
  }

  function show(start) {
    const role = fields.role.value, daily = Number(fields.hours.value) * 60;
    const length = Math.min(MOST, Math.max(1, Math.round((midnight(fields.date.value) - start) / DAY)));
    const dealt = cut(role, length, daily);
    shown = dealt.flat();
    const minutes = shown.reduce((sum, place) => sum + data.minutes[place], 0);
    about.textContent = role ? bank.roles[role].about : "";
    summary.textContent = `${length} ${length === 1 ? "day" : "days"}, ${shown.length} of the ${data.order[role].length} questions ` +
      `that ${role ? "this role is" : "these roles are"} asked, ${Math.floor(minutes / 60)} h ${minutes % 60} min without repeating.`;
    const format = new Intl.DateTimeFormat("en-US", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    days.replaceChildren();
    for (let day = 0; day < length; day += 1) {
      const time = start + day * DAY;
      const heading = element("h3", { textContent: `Day ${day + 1}: ${format.format(time)}` });
      if (time === today) { heading.append(" ", element("span", { className: "label", textContent: "today" })); }
      days.append(heading);
      const places = dealt[day] || [];
      if (places.length) {
        const fresh = places.reduce((sum, place) => sum + data.minutes[place], 0);
        const repeat = length > 1 ? daily - fresh : 0;
        days.append(element("p", { className: "plan-time", textContent: `${fresh} min of questions${repeat > 0 ? `, ${repeat} min to repeat` : ""}.` }));
      } else {
        days.append(document.querySelector(".plan-free").cloneNode(true));
      }
      let topic = "", list;
      for (const place of places) {
        const question = bank.questions[place];
        if (question.topic !== topic) {
          topic = question.topic;
          list = element("ul");
          days.append(
            element("p", { className: "plan-why", textContent: `${bank.topics[topic]}: ${data.why[data.importance[role][topic]]}.` }),
            element("div", { className: "plan-list" }, list));
        }
        const name = (word) => word[0].toUpperCase() + word.slice(1);
        list.append(element("li", {},
          element("a", { href: bank.base + question.url, textContent: question.title }), " ",
          element("span", { className: `label difficulty-${question.difficulty}`, textContent: name(question.difficulty) }), " ",
          element("span", { className: `label kind-${question.kind}`, textContent: name(question.kind) }), " ",
          element("span", { className: "minutes", textContent: `${data.minutes[place]} min` })));
      }
    }
    tickable(days);
    tell();
    const query = `?${new URLSearchParams({ start: iso(start), date: fields.date.value, hours: fields.hours.value, role })}`;
    const print = element("button", { type: "button", textContent: "Print" });
    print.addEventListener("click", () => window.print());
    ahead.replaceChildren(element("a", { href: query, textContent: "Link to this plan" }), print);
    document.body.classList.add("planned");
    try { history.replaceState(null, "", query); } catch (error) { /* file:// in some browsers: there is the link */ }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(today);
  });
  read();
  tickable(document);
  const asked = new URLSearchParams(location.search);
  fields.date.value = iso(today + 14 * DAY);
  if (asked.has("date")) {
    for (const name in fields) { fields[name].value = asked.get(name) || ""; }
    if (fields.role.selectedIndex < 0) { fields.role.value = ""; }
    if (!fields.hours.checkValidity()) { fields.hours.value = "1"; }
    const start = midnight(asked.get("start"));
    const date = midnight(fields.date.value);
    if (Number.isNaN(date)) {
      fields.date.value = iso(today + 14 * DAY);
      summary.textContent = "The address names no day; choose one.";
    } else {
      show(start <= date && date - start <= MOST * DAY ? start : Math.min(today, date));
    }
  }
})();
