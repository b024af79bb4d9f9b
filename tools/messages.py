"""Keeps the catalogues of every room: extracts texts, updates the Chinese, compiles. Needs no GNU gettext.

    python tools/messages.py [ROOM …]            extract, update each room's django.po, compile
    python tools/messages.py --check [ROOM …]    list every entry that is missing, stale or wrong; exit 1 if any
    python tools/messages.py --compile           only write the .mo files

Without a room's name, all rooms.

English is the language of the message ids, so it needs no file; the check refuses ids with Chinese in them.
Half-width punctuation beside Chinese is made full-width; nothing else is guessed: a new text starts empty, a
changed text is a new one. A text that moves to another room takes its translation along, since rooms share
one vocabulary at run time.
"""

from __future__ import annotations

import io
import re
import sys
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po
from django.utils.translation.template import templatize

SRC = Path(__file__).resolve().parent.parent / "src/guanjia"
LOCALE = "zh_Hans"
HEADER = f"""\
msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
#: What each marking function takes, in order.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ("text",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("text", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "text")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "text", "plural")),
}
TEMPLATES = {".html", ".txt", ".xml"}
CHINESE = re.compile(r"[\u3400-\u9fff]")
FULL_WIDTH = {
    ",": "\N{FULLWIDTH COMMA}",
    ";": "\N{FULLWIDTH SEMICOLON}",
    ":": "\N{FULLWIDTH COLON}",
    "!": "\N{FULLWIDTH EXCLAMATION MARK}",
    "?": "\N{FULLWIDTH QUESTION MARK}",
    ".": "\N{IDEOGRAPHIC FULL STOP}",
}
BESIDE_CHINESE = re.compile(
    r"(?<=[\u3400-\u9fff\u201d\uff09])(?:[,;:!?]|\.(?=\s|$)) ?|[,;:!?] ?(?=[\u3400-\u9fff\u201c])"
)
BRACKETS = re.compile(r"(?<!%)\(((?:%\(\w+\)|[^()])*[\u3400-\u9fff](?:%\(\w+\)|[^()])*)\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")

Key = tuple[str, str]  # context, text


@dataclass(slots=True)
class Entry:
    text: str
    context: str = ""
    plural: str = ""
    translation: str = ""
    fuzzy: bool = False
    notes: list[str] = field(default_factory=list)  # written by translators; kept

    @property
    def key(self) -> Key:
        return (self.context, self.text)


Catalogue = dict[Key, Entry]


def rooms(src: Path) -> list[Path]:
    return sorted(path for path in src.iterdir() if path.is_dir() and path.name != "__pycache__")


def catalogue_path(room: Path) -> Path:
    return room / "locale" / LOCALE / "LC_MESSAGES/django.po"


def extract(room: Path) -> Catalogue:
    """Every text that the room's Python and templates mark for translation."""
    found: Catalogue = {}
    for path in sorted(room.rglob("*")):
        if path.suffix not in TEMPLATES | {".py"} or {"tests", "static"} & set(path.relative_to(room).parts):
            continue
        for entry in entries_of(path):
            kept = found.setdefault(entry.key, entry)
            kept.plural = kept.plural or entry.plural
    return found


def entries_of(path: Path) -> Iterator[Entry]:
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about translators' comments that share a line
            source = templatize(source, origin=str(path))
        # What is left of a template keeps indents that mean nothing; Python's tokenizer would refuse them.
        source = "\n".join(line.strip() for line in source.splitlines())
    stream = io.BytesIO(source.encode())
    for _line, function, given, _notes in extract_python(stream, dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}):
        values = given if isinstance(given, tuple) else (given,)
        texts = {name: str(text or "") for name, text in zip(KEYWORDS[str(function)], values, strict=False)}
        if texts.get("text"):
            yield Entry(texts["text"], texts.get("context", ""), texts.get("plural", ""))


def read(room: Path) -> Catalogue:
    path = catalogue_path(room)
    if not path.exists():
        return {}
    found: Catalogue = {}
    with path.open("rb") as file:
        for message in read_po(file):
            text, plural = message.id if isinstance(message.id, tuple | list) else (message.id, "")
            strings = [message.string] if isinstance(message.string, str) else message.string or [""]
            entry = Entry(text, message.context or "", plural, strings[0], message.fuzzy, list(message.user_comments))
            if text:
                found[entry.key] = entry
    return found


def full_width(text: str) -> str:
    """Chinese punctuation beside Chinese words and around them in brackets; placeholders stay."""
    text = BRACKETS.sub("\N{FULLWIDTH LEFT PARENTHESIS}\\1\N{FULLWIDTH RIGHT PARENTHESIS}", text)
    return BESIDE_CHINESE.sub(lambda found: FULL_WIDTH[found[0][0]], text)


