/* Filter and sort the table of the whole bank. The choice stands in the address, to be shared. */
(function () {
  "use strict";

  const table = document.querySelector(".bank table");
  const body = table.tBodies[0];
  const DIFFICULTIES = ["easy", "medium", "hard"];
  const STATES = ["due", "learning", "new", "known", "suspended"];
  const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const rows = Array.from(body.rows, (row, position) => {
    const texts = Array.from(row.cells, (cell) => cell.textContent.trim());
    const id = /([^/]+\/[^/]+?)(\/|\/index\.html|\.html)$/.exec(row.querySelector("a").href)[1];
    const state = window.dlqProgress ? dlqProgress.state(id) : "";
    return {
      row, position, state, words: texts[0].toLowerCase(), shown: true,
      question: texts[0], topic: texts[1], kind: texts[2], difficulty: texts[3]
    };
  });
  const columns = ["question", "topic", "kind", "difficulty"];
  if (rows.some((row) => row.state)) {
    columns.push("state");
    table.closest(".bank").classList.add("practiced");
    table.tHead.rows[0].append(element("th", { textContent: "Practice" }));
    for (const row of rows) {
      const label = element("span", { className: `label progress-${row.state}`, textContent: row.state });
      row.row.append(element("td", {}, label));
    }
  }

  const form = element("form", { className: "bank-filter", role: "search", ariaLabel: "Filter the questions" });
  const fields = {};
  function field(name, text, control) {
    fields[name] = Object.assign(control, { name });
    form.append(element("label", {}, text, control));
  }
  field("words", "Words in the title", element("input", { type: "search" }));
  for (const name of columns.slice(1)) {
    const select = element("select", {}, new Option("Any", ""));
    const values = [...new Set(rows.map((row) => row[name]))];
    if (name === "state") { values.sort((a, b) => STATES.indexOf(a) - STATES.indexOf(b)); }
    for (const value of values) { select.add(new Option(value, slug(value))); }
    field(name, name === "state" ? "Practice" : name[0].toUpperCase() + name.slice(1), select);
  }
  const count = element("span", { role: "status" });
  const link = element("a", { textContent: "Link to this list" });
  const reset = element("button", { type: "button", textContent: "Show all" });
  const nothing = element("p", { className: "bank-nothing", textContent: "No question fits all of these. Take one of them back, or show all." });
  table.closest(".bank").before(form, element("p", { className: "bank-status" }, count, reset, link), nothing);

  /* A second press on a heading turns the order round. */
  let sorted = "", down = false, sorts = 0;
  const headings = Array.from(table.tHead.rows[0].cells);
  headings.forEach((heading, column) => {
    const button = element("button", { type: "button", textContent: heading.textContent });
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      down = sorted === columns[column] && !down;
      sorted = columns[column];
      sort();
      remember();
    });
  });
  table.closest(".bank").classList.add("sortable");

  function sort() {
    const order = { difficulty: DIFFICULTIES, state: STATES }[sorted];
    const ranks = order && rows.map((row) => order.indexOf(row[sorted].toLowerCase()));
    const compare = new Intl.Collator("en").compare;
    const next = rows.slice().sort((a, b) => {
      const difference = !sorted ? 0 : order ? ranks[a.position] - ranks[b.position] : compare(a[sorted], b[sorted]);
      return (down ? -difference : difference) || a.position - b.position;
    });
    const sort = ++sorts, fit = innerHeight / 40; // no row is lower; the rest moves when these are painted
    body.prepend(...next.filter((row) => row.shown).slice(0, fit).map((row) => row.row));
    requestAnimationFrame(() => setTimeout(() => {
      if (sort === sorts) { body.append(...next.map((row) => row.row)); }
    }));
    headings.forEach((heading, column) => {
      if (columns[column] === sorted) { heading.ariaSort = down ? "descending" : "ascending"; } else { heading.removeAttribute("aria-sort"); }
    });
  }

  function filter() {
    const wanted = fields.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = columns.slice(1).filter((name) => fields[name].value);
    let left = 0;
    for (const row of rows) {
      const fits = wanted.every((word) => row.words.includes(word)) && chosen.every((name) => slug(row[name]) === fields[name].value);
      if (fits !== row.shown) { row.row.hidden = !fits; }
      row.shown = fits;
      left += fits;
    }
    count.textContent = left === rows.length ? `${rows.length} questions` : `${left} of ${rows.length} questions`;
    nothing.hidden = left > 0;
  }

  function remember() {
    const query = new URLSearchParams();
    for (const name in fields) {
      if (fields[name].value) { query.set(name, fields[name].value); }
    }
    if (sorted) { query.set("sort", (down ? "-" : "") + sorted); }
    const text = query.toString();
    const address = text ? `?${text}` : location.pathname;
    reset.hidden = link.hidden = !text;
    link.href = address;
    try { history.replaceState(null, "", address); } catch (error) { /* file:// in some browsers: there is the link */ }
  }

  const asked = new URLSearchParams(location.search);
  for (const name in fields) { fields[name].value = asked.get(name) || ""; }
  const by = asked.get("sort") || "";
  if (columns.includes(by.replace("-", ""))) {
    sorted = by.replace("-", "");
    down = by[0] === "-";
    sort();
  }
  form.addEventListener("input", () => { filter(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  reset.addEventListener("click", () => {
    form.reset();
    sorted = "";
    filter();
    sort();
    remember();
    fields.words.focus();
  });
  filter();
  remember();
})();
