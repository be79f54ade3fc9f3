"""Tokens of programs that read the figures: one role of one account, for a year at most (docs/api.md).

A token sees what its role sees through the same `visible_to`, never more. It stops by itself: on its day, with its
account, and as soon as the role is not held any more; a role that is given anew later does not wake it.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import DaysBetween, both_or_neither, one_of, ordered
from lms.days import day_after, local_day, start_of
from lms.people.models.users import Role, User
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField
from lms.vietnamese.text import clean

PREFIX = "taphuan_"
"""Begins every secret, so that people and scanners of repositories recognise one that went astray."""
SECRET_BYTES = 32
SHOWN = len(PREFIX) + 4
"""How much of the secret is kept in plain sight, so that its owner knows which one it is."""
LONGEST_DAYS = 366
"""A year, a leap year too."""
MOST_ALIVE = 20
"""Tokens in force of one account."""


class TokenState(models.TextChoices):
    """How a token stands; computed, never stored."""

    ALIVE = "alive", _("In force")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    ROLE_GONE = "role_gone", _("The role or the account has ended")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def unrevoked(self, at: datetime) -> ApiTokenQuerySet:
        """Neither revoked nor expired; whether the role is still held is asked of the account."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)

    def visible_to(self, user: User, on: date) -> ApiTokenQuerySet:
        """One's own; an administrator sees all. Whoever holds no role has none."""
        if user.holds(Role.ADMINISTRATOR, on=on):
            return self
        return self.filter(user=user) if user.holds(*Role.values, on=on) else self.none()

    def latest_first(self) -> ApiTokenQuerySet:
        return self.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-pk")

    def of_secret(self, secret: str) -> ApiToken | None:
        """The row of a secret, whatever became of it; one query, none for what cannot be a secret of ours."""
        if not secret.startswith(PREFIX):
            return None
        return self.select_related("user").filter(secret_sha256=hash_of(secret)).first()


class ApiToken(models.Model):
    """`user` lets a program read as `role` until `expires_at` (exclusive). The secret itself is kept nowhere."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    name = CleanCharField(_("purpose"), max_length=100)
    #: The beginning of the secret; says which one it is and opens nothing.
    hint = models.CharField(max_length=20)
    #: Of 256 random bits, so that no slow hash is needed.
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("valid until"))
    #: To the day: a write on the first request of a day and none after.
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            one_of("role", Role, name="api_token_role_is_known"),
            ordered("created_at", "expires_at", name="api_token_expires_after_it_is_made"),
            models.CheckConstraint(
                condition=LessThanOrEqual(DaysBetween("created_at", "expires_at"), float(LONGEST_DAYS)),
                name="api_token_lives_a_year_at_most",
                violation_error_message=_("A token is valid for one year at most."),
            ),
            both_or_neither(
                Q(revoked_at__isnull=True),
                Q(revoked_by__isnull=True),
                name="api_token_is_revoked_by_somebody",
                message=_("A revocation has a date and says by whom."),
            ),
            models.UniqueConstraint(
                "user",
                Lower("name"),
                condition=Q(revoked_at__isnull=True),
                name="api_token_name_once_per_account",
                violation_error_message=_(
                    "You have a token with this purpose. Revoke it first, or say which is which."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="api_token_has_a_purpose",
                violation_error_message=_("Say what the token is for."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, user: User, role: str, *, name: str, last_day: date, now: datetime) -> tuple[ApiToken, str]:
        """A token of the account's own, valid through `last_day`, and its secret, which nobody can ask for again.

        With one event. Raises Refused: role_not_held (422), token_purpose_missing (422), token_lifetime (422),
        too_many_tokens, token_purpose_taken.
        """
        expires_at = start_of(day_after(last_day))
        cls._check(user, role, name, last_day, now)
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        try:
            with transaction.atomic():
                token = cls.objects.create(
                    user=user, role=role, name=name, hint=secret[:SHOWN], secret_sha256=hash_of(secret),
                    created_at=now, expires_at=expires_at,
                )  # fmt: skip
                token.record("token.create_own", by=user, now=now, role=role, last_day=last_day.isoformat())
        except IntegrityError as error:
            message = _("You have a token with this purpose. Revoke it first, or say which is which.")
            raise Refused("token_purpose_taken", message) from error
        return token, secret

    @classmethod
    def _check(cls, user: User, role: str, name: str, last_day: date, now: datetime) -> None:
        on = local_day(now)
        if role not in Role.values or not user.holds(role, on=on):
            raise Refused("role_not_held", _("You do not hold this role."), status=422)
        if not clean(name):
            raise Refused("token_purpose_missing", _("Say what the token is for."), status=422)
        if not on <= last_day <= last_day_from(on):
            message = _("A token is valid for one year at most. Choose a day between today and one year from now.")
            raise Refused("token_lifetime", message, status=422)
        if cls.objects.unrevoked(now).filter(user=user).count() >= MOST_ALIVE:
            full = _("This account has %(count)s tokens. Revoke those that nobody uses.") % {"count": MOST_ALIVE}
            raise Refused("too_many_tokens", full)

    def revoke(self, *, by: User, now: datetime) -> bool:
        """The token opens nothing any more, with one event; whether that changed anything."""
        with transaction.atomic():
            standing = ApiToken.objects.filter(pk=self.pk, revoked_at__isnull=True)
            changed = bool(standing.update(revoked_at=now, revoked_by=by))
            if changed:
                is_own = by.pk == self.user_id
                self.record("token.list_or_revoke_own" if is_own else "token.revoke_of_other", by=by, now=now)
        self.refresh_from_db(fields=["revoked_at", "revoked_by"])
        return changed

    def state(self, at: datetime) -> TokenState:
        """How the token stands at a moment. The role must have been held ever since the token was made."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return TokenState.REVOKED
        if self.expires_at <= at:
            return TokenState.EXPIRED
        made_on = local_day(self.created_at)
        held = (grant for grant in self.user.grants_on(local_day(at)) if grant.role == self.role)
        is_held = self.user.is_active and any(grant.starts_on <= made_on for grant in held)
        return TokenState.ALIVE if is_held else TokenState.ROLE_GONE

    def is_alive(self, at: datetime) -> bool:
        """Whether it opens anything."""
        return self.state(at) == TokenState.ALIVE

    @property
    def last_day(self) -> date:
        """The last day on which it may be used."""
        return local_day(self.expires_at - timedelta(microseconds=1))

    def note_use(self, on: date) -> None:
        """Remember the day; the first request of a day writes, the others do not."""
        if self.last_used_on is None or self.last_used_on < on:
            earlier = Q(last_used_on__isnull=True) | Q(last_used_on__lt=on)
            ApiToken.objects.filter(earlier, pk=self.pk).update(last_used_on=on)

    def record(self, action: str, *, by: User, now: datetime, **data: str) -> None:
        """Write the event of something done to the token; neither secret nor purpose stands in it."""
        Event.record(
            action, object_kind="api_token", object_id=self.public_id, actor=str(by.public_id), now=now,
            data={"of": str(self.user.public_id), **data},
        )  # fmt: skip


def hash_of(secret: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def last_day_from(on: date) -> date:
    """The last day that may be chosen on `on`: one year on, less a day; from 29 February, 28 February."""
    try:
        return on.replace(year=on.year + 1) - timedelta(days=1)
    except ValueError:
        return on.replace(year=on.year + 1, day=28)
