// Evaluates the expressions of forms; the server parses them. Follows fieldwork/rules/expressions.py, function by function.
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T.*)?$/;

export function valueOf(tree, context) {
  if (!Array.isArray(tree)) return tree;
  const [name, ...parts] = tree;
  if (name === "ref") return context.find(parts[0]);
  if (name === "self") return context.own;
  if (name === "today") return context.today;
  if (name === "column") return context.columns?.[parts[0]] ?? "";
  if (name === "and") return parts.every((part) => isTrue(part, context));
  if (name === "or") return parts.some((part) => isTrue(part, context));
  if (name === "if") return valueOf(isTrue(parts[0], context) ? parts[1] : parts[2], context);
  if (name === "coalesce") return textOf(valueOf(parts[0], context)) || valueOf(parts[1], context);
  return WORK[name](...parts.map((part) => valueOf(part, context)));
}

export const isTrue = (tree, context) => truth(valueOf(tree, context));

export function textOf(value) {
  if (Array.isArray(value)) return value[0] ?? "";
  if (typeof value === "number") return Number.isFinite(value) ? String(Object.is(value, -0) ? 0 : value) : "";
  return String(value);
}

function truth(value) {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "number") return value !== 0 && !Number.isNaN(value);
  return Boolean(value);
}

function number(value) {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  const text = textOf(value).trim();
  const day = DATE.exec(text);
  if (day) {
    const moment = new Date(Date.UTC(day[1], day[2] - 1, day[3]));
    return moment.getUTCMonth() === day[2] - 1 && moment.getUTCDate() === Number(day[3]) ? moment / 86_400_000 : NaN;
  }
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : NaN;
}

const list = (value) => (Array.isArray(value) ? value : [value]);
const numbers = (values) => values.flatMap(list).filter((one) => textOf(one) !== "").map(number);

function equal(left, right) {
  if (Array.isArray(left)) return left.some((one) => equal(one, right));
  if (Array.isArray(right)) return right.some((one) => equal(left, one));
  if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
  if (typeof left === "number" || typeof right === "number") return number(left) === number(right);
  return left === right;
}

function unequal(left, right) {
  if (Array.isArray(left)) return left.some((one) => unequal(one, right));
  if (Array.isArray(right)) return right.some((one) => unequal(left, one));
  return !equal(left, right);
}

const compare = (test) => (left, right) => list(left).some((one) => list(right).some((other) => test(number(one), number(other))));
const reckon = (work) => (left, right) => work(number(left), number(right));
const divide = (work) => reckon((a, b) => (b === 0 ? NaN : work(a, b)));
const words = (value) => textOf(value).split(/\s+/).filter(Boolean);

function rounded(value, places = 0) {
  const scale = 10 ** (number(places) || 0);
  const result = Math.floor(number(value) * scale + 0.5) / scale;
  return Number.isFinite(result) ? result : NaN;
}

const WORK = {
  "=": equal,
  "!=": unequal,
  "<": compare((a, b) => a < b),
  "<=": compare((a, b) => a <= b),
  ">": compare((a, b) => a > b),
  ">=": compare((a, b) => a >= b),
  "+": reckon((a, b) => a + b),
  "-": reckon((a, b) => a - b),
  "*": reckon((a, b) => a * b),
  div: divide((a, b) => a / b),
  mod: divide((a, b) => a % b),
  true: () => true,
  false: () => false,
  not: (value) => !truth(value),
  selected: (chosen, one) => words(chosen).includes(textOf(one)),
  "count-selected": (chosen) => words(chosen).length,
  count: (value) => (Array.isArray(value) ? value.length : 1),
  sum: (value) => numbers([value]).reduce((total, one) => total + one, 0),
  min: (...values) => (numbers(values).length ? Math.min(...numbers(values)) : NaN),
  max: (...values) => (numbers(values).length ? Math.max(...numbers(values)) : NaN),
  "string-length": (value) => [...textOf(value)].length,
  string: textOf,
  number,
  int: (value) => (Number.isFinite(number(value)) ? Math.trunc(number(value)) : NaN),
  round: rounded,
  concat: (...values) => values.map(textOf).join(""),
  contains: (text, part) => textOf(text).includes(textOf(part)),
  "starts-with": (text, part) => textOf(text).startsWith(textOf(part)),
  regex: (text, pattern) => new RegExp(`^(?:${textOf(pattern)})$`).test(textOf(text)),
};
