"""Question files of somebody else are read by a child process that can neither grow nor linger (trust.md §6)."""

from __future__ import annotations

import pytest
from django.utils import translation

from courses.formats import apart
from courses.formats.apart import read_apart
from courses.formats.files import FORMATS
from lms.uploads.checks import FileError
from tests.make import quizzes


@pytest.mark.parametrize("name", ["gift", "aiken", "csv", "moodle-xml"])
def test_a_child_reads_what_the_reader_reads(name):
    kept = FORMATS[name]
    content = kept.write([quizzes.imported("single", code="A-1"), quizzes.imported("single", code="A-2")])
    assert read_apart(kept, content) == kept.read(content)


def test_what_is_wrong_with_a_file_is_said_in_the_language_of_the_person():
    with pytest.raises(FileError) as refused, translation.override("vi"):
        read_apart(FORMATS["moodle-xml"], b'<!DOCTYPE quiz [<!ENTITY a "b">]><quiz/>')
    assert refused.value.code == "xml_entities"
    assert "Tệp" in str(refused.value)
    _questions, problems = read_apart(FORMATS["gift"], "Câu hỏng {=a\n".encode())
    assert [problem.code for problem in problems] == ["unclosed_brace"]


def test_a_child_that_uses_too_much_is_given_up(monkeypatch):
    with pytest.raises(FileError) as refused:
        read_apart(FORMATS["gift"], "Câu {=a ~b}".encode(), megabytes=40)
    assert refused.value.code == "parse_timeout"
    monkeypatch.setattr(apart, "MOST_WAITING", 0.01)
    with pytest.raises(FileError) as refused:
        read_apart(FORMATS["gift"], "Câu {=a ~b}".encode())
    assert refused.value.code == "parse_timeout"
