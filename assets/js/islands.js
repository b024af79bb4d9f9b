// Small islands of state for @alpinejs/csp. Everything else is plain HTML.
import Alpine from "@alpinejs/csp";

// <form x-data="selection"> around a table with ticks and a .batch bar: how many are ticked, and all at once.
Alpine.data("selection", () => ({
  ticked: 0,
  init() {
    this.recount();
  },
  boxes() {
    return [...this.$root.querySelectorAll("tbody .pick input")];
  },
  recount() {
    const boxes = this.boxes();
    for (const box of boxes) box.closest("tr").classList.toggle("on", box.checked);
    this.ticked = boxes.filter((box) => box.checked).length;
    const all = this.$root.querySelector("thead .pick input");
    if (all) {
      all.checked = this.ticked > 0 && this.ticked === boxes.length;
      all.indeterminate = this.ticked > 0 && this.ticked < boxes.length;
    }
  },
  all(event) {
    for (const box of this.boxes()) box.checked = event.target.checked;
    this.recount();
  },
  none() {
    for (const box of this.boxes()) box.checked = false;
    this.recount();
  },
}));

// <div x-data="counter"> around a textarea with maxlength and a .count-left: how many characters remain.
Alpine.data("counter", () => ({
  left: 0,
  init() {
    this.recount();
  },
  recount() {
    const area = this.$root.querySelector("[maxlength]");
    this.left = area.maxLength - area.value.length;
  },
}));

window.Alpine = Alpine;
Alpine.start();
