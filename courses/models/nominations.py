"""Nomination rounds («đợt cử đi học»): agencies answer with people of their rosters (learning.md §5)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment, EnrolmentQuerySet
from courses.models.entering import entry_on_roster
from courses.models.prerequisites import check_prerequisites
from courses.models.reach import led_agencies, staff_q
from courses.models.runs import Run
from courses.models.states import EnrolmentState, Origin
from lms.audit.models import Event
from lms.constraints import one_of, ordered
from lms.days import local_day
from lms.people.models import Agency, Person, User
from lms.refusal import Refused
from lms.uploads.documents import Document

STORAGE = "private"
FOLDER = "dispatches"


def open_q(at: datetime) -> Q:
    """The opening moment counts, the closing moment does not."""
    return Q(opens_at__lte=at, closes_at__gt=at)


class RoundQuerySet(models.QuerySet["Round"]):
    def open(self, at: datetime) -> RoundQuerySet:
        """Rounds that take nominations at this moment."""
        return self.filter(open_q(at))

    def visible_to(self, user: User, on: date) -> RoundQuerySet:
        """Rounds that exist for `user` (round.view): staff of the run, and focal persons of agencies asked."""
        asked = Exists(Reply.objects.filter(round=OuterRef("pk"), agency__in=led_agencies(user, on)))
        return self.filter(staff_q(user, on, "run__") | Q(asked))

    def in_order(self) -> RoundQuerySet:
        """What closes first stands first."""
        return self.order_by("closes_at", "pk")


class Round(models.Model):
    """A round of nomination («đợt cử»): from `opens_at` to `closes_at` (half-open)."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="rounds")
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    document_on = models.DateField(_("document date"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomination round")
        verbose_name_plural = _("nomination rounds")
        constraints = [ordered("opens_at", "closes_at", name="round_closes_after_it_opens")]

    def __str__(self) -> str:
        return str(self.run)

    def is_open(self, at: datetime) -> bool:
        """Whether the round takes nominations at `at`; the twin of `RoundQuerySet.open`."""
        return self.opens_at <= at < self.closes_at

    @classmethod
    def announce(  # noqa: PLR0913 - what a round is, all by name
        cls,
        run: Run,
        agencies: Iterable[Agency] = (),
        *,
        opens_at: datetime,
        closes_at: datetime,
        by: User,
        now: datetime,
        document_no: str = "",
        document_on: date | None = None,
    ) -> Round:
        """Ask `agencies`, and every agency with a quota, to nominate people between the two moments."""
        if closes_at <= opens_at:
            raise Refused("round_closed", _("A round closes after it opens."), status=422)
        with transaction.atomic():
            round_ = cls.objects.create(
                run=run, opens_at=opens_at, closes_at=closes_at, document_no=document_no, document_on=document_on
            )
            asked = {agency.pk for agency in agencies} | set(run.quotas.values_list("agency_id", flat=True))
            Reply.objects.bulk_create(Reply(round=round_, agency_id=agency_id) for agency_id in sorted(asked))
            round_._tell(by=by, now=now, state="open", agencies=len(asked))
        return round_

    def close(self, *, by: User, now: datetime) -> bool:
        """No more nominations from now on; False if it had closed before."""
        with transaction.atomic():
            if not Round.objects.open(now).filter(pk=self.pk, opens_at__lt=now).update(closes_at=now):
                return False
            self._tell(by=by, now=now, state="closed")
        self.closes_at = now
        return True

    def _tell(self, *, by: User, now: datetime, **data: object) -> None:
        actor = str(by.public_id)
        data["run"] = str(self.run.public_id)
        Event.record("round.open_or_close", object_kind="round", object_id=self.pk, actor=actor, now=now, data=data)


class ReplyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, user: User, on: date) -> ReplyQuerySet:
        """Replies that exist for `user`: of agencies led, of courses taught, all for the department."""
        return self.filter(staff_q(user, on, "round__run__") | Q(agency__in=led_agencies(user, on)))

    def in_order(self) -> ReplyQuerySet:
        """By agency, in Vietnamese order."""
        return self.order_by("agency__sort_key", "pk")


class Reply(models.Model):
    """An agency's answer to a round: its nominations, and the official letter that carries them."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="replies")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="replies")
    state = models.CharField(_("state"), max_length=20, choices=ReplyState.choices, default=ReplyState.DRAFT)
    dispatch_no = models.CharField(_("letter number"), max_length=100, blank=True)
    dispatch_on = models.DateField(_("letter date"), null=True, blank=True)
    dispatch_file = models.CharField(max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", ReplyState, name="reply_state_is_known"),
            models.UniqueConstraint(
                fields=["round", "agency"],
                name="reply_once_per_agency",
                violation_error_message=_("This agency has already replied."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.agency_id}"

    @property
    def is_editable(self) -> bool:
        """Names may be added: not sent yet, or sent back."""
        return self.state in (ReplyState.DRAFT, ReplyState.RETURNED)

    def nominate(self, person: Person, *, by: User, now: datetime) -> Enrolment:
        """Put somebody of the agency's roster on its list: nominated with a seat, or waiting when there is none.

        Raises Refused: round_closed, reply_sent, not_on_roster, wrong_group, prereq_missing, already_active, not_open.
        """
        self._require_open(now)
        run, on = self.round.run, local_day(now)
        entry_on_roster(run.course, person, on, self.agency)
        check_prerequisites(run, person, on)
        nominee = Enrolment(run=run, person=person, agency=self.agency, origin=Origin.NOMINATION)
        return nominee.enter(EnrolmentState.NOMINATED, action="round.nominate_person", by=by, now=now)

    def send(self, *, by: User, now: datetime, dispatch_no: str = "", dispatch_on: date | None = None) -> bool:
        """Send the list with the number and date of its official letter; False if it was sent before."""
        if self.state == ReplyState.SENT:
            return False
        self._require_open(now)
        columns = {"dispatch_no": dispatch_no[:100], "dispatch_on": dispatch_on, "sent_at": now}
        with transaction.atomic():
            sources = [ReplyState.DRAFT, ReplyState.RETURNED]
            return self._move(sources, ReplyState.SENT, action="round.send_reply", by=by, now=now, **columns)

    def nominated(self) -> EnrolmentQuerySet:
        """The people of the agency whom the department has not decided on."""
        return Enrolment.objects.filter(
            run_id=self.round.run_id, agency_id=self.agency_id, state=EnrolmentState.NOMINATED
        )

    def attach_dispatch(self, document: Document, *, by: User, now: datetime) -> None:
        """Keep the signed copy of the official letter; a newer one takes its place. One event.

        Raises Refused "wrong_state" once the list was approved.
        """
        stored = storages[STORAGE].save(f"{FOLDER}/{uuid.uuid4().hex}.{document.ending}", ContentFile(document.content))
        with transaction.atomic():
            undecided = Reply.objects.filter(pk=self.pk).exclude(state=ReplyState.APPROVED)
            if not undecided.update(dispatch_file=stored):
                storages[STORAGE].delete(stored)
                raise Refused("wrong_state", _("The list is not in a state that allows this."), state=self.state)
            former, self.dispatch_file = self.dispatch_file, stored
            self._record("round.attach_dispatch", by=by, now=now, ending=document.ending)
        if former:
            transaction.on_commit(lambda: storages[STORAGE].delete(former))

    def approve(self, *, by: User, now: datetime, without: Collection[uuid.UUID] = (), reason: str = "") -> bool:
        """One act: everybody nominated by the agency is enrolled but those `without`, who are turned down for
        `reason` and free their seats. False if that was done before.

        Raises Refused "wrong_state" for a list that was not sent, "not_open" for a run that is over,
        "reason_required" (422) for people turned down without one.
        """
        action = "round.return_or_approve_reply"
        with transaction.atomic():
            people = self.nominated()
            columns = {"decided_at": now, "reason": ""}
            if not self._move([ReplyState.SENT], ReplyState.APPROVED, action=action, by=by, now=now, **columns):
                return False
            for turned_down in people.filter(public_id__in=without).order_by("pk"):
                turned_down.reject(reason, by=by, now=now)
            Run.objects.filter(pk=self.round.run_id).update(version=models.F("version") + 1)
            self.round.run.refresh_from_db(fields=["state"])
            if self.round.run.is_over:
                raise Refused("not_open", _("This class does not take enrolments now."))
            people.update(state=EnrolmentState.ENROLLED, decided_by=by, decided_at=now)
        return True

    def return_to_agency(self, reason: str, *, by: User, now: datetime) -> bool:
        """Ask the agency to change its list; False if that was done before. Raises Refused "reason_required"."""
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            columns = {"decided_at": now, "reason": reason.strip()[:300]}
            action = "round.return_or_approve_reply"
            return self._move([ReplyState.SENT], ReplyState.RETURNED, action=action, by=by, now=now, **columns)

    def _require_open(self, now: datetime) -> None:
        if not self.round.is_open(now):
            raise Refused("round_closed", _("The round is closed."), closes_at=self.round.closes_at.isoformat())
        if not self.is_editable:
            raise Refused("reply_sent", _("The list has been sent; the department can return it for changes."))

    def _move(
        self,
        sources: list[ReplyState],
        target: ReplyState,
        *,
        action: str,
        by: User,
        now: datetime,
        **columns: object,
    ) -> bool:
        moved = Reply.objects.filter(pk=self.pk, state__in=sources).update(state=target, **columns)
        self.refresh_from_db(fields=["state", *columns])
        if not moved:
            if self.state == target:
                return False
            raise Refused("wrong_state", _("The list is not in a state that allows this."), state=self.state)
        self._record(action, by=by, now=now, state=target)
        return True

    def _record(self, action: str, *, by: User, now: datetime, **data: object) -> None:
        Event.record(
            action,
            object_kind="reply",
            object_id=self.pk,
            actor=str(by.public_id),
            now=now,
            agency=self.agency.code,
            data={"round": self.round_id, **data},
        )
