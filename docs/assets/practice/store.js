/* What the reader has done, in this browser only: the log of reviews, and choices.
   Everything else (when a question is due, what is known) follows from the log; see schedule.js.
   The file that is exported is described by progress.schema.json. */
window.dlq = window.dlq || {};
dlq.store = (function () {
  "use strict";

  const KEY = "dlq-progress";
  const FORMAT = "deep-learning-questions-progress";
  const VERSION = 1;
  const LARGEST = 5e6; // characters of a file; 1,000 questions with 20 reviews each take 0.5 million
  const ID = /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/;
  const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const EARLIEST = Date.UTC(2020, 0, 1);
  const DAY = 864e5;
  const DEFAULTS = {
    changed: 0, interview: "", planned: "", newPerDay: 8, limit: 40, keys: true,
    role: "", topics: [], kinds: [], difficulties: []
  };

  const empty = () => ({
    format: FORMAT, version: VERSION, exported: 0,
    reviews: {}, suspended: {}, settings: structuredClone(DEFAULTS)
  });

  let state = empty();
  let written = null; // the text that this page last read from or wrote to the store
  let failure = ""; // why the last change is not in the store
  let locked = false; // a broken store could not be set aside: never write over it
  let broken = null; // what was found broken: { reason, text, kept }
  const listeners = [];

  /* Why some data is no progress of version 1, or "" if it is. No part of a faulty file is taken. */
  function fault(data, latest) {
    const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
    const isTime = (value) => Number.isSafeInteger(value) && value >= EARLIEST && value <= latest;
    const isCount = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
    const strangers = (object, known) => Object.keys(object).filter((key) => !known.includes(key));
    if (!isObject(data) || data.format !== FORMAT) { return "it is not a progress file of this site"; }
    if (data.version !== VERSION) { return `it has version ${JSON.stringify(data.version)}, and this page reads version ${VERSION}`; }
    const unknown = strangers(data, ["format", "version", "exported", "reviews", "suspended", "settings", "due"]);
    if (unknown.length) { return `it has an unknown part "${unknown[0].slice(0, 40)}"`; }
    if (data.exported !== 0 && !isTime(data.exported)) { return "the time of its export is no time"; }
    if (!isObject(data.reviews)) { return "its reviews are missing"; }
    for (const [id, log] of Object.entries(data.reviews)) {
      if (!ID.test(id) || id.length > 120) { return `"${id.slice(0, 40)}" is no name of a question`; }
      if (!Array.isArray(log) || !log.length) { return `the reviews of ${id} are no list`; }
      let before = -Infinity;
      for (const entry of log) {
        if (!Array.isArray(entry) || entry.length !== 2) { return `a review of ${id} is no pair of time and grade`; }
        if (!isTime(entry[0])) { return `a review of ${id} has no possible time`; }
        if (entry[0] <= before) { return `the reviews of ${id} are not in the order of time`; }
        if (!isCount(entry[1], 1, 4)) { return `a review of ${id} has no grade from 1 to 4`; }
        before = entry[0];
      }
    }
    if (!isObject(data.suspended)) { return "its suspended questions are missing"; }
    for (const [id, entry] of Object.entries(data.suspended)) {
      const good = ID.test(id) && Array.isArray(entry) && entry.length === 2 && isTime(entry[0]) && typeof entry[1] === "boolean";
      if (!good) { return `"${id.slice(0, 40)}" is suspended in no known form`; }
    }
    const settings = data.settings;
    if (!isObject(settings)) { return "its settings are missing"; }
    const strange = strangers(settings, Object.keys(DEFAULTS)).concat(strangers(DEFAULTS, Object.keys(settings)));
    if (strange.length) { return `its settings do not fit: "${strange[0].slice(0, 40)}"`; }
    const isList = (value) => Array.isArray(value) && value.length <= 100 && value.every((name) => typeof name === "string" && SLUG.test(name));
    const isDate = (value) => value === "" || (/^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)));
    const tests = {
      changed: (value) => value === 0 || isTime(value),
      interview: isDate,
      planned: isDate,
      newPerDay: (value) => isCount(value, 0, 200),
      limit: (value) => isCount(value, 1, 1000),
      keys: (value) => typeof value === "boolean",
      role: (value) => value === "" || (typeof value === "string" && SLUG.test(value)),
      topics: isList, kinds: isList, difficulties: isList
    };
    const wrong = Object.keys(tests).find((name) => !tests[name](settings[name]));
    return wrong ? `its setting "${wrong}" has no possible value` : "";
  }

  /* The union of both: every review of both logs; of choices, the one made last. */
  function merged(first, second) {
    const result = structuredClone(first);
    for (const [id, log] of Object.entries(second.reviews)) {
      const grades = new Map(result.reviews[id] || []);
      for (const [time, grade] of log) {
        grades.set(time, Math.min(grade, grades.has(time) ? grades.get(time) : 4));
      }
      result.reviews[id] = [...grades].sort((a, b) => a[0] - b[0]);
    }
    for (const [id, entry] of Object.entries(second.suspended)) {
      if (!result.suspended[id] || entry[0] > result.suspended[id][0]) { result.suspended[id] = entry.slice(); }
    }
    if (second.settings.changed > result.settings.changed) { result.settings = structuredClone(second.settings); }
    return result;
  }

  /* A question that was renamed keeps its reviews. */
  function renamed(data) {
    const moved = (window.dlqBank && dlqBank.moved) || {};
    for (const part of ["reviews", "suspended"]) {
      for (const old of Object.keys(data[part]).filter((id) => Object.hasOwn(moved, id))) {
        const entry = { reviews: {}, suspended: {}, settings: DEFAULTS };
        entry[part][moved[old]] = data[part][old];
        delete data[part][old];
        data[part] = merged({ ...data }, entry)[part];
      }
    }
    return data;
  }

  function parsed(text, latest) {
    let data;
    try { data = JSON.parse(text); } catch (error) { return { reason: "it is not JSON: cut off, or edited by hand" }; }
    const reason = fault(data, latest);
    if (reason) { return { reason }; }
    delete data.due;
    return { data: renamed(data) };
  }

  /* Take over what is in the store: add it to what is unsaved here, or put it in its place. What
     cannot be read is set aside under another key. */
  function absorb(text, unsaved) {
    const { data, reason } = parsed(text, Infinity);
    if (data) {
      const exported = Math.max(state.exported, data.exported);
      state = Object.assign(unsaved ? merged(state, data) : data, { exported });
      return;
    }
    broken = { reason, text, kept: `${KEY}-broken-${Date.now()}` };
    try {
      localStorage.setItem(broken.kept, text);
      localStorage.removeItem(KEY);
    } catch (error) {
      locked = true;
      broken.kept = "";
    }
  }

  const countReviews = () => Object.values(state.reviews).reduce((sum, log) => sum + log.length, 0);

  function load() {
    try {
      const text = localStorage.getItem(KEY);
      if (text !== null) { absorb(text, false); }
      written = localStorage.getItem(KEY);
    } catch (error) {
      failure = "This browser lets this page store nothing.";
    }
  }

  /* Write everything. If that fails, what is in memory stays, and the page says so. */
  function save() {
    try {
      const text = localStorage.getItem(KEY);
      if (text !== null && text !== written) { absorb(text, true); } // another tab has been at work
      if (locked) { throw new Error("locked"); }
      const next = JSON.stringify({ ...state, due: dlq.schedule.dueTable() });
      localStorage.setItem(KEY, next);
      written = next;
      failure = "";
    } catch (error) {
      const full = error.name === "QuotaExceededError" || error.name === "NS_ERROR_DOM_QUOTA_REACHED";
      failure = full ? "This browser's storage for the site is full." : "This browser lets this page store nothing.";
      if (locked) { failure = "The progress in this browser is broken and could not be set aside."; }
    }
    listeners.forEach((listener) => listener());
    return !failure;
  }

  function record(id, grade) {
    const log = state.reviews[id] || (state.reviews[id] = []);
    const time = Math.max(Date.now(), log.length ? log[log.length - 1][0] + 1 : 0);
    log.push([time, grade]);
    save();
    return time;
  }

  function unrecord(id, time) {
    const log = (state.reviews[id] || []).filter((entry) => entry[0] !== time);
    if (log.length) { state.reviews[id] = log; } else { delete state.reviews[id]; }
    save();
  }

  function suspend(id, value) {
    state.suspended[id] = [Date.now(), value];
    save();
  }

  function choose(change) {
    Object.assign(state.settings, change, { changed: Date.now() });
    save();
  }

  /* The text of a backup. */
  function exported() {
    state.exported = Date.now();
    save();
    return JSON.stringify(state, null, 1) + "\n";
  }

  /* Merge a file's text. Returns { reason } if it was refused whole, or { added, questions }. */
  function imported(text) {
    if (text.length > LARGEST) { return { reason: `it has ${Math.round(text.length / 1e6)} million characters, more than any progress` }; }
    const { data, reason } = parsed(text, Date.now() + DAY);
    if (reason) { return { reason }; }
    const before = countReviews();
    state = merged(state, data);
    save();
    return { added: countReviews() - before, questions: Object.keys(data.reviews).length };
  }

  /* Whole days since the oldest review that is in no backup; 0 if there is none. */
  function daysWithoutBackup() {
    const open = Object.values(state.reviews).flat().map((entry) => entry[0]).filter((time) => time > state.exported);
    return open.length ? Math.floor((Date.now() - Math.min(...open.slice(0, 50000))) / DAY) : 0;
  }

  addEventListener("storage", (event) => {
    if (event.key === KEY && event.newValue !== null && event.newValue !== written) {
      absorb(event.newValue, Boolean(failure));
      written = event.newValue;
      listeners.forEach((listener) => listener());
    }
  });
  addEventListener("beforeunload", (event) => { if (failure && countReviews()) { event.preventDefault(); } });

  return {
    load, record, unrecord, suspend, choose, exported, imported, countReviews, daysWithoutBackup, merged, fault,
    get settings() { return state.settings; },
    get reviews() { return state.reviews; },
    get failure() { return failure; },
    get broken() { return broken; },
    get lastExport() { return state.exported; },
    isSuspended: (id) => Boolean(state.suspended[id] && state.suspended[id][1]),
    onChange: (listener) => listeners.push(listener)
  };
})();
