// [data-print] opens the browser's own dialog for paper.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
