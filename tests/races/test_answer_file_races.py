"""Files with an essay under threads: what is confirmed is in the sealed answer, and never more than the essay takes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import AnswerFile, Attempt
from lms.refusal import Refused
from lms.uploads.documents import checked_document
from tests.make import courses as make
from tests.make import quizzes
from tests.races.test_attempt_races import together

NOW = make.at(9)
SECOND = timedelta(seconds=1)


def essay(files):
    sitting = quizzes.Sitting()
    question = quizzes.imported("essay", settings={"files": files})
    sitting.quiz = quizzes.quiz(sitting.course, quizzes.bank(sitting.course, question))
    sitting.run_quiz = quizzes.offered(sitting.quiz, sitting.run_quiz.run)
    return sitting, sitting.start(NOW)


def adding(attempt, words):
    document = checked_document("a.pdf", b"%PDF-1.7\n" + words.encode() + b"\n%%EOF\n")
    return lambda: AnswerFile.add(Attempt.objects.get(pk=attempt.pk), 1, document, epoch=1, now=NOW + SECOND)


@pytest.mark.parametrize("round_", range(4))
def test_a_file_that_races_the_submit_is_sealed_or_refused(committed, round_):
    sitting, attempt = essay(1)

    def submit():
        return Attempt.objects.get(pk=attempt.pk).submit(epoch=1, by=sitting.user, now=NOW + SECOND)

    added, submitted = together(adding(attempt, str(round_)), submit)
    assert submitted is True
    sums = list(AnswerFile.objects.values_list("sha256", flat=True))
    assert (quizzes.held(attempt, 1).value or {"files": []})["files"] == sums
    assert len(sums) == 1 if added is True else isinstance(added, Refused) and added.code == "attempt_closed"


def test_six_files_at_once_become_two(committed):
    _sitting, attempt = essay(2)
    results = together(*(adding(attempt, str(number)) for number in range(6)))
    assert [one for one in results if one is True] == [True, True]
    assert {one.code for one in results if one is not True} == {"too_many_files"}
    assert sorted(AnswerFile.objects.values_list("place", flat=True)) == [1, 2]
