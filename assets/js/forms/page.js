// The page of one form: shows what is asked, says what is wrong, keeps what was typed, and sends it now or later.
import { isHidden, nodes, settle } from "./settle.js";
import { keepPages } from "./keeping.js";
import { send } from "./sending.js";
import { draft, dropDraft, finish, keepDraft, release, reopen, waiting } from "./store.js";

const form = document.querySelector("form[data-form]");
const definition = JSON.parse(document.getElementById("form-definition").textContent);
const words = JSON.parse(document.getElementById("form-words").textContent);
const url = location.pathname;
const { officer } = form.dataset;
const key = `${officer} ${url}`;
const touched = new Set();

const field = (path) => form.querySelector(`[data-item="${CSS.escape(path)}"]`);
const newInstance = () => {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `uuid:${hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")}`;
};

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

const said = ({ path, kind }) => (kind === "constraint" && field(path)?.dataset.constraint) || words[kind];

function look(all = false) {
  const read = sheet();
  const { hidden, faults } = settle(read);
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

function values() {
  return [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size));
}

function write(fields) {
  for (const box of form.querySelectorAll("[data-repeat]")) {
    const wanted = Number(fields.find(([name]) => name === `${box.dataset.repeat}/#`)?.[1] ?? 0);
    while (box.querySelector("[data-instances]").children.length < wanted) add(box);
  }
  for (const control of form.elements) {
    const given = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (!control.name || control.name === "csrfmiddlewaretoken") continue;
    if (["checkbox", "radio"].includes(control.type)) control.checked = given.includes(control.value);
    else if (control.type === "file") {
      const transfer = new DataTransfer();
      given.filter((value) => value instanceof File).forEach((file) => transfer.items.add(file));
      control.files = transfer.files;
    } else if (given.length && !(given[0] instanceof File)) [control.value] = given;
  }
}

let timer;
let done = false;
async function save() {
  clearTimeout(timer);
  if (done) return;
  try {
    await keepDraft({ key, at: Date.now(), fields: values() });
    form.querySelector("[data-kept]").textContent = words.kept;
  } catch {
    form.querySelector("[data-kept]").textContent = words.not_kept;
  }
}
const saveSoon = () => {
  clearTimeout(timer);
  timer = setTimeout(save, 250);
};

function notice(name, problem = {}) {
  for (const panel of document.querySelectorAll("[data-notice]")) panel.hidden = panel.dataset.notice !== name;
  const panel = document.querySelector(`[data-notice="${name}"]`);
  const line = panel?.querySelector("[data-problem]");
  if (line) line.textContent = [problem.message, problem.todo].filter(Boolean).join(" ");
  panel?.scrollIntoView({ block: "center" });
  panel?.focus();
}

// What the server says of single fields stands beside them.
function refused(problem) {
  for (const one of problem.each?.length ? problem.each : [problem]) if (one.field) tell(one.field, one.message);
  notice("refused", problem);
}

async function after(answer, result) {
  dispatchEvent(new Event("guanjia:waiting"));
  if (result.state === "stored") location.assign(result.url);
  else if (result.state === "offline") {
    form.hidden = true;
    notice("waiting", result.problem);
  } else if (result.state === "refused") {
    await reopen(answer, { key, at: Date.now(), fields: answer.fields });
    done = false;
    refused(result.problem);
  } else held(answer, result.problem);
}

function held(answer, problem) {
  form.hidden = true;
  notice("held", problem);
  const panel = document.querySelector('[data-notice="held"]');
  const other = problem.other_url;
  const link = panel.querySelector("[data-other]");
  link.hidden = !other;
  if (other) link.href = other;
  const beside = panel.querySelector("[data-beside]");
  beside.hidden = !problem.other;
  beside.onclick = async () => after(answer, await send({ ...answer, problem: undefined, seen: problem.other }));
  panel.querySelector("[data-discard]").onclick = async () => {
    await release(answer.instance);
    location.reload();
  };
}

async function submit(event) {
  event.preventDefault();
  const faults = look(true);
  if (faults.length) {
    const box = field(faults[0].path);
    box.scrollIntoView({ block: "center" });
    box.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    return;
  }
  form.elements.ended.value = new Date().toISOString();
  const answer = { instance: form.elements.instance.value, url, officer, at: Date.now(), fields: values() };
  clearTimeout(timer);
  done = true;
  try {
    await finish(answer, key);
  } catch {
    form.submit(); // a browser that keeps nothing still sends
    return;
  }
  await after(answer, await send(answer));
}

async function start() {
  form.elements.instance.value = newInstance();
  for (const box of form.querySelectorAll("[data-repeat]")) renumber(box.querySelector("[data-instances]"), box.dataset.repeat);
  try {
    const own = (await waiting()).find((answer) => answer.url === url && answer.officer === officer);
    if (own?.problem) held(own, own.problem);
    else if (own) {
      form.hidden = true;
      notice("waiting");
    }
    const kept = await draft(key);
    if (kept && !form.dataset.sent) {
      write(kept.fields);
      form.querySelector("[data-restored]").hidden = false;
    }
  } catch { /* no store: nothing was kept */ }
  look();
}

form.addEventListener("input", (event) => {
  look();
  saveSoon();
});
form.addEventListener("change", (event) => {
  const path = event.target.closest("[data-item]")?.dataset.item;
  if (path) touched.add(path);
  look();
  saveSoon();
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
  } else if (event.target.closest("[data-forget]")) {
    done = true;
    dropDraft(key).then(() => location.reload());
    return;
  } else return;
  look();
  saveSoon();
});
form.addEventListener("submit", submit);
addEventListener("guanjia:stored", ({ detail }) => {
  document.querySelector('[data-notice="stored"] a').href = detail.url;
  if (form.hidden) notice("stored");
});
addEventListener("pagehide", save);
keepPages([url]);
form.noValidate = true;
start();
