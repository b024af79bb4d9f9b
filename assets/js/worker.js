// Keeps the form pages and what they need on the device, so that a form opens where there is no network. Answers are not
// its affair: they wait in the page's own store (forms/store.js).
const CACHE = "guanjia-forms-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("guanjia-forms-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  ),
);

const isKept = (url) => url.origin === location.origin && (url.pathname.startsWith("/desk/fill/") || url.pathname.startsWith("/static/"));

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

// The page, and the styles, scripts and pictures that it names.
async function keep(url) {
  const text = await (await get(url)).clone().text();
  const parts = [...text.matchAll(/(?:src|href)="(\/static\/[^"#]+)/g)].map((found) => found[1]);
  await Promise.allSettled([...new Set(parts)].map((part) => get(new URL(part, location.origin))));
}

// { keep: [url, …] }: pages that somebody will want at the door.
self.addEventListener("message", (event) => {
  const urls = (event.data?.keep ?? []).map((url) => new URL(url, location.origin)).filter(isKept);
  event.waitUntil(Promise.allSettled(urls.map(keep)));
});
