// A form that holds [data-draft="key"] keeps its typed text on this device until it is sent. Files, passwords and hidden fields are never kept.
const LIFE = 14 * 24 * 3600 * 1000;
const KEPT = "textarea, select, input:not([type=hidden], [type=password], [type=file], [data-no-draft])";

const stored = (key) => {
  try {
    const draft = JSON.parse(localStorage.getItem(`draft:${key}`));
    return draft && Date.now() - draft.at < LIFE ? draft : null;
  } catch {
    return null;
  }
};

const fields = (form) => [...form.querySelectorAll(KEPT)].filter((field) => field.name);

function read(form) {
  return fields(form).map((field) => [field.name, field.value, field.checked ?? null]);
}

function write(form, values) {
  for (const [name, value, checked] of values) {
    for (const field of fields(form).filter((one) => one.name === name)) {
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.value === value) field.checked = checked;
      } else {
        field.value = value;
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

function keep(bar) {
  const form = bar.closest("form");
  const key = bar.dataset.draft;
  if (!form || form.dataset.drafted) return;
  form.dataset.drafted = "1";
  const untouched = JSON.stringify(read(form));
  const draft = stored(key);
  bar.hidden = !draft || JSON.stringify(draft.values) === untouched;
  const forget = () => {
    localStorage.removeItem(`draft:${key}`);
    bar.hidden = true;
  };
  bar.querySelector("[data-draft-restore]").addEventListener("click", () => {
    write(form, draft.values);
    bar.hidden = true;
  });
  bar.querySelector("[data-draft-forget]").addEventListener("click", forget);
  let timer;
  const save = () => {
    const values = read(form);
    try {
      if (JSON.stringify(values) !== untouched) localStorage.setItem(`draft:${key}`, JSON.stringify({ at: Date.now(), values }));
    } catch { /* a full or forbidden store costs the draft, not the form */ }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  });
  addEventListener("pagehide", save);
}

// The page after a successful sending carries <body data-draft-done> or any [data-draft-done="key"].
for (const done of document.querySelectorAll("[data-draft-done]")) localStorage.removeItem(`draft:${done.dataset.draftDone}`);

const start = () => document.querySelectorAll("[data-draft]").forEach(keep);
document.addEventListener("htmx:after:swap", start);
start();
