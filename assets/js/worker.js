// Keeps the pages of doors and forms and what they need on the device, so that they open where there is no network.
// Answers are not its affair: they wait in the page's own store (forms/store.js).
const CACHE = "guanjia-forms-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("guanjia-forms-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  ),
);

const KEPT = /^\/(?:static\/|desk\/fill\/|desk\/visits\/(?:\d+\/)?$)/;
// What was kept this morning is good enough for today's round.
const FRESH = 6 * 3600 * 1000;

const isKept = (url) => url.origin === location.origin && KEPT.test(url.pathname);

// The network first: a kept page is shown only where there is none.
async function answer(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && isKept(new URL(event.request.url))) event.respondWith(answer(event.request));
});

const get = (url) => answer(new Request(url, { credentials: "same-origin" }));

async function isFresh(url) {
  const kept = await (await caches.open(CACHE)).match(url, { ignoreVary: true });
  return kept !== undefined && Date.now() - Date.parse(kept.headers.get("date")) < FRESH;
}

// The page, the styles, scripts and pictures that it names, and the forms that are filled in at that door.
async function keep(url) {
  if (await isFresh(url)) return;
  const text = await (await get(url)).clone().text();
  const parts = [...text.matchAll(/(?:src|href)="(\/static\/[^"#]+)/g)].map((found) => found[1]);
  await Promise.allSettled([...new Set(parts)].map(async (part) => (await caches.match(part)) ?? get(new URL(part, location.origin))));
  for (const [, form] of text.matchAll(/href="(\/desk\/fill\/[^"#]+)" data-offline/g)) await keep(new URL(form, location.origin));
}

// { keep: [url, …] }: pages that somebody will want at the door.
self.addEventListener("message", (event) => {
  const urls = (event.data?.keep ?? []).map((url) => new URL(url, location.origin)).filter(isKept);
  event.waitUntil(urls.reduce((before, url) => before.then(() => keep(url)).catch(() => {}), Promise.resolve()));
});
