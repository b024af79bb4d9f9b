"""The expressions of forms: the part of XLSForm's XPath that the browser and the server both understand.

A text is parsed once, here, into a tree of JSON lists. The server evaluates the tree with `value_of`, the browser
with assets/js/forms/expressions.js, which follows this file function by function; both are held to one table of cases
(tests/expressions.json).

    "x"  1.5                 a text, a number
    ["ref", "name"]          ${name}
    ["self"]                 .
    ["column", "street"]     street: a column of the choice at hand, in the filter of a list alone
    ["and", a, b]            an operator or function, and what it is applied to

Values are texts, numbers, truths, and lists of texts (what `${name}` finds in all repetitions of a group).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from guanjia.kernel.text import gettext_noop as _

Tree: TypeAlias = Any
Value: TypeAlias = "str | float | bool | list[str]"

_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*[\w.-]+\s*\})|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[A-Za-z][\w-]*)|(?P<sign>!=|<=|>=|[-=<>+*(),.|]))"
)
#: By binding strength, the loosest first; operators of one line bind alike, from the left.
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?")
_EPOCH = date(1970, 1, 1)
#: An expression nested deeper than this is no expression of a form.
_DEEPEST = 40


class ExpressionError(ValueError):
    """An expression that cannot be read: `message` is a message id, `params` fill it in."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message % params)
        self.message = message
        self.params = params


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression is evaluated in. `find` gives the text of an item, or all its texts; `own` is the item's own
    answer, the `.`; `columns` those of the choice that a filter looks at."""

    find: Callable[[str], str | list[str]]
    today: date
    own: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def parse(text: str, *, columns: Collection[str] = ()) -> Tree:
    """`columns`: bare names that may stand in it. Raises ExpressionError."""
    parser = _Parser(_tokens(text), columns)
    tree = parser.expression(0, 0)
    parser.end()
    return tree


def names_in(tree: Tree) -> set[str]:
    """The items that an expression speaks of."""
    if not isinstance(tree, list):
        return set()
    if tree[0] == "ref":
        return {tree[1]}
    return {name for part in tree[1:] for name in names_in(part)}


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(_("“%(text)s” cannot be read here."), text=text[at : at + 20].strip())
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], columns: Collection[str]) -> None:
        self._tokens = tokens
        self._columns = columns
        self._at = 0

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise ExpressionError(_("The expression ends too early."))
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if self._next()[1] != sign:
            raise ExpressionError(_("“%(sign)s” is missing."), sign=sign)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise ExpressionError(_("“%(text)s” cannot be read here."), text=self._peek())

    def expression(self, level: int, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise ExpressionError(_("The expression is too deep."))
        if level == len(_LEVELS):
            return self._unary(depth)
        left = self.expression(level + 1, depth)
        while self._peek() in _LEVELS[level]:
            operator = self._next()[1]
            left = [operator, left, self.expression(level + 1, depth)]
        return left

    def _unary(self, depth: int) -> Tree:
        if self._peek() == "-":
            self._next()
            return ["-", 0, self._unary(depth + 1)]
        return self._primary(depth)

    def _primary(self, depth: int) -> Tree:
        kind, text = self._next()
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "text":
            return text[1:-1]
        if text == "(":
            inner = self.expression(0, depth + 1)
            self._expect(")")
            return inner
        if kind == "name" and self._peek() == "(":
            return self._call(text, depth)
        return self._named(kind, text)

    def _named(self, kind: str, text: str) -> Tree:
        if kind == "ref":
            return ["ref", text[2:-1].strip()]
        if text == ".":
            return ["self"]
        if kind == "name" and text in self._columns:
            return ["column", text]
        raise ExpressionError(_("“%(text)s” cannot be read here."), text=text)

    def _call(self, name: str, depth: int) -> Tree:
        if name not in _FUNCTIONS:
            raise ExpressionError(_("There is no function “%(name)s”."), name=name)
        self._expect("(")
        arguments: list[Tree] = []
        while self._peek() != ")":
            if arguments:
                self._expect(",")
            arguments.append(self.expression(0, depth + 1))
        self._expect(")")
        least, most = _FUNCTIONS[name][0]
        if not least <= len(arguments) <= most:
            raise ExpressionError(_("“%(name)s” does not take %(count)s values."), name=name, count=len(arguments))
        if name == "regex":
            _check_pattern(arguments[1])
        return [name, *arguments]


def _check_pattern(pattern: Tree) -> None:
    """It must stand there as it is: one that an answer could change might never end."""
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        raise ExpressionError(
            _("“%(text)s” is no pattern."), text=pattern if isinstance(pattern, str) else ""
        ) from error


def value_of(tree: Tree, context: Context) -> Value:
    if not isinstance(tree, list):
        return tree if isinstance(tree, str) else float(tree)
    name, *parts = tree
    if name in _AT_HAND:
        return _AT_HAND[name](context, *parts)
    if name in ("and", "or", "if", "coalesce"):
        return _lazily(name, parts, context)
    values = [value_of(part, context) for part in parts]
    return _OPERATORS[name](*values) if name in _OPERATORS else _FUNCTIONS[name][1](*values)


_AT_HAND: dict[str, Callable[..., Value]] = {
    "ref": lambda context, name: context.find(name),
    "self": lambda context: context.own,
    "today": lambda context: context.today.isoformat(),
    "column": lambda context, name: context.columns.get(name, ""),
}


def is_true(tree: Tree, context: Context) -> bool:
    return _truth(value_of(tree, context))


def text_of(value: Value) -> str:
    """As it is written into an answer: whole numbers without a point, nothing for what is no number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, list):
        return value[0] if value else ""
    return value


