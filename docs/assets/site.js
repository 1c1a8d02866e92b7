/* What a page does beyond being read. Without this script everything is there; it only helps. */
(function () {
  "use strict";

  var stored = {
    get: function (key) { try { return localStorage.getItem(key); } catch (error) { return null; } },
    set: function (key, value) { try { localStorage.setItem(key, value); } catch (error) { /* blocked: the choice lasts for this page */ } }
  };

  /* Answers: keep them open if the reader wants, open what a link points into, open all to print. */
  var answers = Array.prototype.slice.call(document.querySelectorAll("details.reveal"));

  function openAll(open) { answers.forEach(function (answer) { answer.open = open; }); }

  function openTarget() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var answer = target && target.closest("details.reveal");
    if (answer && !answer.open) { answer.open = true; target.scrollIntoView(); }
  }

  if (answers.length) {
    var label = document.createElement("label");
    label.className = "keep-open";
    var box = document.createElement("input");
    box.type = "checkbox";
    box.checked = stored.get("keep-answers-open") === "yes";
    label.append(box, "Keep answers open on every page");
    answers[0].before(label);
    if (box.checked) { openAll(true); }
    box.addEventListener("change", function () {
      stored.set("keep-answers-open", box.checked ? "yes" : "no");
      openAll(box.checked);
    });
    addEventListener("hashchange", openTarget);
    openTarget();
    var before = [];
    addEventListener("beforeprint", function () {
      before = answers.map(function (answer) { return answer.open; });
      openAll(true);
    });
    addEventListener("afterprint", function () {
      answers.forEach(function (answer, index) { answer.open = before[index]; });
    });
  }

  /* Search reads "word:" as the name of a field and then finds nothing; a colon means nothing here. */
  var query = document.querySelector(".md-search__input");
  if (query) {
    query.addEventListener("input", function () {
      if (query.value.indexOf(":") >= 0) { query.value = query.value.replace(/:/g, " "); }
    }, true);
  }

  /* The bank: filter by words, topic, kind and difficulty; the choice stands in the address. */
  var bank = document.querySelector(".bank table");
  if (bank) {
    var rows = Array.prototype.map.call(bank.tBodies[0].rows, function (row) {
      var cells = Array.prototype.map.call(row.cells, function (cell) { return cell.textContent.trim(); });
      return { row: row, words: cells[0].toLowerCase(), topic: cells[1], kind: cells[2], difficulty: cells[3] };
    });
    var slug = function (text) { return text.toLowerCase().replace(/[^a-z0-9]+/g, "-"); };
    var form = document.createElement("form");
    form.className = "bank-filter";
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", "Filter the questions");
    var fields = {};

    var field = function (name, text, control) {
      var wrap = document.createElement("label");
      wrap.append(text, control);
      control.name = name;
      fields[name] = control;
      form.append(wrap);
    };
    var words = document.createElement("input");
    words.type = "search";
    field("words", "Words in the title", words);
    ["topic", "kind", "difficulty"].forEach(function (name) {
      var select = document.createElement("select");
      select.add(new Option("Any", ""));
      rows.map(function (row) { return row[name]; })
        .filter(function (value, index, all) { return all.indexOf(value) === index; })
        .forEach(function (value) { select.add(new Option(value, slug(value))); });
      field(name, name[0].toUpperCase() + name.slice(1), select);
    });
    var status = document.createElement("p");
    status.className = "bank-status";
    var count = document.createElement("span");
    count.setAttribute("role", "status");
    var reset = document.createElement("button");
    reset.type = "button";
    reset.textContent = "Show all";
    status.append(count, reset);
    document.querySelector(".bank").before(form, status);

    var filter = function () {
      var wanted = fields.words.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row) {
        var fits = wanted.every(function (word) { return row.words.indexOf(word) >= 0; }) &&
          ["topic", "kind", "difficulty"].every(function (name) {
            return !fields[name].value || slug(row[name]) === fields[name].value;
          });
        row.row.hidden = !fits;
        shown += fits;
      });
      count.textContent = shown === rows.length ? rows.length + " questions" : shown + " of " + rows.length + " questions";
      reset.hidden = shown === rows.length;
    };
    var remember = function () {
      var query = new URLSearchParams();
      Object.keys(fields).forEach(function (name) {
        if (fields[name].value) { query.set(name, fields[name].value); }
      });
      var text = query.toString();
      try { history.replaceState(null, "", text ? "?" + text : location.pathname); } catch (error) { /* file:// in some browsers */ }
    };
    var asked = new URLSearchParams(location.search);
    Object.keys(fields).forEach(function (name) { fields[name].value = asked.get(name) || ""; });
    form.addEventListener("input", function () { filter(); remember(); });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    reset.addEventListener("click", function () { form.reset(); filter(); remember(); fields.words.focus(); });
    filter();
  }
})();
