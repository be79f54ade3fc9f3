"""Regrades: a corrected key applied to attempts that are graded, with a preview of who changes (learning.md §9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses import grading
from courses.models.answers import Slot, SlotQuerySet
from courses.models.attempts import AttemptState
from courses.models.bank import QuestionType, QuestionVersion
from courses.models.catalogue import Course
from courses.regrading import Change, Standing, plan_hash, regraded
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of
from lms.jobs.models import Job
from lms.people.models import Approval, User
from lms.people.models.approvals import approves
from lms.refusal import Refused

#: One prepared statement for all lines: nothing of Python stands between them while SQLite's only writer is held.
CHANGE_SLOT = """
UPDATE courses_slot SET points = %s, points_possible = %s WHERE id = %s AND points = %s AND points_possible = %s
"""
CHANGE_ATTEMPT = """
UPDATE courses_attempt SET points = %s, points_possible = %s
WHERE id = %s AND state = 'graded' AND points = %s AND points_possible = %s
"""


class RegradeKind(models.TextChoices):
    NEW_KEY = "new_key", _("The key of a newer version counts")
    FULL_MARKS = "full_marks", _("Everybody earns all the points")
    DROP = "drop", _("The question counts no more")


class Policy(models.TextChoices):
    NEVER_LOWER = "never_lower", _("Nobody loses anything")
    AS_COMPUTED = "as_computed", _("Results may fall")


@dataclass(frozen=True)
class RegradePlan:
    """What a regrade would do to the attempts of a course: exactly what is looked at, confirmed and applied."""

    course: Course
    version: QuestionVersion
    kind: RegradeKind
    policy: Policy
    new_version: QuestionVersion | None
    changes: tuple[Change, ...]
    number: int
    """How many regrades of this version in this course went before."""

    @cached_property
    def plan_hash(self) -> str:
        """Names this preview."""
        new = self.new_version.pk if self.new_version else ""
        return plan_hash((self.course.pk, self.version.pk, self.kind, self.policy, new, self.number), self.changes)

    @property
    def falls(self) -> bool:
        """Whether somebody would have less."""
        return any(
            one.total_after * one.total_possible_before < one.total_before * one.total_possible_after
            for one in self.changes
        )

    @classmethod
    def make(
        cls, course: Course, version: QuestionVersion, kind: RegradeKind, policy: Policy = Policy.NEVER_LOWER
    ) -> RegradePlan:
        """The preview. Four queries, however many attempts. Raises Refused: not_regraded (an essay), no_newer_key."""
        if version.type == QuestionType.ESSAY:
            raise Refused("not_regraded", _("An essay is marked by people; there is no key to correct."))
        new = newer_version(version) if kind == RegradeKind.NEW_KEY else None
        if kind == RegradeKind.NEW_KEY and new is None:
            raise Refused("no_newer_key", _("Make a new version of the question with the right key first."))
        key = grading.keys_of([new.pk])[new.pk] if new else None
        changes = [
            change
            for slot in graded_slots(course, version)
            if (change := regraded(_standing(slot, kind, key), never_lower=policy == Policy.NEVER_LOWER))
        ]
        number = RegradeRun.objects.filter(course=course, version=version).count()
        return cls(course, version, kind, policy, new, tuple(changes), number)


def newer_version(version: QuestionVersion) -> QuestionVersion | None:
    """The newest ready version after this one, of the same type: options keep their uid."""
    later = QuestionVersion.objects.ready().filter(
        question=version.question_id, number__gt=version.number, type=version.type
    )
    return later.order_by("-number").first()


def graded_slots(course: Course, version: QuestionVersion) -> SlotQuerySet:
    """Where graded attempts of the course asked this version."""
    slots = Slot.objects.filter(
        version=version, points__isnull=False, attempt__state=AttemptState.GRADED, attempt__quiz__course=course
    )
    return slots.select_related("attempt", "answer").order_by("pk")


def _standing(slot: Slot, kind: RegradeKind, key: grading.Key | None) -> Standing:
    computed = slot.points_possible
    if key is not None:
        computed = grading.mark(key, slot.answer.value, slot.points_possible) or 0
    attempt = slot.attempt
    return Standing(
        slot.pk, attempt.points or 0, attempt.points_possible, slot.points or 0, slot.points_possible,
        attempt.pass_percent, computed, is_dropped=kind == RegradeKind.DROP,
    )  # fmt: skip


class RegradeRunQuerySet(models.QuerySet["RegradeRun"]):
    def in_order(self) -> RegradeRunQuerySet:
        return self.order_by("applied_at", "pk")

    def versions_in_force(self, course_id: int, versions: Iterable[int]) -> dict[int, int]:
        """Version → the one whose key counts since the last regrade with a new key."""
        rows = self.filter(course=course_id, version__in=list(versions), kind=RegradeKind.NEW_KEY).in_order()
        return dict(rows.values_list("version_id", "new_version_id"))


class RegradeRun(models.Model):
    """A regrade that was applied; it never changes. The pinned versions of the attempts stay as they were asked."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="regrades")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="regrades")
    kind = models.CharField(max_length=10, choices=RegradeKind.choices)
    policy = models.CharField(max_length=12, choices=Policy.choices, default=Policy.NEVER_LOWER)
    new_version = models.ForeignKey(
        QuestionVersion, models.PROTECT, null=True, blank=True, related_name="regrades_with_it"
    )
    plan_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=1_000)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: The second person, where results may fall.
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField()

    objects = RegradeRunQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", RegradeKind, name="regrade_kind_is_known"),
            one_of("policy", Policy, name="regrade_policy_is_known"),
            models.UniqueConstraint(
                fields=["course", "version", "plan_hash"],
                name="regrade_once_per_preview",
                violation_error_message=_("This regrade was applied before."),
            ),
            both_or_neither(
                Q(kind="new_key"),
                Q(new_version__isnull=False),
                name="regrade_with_a_new_key_names_its_version",
                message=_("A new key belongs to a newer version."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="regrade_has_a_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(policy="never_lower") | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("applied_by"))),
                name="regrade_that_lowers_has_a_second_person",
                violation_error_message=_("Another person must confirm that results may fall."),
            ),
        ]

    @classmethod
    def apply(
        cls,
        plan: RegradePlan,
        seen_hash: str,
        *,
        reason: str,
        by: User,
        now: datetime,
        confirmed_by: User | None = None,
    ) -> RegradeRun:
        """Write every line of the plan that was looked at, in one transaction with one event; certificates stay.

        Two at once: the second finds points that are no longer those of its plan. Raises Refused: reason_required
        (422), preview_stale, nothing_to_regrade, lowering_unconfirmed.
        """
        _refuse(plan, seen_hash, reason, confirmed_by)
        try:
            with transaction.atomic():
                run = cls.objects.create(
                    course=plan.course, version=plan.version, kind=plan.kind, policy=plan.policy,
                    new_version=plan.new_version, plan_hash=plan.plan_hash, reason=reason.strip()[:1_000],
                    applied_by=by, confirmed_by=confirmed_by, applied_at=now,
                )  # fmt: skip
                run._write(plan.changes, now)
                run._tell(plan, confirmed_by or by, now)
        except IntegrityError as error:
            raise preview_stale() from error
        return run

    def _write(self, changes: Sequence[Change], now: datetime) -> None:
        """Slots, attempts and lines, each only if it stands as the plan saw it. Raises Refused "preview_stale"."""
        rows = Slot.objects.filter(pk__in=[one.slot_id for one in changes]).values_list(
            "pk", "attempt_id", "attempt__enrolment__run_id"
        )
        attempts = {slot: attempt for slot, attempt, _run in rows}
        slots = [(one.after, one.possible_after, one.slot_id, one.before, one.possible_before) for one in changes]
        totals = [
            (
                one.total_after, one.total_possible_after, attempts[one.slot_id], one.total_before,
                one.total_possible_before,
            )
            for one in changes
        ]  # fmt: skip
        with connection.cursor() as cursor:
            for statement, values in ((CHANGE_SLOT, slots), (CHANGE_ATTEMPT, totals)):
                cursor.executemany(statement, values)
                if cursor.rowcount != len(changes):
                    raise preview_stale()
        RegradeLine.objects.bulk_create(
            [
                RegradeLine(
                    run=self, slot_id=one.slot_id, before=one.before, after=one.after,
                    possible_before=one.possible_before, possible_after=one.possible_after,
                    passed_before=one.passed_before, passed_after=one.passed_after,
                )
                for one in changes
            ],
            batch_size=500,
        )  # fmt: skip
        for run in sorted({run for _slot, _attempt, run in rows}):
            Job.ask("courses.evaluate_run", key=f"run:{run}:regrade:{self.pk}", payload={"run": run}, now=now)

    def _tell(self, plan: RegradePlan, actor: User, now: datetime) -> None:
        lowers = plan.policy == Policy.AS_COMPUTED
        Event.record(
            "attempt.apply_regrade_lowering" if lowers else "attempt.regrade_never_lower", object_kind="question",
            object_id=plan.version.question.code, actor=str(actor.public_id), now=now,
            data={
                "version": plan.version.number, "kind": plan.kind, "lines": len(plan.changes), "plan": plan.plan_hash,
            },
        )  # fmt: skip


