// How far a piece of work is, asked again while somebody looks: every two seconds, slower the longer nothing moves.
// Readers of the screen hear the quarters and the end, not every figure. Without this the page has a link to itself.

const QUICK = 2000;
const SLOW = 15000;
const box = document.querySelector("[data-job]");
const said = document.querySelector("[data-job-said]");

let pause = QUICK;
let before = look();

function look() {
    const state = box.querySelector("[data-state]").dataset;
    const quarter = Math.floor(Number(state.percent || 0) / 25);
    return { state: state.state, percent: state.percent, heard: `${state.state} ${quarter}` };
}

async function ask() {
    if (document.hidden || box.contains(document.activeElement) || document.querySelector("dialog[open]")) return again();
    try {
        const answer = await fetch(location.href, { headers: { "X-Part": "job", "X-Requested-With": "XMLHttpRequest" } });
        if (answer.status === 401 || answer.status === 404) return undefined;
        if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
        show(await answer.text());
    } catch {
        pause = SLOW;
    }
    return again();
}

function show(part) {
    box.innerHTML = part; // our own page, escaped by its template; the policy of the page runs no script in it
    const now = look();
    if (now.heard !== before.heard) said.textContent = box.querySelector("[data-job-words]").textContent.trim();
    pause = now.percent === before.percent && now.state === before.state ? Math.min(pause * 1.5, SLOW) : QUICK;
    before = now;
}

function again() {
    if (before.state === "queued" || before.state === "running") setTimeout(ask, pause);
    return undefined;
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) pause = QUICK; });
setTimeout(ask, QUICK);
