// Every answer reaches the server, or waits on this device until it does. Without this file the plain forms do the work.

const $ = (id) => document.getElementById(id);
const bar = $("quiz-bar");
const say = bar?.dataset ?? {};
const { attempt, account } = (bar ?? $("quiz-receipt")).dataset;
const form = $("quiz-form");
const submitForm = $("quiz-submit");
const state = $("quiz-state");
const waiting = new Map(); // slot → line that the server has not confirmed
const epoch = Number(say.epoch);
let csrf = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
let owner = true, busy = null, timer = null, dueAt = 0, pause = 0, endsAt = null;

const opened = new Promise((resolve) => {
  try {
    const request = indexedDB.open("tap-huan-answers", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("lines", { keyPath: ["account", "attempt", "slot"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  } catch {
    resolve(null);
  }
});

async function journal(mode, work) {
  const db = await opened;
  return db && new Promise((resolve) => {
    const deal = db.transaction("lines", mode);
    const request = work(deal.objectStore("lines"));
    deal.oncomplete = () => resolve(request.result);
    deal.onabort = () => resolve(null);
  });
}

const range = () => IDBKeyRange.bound([account, attempt, 0], [account, attempt, 1e9]);
const keep = (line) => journal("readwrite", (store) => store.put(line));

function drop(line) {
  if (waiting.get(line.slot) !== line) return null; // a newer one has taken its place
  waiting.delete(line.slot);
  return journal("readwrite", (store) => store.delete([account, attempt, line.slot]));
}

/** This tab alone: which epoch it holds ("tab"), what the server has confirmed to it ("have"). */
const tab = (() => {
  try { return sessionStorage; } catch { return {}; }
})();
const mark = (name) => `${name}:${attempt}`;

function show(text, look) {
  state.textContent = text;
  state.className = `save-state ${look}`;
}

function note(name, text, ...children) {
  $(`note-${name}`)?.remove();
  if (!text) return;
  const box = make("div", { id: `note-${name}`, className: "alert alert-warn" });
  box.append(text, ...children);
  $("quiz-notes").append(box);
}

const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const button = (textContent, onclick) => make("button", { type: "button", className: "button button-small", textContent, onclick });
const signIn = (text) => note("account", text, make("a", { href: say.login, target: "_blank", textContent: say.tLink }));

const saidAt = (at) => new Date(at).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour12: false });
const unsent = () => show(`${say.tWaiting} ${waiting.size}`, "is-waiting");

function stop() { // another tab or device writes now
  owner = false;
  show("", "");
  form?.querySelectorAll("fieldset").forEach((box) => box.setAttribute("disabled", ""));
  $("quiz-takeover").hidden = false;
}

const ticks = (one) => one.type === "radio" || one.type === "checkbox";

/** A question of this page: its fields, the number of its newest answer, and the answer as it was last taken. */
class Question {
  constructor(box) {
    this.slot = Number(box.dataset.slot);
    this.type = box.dataset.type;
    this.seq = Number(box.dataset.seq) - 1;
    this.held = $(`held-${this.slot}`);
    this.inputs = [...box.querySelectorAll("[name]:not([type=hidden],[type=file],button)")];
  }

  name(one) { return one.name.slice(`s${this.slot}-`.length); }

  /** The answer as a form would send it; undefined while an ordering is not complete. */
  read() {
    const filled = this.inputs.filter((one) => (ticks(one) ? one.checked : one.value.trim()));
    if (this.type === "ordering" && filled.length) {
      const numbers = filled.map((one) => Number(one.value)).sort((one, other) => one - other);
      if (this.inputs.some((one, index) => numbers[index] !== index + 1)) return undefined;
    }
    return String(new URLSearchParams(filled.map((one) => [this.name(one), one.value])));
  }

  /** Put an answer that waited on this device back into the fields. */
  fill(text) {
    const given = new URLSearchParams(text);
    for (const one of this.inputs) {
      if (ticks(one)) one.checked = given.getAll(this.name(one)).includes(one.value);
      else one.value = given.get(this.name(one)) ?? "";
    }
    this.last = this.read();
  }

  take() {
    const text = this.read();
    if (!owner || text === undefined || text === this.last) return null;
    this.last = text;
    show(say.tSaving, "is-saving");
    return write(this.slot, text, ++this.seq);
  }
}

const questions = [...(form?.querySelectorAll("fieldset.question") ?? [])].map((box) => new Question(box));
const question = (slot) => questions.find((one) => one.slot === slot);
const take = () => Promise.all(questions.map((one) => one.take()));

function write(slot, text, number) {
  const line = { account, attempt, slot, seq: number, epoch, form: text };
  waiting.set(slot, line);
  return keep(line);
}

function later() {
  pause = Math.min(30, pause ? pause * 2 : 1);
  plan(pause * 1000);
  if (waiting.size) unsent();
}

/** Send in so many milliseconds, unless that happens sooner anyway. */
function plan(wait) {
  const due = performance.now() + wait;
  if (timer && dueAt <= due) return;
  clearTimeout(timer);
  dueAt = due;
  timer = setTimeout(() => { timer = null; send(); }, wait);
}

/** One request at a time; true when nothing waits any more. */
async function send() {
  while (busy) await busy;
  if (owner && waiting.size) {
    busy = post([...waiting.values()].filter((line) => !line.offered).slice(0, 50), false);
    await busy.finally(() => { busy = null; });
  }
  return !waiting.size;
}

async function post(lines, keepalive) {
  if (!lines.length) return;
  let response, body;
  try {
    response = await fetch(say.answers, {
      method: "POST", keepalive, redirect: "manual",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ epoch, items: lines }),
    });
    body = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
  } catch {
    return later();
  }
  if (response.ok) return confirmed(lines, body);
  if (body.code === "attempt_closed") return location.assign(say.done);
  if (body.code === "epoch_stale") return stop();
  if (body.code === "bad_value" && lines.length > 1) {
    for (const line of lines) await post([line], keepalive);
    return undefined;
  }
  if (body.code === "bad_value") return show(body.message, "is-waiting"), drop(lines[0]);
  if (response.status === 403 && await beat()) pause = 0; // a new token after signing in again
  else astray(response);
  return later();
}

