"""Who is meant by a party that the plan does not name («các cơ quan, đơn vị có liên quan»): picked per period."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from lms.people.models import Agency
from lms.plan.models.periods import Period, refuse_closed
from lms.plan.models.plan import TaskParty, record_edit
from lms.refusal import Refused

if TYPE_CHECKING:
    from lms.people.models import User


class PartyMember(models.Model):
    """An agency that a party of the plan means in a period."""

    party = models.ForeignKey(TaskParty, models.PROTECT, related_name="members")
    period = models.ForeignKey(Period, models.PROTECT, related_name="party_members")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="party_memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "period", "agency"],
                name="party_member_once_per_period",
                violation_error_message=_("This agency has been picked already."),
            ),
        ]

    @classmethod
    def pick(cls, party: TaskParty, period: Period, agencies: Collection[Agency], *, by: User, now: datetime) -> bool:
        """In this period the party means exactly `agencies`; one event, and none where nothing changes.

        Raises Refused: party_is_named (409) where the plan says itself whom it means, period_closed. Gives whether
        anything changed.
        """
        if party.agency_id is not None or party.unit_group_id is not None:
            raise Refused("party_is_named", _("The plan itself says whom this party means."))
        with transaction.atomic():
            refuse_closed(party.task, period)
            here = cls.objects.filter(party=party, period=period)
            before = set(here.values_list("agency_id", flat=True))
            wanted = {agency.pk for agency in agencies}
            if before == wanted:
                return False
            here.exclude(agency__in=wanted).delete()
            new = [PartyMember(party=party, period=period, agency_id=pk) for pk in sorted(wanted - before)]
            PartyMember.objects.bulk_create(new)
            codes = sorted(agency.code for agency in agencies)
            record_edit("task_party", party.pk, {"period": period.pk, "agencies": codes}, by=by, now=now)
        return True
