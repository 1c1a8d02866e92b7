/* When a question comes back: FSRS (ts-fsrs) on the log of reviews, bounded by the interview.
   Days begin at 4 in the morning of the reader's own clock. */
window.dlq = window.dlq || {};
dlq.schedule = (function () {
  "use strict";

  const DAY = 864e5;
  const MINUTE = 6e4;
  const STEP = 10; // minutes until a question that was missed comes back; with "hard", half as long again
  const KNOWN = 7; // days after which the answer is still there with a probability of 90 percent
  const model = new FSRS.FSRS({ enable_fuzz: false });

  /* The number of a time's day, and the time at which a day begins. */
  function dayOf(time) {
    const local = new Date(time);
    local.setHours(local.getHours() - 4);
    return Math.round(Date.UTC(local.getFullYear(), local.getMonth(), local.getDate()) / DAY);
  }
  function startOf(day) {
    const date = new Date(day * DAY);
    return new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 4).getTime();
  }
  const today = () => dayOf(Date.now());

  /* A number from a text, the same everywhere (FNV-1a). */
  function hash(text) {
    let value = 2166136261;
    for (let index = 0; index < text.length; index++) {
      value = Math.imul(value ^ text.charCodeAt(index), 16777619);
    }
    return value >>> 0;
  }

  /* What is remembered after one more review; `card` is null for a new question. */
  function reviewed(card, time, grade) {
    const elapsed = card ? Math.max(0, dayOf(time) - dayOf(card.last)) : 0;
    const { stability, difficulty } = model.next_state(card, elapsed, grade);
    const learning = grade === 1 || (grade === 2 && (!card || card.learning));
    const interval = learning ? 0 : model.next_interval(stability, elapsed);
    const minutes = grade === 1 ? STEP : STEP * 1.5;
    return { stability, difficulty, learning, interval, minutes, last: time };
  }

  const memory = new Map(); // id -> { key, card }: a log is replayed only if it changed
  function card(id) {
    const log = dlq.store.reviews[id];
    if (!log) { return null; }
    const key = log.join(";");
    const known = memory.get(id);
    if (known && known.key === key) { return known.card; }
    const result = log.reduce((before, [time, grade]) => reviewed(before, time, grade), null);
    memory.set(id, { key, card: result });
    return result;
  }

  const numberOf = (date) => (date ? Math.round(Date.parse(date) / DAY) : 0);
  function interviewDay() {
    const day = numberOf(dlq.store.settings.interview);
    return day >= today() ? day : 0;
  }
  /* Days left for new questions: the first three quarters of the time since the date was given, so
     that each is seen twice; all that is left if they are over. */
  function daysForNew() {
    const now = today();
    const from = numberOf(dlq.store.settings.planned) || now;
    const last = from + Math.ceil((interviewDay() - from) * 3 / 4);
    return Math.max(1, last > now ? last - now : interviewDay() - now);
  }

  /* When a question is due. Nothing is put off beyond the interview: what would be is seen once more
     in the last quarter of the time, spread over its days. */
  function dueTime(id, of) {
    if (of.learning) { return of.last + of.minutes * MINUTE; }
    const from = dayOf(of.last);
    const interview = interviewDay();
    let day = from + of.interval;
    if (interview > from) {
      const quarter = Math.max(1, Math.floor((interview - from) / 4));
      day = Math.min(day, Math.max(from + 1, interview - 1 - (hash(id) % quarter)));
    }
    return startOf(day);
  }

  function due(id) {
    const known = card(id);
    return known ? dueTime(id, known) : null;
  }

  /* new, learning, due, known or suspended */
  function state(id) {
    if (dlq.store.isSuspended(id)) { return "suspended"; }
    const known = card(id);
    if (!known) { return "new"; }
    if (dueTime(id, known) <= Date.now()) { return "due"; }
    return known.stability >= KNOWN ? "known" : "learning";
  }

  /* For the other pages, which have no scheduler: [due, known or not] by question. */
  function dueTable() {
    const table = {};
    for (const id of Object.keys(dlq.store.reviews)) {
      table[id] = [due(id), card(id).stability >= KNOWN ? 1 : 0];
    }
    return table;
  }

  /* How long a question stays away after its last review: minutes, or whole days. */
  function span(id, of) {
    return of.learning ? of.minutes * MINUTE : (dayOf(dueTime(id, of)) - dayOf(of.last)) * DAY;
  }
  /* The same for each of the four grades that could be given now. */
  const previews = (id) => [1, 2, 3, 4].map((grade) => span(id, reviewed(card(id), Date.now(), grade)));

  /* The questions that fit a choice; what an empty part of it names is not asked about. */
  function chosen(choice) {
    const role = dlqBank.roles[choice.role];
    const fits = (list, value) => !list.length || list.includes(value);
    return dlqBank.questions.filter((question) =>
      choice.questions && choice.questions.length ? choice.questions.includes(question.id) :
        (!role || weight(role, question)) && fits(choice.topics, question.topic) &&
        fits(choice.kinds, question.kind) && fits(choice.difficulties, question.difficulty));
  }
  const weight = (role, question) => (role ? (role.topics[question.topic] || 0) * (role.kinds[question.kind] || 0) : 1);

  /* New ones: what the role is asked most, easy before hard, topics mixed. */
  function byImportance(choice) {
    const role = dlqBank.roles[choice.role];
    const level = (question) => dlqBank.difficulties.indexOf(question.difficulty);
    return (a, b) => weight(role, b) - weight(role, a) || level(a) - level(b) || hash(a.id) - hash(b.id);
  }

  /* The day's load: what is due, and as many new questions as the limits or the interview ask for. */
  function plan(choice) {
    const questions = chosen(choice);
    const now = today();
    const reviews = dlq.store.reviews;
    const is = (wanted) => (question) => state(question.id) === wanted;
    const fresh = questions.filter(is("new")).sort(byImportance(choice));
    const late = questions.filter(is("due")).sort((a, b) => due(a.id) - due(b.id));
    const seen = questions.filter(({ id }) => reviews[id] && dayOf(reviews[id].at(-1)[0]) === now);
    const begun = seen.filter(({ id }) => dayOf(reviews[id][0][0]) === now).length;
    const { newPerDay, limit } = dlq.store.settings;
    const left = interviewDay() - now;
    let perDay = newPerDay;
    let room = Math.max(0, limit - seen.length);
    if (interviewDay()) {
      perDay = Math.ceil((fresh.length + begun) / daysForNew());
      room = Infinity;
    }
    const dueNow = late.slice(0, room);
    const newNow = fresh.slice(0, Math.max(0, Math.min(perDay - begun, room - dueNow.length)));
    return { questions, due: dueNow, fresh: newNow, waiting: fresh.slice(newNow.length), perDay, daysLeft: interviewDay() ? left : null };
  }

  /* For the coming days: how many come back, and how many new ones are planned. */
  function load(choice, days) {
    const { questions, waiting, fresh, perDay } = plan(choice);
    const now = today();
    const back = Array(days).fill(0);
    for (const { id } of questions) {
      if (!card(id) || dlq.store.isSuspended(id)) { continue; }
      const day = Math.max(0, dayOf(due(id)) - now);
      if (day < days) { back[day] += 1; }
    }
    let rest = waiting.length;
    return back.map((count, index) => {
      const added = index ? Math.min(rest, perDay) : fresh.length;
      rest -= index ? added : 0;
      return { time: startOf(now + index), back: count, fresh: added };
    });
  }

  return { today: () => new Date(today() * DAY).toISOString().slice(0, 10), card, due, span, state, dueTable, previews, plan, load, chosen, weight, hash, reviewed };
})();
