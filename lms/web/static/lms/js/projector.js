// The code on the screen. Shown on the monotonic clock, anchored when the answer arrived: late perhaps, never early.
// A wrong clock of this computer is harmless; five minutes without network are bridged.

const REFILL_AT = 10;
const COUNT_EVERY = 15000;
const DRIFT = 2000;

const box = document.querySelector("[data-projector]");
const part = (name) => box.querySelector(`[data-${name}]`);

let queue = [];
let pins = [];
let epoch = null;
let fetching = false;
let clock = anchor();

function anchor() {
    return { wall: Date.now(), steady: performance.now() };
}

/** The computer slept: the steady clock may have stopped while the wall clock went on. */
function hasSlept() {
    return Math.abs((Date.now() - clock.wall) - (performance.now() - clock.steady)) > DRIFT;
}

async function fetchCodes() {
    if (fetching) return;
    fetching = true;
    try {
        const answer = await fetch(box.dataset.projector, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        take(await answer.json(), performance.now());
    } catch {
        part("state").textContent = queue.length ? "" : box.dataset.stale;
    } finally {
        fetching = false;
    }
}

function take(data, arrived) {
    if (data.epoch !== epoch) queue = [];
    epoch = data.epoch;
    queue = data.codes.map((code) => ({ ...code, at: arrived + code.after_ms }));
    part("there").textContent = data.there;
    part("total").textContent = data.total;
    part("pin-off").hidden = !data.pin_off;
    pins = data.pins.map((pin) => ({ ...pin, at: arrived + pin.after_ms }));
    part("state").textContent = "";
    show();
}

function show() {
    const now = performance.now();
    while (queue.length > 1 && queue[1].at <= now) queue.shift();
    const current = queue[0];
    if (!current || current.at > now) return;
    if (queue.length === 1 && now - current.at > 20000) return hide();
    const qr = part("qr");
    qr.classList.remove("is-hidden");
    qr.setAttribute("viewBox", `0 0 ${current.size} ${current.size}`);
    qr.querySelector("path").setAttribute("d", current.path);
    part("code").textContent = current.code;
    while (pins.length > 1 && pins[1].at <= now) pins.shift();
    if (pins.length) part("pin").textContent = pins[0].pin;
}

/** An old code on the screen would only be refused: show none. */
function hide() {
    part("qr").classList.add("is-hidden");
    part("code").textContent = "········";
    part("state").textContent = box.dataset.stale;
}

function restart() {
    queue = [];
    clock = anchor();
    hide();
    fetchCodes();
}

if (box) {
    fetchCodes();
    setInterval(() => {
        if (hasSlept()) return restart();
        show();
        if (queue.length && queue.length < REFILL_AT) fetchCodes();
    }, 250);
    setInterval(fetchCodes, COUNT_EVERY);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && hasSlept()) restart();
    });
}
