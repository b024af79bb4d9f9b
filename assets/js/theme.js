// Large print, dark mode, narrow menu: links that set a cookie; here they act in place, without a round trip.
const root = document.documentElement;

const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

const turn = {
  nav: () => root.classList.toggle("narrow") ? "narrow" : "wide",
  theme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    return root.dataset.theme;
  },
};

function label() {
  for (const link of document.querySelectorAll('[data-display="theme"]')) {
    link.querySelector("span").textContent = isDark() ? link.dataset.light : link.dataset.dark;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-display]");
  if (!link || event.ctrlKey || event.metaKey) return;
  const name = link.dataset.display;
  // Large print changes words on the page too, so it takes the round trip.
  if (name === "elder") return;
  event.preventDefault();
  document.cookie = `${name}=${turn[name]()};path=/;max-age=31536000;samesite=lax`;
  label();
  document.dispatchEvent(new CustomEvent("theme:change"));
});
label();
