// The trainer's list on a phone, without network: taps go into a queue in IndexedDB, each chained to the one before,
// and are sent in order once there is network. An item leaves the queue when the server has answered it, whatever it said.

const MOST = 500;
const SLOT = 30;
const OFF_BY = 20;
const RUN = crypto.randomUUID();

const box = document.querySelector("[data-scanner]");
const part = (name) => box.querySelector(`[data-${name}]`);
const session = Number(box?.dataset.session);

let grant = null;
let roundTrip = 0;
let chain = Promise.resolve();

function opened() {
    return new Promise((resolve, reject) => {
        const asked = indexedDB.open("attendance", 1);
        asked.onupgradeneeded = () => {
            asked.result.createObjectStore("grants", { keyPath: "session" });
            asked.result.createObjectStore("items", { keyPath: "uid" }).createIndex("device", "device");
        };
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
    });
}

/** One transaction; resolves after it is complete, so that a tap that was shown is on the disk. */
async function inStore(mode, work) {
    const database = await opened();
    return new Promise((resolve, reject) => {
        const transaction = database.transaction(["grants", "items"], mode);
        const asked = work(transaction);
        transaction.oncomplete = () => { database.close(); resolve(asked?.result); };
        transaction.onerror = () => { database.close(); reject(transaction.error); };
    });
}

async function waiting() {
    const items = await inStore("readonly", (t) => t.objectStore("items").index("device").getAll(grant.device));
    return items.sort((a, b) => a.item.seq - b.item.seq);
}

/** As Python writes it: keys in order, no spaces. */
function canonical(item) {
    return JSON.stringify(Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))));
}

async function sha256(text) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Items are chained one after another, however fast one taps. */
function put(fields) {
    chain = chain.then(async () => {
        const item = {
            uid: crypto.randomUUID(), seq: (grant.seq || 0) + 1, ...fields, claimed_at: new Date().toISOString(),
            steady_ms: Math.round(performance.now()), run: RUN,
        };
        const link = await sha256((grant.link || "") + canonical(item));
        grant = { ...grant, seq: item.seq, link, said: { ...grant.said, [item.enrolment]: item.status || "present" } };
        await inStore("readwrite", (t) => {
            t.objectStore("items").put({ uid: item.uid, device: grant.device, item: { ...item, link } });
            t.objectStore("grants").put(grant);
        });
        draw();
    });
    return chain.then(tell);
}

async function tell() {
    const count = (await waiting()).length;
    part("count").textContent = count;
    part("state").textContent = count ? box.dataset.waiting : box.dataset.sent;
}

let sending = false;

async function send() {
    if (sending || !grant || grant.refused) return;
    sending = true;
    try {
        for (let left = await waiting(); left.length; left = await waiting()) {
            if (!(await sendSome(left.slice(0, MOST)))) break;
        }
    } catch {
        // no network: everything stays where it is
    } finally {
        sending = false;
        await tell();
        if (grant.refused) part("state").textContent = box.dataset.refused;
    }
}

async function sendSome(rows) {
    const began = performance.now();
    const answer = await fetch(grant.send_to, {
        method: "POST",
        headers: { Authorization: `Device ${grant.token}`, "Content-Type": "application/json" },
        credentials: "omit",
        body: JSON.stringify({
            sent_at: new Date().toISOString(), steady_ms: Math.round(began), run: RUN, round_trip_ms: roundTrip,
            items: rows.map((row) => row.item),
        }),
    });
    roundTrip = Math.round(performance.now() - began);
    if (answer.status === 401 || answer.status === 409 || answer.status === 403) {
        grant = { ...grant, refused: true };
        return false;
    }
    if (!answer.ok) return false;
    const answered = new Set((await answer.json()).items.map((item) => item.uid));
    const done = rows.filter((row) => answered.has(row.uid));
    await inStore("readwrite", (t) => done.forEach((row) => t.objectStore("items").delete(row.uid)));
    return done.length > 0;
}

function fold(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
}

function draw() {
    const words = fold(part("find").value).trim();
    part("list").replaceChildren(...grant.people.filter((one) => fold(one.name).includes(words)).map(row));
}

function row(person) {
    const line = box.querySelector("template[data-row]").content.cloneNode(true).firstElementChild;
    line.querySelector("[data-name]").textContent = person.name;
    line.querySelector("[data-agency]").textContent = person.agency;
    const said = grant.said?.[person.id];
    for (const button of line.querySelectorAll("[data-status]")) {
        const status = button.dataset.status;
        if (status === said) line.querySelector("[data-said]").textContent = button.textContent;
        button.setAttribute("aria-pressed", String(status === said));
        button.setAttribute("aria-label", `${button.textContent}: ${person.name}`);
        button.addEventListener("click", () => put({ kind: "mark", status, enrolment: person.id }));
    }
    return line;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The personal code of one slot, as the server makes it. */
async function personal(person, slot) {
    const raw = Uint8Array.from(person.key.match(/../g), (pair) => parseInt(pair, 16));
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const sign = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`me|${slot}`)));
    const bits = sign.slice(0, 5).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return [...Array(8).keys()].map((place) => ALPHABET[Number((bits >> BigInt(35 - 5 * place)) & 31n)]).join("");
}

/** Whose code that is, within ten minutes by this phone's clock; null if nobody's. */
async function whose(address) {
    const [, of, number, code] = /\/P\/(\d+)\/(\d+)\/([0-9A-Z]{8})/i.exec(address) || [];
    const person = Number(of) === session && grant.people.find((one) => one.number === Number(number));
    const now = Math.floor(Date.now() / 1000 / SLOT);
    for (let off = 0; person && off <= OFF_BY; off += 1) {
        for (const slot of [now - off, now + off]) {
            if ((await personal(person, slot)) === code.toUpperCase()) return { person, code: code.toUpperCase() };
        }
    }
    return null;
}

async function watch() {
    const video = part("video");
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const done = new Set();
    setInterval(async () => {
        for (const found of await detector.detect(video).catch(() => [])) {
            if (done.has(found.rawValue)) continue;
            done.add(found.rawValue);
            const seen = await whose(found.rawValue);
            if (seen) await put({ kind: "in", enrolment: seen.person.id, code: seen.code });
            else part("state").textContent = box.dataset.old;
        }
    }, 400);
}

async function start() {
    const fresh = document.getElementById("grant");
    if (fresh) {
        grant = { ...JSON.parse(fresh.textContent), seq: 0, link: "", said: {} };
        await inStore("readwrite", (t) => t.objectStore("grants").put(grant));
        history.replaceState(null, "", location.pathname);
    } else {
        grant = await inStore("readonly", (t) => t.objectStore("grants").get(session));
    }
    const worker = await navigator.serviceWorker?.register(box.dataset.worker, { scope: box.dataset.scope });
    if (worker && fresh) fetchPage();
    if (!grant) return;
    box.hidden = false;
    part("camera").hidden = !("BarcodeDetector" in window);
    part("camera").addEventListener("click", watch);
    part("send").addEventListener("click", send);
    part("find").addEventListener("input", draw);
    window.addEventListener("online", send);
    setInterval(send, 15000);
    draw();
    await tell();
    await send();
}

/** The page as a GET shows it, without token, goes into the cache of the worker. */
async function fetchPage() {
    await navigator.serviceWorker.ready;
    const cache = await caches.open("scan-1");
    const page = await fetch(location.pathname);
    if (page.ok && !page.redirected) await cache.put(location.href.split("#")[0], page);
}

if (box) start();
