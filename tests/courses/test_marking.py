"""Essays: two or three markers, half an hour each, names hidden (learning.md §9)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from courses.completing import explain
from courses.marking import AGREED_PERCENT, agreed, criteria, is_near, is_sampled, worth
from courses.models import Appeal, AttemptState, CourseTrainer, Enrolment, Ground, Mark
from courses.models.marking import LEASE
from lms.audit.models import Event
from lms.plan.models import Holiday
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

NOW = make.at(9)
MINUTE = timedelta(minutes=1)
POSSIBLE = 10_000


def refused(code, verb, *args, **kwargs):
    with pytest.raises(Refused) as error:
        verb(*args, **kwargs)
    assert error.value.code == code


# --- the sums --------------------------------------------------------------------------------------------------------

points = st.integers(0, POSSIBLE)


@given(points)
def test_one_mark_is_what_it_says(one):
    assert agreed([one], POSSIBLE) == one


@given(points, points)
def test_two_that_are_close_give_their_mean_and_two_that_are_not_wait_for_a_third(one, other):
    together = agreed([one, other], POSSIBLE)
    if abs(one - other) * 100 > AGREED_PERCENT * POSSIBLE:
        assert together is None
    else:
        assert min(one, other) <= together <= max(one, other)
        assert together == agreed([other, one], POSSIBLE)


@given(points, points, points)
def test_the_third_marker_decides(one, other, third):
    assert agreed([one, other, third], POSSIBLE) == third


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.integers(1, 100_000), st.data())
def test_a_rubric_earns_its_share_of_the_points_never_more(most, possible, data):
    rubric = criteria([{"criterion": f"Ý {place}", "points": each} for place, each in enumerate(most)])
    earned = [data.draw(st.integers(0, line.points)) for line in rubric]
    got = worth(earned, rubric, possible)
    assert 0 <= got <= possible
    assert abs(got * sum(most) - possible * sum(earned)) * 2 <= sum(most)
    assert worth([line.points for line in rubric], rubric, possible) == possible


@pytest.mark.parametrize("given_", [[], [5], [5, 11], [-1, 5], [5, 5, 5]])
def test_points_outside_the_rubric_are_refused(given_):
    rubric = criteria([{"criterion": "Ý", "points": 10}, {"criterion": "Lời", "points": 10}])
    refused("points_out_of_range", worth, given_, rubric, POSSIBLE)


def test_a_rubric_without_points_shares_alike_and_none_at_all_is_a_percentage():
    assert [line.points for line in criteria(["Ý đúng", "Lời hay"])] == [10, 10]
    assert [line.points for line in criteria([])] == [100]


def test_five_percent_on_either_side_of_the_pass_mark_is_near():
    near = [share for share in range(101) if is_near(share * 100, POSSIBLE, 50)]
    assert near == list(range(45, 56))


def test_one_attempt_in_ten_is_looked_at_twice_and_always_the_same_ones():
    seeds = [f"seed-{number}" for number in range(2_000)]
    chosen = [seed for seed in seeds if is_sampled(seed)]
    assert 150 < len(chosen) < 250
    assert chosen == [seed for seed in seeds if is_sampled(seed)]


# --- the queue -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sitting(db):
    return quizzes.Sitting("essay", pass_percent=50)


@pytest.fixture
def markers(sitting):
    """Three trainers of the course."""
    return [make.trainer(sitting.course) for _number in range(3)]


def handed_in(sitting, seed="seed-0", text="Bài làm"):
    """An attempt with an essay, by default one that the lot leaves alone."""
    attempt = sitting.start(NOW)
    type(attempt).objects.filter(pk=attempt.pk).update(seed=seed)
    if text:
        sitting.save(attempt, 1, {"text": text}, now=NOW)
    sitting.submit(attempt, NOW)
    attempt.refresh_from_db()
    return attempt


def give(marker, share, now=NOW, comment=""):
    mark = Mark.take_next(marker, now=now)
    mark.give([share // 10], comment, by=marker, now=now)  # the rubric made here has one line of ten points
    return mark


def result(attempt):
    attempt.refresh_from_db()
    return attempt.state, attempt.points


def waiting(attempt):
    enrolment = Enrolment.objects.select_related("run__course", "person", "agency").get(pk=attempt.enrolment_id)
    return "waiting_marking" in [item.code for item in explain([enrolment], NOW)[enrolment.pk].missing]


def test_the_lot_of_the_seed_used_here():
    assert not is_sampled("seed-0")
    assert is_sampled("seed-17")


def test_a_mark_grades_the_attempt_and_the_class_waits_until_then(sitting, markers):
    attempt = handed_in(sitting)
    assert result(attempt) == (AttemptState.SUBMITTED, None)
    assert waiting(attempt)
    give(markers[0], 90)
    assert result(attempt) == (AttemptState.GRADED, 9_000)
    assert not waiting(attempt)
    assert Event.objects.filter(action="attempt.mark_essay").count() == 1


def test_an_essay_without_a_word_waits_for_nobody(sitting, markers):
    assert result(handed_in(sitting, text="")) == (AttemptState.GRADED, 0)
    assert Mark.take_next(markers[0], now=NOW) is None


def test_an_essay_is_kept_for_half_an_hour_and_then_free_again(sitting, markers):
    handed_in(sitting)
    first, second, _third = markers
    held = Mark.take_next(first, now=NOW)
    assert Mark.take_next(first, now=NOW + MINUTE) == held
    assert Mark.take_next(second, now=NOW + LEASE) is None
    taken = Mark.take_next(second, now=NOW + LEASE + MINUTE)
    assert taken == held
    refused("lease_lost", held.give, [5], "", by=first, now=NOW + LEASE + MINUTE)
    assert taken.give([9], "", by=second, now=NOW + LEASE + MINUTE)


@pytest.mark.parametrize("minutes", [-1, 0, 29, 30, 31])
def test_free_means_the_same_in_sql_and_python(sitting, markers, minutes):
    handed_in(sitting)
    mark = Mark.take_next(markers[0], now=NOW)
    at = NOW + minutes * MINUTE
    assert Mark.objects.free(at).exists() == mark.is_free(at)


def test_what_is_put_back_is_free_at_once(sitting, markers):
    handed_in(sitting)
    mark = Mark.take_next(markers[0], now=NOW)
    assert mark.put_back(markers[0])
    assert not mark.put_back(markers[0])
    assert Mark.take_next(markers[1], now=NOW) == mark


def test_trainers_of_other_courses_find_nothing(sitting, markers):
    handed_in(sitting)
    assert Mark.take_next(make.trainer(make.course()), now=NOW) is None


def test_nobody_marks_an_answer_of_their_own(sitting):
    handed_in(sitting)
    make.on_roster(sitting.enrolment.person, make.agency())
    CourseTrainer.objects.create(course=sitting.course, user=sitting.user, starts_on=date(2026, 1, 1))
    assert Mark.take_next(sitting.user, now=NOW) is None


def test_giving_the_same_mark_twice_is_one_mark(sitting, markers):
    handed_in(sitting)
    mark = give(markers[0], 90)
    assert mark.give([9], "", by=markers[0], now=NOW) is False
    refused("lease_lost", mark.give, [2], "", by=markers[0], now=NOW)
    assert Event.objects.filter(action="attempt.mark_essay").count() == 1


# --- the second look -------------------------------------------------------------------------------------------------


def test_close_to_the_pass_mark_two_markers_look_and_their_mean_counts(sitting, markers):
    attempt = handed_in(sitting)
    give(markers[0], 50)
    assert result(attempt) == (AttemptState.SUBMITTED, None)
    assert Mark.objects.get(round=2).ground == Ground.NEAR
    assert Mark.take_next(markers[0], now=NOW) is None
    give(markers[1], 60)
    assert result(attempt) == (AttemptState.GRADED, 5_500)


def test_whoever_gave_the_first_mark_may_not_give_the_second(sitting, markers):
    handed_in(sitting)
    give(markers[0], 50)
    second = Mark.objects.get(round=2)
    refused("same_marker", second.give, [5], "", by=markers[0], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.filter(pk=second.pk).update(marker=markers[0], lease_until=NOW)


def test_two_that_differ_wait_for_a_third_who_decides(sitting, markers):
    attempt = handed_in(sitting, seed="seed-17")
    give(markers[0], 90)
    assert Mark.objects.get(round=2).ground == Ground.SAMPLE
    give(markers[1], 20)
    assert result(attempt) == (AttemptState.SUBMITTED, None)
    assert Mark.objects.get(round=3).ground == Ground.APART
    give(markers[2], 70)
    assert result(attempt) == (AttemptState.GRADED, 7_000)


def test_where_a_course_has_one_trainer_the_first_mark_counts(sitting):
    only = make.trainer(sitting.course)
    attempt = handed_in(sitting, seed="seed-17")
    give(only, 50)
    assert result(attempt) == (AttemptState.GRADED, 5_000)


def test_practice_is_marked_once(db):
    sitting = quizzes.Sitting("essay", kind="practice")
    markers = [make.trainer(sitting.course) for _number in range(2)]
    attempt = handed_in(sitting, seed="seed-17")
    give(markers[0], 50)
    assert result(attempt) == (AttemptState.GRADED, 5_000)


# --- the appeal ------------------------------------------------------------------------------------------------------


def appeal(sitting, attempt, now, reason="Chưa tính ý thứ hai"):
    return Appeal.make(attempt, reason, by=sitting.user, now=now)


def test_after_an_appeal_another_marker_looks_and_nobody_has_less_than_before(sitting, markers):
    attempt = handed_in(sitting)
    give(markers[0], 80)
    attempt.refresh_from_db()
    first = appeal(sitting, attempt, NOW)
    assert appeal(sitting, attempt, NOW + MINUTE) == first
    assert result(attempt) == (AttemptState.GRADED, 8_000)
    give(markers[1], 70)
    assert result(attempt) == (AttemptState.GRADED, 8_000)
    assert Event.objects.filter(action="attempt.appeal").count() == 1


def test_an_appeal_may_raise_the_result(sitting, markers):
    attempt = handed_in(sitting)
    give(markers[0], 30)
    attempt.refresh_from_db()
    appeal(sitting, attempt, NOW)
    give(markers[1], 90)
    give(markers[2], 60)
    assert result(attempt) == (AttemptState.GRADED, 6_000)


def test_an_appeal_is_made_within_five_working_days(sitting, markers):
    attempt = handed_in(sitting)  # on a Monday
    give(markers[0], 80)
    attempt.refresh_from_db()
    Holiday.objects.create(on=date(2026, 3, 4), kind="off", name="Nghỉ thử")
    last = Appeal.last_day(attempt)
    assert last == date(2026, 3, 10)
    refused("appeal_over", appeal, sitting, attempt, make.at(0, 1, on=last + timedelta(days=1)))
    assert appeal(sitting, attempt, make.at(23, 59, on=last))


def test_an_appeal_needs_a_reason_and_a_marked_essay(sitting, markers):
    attempt = handed_in(sitting)
    refused("nothing_to_appeal", appeal, sitting, attempt, NOW)
    give(markers[0], 80)
    attempt.refresh_from_db()
    refused("reason_required", appeal, sitting, attempt, NOW, reason=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(attempt=attempt, reason="", appealed_at=NOW)


# --- what the database keeps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"round": 4}, {"round": 0}, {"ground": "whim"}, {"points": 5}, {"lease_until": NOW}, {"marked_at": NOW},
     {"marked_at": NOW, "points": 5}],
)  # fmt: skip
def test_the_database_refuses_a_mark_that_cannot_be(sitting, wrong):
    slot = handed_in(sitting).slots.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.create(**{"slot": slot, "round": 1, "asked_at": NOW} | wrong)


def test_an_answer_stands_once_in_each_round(sitting, markers):
    slot = handed_in(sitting).slots.get()
    Mark.objects.ask([slot.pk], 1, Ground.FIRST, NOW)
    Mark.objects.ask([slot.pk], 1, Ground.FIRST, NOW)
    assert Mark.objects.count() == 1
