"""Two markers, one essay; two trainers, one regrade (learning.md §9)."""

from __future__ import annotations

from courses.models import Attempt, Mark, RegradeKind, RegradeLine, RegradePlan, RegradeRun
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes
from tests.races.test_attempt_races import together

NOW = make.at(9)


def test_many_markers_at_once_take_each_essay_once(committed):
    sitting = quizzes.Sitting("essay", attempts_allowed=0)
    markers = [make.trainer(sitting.course) for _number in range(4)]
    for _number in range(2):
        attempt = sitting.start(NOW)
        sitting.save(attempt, 1, {"text": "Bài làm"}, now=NOW)
        sitting.submit(attempt, NOW)
    taken = together(*[lambda marker=marker: Mark.take_next(marker, now=NOW) for marker in markers])
    held = [mark.pk for mark in taken if mark is not None]
    assert len(held) == len(set(held)) == 2
    assert Mark.objects.filter(marker__isnull=False).count() == 2


def test_the_last_two_marks_at_once_grade_the_attempt(committed):
    sitting = quizzes.Sitting("essay", "essay")
    attempt = sitting.start(NOW)
    Attempt.objects.update(seed="seed-0")
    for slot in (1, 2):
        sitting.save(attempt, slot, {"text": "Bài làm"}, now=NOW)
    sitting.submit(attempt, NOW)
    markers = [make.trainer(sitting.course) for _number in range(2)]
    marks = [Mark.take_next(marker, now=NOW) for marker in markers]
    pairs = zip(marks, markers, strict=True)
    together(*[lambda mark=mark, by=by: mark.give([9], "", by=by, now=NOW) for mark, by in pairs])
    assert Attempt.objects.get().points == 18_000


def test_two_who_apply_one_regrade_change_the_results_once(committed):
    sitting = quizzes.Sitting("single", "true_false")
    sitting.submit(sitting.start(NOW), NOW)
    trainers = [make.trainer(sitting.course) for _number in range(2)]
    version = quizzes.version_of(sitting.rows[0])
    plan = RegradePlan.make(sitting.course, version, RegradeKind.FULL_MARKS)
    results = together(
        *[lambda by=by: RegradeRun.apply(plan, plan.plan_hash, reason="Sai", by=by, now=NOW) for by in trainers]
    )
    refused = [one.code for one in results if isinstance(one, Refused)]
    assert refused == ["preview_stale"]
    assert (RegradeRun.objects.count(), RegradeLine.objects.count(), Attempt.objects.get().points) == (1, 1, 10_000)
