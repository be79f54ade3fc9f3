"""Reading a CSV of changes: bytes in, lines of a reorganisation or numbered errors out. Pure.

The format is described in docs/reorganise.md. Whether the changes fit the agencies says `lms.people.reorganisation`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from lms.people.agencies_file import Errors, decoded, numbered
from lms.people.models.agencies import AgencyKind
from lms.people.models.reorganisations import IN_PARTS, ChangeKind, ReorganisationChange
from lms.vietnamese.text import clean, clean_name

COLUMNS = (
    "kind", "predecessor", "successor", "scope", "name", "unit_kind", "parent", "stat_code", "legal_basis",
)  # fmt: skip
LONGEST: Mapping[str, int] = {
    "kind": 20, "predecessor": 60, "successor": 60, "scope": 30, "name": 300, "unit_kind": 30, "parent": 60,
    "stat_code": 10, "legal_basis": 300,
}  # fmt: skip
MOST_LINES = 5_000
MOST_BYTES = 2 * 1024 * 1024
_CODE = re.compile(r"[\w.-]+")


def template() -> str:
    """A file with one line of every kind, to be written over."""
    lines = [
        "merge,XA-CU-1,XA-MOI,,Ủy ban nhân dân xã Mới,pc_commune,TINH-UBND,,",
        "merge,XA-CU-2,XA-MOI,,,,,,",
        "split,XA-CU-3,XA-MOI,part,,,,,",
        "split,XA-CU-3,XA-KHAC,part,,,,,",
        "rename,SO-CU,SO-MOI,,Sở Mới tỉnh Mẫu,department,TINH-UBND,,",
        "reparent,BAN-CU,BAN-MOI,,Ban Mẫu,management_board,TINH-UBND,,",
        "transfer,SO-A,SO-B,press,,,,,",
        "dissolution,HUYEN-CU,,,,,,,",
        "establishment,,XA-THEM,,Ủy ban nhân dân xã Thêm,pc_commune,TINH-UBND,,",
    ]
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def read_changes(content: bytes) -> list[ReorganisationChange]:
    """The lines of a file in UTF-8, unsaved, in its order. Raises AgenciesFileError with every error."""
    errors = Errors()
    text = decoded(content, errors)
    errors.stop_if_any()
    changes = []
    for line, cells in numbered(text, errors, COLUMNS):
        change = _read(line, cells, errors)
        if change:
            changes.append(change)
    if len(changes) > MOST_LINES:
        errors.add(1, _("the file has more than %(most)s lines.") % {"most": MOST_LINES})
    errors.stop_if_any()
    if not changes:
        errors.add(1, _("the file has no changes."))
    errors.stop_if_any()
    return changes


def _read(line: int, raw: Mapping[str, str], errors: Errors) -> ReorganisationChange | None:
    problems = [sentence for name in COLUMNS for sentence in [_unfit(name, raw[name])] if sentence]
    cells = {name: clean(raw[name]) for name in COLUMNS}
    if not problems:
        problems = _wrong_words(cells)
    for sentence in problems:
        errors.add(line, sentence)
    if problems:
        return None
    cells["name"] = clean_name(cells["name"])
    cells["scope"] = scope_of(cells["kind"], cells["scope"])
    return ReorganisationChange(**cells)


def scope_of(kind: str, written: str) -> str:
    """What is passed on: a part where nothing is said and the kind divides, everything elsewhere."""
    return (written or "part") if kind in IN_PARTS else "all"


def _unfit(name: str, cell: str) -> str:
    if len(cell) > LONGEST[name]:
        sizes = {"name": name, "found": len(cell), "most": LONGEST[name]}
        return _("«%(name)s» has %(found)s characters, %(most)s at most are allowed.") % sizes
    if any(ord(char) < 32 and char not in "\t\n\r" for char in cell):
        return _("«%(name)s» holds a control character.") % {"name": name}
    return ""


def _wrong_words(cells: Mapping[str, str]) -> list[str]:
    found = []
    if cells["kind"] not in ChangeKind.values:
        words = {"value": cells["kind"], "names": ", ".join(ChangeKind.values)}
        found.append(_("the change “%(value)s” is unknown; known are: %(names)s.") % words)
    for name in ("predecessor", "successor", "parent"):
        if cells[name] and not _CODE.fullmatch(cells[name]):
            found.append(_("«%(name)s» is not a code of letters, digits, full stop and hyphen.") % {"name": name})
    if cells["unit_kind"] and cells["unit_kind"] not in AgencyKind.values:
        found.append(_("the kind “%(value)s” is unknown.") % {"value": cells["unit_kind"]})
    return found
