// A grid of lines keyed in from paper: Enter goes to the next field, ↑ ↓ to the same field of another line, Ctrl+Enter sends.
const fields = (grid) => [...grid.querySelectorAll("input:not([type=hidden]), select")].filter((one) => !one.disabled);
const column = (field) => field.name.replace(/_\d+$/, "");

function step(grid, field, by) {
  const same = fields(grid).filter((one) => column(one) === column(field));
  return same[same.indexOf(field) + by];
}

document.addEventListener("keydown", (event) => {
  const grid = event.target.closest?.("[data-grid]");
  if (!grid || event.isComposing || event.altKey || event.metaKey) return;
  const field = event.target;
  let next = null;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    grid.closest("form").requestSubmit();
    return;
  }
  if (event.key === "Enter" && field.matches("input, select")) {
    event.preventDefault(); // never sends half a page
    const all = fields(grid);
    next = all[all.indexOf(field) + (event.shiftKey ? -1 : 1)] ?? grid.closest("form").querySelector(".btn--primary");
  }
  // A list of suggestions and a select need the arrows for themselves.
  if (field.matches("input:not([list])") && !field.matches("[type=radio]")) {
    if (event.key === "ArrowDown") next = step(grid, field, 1);
    if (event.key === "ArrowUp") next = step(grid, field, -1);
  }
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select?.();
});
