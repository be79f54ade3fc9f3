"""What somebody knows who has learnt the lessons: right answers by the words of the question."""

from __future__ import annotations

from pathlib import Path

from courses.formats.gift import parse
from courses.formats.ir import ImportedQuestion

DATA = Path(__file__).resolve().parents[2] / "courses/data"


def known(course: str) -> dict[str, ImportedQuestion]:
    """The questions of a course's file by the folded words of their stems."""
    questions, problems = parse((DATA / f"{course}.gift").read_text(encoding="utf-8"))
    assert not problems
    return {squeezed(question.stem): question for question in questions}


def squeezed(text: str) -> str:
    """Words only: what a page shows and what a file holds differ in spaces."""
    return "".join(char for char in text if char.isalnum())


def right_texts(question: ImportedQuestion) -> list[str]:
    """The texts of the right options."""
    if question.type == "single":
        right = max(question.key["weights"], key=question.key["weights"].get)
        return [option.text for option in question.options if option.uid == right]
    return [option.text for option in question.options if option.uid in question.key["right"]]
