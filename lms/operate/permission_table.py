"""The permission table, and every address held against it (trust.md §2, §3).

`docs/permissions.csv` says who may do what; `docs/urls.csv` lists the addresses of packages with the action they open.
Both are loaded by tests, and `docs/permissions.md` is generated from them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

IDENTITIES = ("AN", "T", "TO", "FO", "FX", "TR", "TX", "CO", "AD")
NAMES = {
    "AN": "anonymous",
    "T": "trainee who owns the object",
    "TO": "another trainee",
    "FO": "focal person of the agency",
    "FX": "focal person of another agency",
    "TR": "trainer of the course",
    "TX": "trainer of another course",
    "CO": "coordinator",
    "AD": "administrator",
}


@dataclass(frozen=True)
class Row:
    """One action and its cells; `since` is "now" or "later" (a capability that does not stand yet)."""

    action: str
    cells: dict[str, str]
    since: str


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: its route, its full name, the actions its view names."""

    route: str
    name: str
    actions: tuple[str, ...]


def rows() -> list[Row]:
    """docs/permissions.csv."""
    with (settings.BASE_DIR / "docs/permissions.csv").open(encoding="utf-8", newline="") as file:
        return [
            Row(f"{line['object']}.{line['action']}", {who: line[who] for who in IDENTITIES}, line["since"])
            for line in csv.DictReader(file)
        ]


def foreign_addresses() -> dict[str, str]:
    """docs/urls.csv: route of a package's pattern → the action it opens."""
    with (settings.BASE_DIR / "docs/urls.csv").open(encoding="utf-8", newline="") as file:
        return {line["route"]: line["action"] for line in csv.DictReader(file)}


def addresses() -> list[Address]:
    """Every pattern of the resolver."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield Address(route, f"{space}{pattern.name or ''}", tuple(getattr(pattern.callback, "door", ())))


def as_markdown() -> str:
    """docs/permissions.md: a table per object, and the addresses behind each action."""
    behind: dict[str, list[str]] = {}
    for address in addresses():
        for action in address.actions or (foreign_addresses().get(address.route, ""),):
            behind.setdefault(action, []).append(f"`/{address.route}`")
    lines = [
        "# Who may do what",
        "",
        "Generated from `permissions.csv` and `urls.csv` by `manage.py permissions_doc`; a test holds it to them.",
        "",
        ", ".join(f"{who} {name}" for who, name in NAMES.items()) + ".",
        "",
        "`A` allowed, `r` after signing in again, `$` one event, `2` a second person confirms, `L` sign in first, "
        "`N` does not exist for this role, `F` refused, `-` does not arise. Rows in *italics* belong to a capability "
        "that is still to come.",
        "",
    ]
    for subject in dict.fromkeys(row.action.split(".")[0] for row in rows()):
        lines += [f"## {subject}", "", "| action | " + " | ".join(IDENTITIES) + " | addresses |", "|" + " --- |" * 11]
        for row in (row for row in rows() if row.action.split(".")[0] == subject):
            name = row.action.split(".")[1]
            shown = name if row.since == "now" else f"*{name}*"
            where = "<br>".join(sorted(behind.get(row.action, []))[:6])
            lines.append(f"| {shown} | " + " | ".join(row.cells[who] for who in IDENTITIES) + f" | {where} |")
        lines.append("")
    return "\n".join(lines)
