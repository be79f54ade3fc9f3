// One's own code on one's own phone: ten minutes ahead, shown on the monotonic clock from the moment they arrived.

const box = document.querySelector("[data-personal]");
let queue = [];

async function refill() {
    try {
        const answer = await fetch(box.dataset.personal, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const arrived = performance.now();
        queue = (await answer.json()).codes.map((code) => ({ ...code, at: arrived + code.after_ms }));
        show();
    } catch {
        if (!queue.length) box.querySelector("[data-state]").textContent = box.dataset.stale;
    }
}

function show() {
    while (queue.length > 1 && queue[1].at <= performance.now()) queue.shift();
    const current = queue[0];
    const isStale = !current || performance.now() - current.at > 60000;
    const qr = box.querySelector("[data-qr]");
    qr.classList.toggle("is-hidden", isStale);
    box.querySelector("[data-state]").textContent = isStale ? box.dataset.stale : "";
    if (isStale) return;
    qr.setAttribute("viewBox", `0 0 ${current.size} ${current.size}`);
    qr.querySelector("path").setAttribute("d", current.path);
}

if (box) {
    refill();
    setInterval(() => {
        if (queue.length) show();
        if (queue.length < 5) refill();
    }, 5000);
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden) refill();
    });
}
