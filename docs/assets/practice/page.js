/* What every view of the practice page is built from: elements, messages, and the questions' texts. */
window.dlq = window.dlq || {};
dlq.page = (function () {
  "use strict";

  /* An element; a property that begins with "on" is a listener, null children are left out. */
  function el(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name.startsWith("on")) {
        node.addEventListener(name.slice(2), value);
      } else if (value === true) {
        node.setAttribute(name, "");
      } else if (value !== false && value !== null && value !== undefined) {
        node.setAttribute(name, value);
      }
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  }
  const button = (text, onclick, properties) => el("button", { type: "button", class: "practice-button", onclick, ...properties }, text);
  const plural = (count, word) => `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;

  const root = document.getElementById("practice");
  const spoken = el("p", { class: "practice-spoken", role: "status" });
  const notices = el("div", { class: "practice-notices", role: "alert" });
  const view = el("div", { class: "practice-view" });

  /* Replace what is shown; the focus goes to the new view's heading, so that it is read. When the
     page has just been opened, it stays where it is. */
  function show(heading, busy, ...children) {
    const focus = view.childNodes.length ? heading : null;
    document.body.classList.toggle("practicing", busy);
    view.replaceChildren(...children.flat().filter(Boolean));
    if (focus) {
      focus.setAttribute("tabindex", "-1");
      focus.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }
  /* Say something to a screen reader; the same words twice are said twice. */
  function say(text) {
    spoken.textContent = spoken.textContent === text ? `${text}\u00a0` : text;
  }

  function start() {
    root.replaceChildren(spoken, notices, view);
    root.classList.add("practice-ready");
    dlq.store.onChange(warn);
    warn();
  }

  function notice(kind, text, ...actions) {
    return el("div", { class: `practice-notice practice-notice-${kind}` }, el("p", {}, text), actions.length ? el("p", {}, actions) : null);
  }
  let shown = "";
  /* What the reader must know about the store, above every view until it is mended. */
  function warn() {
    const { failure, broken } = dlq.store;
    const days = dlq.store.daysWithoutBackup();
    const key = [failure, broken && broken.kept, days >= 7].join();
    if (key === shown) { return; }
    shown = key;
    notices.replaceChildren();
    if (failure) {
      notices.append(notice("bad",
        `${failure} What you do now is kept only until you close this page. Export it now, and import the file when the storage works again.`,
        button("Export progress", exportFile)));
    }
    if (broken) {
      const place = broken.kept ? "It was set aside, and you start afresh" : "It could not be set aside, so nothing new is stored";
      notices.append(notice("bad", `The progress stored in this browser cannot be read: ${broken.reason}. ${place}; an older export can be imported below.`,
        button("Download what was there", () => download(broken.text, "deep-learning-questions-broken-progress.txt"))));
    }
    if (!failure && days >= 7) {
      notices.append(notice("mild", `Reviews of the last ${days} days are in no backup. A browser may clear what it stores.`,
        button("Export progress", exportFile)));
    }
  }

  function download(text, name) {
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = el("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 6e4);
  }
  function exportFile() {
    const day = new Date().toISOString().slice(0, 10);
    download(dlq.store.exported(), `deep-learning-questions-progress-${day}.json`);
    say("Progress exported to a file.");
  }

  /* The texts of a question come as a script of their own, when they are needed. */
  const loading = new Map();
  const arrived = new Map();
  window.dlqCard = (id, parts) => arrived.set(id, parts);
  const known = new Map(dlqBank.questions.map((question) => [question.id, question]));

  function texts(id) {
    if (!loading.has(id)) {
      loading.set(id, new Promise((resolve, reject) => {
        const src = `${dlqBank.base}questions/${id}.card.js`;
        const failed = () => { loading.delete(id); reject(new Error(src)); };
        document.head.append(el("script", {
          src, onerror: failed, onload: () => (arrived.has(id) ? resolve(arrived.get(id)) : failed())
        }));
      }));
      loading.get(id).catch(() => {});
    }
    return loading.get(id);
  }

  /* A piece of a question's page, fit for this one: links lead where they led, no id stands twice. */
  function piece(id, html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const home = new URL(dlqBank.base + known.get(id).url, location.href);
    template.content.querySelectorAll(".headerlink").forEach((link) => link.remove());
    template.content.querySelectorAll("[id]").forEach((node) => { if (!node.closest("svg")) { node.removeAttribute("id"); } });
    template.content.querySelectorAll("pre code").forEach((code) => { code.tabIndex = 0; }); // wide code is scrolled by keyboard
    template.content.querySelectorAll("a[href]").forEach((link) => {
      link.href = new URL(link.getAttribute("href"), home).href;
      link.target = "_blank"; // a session would be lost
    });
    template.content.querySelectorAll("img[src]").forEach((image) => { image.src = new URL(image.getAttribute("src"), home).href; });
    return template.content;
  }
  const items = (id, html) => [...piece(id, html).querySelectorAll("li")].filter((item) => !item.parentNode.closest("li"));

  function labels(question) {
    const word = (kind, name) => el("span", { class: `label ${kind}-${name}` }, name[0].toUpperCase() + name.slice(1));
    return el("p", { class: "question-meta" }, el("span", {}, dlqBank.topics[question.topic]), word("difficulty", question.difficulty), word("kind", question.kind));
  }

  /* What a strong answer covers, to tick. `beyond` marks what only a senior would add. */
  function checklist(id, html, changed) {
    const points = items(id, html).map((item) => {
      const box = el("input", { type: "checkbox", onchange: changed });
      const beyond = /^\s*Beyond:/.test(item.textContent);
      return { box, beyond, text: item.textContent.trim().replace(/\s+/g, " "), node: el("li", {}, el("label", {}, box, el("span", {}, ...item.childNodes))) };
    });
    return { points, list: el("ul", { class: "practice-points" }, points.map((point) => point.node)) };
  }
  /* The grade that the ticks stand for; 0 if nothing is ticked. */
  function suggested(points) {
    const core = points.filter((point) => !point.beyond);
    const ticked = points.filter((point) => point.box.checked).length;
    const said = core.filter((point) => point.box.checked).length;
    if (!ticked) { return 0; }
    if (said < core.length) { return said * 2 < core.length ? 1 : 2; }
    return ticked === points.length && points.length > core.length ? 4 : 3;
  }

  /* A span of time in words as short as a button. */
  function inWords(span) {
    const days = Math.round(span / 864e5);
    if (days < 1) { return `${Math.round(span / 6e4)} min`; }
    if (days < 31) { return plural(days, "day"); }
    return days < 365 ? plural(Math.round(days / 30.4), "month") : `${(days / 365).toFixed(1)} years`;
  }

  return {
    el, button, plural, show, say, start, notice, download, exportFile, texts, piece, items, labels,
    checklist, suggested, inWords, question: (id) => known.get(id), view
  };
})();
