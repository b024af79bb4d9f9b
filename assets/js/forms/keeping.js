// Asks the worker to keep form pages on the device: the one at hand, and those that a page links with [data-offline].
export function keepPages(urls) {
  if (!urls.length || !navigator.serviceWorker) return;
  navigator.serviceWorker.register("/desk/worker.js", { scope: "/desk/" })
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => active.postMessage({ keep: urls }))
    .catch(() => {}); // without a worker a form needs the network to open, and is still kept while it is filled in
}

export function keepLinked() {
  const linked = [...document.querySelectorAll("a[data-offline]")].map((link) => link.pathname);
  if (linked.length) keepPages([location.pathname, ...linked]);
}

// Whoever signs out leaves no page of a household behind. What waits to be sent stays: it is nowhere else.
export function forgetOnLeaving() {
  addEventListener("submit", async (event) => {
    if (!event.target.action.endsWith("/account/logout/") || !window.caches) return;
    event.preventDefault();
    await caches.delete("guanjia-forms-1").catch(() => {});
    event.target.submit();
  });
}
