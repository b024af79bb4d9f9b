// The page of one form: shows what is asked and says what is wrong.
import { keep } from "./kept.js";
import { isHidden, nodes, settle } from "./settle.js";

const form = document.querySelector("form[data-form]");
const definition = JSON.parse(document.getElementById("form-definition").textContent);
const words = JSON.parse(document.getElementById("form-words").textContent);
const touched = new Set();

const field = (path) => form.querySelector(`[data-item="${CSS.escape(path)}"]`);

function text(path) {
  const controls = [...form.elements].filter((control) => control.name === path);
  if (controls[0]?.type === "file") return controls[0].files[0]?.name ?? "";
  const chosen = controls.filter((control) => !["checkbox", "radio"].includes(control.type) || control.checked);
  return chosen.map((control) => control.value).join(" ").trim();
}

function sheet() {
  const counts = {};
  for (const box of form.querySelectorAll("[data-repeat]")) counts[box.dataset.repeat] = box.querySelector("[data-instances]").children.length;
  const read = { items: definition.items, known: definition.known, today: definition.today, texts: {}, counts };
  for (const [path, item] of nodes(read)) if (!["group", "repeat", "note", "calculate"].includes(item.kind)) read.texts[path] = text(path);
  return read;
}

function tell(path, words_) {
  const box = field(path);
  const line = box?.querySelector(":scope > .field__error");
  if (!line) return;
  line.querySelector("[data-said]").textContent = words_;
  line.hidden = !words_;
  box.classList.toggle("field--wrong", Boolean(words_));
}

// As the form itself says it, where it has words for it.
const said = ({ path, kind }) => (["constraint", "missing"].includes(kind) && field(path)?.dataset[kind]) || words[kind];

// Shows the choices that are offered, and takes back one that is not offered any more; whether there was one.
function offer(box, names) {
  let withdrawn = false;
  const options = [...box.querySelectorAll("option[value]:not([value='']), .choices input")];
  for (const option of options) {
    const gone = !names.has(option.value);
    (option.closest("label") ?? option).hidden = gone;
    option.disabled = gone;
    if (gone && (option.checked || option.selected)) {
      option.checked = option.selected = false;
      withdrawn = true;
    }
  }
  box.querySelector("[data-none]").hidden = names.size > 0;
  return withdrawn;
}

function look(all = false) {
  const read = sheet();
  const { hidden, faults, offered } = settle(read);
  let withdrawn = false;
  for (const [path, item] of nodes(read)) {
    const names = offered(path, item);
    if (names && field(path)) withdrawn = offer(field(path), names) || withdrawn;
  }
  if (withdrawn) return look(all); // what was chosen by it may be gone now too
  for (const [path, item] of nodes(read)) {
    const box = field(path);
    if (box) box.hidden = isHidden(hidden, path);
    if (item.kind === "calculate") continue;
    const fault = faults.find((one) => one.path === path);
    if (all || touched.has(path)) tell(path, fault ? said(fault) : "");
  }
  return faults;
}

function renumber(list, repeat) {
  [...list.children].forEach((row, at) => {
    const old = new RegExp(`${repeat}/(\\d+|__i__)(/|$)`);
    for (const node of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...node.attributes]) {
        if (["name", "id", "for", "data-item", "aria-describedby"].includes(name)) node.setAttribute(name, value.replace(old, `${repeat}/${at}$2`));
      }
    }
    row.querySelector("[data-number]").textContent = at + 1;
  });
  form.elements[`${repeat}/#`].value = list.children.length;
}

function add(box) {
  const list = box.querySelector("[data-instances]");
  list.append(box.querySelector("template").content.cloneNode(true));
  renumber(list, box.dataset.repeat);
  return list.lastElementChild;
}

// As many repetitions as are written back.
function prepare(fields) {
  for (const box of form.querySelectorAll("[data-repeat]")) {
    const wanted = Number(fields.find(([name]) => name === `${box.dataset.repeat}/#`)?.[1] ?? 0);
    while (box.querySelector("[data-instances]").children.length < wanted) add(box);
  }
}

function ready() {
  const faults = look(true);
  if (!faults.length) return true;
  const box = field(faults[0].path);
  box.scrollIntoView({ block: "center" });
  box.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return false;
}

for (const box of form.querySelectorAll("[data-repeat]")) renumber(box.querySelector("[data-instances]"), box.dataset.repeat);
const { saveSoon } = keep(form, words, { ready, prepare, tell, look });
form.addEventListener("input", () => look());
form.addEventListener("change", (event) => {
  const path = event.target.closest("[data-item]")?.dataset.item;
  if (path) touched.add(path);
  look();
});
form.addEventListener("click", (event) => {
  const box = event.target.closest("[data-repeat]");
  if (event.target.closest("[data-add]")) {
    event.preventDefault();
    add(box).querySelector("input, select, textarea")?.focus();
  } else if (event.target.closest("[data-remove]")) {
    event.preventDefault();
    event.target.closest("[data-instances] > *").remove();
    renumber(box.querySelector("[data-instances]"), box.dataset.repeat);
  } else return;
  look();
  saveSoon();
});
form.noValidate = true;
