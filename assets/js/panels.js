// Menus, dialogs and the drawer. Server fragments arrive by htmx in #dialog-body or #drawer; without JavaScript the links are pages.
const close = {
  dialog: (panel) => panel.close(),
  aside(panel) {
    panel.replaceChildren();
    document.querySelector("[data-rows] > .here a[href]")?.focus();
  },
};

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu__list a")) menu.open = false;
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
    return;
  }
  const closer = event.target.closest("[data-closes]");
  const panel = closer?.closest("dialog, .drawer");
  if (panel) {
    event.preventDefault();
    close[panel.localName === "dialog" ? "dialog" : "aside"](panel);
  } else if (event.target.matches("dialog")) {
    event.target.close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (!document.querySelector("dialog[open]")) {
    const drawer = document.querySelector(".drawer:not(:empty)");
    if (drawer) close.aside(drawer);
  }
});

const TOAST = 8000;
document.addEventListener("htmx:after:swap", () => {
  for (const toast of document.querySelectorAll(".toast:not([data-timed])")) {
    toast.dataset.timed = "1";
    setTimeout(() => toast.remove(), TOAST);
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  if (!target?.isConnected || !target.hasChildNodes()) return;
  if (target.id === "dialog-body") {
    const dialog = target.closest("dialog");
    if (!dialog.open) dialog.showModal();
    (target.querySelector("[autofocus], [data-summary]") ?? dialog.querySelector("h2[tabindex]"))?.focus();
  } else if (target.matches(".drawer") && !target.contains(document.activeElement)) {
    target.querySelector("h2[tabindex]")?.focus({ preventScroll: true });
  }
});
