"""Layouts as JSON: what comes back, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from certificates.engine.design import default_layout
from certificates.engine.items import Code, Decoration, Slot
from certificates.engine.layout import BadLayout, Layout


def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(default_layout().to_json()))
    return found


def test_a_layout_survives_json() -> None:
    assert Layout.from_json(data()) == default_layout()


@pytest.mark.parametrize("kind", ["image", "seal", "signature_image", "photo", "stamp"])
def test_images_seals_and_signatures_are_refused(kind: str) -> None:
    values = data()
    values["items"].append({"kind": kind, "x": 0, "y": 0, "source": "dau.png"})
    with pytest.raises(BadLayout, match="no image, seal or signature"):
        Layout.from_json(values)


def test_no_design_of_ours_prints_an_identity_number() -> None:
    fields = set().union(*(item.fields() for item in default_layout().items if isinstance(item, Slot)))
    assert "birth_text" in fields
    assert not [name for name in fields if "identity" in name or "photo" in name]


def break_engine(values: dict[str, Any]) -> None:
    values["engine"] = 2


def break_kind(values: dict[str, Any]) -> None:
    values["items"][0]["kind"] = "table"


def break_colour(values: dict[str, Any]) -> None:
    del values["colours"]["red"]


def break_colour_range(values: dict[str, Any]) -> None:
    values["colours"]["red"] = [256, 0, 0]


def break_face(values: dict[str, Any]) -> None:
    values["faces"]["bold"] = "Comic"


def break_face_name(values: dict[str, Any]) -> None:
    values["faces"].pop("italic")


def break_heading(values: dict[str, Any]) -> None:
    for item in values["items"]:
        item.pop("tag", None)


def break_code(values: dict[str, Any]) -> None:
    values["items"] = [item for item in values["items"] if item["kind"] != "qr"]


def break_field(values: dict[str, Any]) -> None:
    slot(values)["parts"] = [[{"text": "{person.__class__} {citizen_id}"}]]


def break_empty_slot(values: dict[str, Any]) -> None:
    slot(values)["parts"] = [[{"text": "nothing"}]]


def break_order(values: dict[str, Any]) -> None:
    slot(values)["below"] = "view"


def break_twice(values: dict[str, Any]) -> None:
    values["items"].append(dict(slot(values)))


def break_sizes(values: dict[str, Any]) -> None:
    slot(values)["least"] = slot(values)["size"] + 1


def break_page(values: dict[str, Any]) -> None:
    slot(values)["x"] = values["width"] + 1


def break_path(values: dict[str, Any]) -> None:
    values["items"][0]["shapes"][0]["path"][0] = ["re", [0, 0, 1, 1]]


def break_unknown(values: dict[str, Any]) -> None:
    slot(values)["script"] = "alert(1)"


def break_items(values: dict[str, Any]) -> None:
    del values["items"]


def slot(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in values["items"] if item.get("name") == "person")
    return found


@pytest.mark.parametrize("spoil", [value for name, value in list(globals().items()) if name.startswith("break_")])
def test_a_spoilt_layout_is_refused(spoil: Any) -> None:
    values = data()
    spoil(values)
    with pytest.raises(BadLayout):
        Layout.from_json(values)


def test_the_qr_code_is_large_enough_and_keeps_its_quiet_zone() -> None:
    layout = default_layout()
    code = next(item for item in layout.items if isinstance(item, Code))
    assert code.side / 100 >= 24 / 25.4 * 72
    quiet = 4 * code.side / 29
    for item in layout.tagged():
        if isinstance(item, Slot) and item.align == "left" and item.y < code.y + code.side + quiet and not item.below:
            assert item.x >= code.x + code.side + quiet


def test_decoration_is_small_enough_to_store() -> None:
    assert len(json.dumps(default_layout().to_json())) < 40_000
    assert any(isinstance(item, Decoration) for item in default_layout().items)
