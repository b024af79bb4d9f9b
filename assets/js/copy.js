// [data-copy="text"] puts the text on the clipboard and says [data-done] for two seconds.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // No clipboard without https: select the text so that the person can copy it.
    getSelection().selectAllChildren(button.parentElement.querySelector(".copy__text") ?? button);
    return;
  }
  const word = button.querySelector("span");
  const before = word.textContent;
  word.textContent = button.dataset.done;
  setTimeout(() => { word.textContent = before; }, 2000);
});
