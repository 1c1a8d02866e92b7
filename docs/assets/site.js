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

  /* The drawer of a narrow screen closes as the search does. */
  var drawer = document.getElementById("__drawer");
  addEventListener("keydown", function (event) {
    if (event.key === "Escape" && drawer && drawer.checked) { drawer.click(); drawer.focus(); }
  });

  /* Search reads "word:" as the name of a field and then finds nothing; a colon means nothing here. */
  var query = document.querySelector(".md-search__input");
  if (query) {
    query.addEventListener("input", function () {
      if (query.value.indexOf(":") >= 0) { query.value = query.value.replace(/:/g, " "); }
    }, true);
  }
})();
