// Sends what waits: at once, when the network comes back, and when any page of the desk opens. An answer leaves the
// device only when the server has said that it is stored; its instance id keeps it from being stored twice.
import { hold, release, waiting } from "./store.js";

const token = () => decodeURIComponent(/(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "");

// { state: "stored" | "offline" | "held" | "refused", url, problem }
export async function send(answer) {
  const body = new FormData();
  for (const [name, value] of answer.fields) body.append(name, value);
  if (answer.seen) body.set("seen", answer.seen);
  let response;
  try {
    response = await fetch(answer.url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token() } });
  } catch {
    return { state: "offline" };
  }
  const said = await response.json().catch(() => ({}));
  if (response.ok && said.url) {
    await release(answer.instance);
    dispatchEvent(new CustomEvent("guanjia:stored", { detail: { instance: answer.instance, url: said.url } }));
    return { state: "stored", url: said.url };
  }
  if (response.status >= 500 || response.status === 429 || [401, 403].includes(response.status)) return { state: "offline", problem: said };
  await hold({ ...answer, problem: said });
  dispatchEvent(new CustomEvent("guanjia:refused", { detail: { ...answer, problem: said } }));
  return { state: response.status === 422 ? "refused" : "held", problem: said };
}

// Two pages at once would both send: the lock is the browser's, where it has one.
const alone = (work) => (navigator.locks ? navigator.locks.request("guanjia-sending", { ifAvailable: true }, (lock) => lock && work()) : work());

export function sendAll(officer) {
  return alone(async () => {
    for (const answer of await waiting()) {
      if (answer.officer !== officer || answer.problem) continue;
      if ((await send(answer)).state === "offline") break;
    }
  });
}

// A line on each page of the desk while something waits, with the way to what the server would not take.
async function show(bar) {
  const own = (await waiting()).filter((answer) => answer.officer === bar.dataset.officer);
  const held = own.find((answer) => answer.problem);
  bar.hidden = own.length === 0;
  bar.querySelector("[data-waiting-count]").textContent = own.length;
  const link = bar.querySelector("a");
  link.hidden = !held;
  if (held) link.href = held.url;
}

export async function watch() {
  const bar = document.querySelector("[data-waiting]");
  if (!bar || !window.indexedDB) return;
  const work = async () => {
    try {
      await sendAll(bar.dataset.officer);
      await show(bar);
    } catch { /* a browser that forbids its store keeps nothing, and the form has said so */ }
  };
  addEventListener("online", work);
  addEventListener("guanjia:waiting", () => show(bar));
  await work();
}