def _refuse(plan: RegradePlan, seen_hash: str, reason: str, confirmed_by: User | None) -> None:
    if not reason.strip():
        raise Refused("reason_required", _("Say why."), status=422)
    if plan.plan_hash != seen_hash:
        raise preview_stale()
    if not plan.changes:
        raise Refused("nothing_to_regrade", _("No result changes."))
    if plan.policy == Policy.AS_COMPUTED and confirmed_by is None:
        raise Refused("lowering_unconfirmed", _("Another person must confirm that results may fall."))


@approves("attempt.regrade_lowering", _("Apply a corrected key; results may fall"))
def regrade_lowering(approval: Approval, by: User, now: datetime) -> None:
    """Another person says yes: the plan that was looked at is applied. Raises Refused "preview_stale"."""
    asked = approval.payload
    version = QuestionVersion.objects.select_related("question").get(pk=asked["version"])
    course = Course.objects.get(pk=asked["course"])
    plan = RegradePlan.make(course, version, RegradeKind(asked["kind"]), Policy.AS_COMPUTED)
    RegradeRun.apply(
        plan, asked["plan_hash"], reason=approval.reason, by=approval.requested_by, now=now, confirmed_by=by
    )


def preview_stale() -> Refused:
    """What was looked at is no longer what would happen."""
    return Refused("preview_stale", _("Something has changed since you looked. Please check the list again."))


