"""docs/rules.md is true: its paths lead to code, its tests exist, and every refusal stands on it (house.md §8)."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from pkgutil import resolve_name

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
LINES = [
    [cell.strip() for cell in line.strip("| ").split("|")]
    for line in (ROOT / "docs/rules.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`" in line
]
RULES = [(cells[0], cells[1].strip("`"), re.findall(r"`(\w+)`", cells[2]), cells[3].strip("`")) for cells in LINES]
REFUSAL = re.compile(r"""Refused\(\s*"(\w+)\"""")


def _refusals() -> set[str]:
    files = [path for top in ("lms", "courses", "certificates", "cms") for path in (ROOT / top).rglob("*.py")]
    return {code for path in files for code in REFUSAL.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(("question", "path"), [(rule[0], rule[1]) for rule in RULES])
def test_a_rule_is_a_question_and_leads_to_code(question, path):
    assert question.endswith("?")
    assert callable(resolve_name(path))


@pytest.mark.parametrize("test", sorted({rule[3] for rule in RULES}))
def test_every_named_test_exists(test):
    file, name = test.split("::")
    functions = ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
    assert name in {node.name for node in functions if isinstance(node, ast.FunctionDef)}


def test_every_refusal_is_on_the_map():
    assert sorted(_refusals() - {code for rule in RULES for code in rule[2]}) == []


def test_no_refusal_of_the_map_is_gone():
    text = "".join(path.read_text(encoding="utf-8") for top in ("lms", "courses", "certificates", "cms")
                   for path in (ROOT / top).rglob("*.py"))  # fmt: skip
    assert [code for rule in RULES for code in rule[2] if f'"{code}"' not in text] == []
