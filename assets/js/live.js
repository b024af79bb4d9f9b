// [data-live="30"] with hx-get and hx-trigger="live" refreshes every 30 s while the page is looked at and nobody is typing in it.
const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

setInterval(() => {
  if (document.hidden) return;
  const now = Date.now();
  for (const part of document.querySelectorAll("[data-live]")) {
    const due = Number(part.dataset.liveAt ?? 0) || now + part.dataset.live * 1000;
    if (now >= due && !busy(part)) {
      part.dispatchEvent(new Event("live"));
      part.dataset.liveAt = now + part.dataset.live * 1000;
    } else {
      part.dataset.liveAt = due;
    }
  }
}, 1000);

const asking = (event, on) => event.detail?.ctx?.target?.setAttribute("aria-busy", on);
document.addEventListener("htmx:before:request", (event) => asking(event, "true"));
document.addEventListener("htmx:finally:request", (event) => asking(event, "false"));