class RegradeLine(models.Model):
    """What a regrade did to one answer; it never changes. Points in 1/10,000."""

    run = models.ForeignKey(RegradeRun, models.PROTECT, related_name="lines")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="regrade_lines")
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    possible_before = models.PositiveIntegerField()
    possible_after = models.PositiveIntegerField()
    passed_before = models.BooleanField()
    passed_after = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "slot"],
                name="regrade_line_once",
                violation_error_message=_("This answer is already in the list."),
            ),
            models.CheckConstraint(
                condition=Q(after__lte=F("possible_after"), before__lte=F("possible_before")),
                name="regrade_line_stays_within_the_possible",
                violation_error_message=_("A question cannot earn more points than it has."),
            ),
        ]


def ask_to_lower(
    plan: RegradePlan, seen_hash: str, *, reason: str, document_no: str, by: User, now: datetime
) -> Approval:
    """Ask for a second person's yes to a regrade by which results may fall.

    Raises Refused: preview_stale, nothing_to_regrade, reason_required (422), already_asked.
    """
    if plan.plan_hash != seen_hash:
        raise preview_stale()
    if not plan.changes:
        raise Refused("nothing_to_regrade", _("No result changes."))
    payload = {"course": plan.course.pk, "version": plan.version.pk, "kind": plan.kind, "plan_hash": plan.plan_hash}
    return Approval.ask(
        "attempt.regrade_lowering", object_kind="question", object_id=plan.version.question.code, payload=payload,
        by=by, reason=reason, document_no=document_no, now=now,
    )  # fmt: skip
