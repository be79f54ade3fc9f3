// The service worker of /scan/: the prepared page, its script and its style stay on the phone. FILES stands above.

const CACHE = "scan-1";

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The network first; what was kept where there is none. Nothing but pages of /scan/ and our own files is kept. */
async function answer(request) {
    const cache = await caches.open(CACHE);
    try {
        const fresh = await fetch(request);
        const isPage = request.mode === "navigate" && fresh.ok && !fresh.redirected;
        if (isPage) await cache.put(request.url, fresh.clone());
        return fresh;
    } catch (error) {
        const kept = await cache.match(request.url, { ignoreVary: true });
        if (kept) return kept;
        throw error;
    }
}

self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
    if (event.request.mode === "navigate" || FILES.includes(url.pathname)) event.respondWith(answer(event.request));
});
