// A form that stays on the device while it is filled in, and is sent now or when the network is back. `data-kept` names
// its hidden field with the number that keeps it from being stored twice; the notices beside it say where it is.
import { keepPages } from "./keeping.js";
import { send } from "./sending.js";
import { draft, dropDraft, finish, keepDraft, release, reopen, waiting } from "./store.js";

const newInstance = () => {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `uuid:${hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5")}`;
};

const panel = (name) => document.querySelector(`[data-notice="${name}"]`);

function notice(name, problem = {}) {
  for (const one of document.querySelectorAll("[data-notice]")) one.hidden = one.dataset.notice !== name;
  const line = panel(name)?.querySelector("[data-problem]");
  if (line) line.textContent = [problem.message, problem.todo].filter(Boolean).join(" ");
  panel(name)?.scrollIntoView({ block: "center" });
  panel(name)?.focus();
}

function write(form, fields) {
  for (const control of form.elements) {
    const given = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (!control.name || control.name === "csrfmiddlewaretoken" || control.type === "submit") continue;
    if (["checkbox", "radio"].includes(control.type)) control.checked = given.includes(control.value);
    else if (control.type === "file") {
      const transfer = new DataTransfer();
      given.filter((value) => value instanceof File).forEach((file) => transfer.items.add(file));
      control.files = transfer.files;
      if (transfer.files.length) control.dispatchEvent(new Event("change")); // whoever shows previews
    } else if (given.length && !(given[0] instanceof File)) [control.value] = given;
    if (given.some(Boolean) && control.type !== "hidden") control.closest("details")?.setAttribute("open", "");
  }
}

const isTyped = (form) =>
  [...form.elements].some((one) => one.type !== "hidden" && "defaultValue" in one && (one.value !== one.defaultValue || one.checked !== one.defaultChecked));

// `ready`: whether it may be sent; `prepare`: makes room for what is written back; `tell`: says what is wrong with a field.
export function keep(form, words, { ready = () => true, prepare = () => {}, tell = () => {}, look = () => {} } = {}) {
  const url = location.pathname;
  const { officer, kept: number } = form.dataset;
  const key = `${officer} ${url}`;
  let timer;
  let done = false;

  const values = (submitter) => [
    ...[...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size)),
    ...(submitter?.name ? [[submitter.name, submitter.value]] : []),
  ];

  async function save() {
    clearTimeout(timer);
    if (done) return;
    try {
      await keepDraft({ key, at: Date.now(), fields: values() });
      form.querySelector("[data-kept-said]").textContent = words.kept;
    } catch {
      form.querySelector("[data-kept-said]").textContent = words.not_kept;
    }
  }
  const saveSoon = () => {
    clearTimeout(timer);
    form.querySelector("[data-kept-said]").textContent = "";
    timer = setTimeout(save, 250);
  };

  function restore(fields) {
    prepare(fields);
    write(form, fields);
  }

  // What the server says of single fields stands beside them.
  async function refused(answer, problem) {
    await reopen(answer, { key, at: Date.now(), fields: answer.fields });
    done = false;
    form.hidden = false;
    for (const one of problem.each?.length ? problem.each : [problem]) if (one.field) tell(one.field, one.message);
    notice("refused", problem);
  }

  async function after(answer, result) {
    dispatchEvent(new Event("guanjia:waiting"));
    if (result.state === "stored") location.assign(result.url);
    else if (result.state === "offline") {
      form.hidden = true;
      notice("waiting", result.problem);
    } else if (result.problem.other) held(answer, result.problem);
    else await refused(answer, result.problem);
  }

  function decided(answer) {
    if (answer.problem.other) return held(answer, answer.problem);
    restore(answer.fields);
    return refused(answer, answer.problem);
  }

  function held(answer, problem) {
    form.hidden = true;
    notice("held", problem);
    const box = panel("held");
    box.querySelector("[data-other]").href = problem.other_url;
    box.querySelector("[data-beside]").onclick = async () => after(answer, await send({ ...answer, problem: undefined, seen: problem.other }));
    box.querySelector("[data-discard]").onclick = async () => {
      await release(answer.instance);
      location.reload();
    };
  }

  async function submit(event) {
    event.preventDefault();
    if (!ready()) return;
    form.elements.ended.value = new Date().toISOString();
    const answer = { instance: form.elements[number].value, url, officer, at: Date.now(), fields: values(event.submitter) };
    clearTimeout(timer);
    done = true;
    try {
      await finish(answer, key);
    } catch {
      form.removeEventListener("submit", submit); // a browser that keeps nothing still sends
      if (event.submitter) event.submitter.click();
      else form.submit();
      return;
    }
    await after(answer, await send(answer));
  }

  async function start() {
    form.elements[number].value = newInstance();
    try {
      const own = (await waiting()).find((answer) => answer.url === url && answer.officer === officer);
      if (own?.problem) await decided(own);
      else if (own) {
        form.hidden = true;
        notice("waiting");
      }
      const kept = await draft(key);
      if (kept && !own && form.dataset.sent === undefined) {
        restore(kept.fields);
        form.querySelector("[data-restored]").hidden = false;
      } else if (isTyped(form)) saveSoon(); // before this script was there
    } catch { /* no store: nothing was kept */ }
    look();
  }

  form.addEventListener("input", saveSoon);
  form.addEventListener("change", saveSoon);
  form.addEventListener("submit", submit);
  form.querySelector("[data-forget]").addEventListener("click", () => {
    done = true;
    dropDraft(key).then(() => location.reload());
  });
  addEventListener("guanjia:stored", ({ detail }) => {
    panel("stored").querySelector("a").href = detail.url;
    if (form.hidden) notice("stored");
  });
  addEventListener("guanjia:refused", ({ detail }) => {
    if (form.hidden && detail.url === url) decided(detail);
  });
  addEventListener("pagehide", save);
  keepPages([url]);
  start();
  return { saveSoon };
}