/** Signed out, or signed in as somebody else. */
function astray({ status, type }) {
  if (status === 401 || type === "opaqueredirect") signIn(say.tSignin);
  else if (status === 404) signIn(say.tOther);
}

function confirmed(lines, body) {
  pause = 0;
  note("account");
  endsAt = ends(body);
  const have = JSON.parse(tab[mark("have")] ?? "{}");
  for (const line of lines) {
    const item = body.items.find((one) => one.slot === line.slot);
    if (item && !item.is_current) {
      offer(line, item);
      continue;
    }
    drop(line);
    if (!item) continue; // too late: kept apart
    have[line.slot] = [item.epoch, item.seq];
    if (waiting.has(line.slot)) continue; // a newer one is on its way
    const here = question(line.slot), text = `${say.tSaved} ${saidAt(item.saved_at)}`;
    if (!here) continue;
    if (line.epoch !== epoch) here.fill(line.form);
    here.held.textContent = text + (item.understood ? ` · ${say.tUnderstood} ${item.understood}` : "");
    show(here.held.textContent, "is-saved");
  }
  tab[mark("have")] = JSON.stringify(have);
  if (body.late.length) note("late", say.tLate);
  if (waiting.size) plan(0);
}

/** The server holds a newer answer than this one: the person decides. */
function offer(line, item) {
  if (line.epoch === epoch) {
    note("held", say.tHeld);
    return drop(line);
  }
  line.offered = true;
  const decide = async (wanted) => {
    note(line.slot);
    if (wanted) {
      await write(line.slot, line.form, item.epoch === epoch ? item.seq + 1 : 1);
      const here = question(line.slot);
      if (here) { here.seq = waiting.get(line.slot).seq; here.fill(line.form); }
    } else await drop(line);
    send();
  };
  return note(line.slot, `${say.tUnsent} ${line.slot}.`, button(say.tUse, () => decide(true)), button(say.tDrop, () => decide(false)));
}

const ends = (times) => (times.deadline_at ? performance.now() + times.deadline_at - times.server_now : null);

function tick() {
  if (endsAt === null) return;
  const left = Math.ceil((endsAt - performance.now()) / 1000), shown = Math.max(0, left);
  const clock = $("quiz-clock");
  if (clock) clock.textContent = `${Math.floor(shown / 60)}:${String(shown % 60).padStart(2, "0")}`;
  if (left === 0) { take(); send(); }
  if (left < -16) location.assign(say.done);
}

async function beat() {
  try {
    const response = await fetch(say.clock, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!response.ok) return astray(response);
    const body = await response.json();
    csrf = body.csrf;
    endsAt = ends(body);
    if (!body.is_open) location.assign(say.done);
    else if (body.epoch !== epoch) stop();
    return true;
  } catch { /* no network: the next beat comes */ }
  return false;
}

async function begin() {
  endsAt = ends({ deadline_at: Number(say.deadline), server_now: Number(say.now) });
  tick();
  setInterval(tick, 1000);
  setInterval(() => { if (!document.hidden) beat(); }, 20000);
  if (location.hash === `#e${epoch}`) {
    tab[mark("tab")] = epoch;
    history.replaceState(null, "", location.pathname + location.search);
  }
  if (tab.length !== undefined && tab[mark("tab")] !== String(epoch)) stop();
  if (!(await opened)) note("journal", say.tNojournal);
  for (const one of questions) one.last ??= one.read();
  for (const line of (await journal("readonly", (store) => store.getAll(range()))) ?? []) {
    if (waiting.has(line.slot)) continue;
    waiting.set(line.slot, line);
    const here = question(line.slot);
    if (here && line.epoch === epoch) { here.seq = Math.max(here.seq, line.seq); here.fill(line.form); }
  }
  if (waiting.size) unsent();
  send();
}

/** Send before going on; stay if that fails. */
async function leave(event) {
  event.preventDefault();
  if (!owner) return undefined;
  const unfit = questions.find((one) => one.read() === undefined);
  if (unfit) return show(say.tOrder, "is-waiting"), unfit.inputs[0].focus();
  await take();
  if (!(await send())) return unsent();
  if (submitForm) {
    submitForm.elements.have.value = tab[mark("have")] ?? "";
    return submitForm.submit();
  }
  const by = event.submitter, go = by?.value;
  if (by?.name === "drop" || [...form.querySelectorAll("[type=file]")].some((one) => one.files.length)) { // files go as the plain form
    form.append(make("input", { type: "hidden", name: by?.name ?? "go", value: go ?? form.dataset.first }));
    return form.submit();
  }
  return location.assign(go === "submit" ? `${location.pathname}submit/` : `?q=${go ?? form.dataset.first}`);
}

if (bar) {
  begin();
  form?.addEventListener("change", () => { take(); plan(0); });
  form?.addEventListener("input", () => { take(); plan(1500); });
  form?.addEventListener("focusout", () => { take(); plan(0); });
  (form ?? submitForm).addEventListener("submit", leave);
  addEventListener("online", () => plan(0));
  addEventListener("focus", () => plan(0));
  addEventListener("pagehide", () => { if (owner) { take(); post([...waiting.values()].filter((line) => !line.offered), true); } });
} else {
  journal("readwrite", (store) => store.delete(range())); // the receipt is here: nothing waits any more
}
