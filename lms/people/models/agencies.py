"""Agencies as they were between two dates, and what became of them (domain.md §4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of, ordered
from lms.days import is_on, on_q
from lms.people.rollup import Graph, Step
from lms.vietnamese.fields import CleanCharField, FoldedField, FoldedIField, NameField, SortKeyField
from lms.vietnamese.text import clean, clean_name, fold, fold_i

if TYPE_CHECKING:
    from lms.people.models.users import User


class AgencyKind(models.TextChoices):
    """The fourteen kinds of the real list. `province` is territory: no roster, no row in a report."""

    PROVINCE = "province", _("Province")
    PEOPLES_COMMITTEE = "peoples_committee", _("Provincial People's Committee")
    OFFICE = "office", _("Office")
    DEPARTMENT = "department", _("Department")
    MANAGEMENT_BOARD = "management_board", _("Management board")
    DISTRICT_PC = "district_pc", _("District People's Committee")
    PC_COMMUNE = "pc_commune", _("Commune People's Committee")
    PC_WARD = "pc_ward", _("Ward People's Committee")
    PC_TOWNSHIP = "pc_township", _("Township People's Committee")
    PC_SPECIAL_ZONE = "pc_special_zone", _("Special zone People's Committee")
    PARTY_BODY = "party_body", _("Party body")
    PRESS = "press", _("Press agency")
    POLICE = "police", _("Police")
    ASSOCIATION = "association", _("Association")


MOST_CHANGES = 3
"""Successions between an agency of 2023 and its heir of today: the real list has two."""

COMMUNE_LEVEL = (AgencyKind.PC_COMMUNE, AgencyKind.PC_WARD, AgencyKind.PC_TOWNSHIP, AgencyKind.PC_SPECIAL_ZONE)


class AgencyQuerySet(models.QuerySet["Agency"]):
    def on(self, day: date, known_at: datetime | None = None) -> AgencyQuerySet:
        """Agencies that exist on `day`: the day of establishment counts, the day of closing does not.

        `known_at` asks what was known at that moment (None: now): an agency recorded later is not there, one whose end
        was recorded later is, and one whose dates were corrected since stands as it did.
        """
        if known_at is None:
            return self.filter(on_q(day, start="established_on", end="closed_on"), voided_at__isnull=True)
        earlier = EarlierSpan.objects.known(known_at)
        unchanged = life_q(day, known_at) & ~Q(pk__in=earlier.values("agency_id"))
        then = earlier.filter(on_q(day, start="established_on", end="closed_on"))
        return self.filter(unchanged | Q(pk__in=then.values("agency_id")))

    def standing(self) -> AgencyQuerySet:
        """All but those that a reorganisation opened which was undone."""
        return self.filter(voided_at__isnull=True)

    def reporting(self) -> AgencyQuerySet:
        """Agencies that keep a roster: all but territory."""
        return self.exclude(kind=AgencyKind.PROVINCE)

    def territory(self) -> AgencyQuerySet:
        """What keeps no roster: the few rows that `reporting` leaves out."""
        return self.filter(kind=AgencyKind.PROVINCE)

    def below(self, code: str) -> AgencyQuerySet:
        """The agency with this code and every agency under it, at most four levels deep, on any day."""
        under = Q(code=code)
        for depth in range(1, 5):
            under |= Q(**{"__".join(["parent"] * depth) + "__code": code})
        return self.filter(under)

    def matching(self, text: str) -> AgencyQuerySet:
        """Names that hold every word of `text`, whatever its marks, case, i or y; or the code itself."""
        by_code = self.filter(code__iexact=clean(text))
        words = fold_i(text).split()
        if not words:
            return by_code if clean(text) else self
        named = Q()
        for word in words:
            named &= Q(name_folded_i__contains=word)
        return self.filter(named | Q(pk__in=by_code.values("pk")))

    def closest_first(self, text: str) -> AgencyQuerySet:
        """In the order of a search: the words as written, the same without marks, the rest; open ones first."""
        spelt = clean_name(text)
        bare = fold(spelt)
        rank = models.Case(
            models.When(_whole_words_q("name", spelt), then=0),
            models.When(_whole_words_q("name_folded", bare), then=1),
            models.When(name_folded__contains=bare, then=2),
            default=3,
            output_field=models.IntegerField(),
        )
        return self.order_by(rank, F("closed_on").desc(nulls_first=True), "sort_key", "pk")

    def in_order(self) -> AgencyQuerySet:
        """By name in Vietnamese order; of one name the latest first."""
        return self.order_by("sort_key", F("closed_on").desc(nulls_first=True), "pk")

    def visible_to(self, user: User) -> AgencyQuerySet:
        """Everybody who is signed in may see the list of agencies (permissions.csv, agency.view)."""
        return self if user.is_authenticated else self.none()

    def led_by(self, user: User, on: date) -> AgencyQuerySet:
        """The agencies whose focal person `user` is on `on`, and those that these succeeded by then, three back.

        A predecessor's focal person gains nothing: the way leads back only; nor does whoever acts in another role.
        """
        if user.acting_role not in (None, "focal"):
            return self.none()
        levels: list[models.QuerySet[Any]] = [
            user.role_grants.filter(on_q(on), role="focal", agency__isnull=False).values("agency_id")
        ]
        for _depth in range(MOST_CHANGES):
            before = Succession.objects.known().filter(successor__in=levels[-1], on__lte=on)
            levels.append(before.values("predecessor_id"))
        reach = Q()
        for level in levels:
            reach |= Q(pk__in=level)
        return self.filter(reach)

    def roster_open_to(self, user: User, on: date) -> AgencyQuerySet:
        """Agencies whose roster this account may read: a focal person's own, all for department and administrator."""
        if user.holds("coordinator", "administrator", on=on):
            return self.reporting()
        return self.reporting().led_by(user, on) if user.holds("focal", on=on) else self.none()

    def roster_kept_by(self, user: User, on: date) -> AgencyQuerySet:
        """Agencies whose roster this account may change: a focal person's own, all for the department."""
        if user.holds("coordinator", on=on):
            return self.reporting()
        return self.reporting().led_by(user, on) if user.holds("focal", on=on) else self.none()

    def to_be_checked(self) -> AgencyQuerySet:
        """Rows of the list whose source is not sure of everything: «cần kiểm tra»."""
        return self.filter(provenance__has_key="confidence").exclude(provenance__confidence="high")

    def namesakes_of(self, agency: Agency) -> AgencyQuerySet:
        """Other agencies of the same name, marks apart, of whatever time."""
        return self.filter(name_folded=agency.name_folded).exclude(pk=agency.pk)


