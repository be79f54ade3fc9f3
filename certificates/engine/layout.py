"""A template: a page with its items, kept as JSON and checked before it is drawn.

There is no kind of item for an image: a seal or a signature is never drawn on an unsigned file (domain.md §9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from certificates.engine import ENGINE
from certificates.engine.items import Code, Decoration, Item, Run, Shape, Slot, Text

FIELDS = frozenset(
    """
    superior issuer title lead_text person birth_text position workplace statement course study_periods span_text form
    result decision_text issued_text authority signer_title signer number_text code_text address_text view_text
    notice_text note
    """.split()  # noqa: SIM905 — a list of words reads better as words
)
"""What a slot may print: fields of the snapshot."""

FACES = frozenset({"Light", "Regular", "Medium", "SemiBold", "Bold", "ExtraBold", "Italic", "MediumItalic"})

_OPERANDS = {"m": 2, "l": 2, "c": 6, "h": 0}
_FORBIDDEN = ("image", "photo", "seal", "stamp", "signature")


class BadLayout(ValueError):
    """The JSON is not a layout of this engine; the message says why."""


_KINDS: Mapping[str, type[Item]] = {"decoration": Decoration, "text": Text, "slot": Slot, "qr": Code}
_NAMES = {cls: name for name, cls in _KINDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A page: its size, faces of Be Vietnam Pro by name, colours (0–255), and its items in reading order."""

    title: str
    width: int
    height: int
    faces: dict[str, str]
    colours: dict[str, tuple[int, int, int]]
    items: tuple[Item, ...]

    def tagged(self) -> tuple[Text | Slot | Code, ...]:
        """The items that a reader meets; the place in this row is the number in the structure tree."""
        return tuple(item for item in self.items if not isinstance(item, Decoration))

    def face_files(self) -> tuple[str, ...]:
        """The faces of Be Vietnam Pro that the layout embeds, each once."""
        return tuple(sorted(set(self.faces.values())))

    def to_json(self) -> dict[str, Any]:
        """A JSON-able copy; `Layout.from_json` gives the same layout back."""
        data = asdict(self)
        data["items"] = [{"kind": _NAMES[type(item)], **asdict(item)} for item in self.items]
        return {"engine": ENGINE, **data}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Layout:
        """Reads what `to_json` wrote, lists or tuples alike. Raises BadLayout."""
        values = dict(data)
        if values.pop("engine", None) != ENGINE:
            raise BadLayout(f"this engine draws layouts of engine {ENGINE}")
        try:
            items = tuple(_item(item) for item in values.pop("items"))
            colours = {name: (int(r), int(g), int(b)) for name, (r, g, b) in values.pop("colours").items()}
            layout = cls(**values, colours=colours, items=items)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise error if isinstance(error, BadLayout) else BadLayout(str(error)) from error
        layout.check()
        return layout

    def check(self) -> None:
        """Every name resolves, there is one heading and one QR code, and nothing leaves the page. Raises BadLayout."""
        tagged = self.tagged()
        slots = [item for item in tagged if isinstance(item, Slot)]
        names = [slot.name for slot in slots]
        _require(set(self.faces.values()) <= FACES, "a face is unknown")
        _require(all(0 <= part <= 255 for rgb in self.colours.values() for part in rgb), "colours are 0 to 255")
        _require(len(set(names)) == len(names), "two slots have one name")
        headings = [item for item in tagged if isinstance(item, Text | Slot) and item.tag == "H1"]
        _require(len(headings) == 1, "a page has exactly one heading")
        _require(sum(isinstance(item, Code) for item in tagged) == 1, "a page has exactly one QR code")
        for place, slot in enumerate(slots):
            _check_slot(slot)
            _require(slot.below in {"", *names[:place]}, f"slot {slot.name} hangs on nothing")
        for item in tagged:
            free = isinstance(item, Slot) and item.below
            _require(0 <= item.x <= self.width and (free or 0 <= item.y <= self.height), "an item lies off the page")
        self._check_names()

    def _check_names(self) -> None:
        shapes = [shape for item in self.items if isinstance(item, Decoration) for shape in item.shapes]
        colours = {item.colour for item in self.tagged()} | {shape.colour for shape in shapes}
        runs = [run for item in self.items if isinstance(item, Slot) for part in item.parts for run in part]
        texts = [item for item in self.items if isinstance(item, Text)]
        _require(colours <= set(self.colours), "a colour is not declared")
        _require(
            {each.face for each in runs} | {each.face for each in texts} <= set(self.faces), "a face is not declared"
        )


def _require(holds: object, message: str) -> None:
    if not holds:
        raise BadLayout(message)


def _check_slot(slot: Slot) -> None:
    _require(bool(slot.fields()), f"slot {slot.name} shows no field")
    _require(slot.fields() <= FIELDS, f"slot {slot.name} names a field that no certificate has")
    _require(0 < slot.least <= slot.size, f"slot {slot.name}: sizes are out of order")
    _require(slot.lines >= 1 and slot.width > 0, f"slot {slot.name} has no room")


def _item(data: dict[str, Any]) -> Item:
    values = dict(data)
    kind = str(values.pop("kind"))
    if any(word in kind for word in _FORBIDDEN):
        raise BadLayout(f"«{kind}»: an unsigned certificate carries no image, seal or signature")
    if kind not in _KINDS:
        raise BadLayout(f"«{kind}» is no kind of item")
    if kind == "slot":
        values["parts"] = tuple(tuple(Run(**run) for run in part) for part in values["parts"])
    if kind == "decoration":
        values["shapes"] = tuple(_shape(shape) for shape in values["shapes"])
    return _KINDS[kind](**values)


def _shape(data: dict[str, Any]) -> Shape:
    path = tuple((str(operator), tuple(map(int, operands))) for operator, operands in data["path"])
    if not all(_OPERANDS.get(operator) == len(operands) for operator, operands in path):
        raise BadLayout("a path knows m l c h with 2, 2, 6 and 0 numbers")
    return Shape(**{**data, "path": path})
