// What a filled form comes to: what is hidden, what is calculated, what is wrong. Follows fieldwork/rules/answers.py.
// A sheet: { items, texts: {"members/0/age": "41"}, counts: {"members": 2}, known: ["phone"], today: "2026-03-02" }.
import { isTrue, textOf, valueOf } from "./expressions.js";

const MOST_PASSES = 12;
const PATTERNS = {
  integer: /^-?\d{1,9}$/,
  decimal: /^-?\d{1,12}(\.\d{1,9})?$/,
  geopoint: /^-?\d{1,3}(\.\d+)? -?\d{1,3}(\.\d+)?( -?\d+(\.\d+)?){0,2}$/,
};
const SILENT = new Set(["calculate", "hidden"]);

export function* nodes(sheet, items = sheet.items, above = "") {
  for (const item of items) {
    const path = above + item.name;
    yield [path, item];
    if (item.kind !== "repeat") yield* nodes(sheet, item.children ?? [], `${path}/`);
    else for (let at = 0; at < (sheet.counts[path] ?? 0); at += 1) yield* nodes(sheet, item.children ?? [], `${path}/${at}/`);
  }
}

export const isHidden = (hidden, path) => path.split("/").some((_part, at, parts) => hidden.has(parts.slice(0, at + 1).join("/")));

// Where each item stands: { place: "members/age", repeat: "members" or "" }.
function places(items, above = "", repeat = "", found = {}) {
  for (const item of items) {
    const place = above + item.name;
    const within = item.kind === "repeat" ? place : repeat;
    found[item.name] = { place, repeat: within };
    places(item.children ?? [], `${place}/`, within, found);
  }
  return found;
}

function finder(sheet, hidden, asking) {
  const text = (path) => (isHidden(hidden, path) ? "" : sheet.texts[path] ?? "");
  return (name) => {
    const { place, repeat } = sheet.places[name] ?? { place: name, repeat: "" };
    if (!repeat) return text(place);
    const rest = place.slice(repeat.length);
    if (rest && asking.startsWith(`${repeat}/`)) return text(`${repeat}/${asking.slice(repeat.length + 1).split("/")[0]}${rest}`);
    const paths = Array.from({ length: sheet.counts[repeat] ?? 0 }, (_none, at) => `${repeat}/${at}${rest}`);
    return paths.filter((path) => !isHidden(hidden, path)).map(text);
  };
}

export function settle(sheet) {
  sheet.places ??= places(sheet.items);
  const hidden = new Set();
  const context = (path) => ({
    find: finder(sheet, hidden, path),
    today: sheet.today,
    own: isHidden(hidden, path) ? "" : sheet.texts[path] ?? "",
  });
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const before = JSON.stringify([sheet.texts, [...hidden].sort()]);
    for (const [path, item] of nodes(sheet)) {
      if (item.relevant !== undefined) {
        if (isTrue(item.relevant, context(path))) hidden.delete(path);
        else hidden.add(path);
      }
      if (item.calculation !== undefined && SILENT.has(item.kind)) sheet.texts[path] = textOf(valueOf(item.calculation, context(path)));
    }
    if (before === JSON.stringify([sheet.texts, [...hidden].sort()])) break;
  }
  const faults = [];
  for (const [path, item] of nodes(sheet)) {
    const kind = isHidden(hidden, path) ? "" : fault(sheet, path, item, context(path));
    if (kind) faults.push({ path, kind });
  }
  return { hidden, faults, offered: (path, item) => offered(item, context(path)) };
}

// The names of the choices that a filter lets through; undefined where there is none.
function offered(item, context) {
  if (item.filter === undefined) return undefined;
  const fits = ([name, columns]) => isTrue(item.filter, { ...context, columns: { name, ...columns } });
  return new Set(Object.entries(item.choices).filter(fits).map(([name]) => name));
}

function fault(sheet, path, item, context) {
  if (["group", "repeat", "note"].includes(item.kind)) return "";
  if (!context.own) {
    const asked = item.required !== undefined && !SILENT.has(item.kind) && !sheet.known.includes(item.name);
    return asked && isTrue(item.required, context) ? "missing" : "";
  }
  if (PATTERNS[item.kind] && !PATTERNS[item.kind].test(context.own)) return "form";
  return item.constraint !== undefined && !isTrue(item.constraint, context) ? "constraint" : "";
}
