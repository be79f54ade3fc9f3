"""The text of a class for Zalo: counts and a link, nobody by name."""

from __future__ import annotations

import pytest

from courses.zalo import MOST_CHARACTERS, run_text
from tests.make import courses as make

pytestmark = pytest.mark.django_db


def test_the_text_counts_and_names_nobody() -> None:
    run = make.run(make.course())
    agency = make.agency("Phường Mẫu")
    people = [make.person(of=agency) for _number in range(2)]
    for person in people:
        make.enrolment(run, person, agency_=agency)
    text = run_text(run, "https://tap-huan.example/runs/1/")
    assert "2 người" in text
    assert text.endswith("https://tap-huan.example/runs/1/")
    assert len(text) <= MOST_CHARACTERS
    assert not any(person.full_name in text for person in people)
