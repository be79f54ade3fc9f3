"""Which message ids our code and templates say, and the catalogue that answers them; no GNU gettext needed.

Python is read as a syntax tree, templates through Django's own `templatize`. The catalogue carries no dates and no line
numbers, so that it changes only when words change (docs/words.md).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

PYTHON = ("lms", "courses", "certificates", "cms")
TEMPLATES = ("templates",)
SHAPES = {
    "gettext": ("id",),
    "gettext_noop": ("id",),
    "ngettext": ("id", "plural"),
    "pgettext": ("context", "id"),
    "npgettext": ("context", "id", "plural"),
}
"""What the arguments of each function are; the lazy ones have the same."""

MODULES = ("django.utils", "django.utils.translation")
PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd]|{\w*}")
IN_TEMPLATE = re.compile(r"(?<![\w.])(_|n?p?gettext)\((?=u?[\"'])")
HEAD = "Our own words in Vietnamese. `make words` adds new message ids and drops those nobody says any more."
METADATA = {
    "Language": "vi",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


class Unreadable(Exception):
    """A text handed to gettext that is put together where nobody can translate it: an f-string, a variable, a sum."""


@dataclass(frozen=True)
class Message:
    """One id as gettext knows it."""

    id: str
    plural: str = ""
    context: str = ""


@dataclass
class Words:
    """Every message, with the files that say it (paths as in the tree)."""

    said: dict[Message, set[str]] = field(default_factory=dict)

    def add(self, messages: Iterable[Message], path: Path) -> None:
        """Note that a file says them."""
        for message in messages:
            self.said.setdefault(message, set()).add(path.as_posix())

    def settle(self) -> None:
        """An id that has a plural somewhere is one entry: gettext looks there for the singular too."""
        with_plural = {(message.context, message.id): message for message in self.said if message.plural}
        for message in list(self.said):
            home = with_plural.get((message.context, message.id), message)
            if home != message:
                self.said[home] |= self.said.pop(message)


def collect(root: Path) -> Words:
    """All words of the tree below `root`. Raises Unreadable with file and line."""
    words = Words()
    for path in files(root, PYTHON, (".py",)):
        if "migrations" not in path.parts:
            words.add(said_in_python(path.read_text(encoding="utf-8"), str(path)), path.relative_to(root))
    for path in files(root, (*TEMPLATES, *PYTHON), (".html", ".txt")):
        words.add(said_in_template(path.read_text(encoding="utf-8"), str(path)), path.relative_to(root))
    words.settle()
    return words


def files(root: Path, folders: Iterable[str], suffixes: tuple[str, ...]) -> list[Path]:
    """The files with one of the suffixes, sorted."""
    return sorted(path for folder in folders for path in (root / folder).rglob("*.*") if path.suffix in suffixes)


def said_in_python(source: str, origin: str) -> Iterator[Message]:
    """The ids handed to Django's gettext functions, under whatever name the module imports them."""
    tree = ast.parse(source, origin)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (shape := shape_of(node.func, names)):
            yield message_of(node, shape, origin)


def shape_of(function: ast.expr, names: dict[str, str]) -> tuple[str, ...]:
    """The shape of the gettext function that is called; empty for any other."""
    if isinstance(function, ast.Name):
        name = names.get(function.id, "")
    elif isinstance(function, ast.Attribute) and names.get(getattr(function.value, "id", "")) == "translation":
        name = function.attr
    else:
        name = ""
    return SHAPES.get(name.removesuffix("_lazy"), ())


def message_of(call: ast.Call, shape: tuple[str, ...], origin: str) -> Message:
    """The message of one call. Raises Unreadable when a part is not written out."""
    parts = [str(part.value) for part in call.args[: len(shape)] if isinstance(part, ast.Constant)]
    if len(parts) != len(shape):
        raise Unreadable(f"{origin}:{call.lineno}: {ast.unparse(call)}")
    return Message(**dict(zip(shape, parts, strict=True)))


def said_in_template(source: str, origin: str) -> Iterator[Message]:
    """The ids of translate, blocktranslate (trimmed, plural, context) and of `_("…")` in tags and filters."""
    text = templatize(source, origin=origin)
    for match in IN_TEMPLATE.finditer(text):
        name = "gettext" if match[1] == "_" else match[1]
        yield message_of(call_at(text, match.start()), SHAPES[name], origin)


def call_at(text: str, start: int) -> ast.Call:
    """The call that begins at `start`: the shortest piece up to a closing bracket that Python can read."""
    end = start
    while (end := text.find(")", end) + 1) > 0:
        try:
            call = ast.parse(text[start:end], mode="eval").body
        except SyntaxError:
            continue
        if isinstance(call, ast.Call):
            return call
    raise Unreadable(text[start : start + 80])


def read(path: Path) -> polib.POFile:
    """The catalogue at `path`; an empty one where none is yet."""
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def renewed(old: polib.POFile, words: Words) -> polib.POFile:
    """A catalogue of exactly these words, sorted, with what `old` knows of them."""
    known = {key_of(entry): entry for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=110)
    new.header, new.metadata = HEAD, METADATA
    for message in sorted(words.said, key=lambda one: (one.id.casefold(), one.id, one.context)):
        new.append(entry_for(message, sorted(words.said[message]), known.get(message)))
    return new


def key_of(entry: polib.POEntry) -> Message:
    """An entry's message."""
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt or "")


def entry_for(message: Message, paths: list[str], known: polib.POEntry | None) -> polib.POEntry:
    """One entry; empty where nobody has translated it yet."""
    entry = polib.POEntry(
        msgid=message.id,
        msgctxt=message.context or None,
        occurrences=[(path, "") for path in paths],
        flags=["python-format"] if "%(" in message.id else [],
    )
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = known.msgstr_plural if known else {0: ""}
    elif known:
        entry.msgstr = known.msgstr
    if known:
        entry.tcomment = known.tcomment
        entry.flags += [flag for flag in known.flags if flag == "fuzzy"]
    return entry


def to_do(catalogue: polib.POFile, words: Words) -> list[str]:
    """What stands between the catalogue and the words, one line each: missing, fuzzy, stale."""
    there = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    lines = [f"missing: {message.id}" for message in words.said if not done(there.get(message))]
    lines += [f"fuzzy: {message.id}" for message, entry in there.items() if entry.fuzzy]
    lines += [f"stale: {message.id}" for message in there if message not in words.said]
    return sorted(lines)


def done(entry: polib.POEntry | None) -> bool:
    """Whether every form is translated, or waits as fuzzy."""
    return entry is not None and bool(entry.msgstr or all(entry.msgstr_plural.values()) and entry.msgstr_plural)