def life_q(day: date, known_at: datetime) -> Q:
    """Exists on `day` by what the row itself says, as known at a moment: NULL in a time of recording is "for ever"."""
    was_known = Q(recorded_at__isnull=True) | Q(recorded_at__lte=known_at)
    not_voided = Q(voided_at__isnull=True) | Q(voided_at__gt=known_at)
    began = Q(established_on__isnull=True) | Q(established_on__lte=day)
    not_over = Q(closed_on__isnull=True) | Q(closed_on__gt=day) | Q(closing_recorded_at__gt=known_at)
    return was_known & not_voided & began & not_over


def told_q(at: datetime | None) -> Q:
    """Recorded by `at` and not voided by then (None: now); what has no moment of recording was known for ever."""
    if at is None:
        return Q(voided_at__isnull=True)
    return Q(Q(recorded_at__isnull=True) | Q(recorded_at__lte=at), Q(voided_at__isnull=True) | Q(voided_at__gt=at))


def _whole_words_q(column: str, words: str) -> Q:
    """The column is these words, or begins, ends or goes on around them."""
    return (
        Q(**{column: words})
        | Q(**{f"{column}__startswith": f"{words} "})
        | Q(**{f"{column}__endswith": f" {words}"})
        | Q(**{f"{column}__contains": f" {words} "})
    )


