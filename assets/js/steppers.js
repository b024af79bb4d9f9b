// [data-counter]: − and + around a number, for thumbs.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-less], [data-more]");
  const input = button?.closest("[data-counter]")?.querySelector("input");
  if (!input) return;
  if (button.matches("[data-more]")) input.stepUp();
  else input.stepDown();
});
