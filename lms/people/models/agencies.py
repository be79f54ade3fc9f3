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
from lms.vietnamese.fields import FoldedField, FoldedIField, NameField, SortKeyField
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
    def on(self, day: date) -> AgencyQuerySet:
        """Agencies that exist on `day`: the day of establishment counts, the day of closing does not."""
        return self.filter(on_q(day, start="established_on", end="closed_on"))

    def reporting(self) -> AgencyQuerySet:
        """Agencies that keep a roster: all but territory."""
        return self.exclude(kind=AgencyKind.PROVINCE)

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

        A predecessor's focal person gains nothing: the way leads back only.
        """
        levels: list[models.QuerySet[Any]] = [
            user.role_grants.filter(on_q(on), role="focal", agency__isnull=False).values("agency_id")
        ]
        for _depth in range(MOST_CHANGES):
            levels.append(Succession.objects.filter(successor__in=levels[-1], on__lte=on).values("predecessor_id"))
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

    def is_on(self, day: date) -> bool:
        """Whether the agency exists on `day`; the twin of `AgencyQuerySet.on`."""
        return is_on(day, self.established_on, self.closed_on)

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
    def graph(self) -> Graph:
        """All agencies and successions for `lms.people.rollup`, in two queries."""
        steps: dict[int, list[Step]] = {}
        for row in self.order_by("on", "pk"):
            steps.setdefault(row.predecessor_id, []).append(Step(row.successor_id, row.scope, row.on))
        return Graph(closed_on=dict(Agency.objects.values_list("pk", "closed_on")), steps=steps)


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
                name="succession_once_per_pair_and_scope",
                violation_error_message=_("This succession is already recorded."),
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(successor__isnull=True),
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


class UnitGroup(models.Model):
    """A collective name of the plan («Các sở, ban, ngành»), expanded on a date (domain.md §4)."""

    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(_("label"), max_length=200, unique=True)

    objects = UnitGroupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label

    def on(self, day: date) -> AgencyQuerySet:
        """The agencies that the label means on `day`: its kinds, plus and minus the picked members."""
        kinds = self.kinds.values("kind")
        picked = self.members.filter(is_included=True).values("agency_id")
        left_out = self.members.filter(is_included=False).values("agency_id")
        return Agency.objects.on(day).filter(Q(kind__in=kinds) | Q(pk__in=picked)).exclude(pk__in=left_out)


class UnitGroupKind(models.Model):
    """One kind of agency that belongs to a unit group."""

    unit_group = models.ForeignKey(UnitGroup, models.CASCADE, related_name="kinds")
    kind = models.CharField(max_length=30, choices=AgencyKind.choices)

    class Meta:
        constraints = [
            one_of("kind", AgencyKind, name="unit_group_kind_is_known"),
            models.UniqueConstraint(
                fields=["unit_group", "kind"],
                name="unit_group_kind_once",
                violation_error_message=_("This kind is already in the group."),
            ),
        ]


class UnitGroupMember(models.Model):
    """An agency picked into a unit group, or out of it."""

    unit_group = models.ForeignKey(UnitGroup, models.CASCADE, related_name="members")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="unit_group_memberships")
    is_included = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit_group", "agency"],
                name="unit_group_member_once",
                violation_error_message=_("This agency is already in the group."),
            ),
        ]