class Agency(models.Model):
    """A unit as it was from `established_on` to `closed_on` (half-open; NULL is unbounded).

    A change of name, parent or substance closes the row and opens another, tied by a `Succession`.
    `code` is opaque and for ever; `stat_code` is an attribute: statistical codes are reused. Never deleted.
    """

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = NameField(_("name"), max_length=300)
    name_folded = FoldedField(source="name")
    name_folded_i = FoldedIField(source="name")
    sort_key = SortKeyField(source="name")
    kind = models.CharField(_("kind"), max_length=30, choices=AgencyKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent agency")
    )
    established_on = models.DateField(_("established on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    stat_code = models.CharField(_("statistical code"), max_length=10, blank=True, db_index=True)
    note = models.TextField(_("note"), blank=True)
    #: Where the row comes from and how sure we are: {"confidence", "source", "note"}. Staff only.
    provenance = models.JSONField(default=dict, blank=True)
    #: Set when somebody corrected the row on the site: a later import leaves it alone.
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: Since when we know of it, and of its end; NULL: for ever.
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    closing_recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: Opened by a reorganisation that was undone: known since then never to have been.
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        constraints = [
            one_of("kind", AgencyKind, name="agency_kind_is_known"),
            ordered("established_on", "closed_on", name="agency_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="agency_is_not_its_own_parent",
                violation_error_message=_("An agency cannot be its own parent."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "closed_on"]), models.Index(fields=["sort_key"])]

    def __str__(self) -> str:
        return self.name

    def is_on(self, day: date, known_at: datetime | None = None) -> bool:
        """Whether the agency exists on `day`; the twin of `AgencyQuerySet.on`. One query if `known_at` is given."""
        if known_at is None:
            return self.voided_at is None and is_on(day, self.established_on, self.closed_on)
        earlier = EarlierSpan.objects.known(known_at).filter(agency=self).first()
        if earlier:
            return is_on(day, earlier.established_on, earlier.closed_on)
        if (self.recorded_at and self.recorded_at > known_at) or (self.voided_at and self.voided_at <= known_at):
            return False
        is_end_known = self.closing_recorded_at is None or self.closing_recorded_at <= known_at
        return is_on(day, self.established_on, self.closed_on if is_end_known else None)

    def keep_span(self, now: datetime) -> None:
        """Remember the dates as they were known until `now`: the caller changes them. Call it in a transaction."""
        if self.closed_on and self.closing_recorded_at:
            since: datetime | None = self.closing_recorded_at
        else:
            since = self.recorded_at
        last = EarlierSpan.objects.filter(agency=self).order_by("-known_until", "-pk").first()
        if last and (since is None or since < last.known_until):
            since = last.known_until
        if since is not None and since >= now:
            return
        EarlierSpan.objects.create(
            agency=self, established_on=self.established_on, closed_on=self.closed_on, known_from=since, known_until=now
        )

    def record_export(self, *, by: User, now: datetime, **data: Any) -> None:
        """Write the event of a roster that left the house as a file: which day, how many rows."""
        Event.record(
            "roster.export", object_kind="agency", object_id=self.code, actor=str(by.public_id), now=now,
            agency=self.code, data=data,
        )  # fmt: skip

    def hold(self) -> None:
        """Hold the row until the transaction ends: an UPDATE locks on both engines."""
        Agency.objects.filter(pk=self.pk).update(name=F("name"))

    @property
    def last_day(self) -> date | None:
        """The last day on which it existed; None while it has no end."""
        return self.closed_on - timedelta(days=1) if self.closed_on else None

    def keep_existence(self) -> None:
        """Remember that it was known from `recorded_at` until `voided_at`: the caller lets it stand up again."""
        if self.voided_at and (self.recorded_at is None or self.recorded_at < self.voided_at):
            EarlierSpan.objects.create(
                agency=self, established_on=self.established_on, closed_on=self.closed_on,
                known_from=self.recorded_at, known_until=self.voided_at,
            )  # fmt: skip


class EarlierSpanQuerySet(models.QuerySet["EarlierSpan"]):
    def known(self, at: datetime) -> EarlierSpanQuerySet:
        """What held at the moment: from `known_from` to before `known_until`."""
        return self.filter(Q(known_from__isnull=True) | Q(known_from__lte=at), known_until__gt=at)


class EarlierSpan(models.Model):
    """The dates of an agency as they were known from `known_from` (NULL: for ever) to `known_until` (half-open)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="earlier_spans")
    established_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    known_from = models.DateTimeField(null=True, blank=True)
    known_until = models.DateTimeField()

    objects = EarlierSpanQuerySet.as_manager()

    class Meta:
        constraints = [
            ordered("established_on", "closed_on", name="earlier_span_closes_after_it_opens"),
            ordered("known_from", "known_until", name="earlier_span_was_known_for_a_while"),
        ]
        indexes = [models.Index(fields=["agency", "known_until"])]


class AgencyContact(models.Model):
    """How to reach an agency; kept apart from what it is, since other people keep it."""

    agency = models.OneToOneField(Agency, models.PROTECT, related_name="contact")
    address = CleanCharField(_("address"), max_length=300, blank=True)
    phone = CleanCharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("official e-mail"), blank=True)
    edited_at = models.DateTimeField(editable=False)


class SuccessionKind(models.TextChoices):
    MERGE = "merge", _("Merge")
    SPLIT = "split", _("Split")
    RENAME = "rename", _("Rename")
    REPARENT = "reparent", _("New parent")
    TRANSFER = "transfer", _("Transfer of a function")
    DISSOLUTION = "dissolution", _("Dissolution")


SCOPES = {
    "all": _("everything"),
    "part": _("a part"),
    "press": _("press and grassroots information"),
    "digital": _("digital affairs"),
    "labour": _("labour"),
    "social": _("social protection"),
    "vocational": _("vocational education"),
}
"""Scopes of the real list in words; another one shows as it is written."""


class SuccessionQuerySet(models.QuerySet["Succession"]):
    def known(self, at: datetime | None = None) -> SuccessionQuerySet:
        """As known at a moment (None: now)."""
        return self.filter(told_q(at))

    def graph(self, known_at: datetime | None = None) -> Graph:
        """All agencies and successions for `lms.people.rollup`, in two queries; as known at a moment (None: now), in
        three."""
        steps: dict[int, list[Step]] = {}
        for row in self.known(known_at).order_by("on", "pk"):
            steps.setdefault(row.predecessor_id, []).append(Step(row.successor_id, row.scope, row.on))
        closed_on: dict[int, date | None] = {}
        for pk, end, since in Agency.objects.values_list("pk", "closed_on", "closing_recorded_at"):
            closed_on[pk] = None if known_at and since and since > known_at else end
        if known_at:
            closed_on.update(EarlierSpan.objects.known(known_at).values_list("agency_id", "closed_on"))
        return Graph(closed_on=closed_on, steps=steps)


class Succession(models.Model):
    """On `on`, `predecessor` passed to `successor`, wholly (`scope` "all") or in part (the function or "part").

    A dissolution has no successor. Source: the legal basis, or agencies.csv (domain.md §4).
    """

    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="successions_out")
    successor = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="successions_in")
    kind = models.CharField(_("kind"), max_length=20, choices=SuccessionKind.choices)
    scope = models.CharField(_("scope"), max_length=30, default="all")
    on = models.DateField(_("on"))
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    #: Since when we know of it (NULL: for ever), and since when that it never was: its reorganisation was undone.
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", SuccessionKind, name="succession_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="dissolution", successor__isnull=True)
                | (~Q(kind="dissolution") & Q(successor__isnull=False)),
                name="succession_has_a_successor_unless_dissolved",
                violation_error_message=_("Only a dissolution has no successor."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("predecessor")),
                name="succession_goes_to_another_agency",
                violation_error_message=_("An agency cannot succeed itself."),
            ),
            models.UniqueConstraint(
                fields=["predecessor", "successor", "scope"],
                condition=Q(voided_at__isnull=True),
                name="succession_once_per_pair_and_scope",
                violation_error_message=_("This succession is already recorded."),
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(successor__isnull=True, voided_at__isnull=True),
                name="succession_dissolves_once",
                violation_error_message=_("This agency is already dissolved."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"

    @property
    def scope_label(self) -> str:
        """What was passed on, in words."""
        return str(SCOPES.get(self.scope, self.scope))


class UnitGroupQuerySet(models.QuerySet["UnitGroup"]):
    def in_order(self) -> UnitGroupQuerySet:
        return self.order_by("label", "pk")

    def with_meaning(self) -> UnitGroupQuerySet:
        """With what each means today, in `kinds_today` and `members_today`; two queries more."""
        return self.prefetch_related(
            models.Prefetch("kinds", UnitGroupKind.objects.known(), to_attr="kinds_today"),
            models.Prefetch("members", UnitGroupMember.objects.known(), to_attr="members_today"),
        )


class UnitGroup(models.Model):
    """A collective name of the plan («Các sở, ban, ngành»), expanded on a date (domain.md §4).

    Its meaning is changed by voiding kinds and members and adding others, so that what it meant stays known.
    """

    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(_("label"), max_length=200, unique=True)

    objects = UnitGroupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label

    def on(self, day: date) -> AgencyQuerySet:
        """The agencies that the label, as known today, means on `day`."""
        return Agency.objects.on(day).filter(meant_q(self.pk))


def meant_q(unit_group_id: int, known_at: datetime | None = None) -> Q:
    """The agencies that a label means, as known at a moment (None: now): its kinds, plus and minus picked members."""
    kinds = UnitGroupKind.objects.known(known_at).filter(unit_group_id=unit_group_id).values("kind")
    members = UnitGroupMember.objects.known(known_at).filter(unit_group_id=unit_group_id)
    picked = members.filter(is_included=True).values("agency_id")
    left_out = members.filter(is_included=False).values("agency_id")
    return (Q(kind__in=kinds) | Q(pk__in=picked)) & ~Q(pk__in=left_out)


class UnitGroupKindQuerySet(models.QuerySet["UnitGroupKind"]):
    def known(self, at: datetime | None = None) -> UnitGroupKindQuerySet:
        """As known at a moment (None: now)."""
        return self.filter(told_q(at))


class UnitGroupKind(models.Model):
    """One kind of agency that belongs to a unit group, as known from `recorded_at` (NULL: for ever) to `voided_at`."""

    unit_group = models.ForeignKey(UnitGroup, models.CASCADE, related_name="kinds")
    kind = models.CharField(max_length=30, choices=AgencyKind.choices)
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UnitGroupKindQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("kind", AgencyKind, name="unit_group_kind_is_known"),
            ordered("recorded_at", "voided_at", name="unit_group_kind_is_voided_after_it_was_recorded", inclusive=True),
            models.UniqueConstraint(
                fields=["unit_group", "kind"],
                condition=Q(voided_at__isnull=True),
                name="unit_group_kind_once",
                violation_error_message=_("This kind is already in the group."),
            ),
        ]


class UnitGroupMemberQuerySet(models.QuerySet["UnitGroupMember"]):
    def known(self, at: datetime | None = None) -> UnitGroupMemberQuerySet:
        """As known at a moment (None: now)."""
        return self.filter(told_q(at))


class UnitGroupMember(models.Model):
    """An agency picked into a unit group, or out of it, as known from `recorded_at` (NULL: for ever) to `voided_at`."""

    unit_group = models.ForeignKey(UnitGroup, models.CASCADE, related_name="members")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="unit_group_memberships")
    is_included = models.BooleanField(default=True)
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UnitGroupMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            ordered(
                "recorded_at", "voided_at", name="unit_group_member_is_voided_after_it_was_recorded", inclusive=True
            ),
            models.UniqueConstraint(
                fields=["unit_group", "agency"],
                condition=Q(voided_at__isnull=True),
                name="unit_group_member_once",
                violation_error_message=_("This agency is already in the group."),
            ),
        ]