def _lazily(name: str, parts: list[Tree], context: Context) -> Value:
    if name == "and":
        return all(is_true(part, context) for part in parts)
    if name == "or":
        return any(is_true(part, context) for part in parts)
    if name == "if":
        return value_of(parts[1] if is_true(parts[0], context) else parts[2], context)
    first = text_of(value_of(parts[0], context))
    return first or value_of(parts[1], context)


def _truth(value: Value) -> bool:
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def _number(value: Value) -> float:
    """A date counts its days, so that dates can be compared and subtracted."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    text = text_of(value).strip()
    if day := _DATE.fullmatch(text):
        try:
            return float((date.fromisoformat(day[1]) - _EPOCH).days)
        except ValueError:
            return math.nan
    return float(text) if re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", text) else math.nan


def _numbers(value: Value) -> list[float]:
    return [_number(one) for one in (value if isinstance(value, list) else [value]) if text_of(one) != ""]


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, list):
        return any(_equal(one, right) for one in left)
    if isinstance(right, list):
        return any(_equal(left, one) for one in right)
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth(left) == _truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return _number(left) == _number(right)
    return left == right


def _unequal(left: Value, right: Value) -> bool:
    """Of a list: whether any differs, as XPath has it."""
    if isinstance(left, list):
        return any(_unequal(one, right) for one in left)
    if isinstance(right, list):
        return any(_unequal(left, one) for one in right)
    return not _equal(left, right)


def _compare(test: Callable[[float, float], bool]) -> Callable[[Value, Value], Value]:
    def compared(left: Value, right: Value) -> Value:
        lefts = left if isinstance(left, list) else [left]
        rights = right if isinstance(right, list) else [right]
        return any(test(_number(one), _number(other)) for one in lefts for other in rights)

    return compared


def _reckon(work: Callable[[float, float], float]) -> Callable[[Value, Value], Value]:
    def reckoned(left: Value, right: Value) -> Value:
        try:
            return work(_number(left), _number(right))
        except (ZeroDivisionError, ValueError, OverflowError):
            return math.nan

    return reckoned


_OPERATORS: dict[str, Callable[..., Value]] = {
    "=": _equal,
    "!=": _unequal,
    "<": _compare(lambda a, b: a < b),
    "<=": _compare(lambda a, b: a <= b),
    ">": _compare(lambda a, b: a > b),
    ">=": _compare(lambda a, b: a >= b),
    "+": _reckon(lambda a, b: a + b),
    "-": _reckon(lambda a, b: a - b),
    "*": _reckon(lambda a, b: a * b),
    "div": _reckon(lambda a, b: a / b),
    "mod": _reckon(math.fmod),
}


def _regex(text: Value, pattern: Value) -> bool:
    """The whole text, as in ODK."""
    return re.fullmatch(text_of(pattern), text_of(text)) is not None


def _rounded(value: Value, places: Value = 0.0) -> float:
    number, scale = _number(value), 10.0 ** (_number(places) or 0)
    return math.floor(number * scale + 0.5) / scale if math.isfinite(number) else math.nan


def _whole(value: Value) -> float:
    number = _number(value)
    return float(math.trunc(number)) if math.isfinite(number) else math.nan


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., Value]:
    def extreme(*values: Value) -> Value:
        numbers = [number for value in values for number in _numbers(value)]
        return choose(numbers) if numbers else math.nan

    return extreme


_FUNCTIONS: dict[str, tuple[tuple[int, int], Callable[..., Value]]] = {
    "true": ((0, 0), lambda: True),
    "false": ((0, 0), lambda: False),
    "not": ((1, 1), lambda value: not _truth(value)),
    "selected": ((2, 2), lambda chosen, one: text_of(one) in text_of(chosen).split()),
    "count-selected": ((1, 1), lambda chosen: float(len(text_of(chosen).split()))),
    "count": ((1, 1), lambda value: float(len(value) if isinstance(value, list) else 1)),
    "sum": ((1, 1), lambda value: math.fsum(_numbers(value))),
    "min": ((1, 20), _extreme(min)),
    "max": ((1, 20), _extreme(max)),
    "if": ((3, 3), lambda *_: ""),
    "coalesce": ((2, 2), lambda *_: ""),
    "today": ((0, 0), lambda: ""),
    "string-length": ((1, 1), lambda value: float(len(text_of(value)))),
    "string": ((1, 1), text_of),
    "number": ((1, 1), _number),
    "int": ((1, 1), _whole),
    "round": ((1, 2), _rounded),
    "concat": ((1, 20), lambda *values: "".join(text_of(value) for value in values)),
    "contains": ((2, 2), lambda text, part: text_of(part) in text_of(text)),
    "starts-with": ((2, 2), lambda text, part: text_of(text).startswith(text_of(part))),
    "regex": ((2, 2), _regex),
}
FUNCTIONS = frozenset(_FUNCTIONS)
