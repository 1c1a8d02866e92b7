/* What a page does beyond being read. Without this script everything is there; it only helps. */
(function () {
  "use strict";

  var stored = {
    get: function (key) { try { return localStorage.getItem(key); } catch (error) { return null; } },
    set: function (key, value) { try { localStorage.setItem(key, value); } catch (error) { /* blocked: the choice lasts for this page */ } }
  };

  /* Progress of practice, for every page: new, learning, due, known or suspended; "" if there is none
     in this browser. The practice page writes it; see practice/store.js. */
  window.dlqProgress = (function () {
    var data = null;
    try { data = JSON.parse(stored.get("dlq-progress")); } catch (error) { /* the practice page reports it */ }
    var known = data && data.due && data.suspended ? data : null;
    return {
      state: function (id) {
        if (!known) { return ""; }
        var suspended = known.suspended[id];
        var due = known.due[id];
        if (suspended && suspended[1]) { return "suspended"; }
        if (!due) { return "new"; }
        return due[0] <= Date.now() ? "due" : due[1] ? "known" : "learning";
      }
    };
  })();
  var meta = document.querySelector(".question-meta[data-question]");
  var progress = meta && dlqProgress.state(meta.dataset.question);
  if (progress) {
    var chip = document.createElement("span");
    chip.className = "label progress-" + progress;
    chip.textContent = "Practice: " + progress;
    meta.append(" ", chip);
  }

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

  /* The theme's script is more than half of what a page would load. It serves a reader who does something;
     so it comes when one does, and what was asked of it before it came is not lost. */
  var here = document.currentScript;
  var search = document.querySelector(".md-search__input");
  var searching = document.getElementById("__search");
  var palette = document.getElementsByName("__palette");
  var FIRST = ["click", "focusin", "keydown", "pointerdown", "pointermove", "scroll"];
  var loading = false;
  var loaded = false;

  function loadTheme() {
    if (loading) { return; }
    loading = true;
    FIRST.forEach(function (name) { removeEventListener(name, act, true); });
    var script;
    [here.src.replace(/[^/]*$/, "query.js"), here.dataset.theme].forEach(function (source) {
      script = document.createElement("script");
      script.src = source;
      script.async = false; // in this order
      document.body.append(script);
    });
    script.addEventListener("load", function () {
      loaded = true;
      palette.forEach(function (choice) { if (choice.checked) { choice.dispatchEvent(new Event("change")); } });
      /* a landmark for each block of code would be no help */
      document.querySelectorAll(".md-code__nav").forEach(function (nav) { nav.setAttribute("role", "none"); });
    });
  }

  function act(event) { // a pointer that rests is reported too, as moved by nothing
    if (event.type !== "pointermove" || event.movementX || event.movementY) { loadTheme(); }
  }

  FIRST.forEach(function (name) { addEventListener(name, act, { capture: true, passive: true }); });
  addEventListener("load", function () { if (scrollY) { loadTheme(); } });
  if (/[?&][hq]=/.test(location.search)) { loadTheme(); } // a page come from a search, and a link to a search

  if (search) {
    search.form.addEventListener("submit", function (event) { event.preventDefault(); });
    document.querySelector(".md-header [for=__search]").addEventListener("click", function () { search.focus(); });
    addEventListener("keydown", function (event) {
      var plain = !event.ctrlKey && !event.metaKey && !event.target.closest("input, select, textarea");
      if (loaded || !plain || "/fs".indexOf(event.key) < 0) { return; }
      event.preventDefault();
      if (!searching.checked) { searching.click(); }
      search.focus();
    });
  }

  /* The drawer of a narrow screen closes as the search does; open, it keeps the focus to itself. */
  var drawer = document.getElementById("__drawer");
  var narrow = matchMedia("(max-width: 76.2344em)");
  var outside = document.querySelectorAll("[data-md-component=skip], .md-header, .md-sidebar--secondary, .md-content, .md-footer, .md-top");

  function keepFocus() {
    outside.forEach(function (part) { part.inert = drawer.checked && narrow.matches; });
  }

  if (drawer) {
    drawer.addEventListener("change", keepFocus);
    narrow.addEventListener("change", keepFocus);
  }
  addEventListener("keydown", function (event) {
    if (event.key === "Escape" && drawer && drawer.checked) { drawer.click(); drawer.focus(); }
  });

  /* The switch of the color scheme is a radio button; the theme lets Enter move it, people press space. */
  addEventListener("keydown", function (event) {
    if (event.key === " " && event.target.name === "__palette") {
      event.preventDefault();
      var other = document.querySelector("[data-md-component=palette] label:not([hidden])").control;
      other.click();
      other.focus();
    }
  });
})();
