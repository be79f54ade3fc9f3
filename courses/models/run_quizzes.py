"""Which quiz a run takes, and when."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.quizzes import Quiz, QuizKind
from courses.models.runs import Run, RunState
from courses.review import Moment, policy
from lms.audit.models import Event
from lms.constraints import both_or_neither, ordered
from lms.people.models import User
from lms.refusal import Refused

OVER = (RunState.ENDED, RunState.CLOSED, RunState.CANCELLED)


def open_q(at: datetime) -> Q:
    """The opening moment counts, the closing moment does not; an empty end is open. A run that is over is closed."""
    begun = Q(opens_at__isnull=True) | Q(opens_at__lte=at)
    return begun & still_open_q(at)


def still_open_q(at: datetime) -> Q:
    """Not closed yet at `at`, whether it has opened or not."""
    return (Q(closes_at__isnull=True) | Q(closes_at__gt=at)) & ~Q(run__state__in=OVER)


class RunQuizQuerySet(models.QuerySet["RunQuiz"]):
    def open(self, at: datetime) -> RunQuizQuerySet:
        return self.filter(open_q(at))

    def still_to_be_taken(self, at: datetime) -> RunQuizQuerySet:
        """Graded quizzes that are open or will open: their questions may still be asked (learning.md §9)."""
        return self.filter(still_open_q(at), quiz__kind=QuizKind.GRADED)


class RunQuiz(models.Model):
    """A quiz of a run: open from `opens_at`; at `closes_at` it is closed. Empty ends are open."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="run_quizzes")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="run_quizzes")
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    is_required = models.BooleanField(_("required"), default=True)
    #: From then on is shown what the review policy keeps until the release.
    results_released_at = models.DateTimeField(null=True, blank=True)
    results_released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RunQuizQuerySet.as_manager()

    class Meta:
        constraints = [
            ordered("opens_at", "closes_at", name="run_quiz_closes_after_it_opens"),
            models.UniqueConstraint(
                fields=["run", "quiz"],
                name="run_quiz_once",
                violation_error_message=_("The run already has this quiz."),
            ),
            both_or_neither(
                Q(results_released_at__isnull=False),
                Q(results_released_by__isnull=False),
                name="run_quiz_results_are_released_by_somebody",
                message=_("Results are released by a trainer."),
            ),
        ]

    def has_opened(self, at: datetime) -> bool:
        """The opening moment counts."""
        return self.opens_at is None or self.opens_at <= at

    def is_still_open(self, at: datetime) -> bool:
        """The same answer as `still_open_q`; needs the run in hand."""
        return (self.closes_at is None or self.closes_at > at) and self.run.state not in OVER

    def is_open(self, at: datetime) -> bool:
        """The same answer as `open_q`."""
        return self.has_opened(at) and self.is_still_open(at)

    def release_results(self, *, is_closed: bool, by: User, now: datetime) -> bool:
        """Show what the policy keeps until now; False if that was done before. `is_closed`: nobody can take it now.

        Raises Refused "key_too_early" where the release would show the key while somebody may still take the test.
        """
        held = policy(self.quiz.kind, self.quiz.review)
        shows_key = self.quiz.kind == QuizKind.GRADED and Moment.AFTER_RELEASE in (held["key"], held["explanation"])
        if shows_key and not is_closed:
            raise Refused("key_too_early", _("The test is still open: its key may not be shown yet."))
        with transaction.atomic():
            kept = RunQuiz.objects.filter(pk=self.pk, results_released_at__isnull=True)
            if not kept.update(results_released_at=now, results_released_by=by):
                return False
            Event.record(
                "quiz.release_results", object_kind="quiz", object_id=self.quiz.code, actor=str(by.public_id), now=now,
                data={"run": str(self.run.public_id)},
            )  # fmt: skip
        self.refresh_from_db()
        return True
