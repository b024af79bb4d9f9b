// Staff keys: / searches, j k move in [data-rows], Enter opens, x ticks, ? lists them, any [data-key] letter presses its button.
const typing = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]");
const rows = () => [...document.querySelectorAll("[data-rows] > *")];
const memory = () => `row:${location.pathname}`;
const opener = (row) => row.querySelector("[data-open], a[href]");
const current = () => document.querySelector("[data-rows] > .here");

function stand(row) {
  current()?.classList.remove("here");
  row.classList.add("here");
  const link = opener(row);
  (link ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (link) sessionStorage.setItem(memory(), link.getAttribute("href"));
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  stand(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
}

const commands = {
  "/": () => document.querySelector("[data-search]")?.select() ?? document.querySelector("[data-search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: () => current()?.querySelector(".pick input")?.click(),
  "?": () => document.getElementById("keys")?.showModal(),
};

function press(letter) {
  const within = current()?.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  const button = within ?? [...document.querySelectorAll(`[data-key="${CSS.escape(letter)}"]`)].find((one) => one.closest(".drawer:not(:empty)"))
    ?? document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  button?.click();
  return Boolean(button) || openFirst(letter);
}

// In a list whose rows have no buttons of their own, a letter opens the row and is pressed once its details are there.
let waiting = "";
function openFirst(letter) {
  const link = current()?.querySelector('[data-open][hx-target="#drawer"]');
  if (!link || letter !== "a") return false;
  waiting = letter;
  link.click();
  return true;
}
document.addEventListener("htmx:after:swap", (event) => {
  if (!waiting || !event.detail?.ctx?.target?.matches(".drawer")) return;
  const letter = waiting;
  waiting = "";
  event.detail.ctx.target.querySelector(`[data-key="${letter}"]`)?.click();
});

document.addEventListener("keydown", (event) => {
  if (!document.documentElement.classList.contains("staff")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (event.key === "Enter") {
    if (event.target === document.body && current()) opener(current())?.click();
    return;
  }
  const command = commands[event.key];
  if (command) {
    event.preventDefault();
    command();
  } else if (event.key.length === 1 && press(event.key)) {
    event.preventDefault();
  }
});

// A click anywhere in a row opens it, unless it was meant for something in the row or for marking text.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] > *");
  if (!row || event.target.closest("a, button, input, label, summary") || String(getSelection())) return;
  stand(row);
  opener(row)?.click();
});

// Back in a list, the row that was opened is marked again.
const remembered = sessionStorage.getItem(memory());
if (remembered) rows().find((row) => opener(row)?.getAttribute("href") === remembered)?.classList.add("here");