def merge(wanted: Catalogue, old: Catalogue, elsewhere: Catalogue) -> Catalogue:
    merged = {}
    for key, entry in sorted(wanted.items()):
        known = old.get(key) or elsewhere.get(key)
        if known:
            entry.translation, entry.fuzzy, entry.notes = known.translation, known.fuzzy, known.notes
        merged[key] = entry
    return merged


def to_po(catalogue: Catalogue) -> str:
    """Sorted, unwrapped, without line numbers or dates: two people's edits touch only what they mean."""
    blocks = [HEADER]
    for _key, entry in sorted(catalogue.items()):
        lines = [f"# {note}" for note in entry.notes]
        flags = [name for name, on in (("fuzzy", entry.fuzzy), ("python-format", "%(" in entry.text)) if on]
        lines += [f"#, {', '.join(flags)}"] if flags else []
        lines += [f"msgctxt {normalize(entry.context, width=0)}"] if entry.context else []
        lines.append(f"msgid {normalize(entry.text, width=0)}")
        lines += [f"msgid_plural {normalize(entry.plural, width=0)}"] if entry.plural else []
        string = "msgstr[0]" if entry.plural else "msgstr"
        lines.append(f"{string} {normalize(entry.translation, width=0)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def write_if_changed(path: Path, content: bytes) -> None:
    """In one move, so that a running server never reads half a file."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    new.replace(path)


def compile_catalogues(src: Path) -> None:
    for room in rooms(src):
        path = catalogue_path(room)
        if path.exists():
            compiled = io.BytesIO()
            with path.open("rb") as file:
                write_mo(compiled, read_po(file, locale=LOCALE))
            write_if_changed(path.with_suffix(".mo"), compiled.getvalue())


def update(src: Path, names: Collection[str] = ()) -> None:
    """Write the catalogues of the named rooms, or of all."""
    catalogues = {room: read(room) for room in rooms(src)}
    everywhere = {
        key: entry for catalogue in catalogues.values() for key, entry in catalogue.items() if entry.translation
    }
    for room, old in catalogues.items():
        if names and room.name not in names:
            continue
        merged = merge(extract(room), old, everywhere)
        for entry in merged.values():
            entry.translation = full_width(entry.translation)
        if merged or old:
            write_if_changed(catalogue_path(room), to_po(merged).encode())
            empty = sum(not entry.translation for entry in merged.values())
            print(f"{room.name}: {len(merged)} texts, {empty} to translate")
    compile_catalogues(src)


def faults_of(entry: Entry) -> Iterator[str]:
    if CHINESE.search(entry.text):
        yield "message ids are English"
    if not entry.translation:
        yield "not translated"
        return
    if entry.fuzzy:
        yield "marked fuzzy: confirm the translation and remove the mark"
    # Chinese has one form, the one for many.
    asked, given = (set(PLACEHOLDER.findall(text)) for text in (entry.plural or entry.text, entry.translation))
    if asked != given:
        yield f"placeholders differ: {sorted(asked)} and {sorted(given)}"
    if entry.translation != full_width(entry.translation):
        yield f"half-width punctuation: {entry.translation}"


def check(src: Path) -> list[str]:
    """One line for each entry that is missing, stale or wrong."""
    problems = []
    translations: dict[Key, tuple[str, str]] = {}
    for room in rooms(src):
        wanted, present = extract(room), read(room)
        problems += [f"{room.name}: stale: {entry.text!r}" for key, entry in present.items() if key not in wanted]
        for entry in merge(wanted, present, {}).values():
            problems += [f"{room.name}: {entry.text!r}: {fault}" for fault in faults_of(entry)]
            other, translation = translations.setdefault(entry.key, (room.name, entry.translation))
            if translation != entry.translation and translation and entry.translation:
                problems.append(f"{room.name}: {entry.text!r}: {other} translates it otherwise ({translation})")
    return problems


def main(arguments: list[str]) -> int:
    options = [word for word in arguments if word.startswith("-")]
    names = [word for word in arguments if word not in options]
    unknown = set(names) - {room.name for room in rooms(SRC)}
    if unknown or options not in ([], ["--check"], ["--compile"]):
        print(f"no room {', '.join(sorted(unknown))}" if unknown else __doc__)
        return 2
    if options == ["--check"]:
        problems = [line for line in check(SRC) if not names or line.split(":")[0] in names]
        print("\n".join([*problems, f"{len(problems)} problems"] if problems else ["All texts are translated."]))
        return 1 if problems else 0
    if options == ["--compile"]:
        compile_catalogues(SRC)
    else:
        update(SRC, names)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
