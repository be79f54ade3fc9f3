"""Accounts and the roles they hold."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, ordered
from lms.days import on_q
from lms.people.models.agencies import Agency
from lms.people.models.persons import Person
from lms.prepared import prepared
from lms.refusal import Refused
from lms.vietnamese.fields import NameField


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def holding(self, role: str, on: date) -> UserQuerySet:
        """Accounts that hold `role` on `on`, at whatever agency."""
        return self.filter(
            Q(role_grants__role=role) & on_q(on, start="role_grants__starts_on", end="role_grants__ends_on")
        ).distinct()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's and allauth's door to accounts; ours is `User.objects.create_user`."""

    use_in_migrations = False

    def get(self, *args: Any, **kwargs: Any) -> User:
        """As ever; `get(pk=…)`, with which Django begins every request of somebody signed in, is prepared."""
        if not args and kwargs.keys() == {"pk"} and isinstance(kwargs["pk"], int):
            found = _by_key(kwargs["pk"])
            if found:
                return found[0]
        user: User = super().get(*args, **kwargs)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: object) -> User:
        """An account; without a password it cannot sign in until one is set."""
        user: User = self.model(username=username, email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Nobody is a superuser: the database refuses it (decisions.md §9)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(_("e-mail"), blank=True)
    name = NameField(_("name"), max_length=200)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="user")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(editable=False)
    #: Raised by a change of roles, a reset of MFA, a deactivation: all sessions end at once.
    access_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    #: The one role in which a request acts that came with a token (`acting_as`); None: all that are held.
    acting_role: str | None = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_once",
                violation_error_message=_("An account with this e-mail address exists."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_once_whatever_its_case",
                violation_error_message=_("An account with this user name exists."),
            ),
            models.CheckConstraint(
                condition=Q(is_superuser=False),
                name="user_is_never_a_superuser",
                violation_error_message=_("There are no superusers here."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @classmethod
    def open_for(cls, person: Person, username: str, *, by: User | None, now: datetime, email: str = "") -> User:
        """An account for somebody on a roster, with one event; it cannot sign in until a password is set.

        `email` defaults to the person's. Raises Refused: has_account, name_or_email_taken.
        """
        if cls.objects.filter(person=person).exists():
            raise Refused("has_account", _("This person has an account."))
        try:
            with transaction.atomic():
                user: User = cls.objects.create_user(
                    username, email or person.email, name=person.full_name, person=person, created_at=now
                )
                user.record("account.invite_trainee", by=by, now=now)
        except IntegrityError as error:
            message = _("An account with this user name or e-mail address exists.")
            raise Refused("name_or_email_taken", message) from error
        return user

    def deactivate(self, *, by: User | None, now: datetime) -> bool:
        """Nobody signs in with this account from now on, and its sessions end; whether that changed anything."""
        with transaction.atomic():
            active = User.objects.filter(pk=self.pk, is_active=True)
            changed = bool(active.update(is_active=False, access_epoch=F("access_epoch") + 1))
            if changed:
                self.record("account.deactivate", by=by, now=now)
        self.refresh_from_db(fields=["is_active", "access_epoch"])
        return changed

    def end_sessions(self) -> None:
        """Every browser that is signed in has to sign in again."""
        User.objects.filter(pk=self.pk).update(access_epoch=F("access_epoch") + 1)
        self.refresh_from_db(fields=["access_epoch"])

    def record(self, action: str, *, by: User | None, now: datetime, agency: str = "", **data: Any) -> None:
        """Write the event of something done to this account."""
        Event.record(
            action, object_kind="account", object_id=self.public_id, actor=str(by.public_id) if by else "system",
            now=now, subject=str(self.person.public_id) if self.person else "", agency=agency, data=data,
        )  # fmt: skip

    def grants_on(self, day: date) -> list[RoleGrant]:
        """The roles held on `day`: one query per account, day and request, whoever asks."""
        held: dict[date, list[RoleGrant]] = self.__dict__.setdefault("_grants", {})
        if day not in held:
            held[day] = [grant for grant in _grants_of(self.pk, day) if self.acting_role in (None, grant.role)]
        return held[day]

    def acting_as(self, role: str) -> User:
        """The same account with one of its roles alone: every question about roles answers for that one."""
        self.acting_role = role
        self.__dict__.pop("_grants", None)
        return self

    def holds(self, *roles: str, on: date) -> bool:
        """Whether the account holds one of `roles` on `on`, at whatever agency."""
        return self.is_active and any(grant.role in roles for grant in self.grants_on(on))

    def needs_second_factor(self, on: date) -> bool:
        """Whether a password alone opens nothing: for whoever holds a role on `on`; all stand above trainee."""
        return settings.MFA_REQUIRED and self.is_active and bool(self.grants_on(on))

    def has_role_now_or_later(self, on: date) -> bool:
        """Whether a role is held on `on`, or begins later."""
        return self.role_grants.filter(still_held_q(on)).exists()

    def second_factors(self) -> models.QuerySet[Any]:
        """allauth's rows of the authenticator app and the keys; recovery codes alone are none."""
        return self._authenticators().exclude(type="recovery_codes")

    def _authenticators(self) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = self.authenticator_set.all()  # type: ignore[attr-defined]  # allauth has no types
        return found

    def has_second_factor(self) -> bool:
        """Whether signing in takes more than the password."""
        return self.second_factors().exists()

    def reset_second_factor(self, *, by: User | None, now: datetime) -> None:
        """Phone and codes are lost: everything is taken away, with one event; open sessions end.

        Whoever holds a role sets up a new one at the next sign-in. Raises Refused: second_factor_missing, own_account.
        """
        if by == self:
            raise Refused("own_account", _("Somebody else must do this for you."), status=403)
        with transaction.atomic():
            self.end_sessions()
            if not self._authenticators().delete()[0]:
                raise Refused("second_factor_missing", _("This account has no second step."))
            self.record("account.reset_mfa_of_other", by=by, now=now)

    def get_full_name(self) -> str:
        """The name that Wagtail and allauth show."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """The given name: the last word."""
        return (self.name or self.username).split()[-1]

    def get_session_auth_hash(self) -> str:
        """Django's hash of the password, and of `access_epoch`: raising it ends every session."""
        return salted_hmac(
            "lms.people.User.session", f"{self.password}:{self.access_epoch}", algorithm="sha256"
        ).hexdigest()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "lms.people.User.session", f"{self.password}:{self.access_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


@prepared
def _by_key(pk: int) -> models.QuerySet[User]:
    return User.objects.filter(pk=pk)


class Role(models.TextChoices):
    FOCAL = "focal", _("Focal person of an agency")
    TRAINER = "trainer", _("Trainer")
    COORDINATOR = "coordinator", _("Coordinator of the department")
    ADMINISTRATOR = "administrator", _("Administrator")


def still_held_q(day: date) -> Q:
    """Held on `day` or later."""
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def on(self, day: date) -> RoleGrantQuerySet:
        """Grants that hold on `day` (half-open)."""
        return self.filter(on_q(day))


class RoleGrant(models.Model):
    """`user` holds `role` from `starts_on` to `ends_on` (half-open); a focal person at one agency a grant."""

    user = models.ForeignKey(User, models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="role_grants")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_at = models.DateTimeField(editable=False)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("role", Role, name="role_is_known"),
            ordered("starts_on", "ends_on", name="role_grant_ends_after_it_starts"),
            both_or_neither(
                Q(role="focal"),
                Q(agency__isnull=False),
                name="role_of_a_focal_person_names_the_agency",
                message=_("A focal person belongs to an agency; other roles do not."),
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
                name="role_is_never_granted_to_oneself",
                violation_error_message=_("Nobody grants a role to themselves."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ends_on__isnull=True, agency__isnull=True),
                name="role_grant_open_once",
                violation_error_message=_("This account already holds this role."),
            ),
            models.UniqueConstraint(
                fields=["user", "agency"],
                condition=Q(ends_on__isnull=True, agency__isnull=False),
                name="role_grant_open_once_per_agency",
                violation_error_message=_("This account is already the focal person of this agency."),
            ),
        ]

    @classmethod
    def give(  # noqa: PLR0913 - the columns of the row, all by name
        cls,
        user: User,
        role: str,
        *,
        starts_on: date,
        by: User | None,
        now: datetime,
        agency: Agency | None = None,
        confirmed_by: User | None = None,
    ) -> RoleGrant:
        """`user` holds `role` from `starts_on`, with one event; open sessions end. `by` None is the system.

        `confirmed_by` is the second person who said yes. Raises Refused: granted_to_self, role_needs_agency, role_held.
        """
        if user in (by, confirmed_by):
            raise Refused("granted_to_self", _("Nobody grants a role to themselves."), status=403)
        if (role == Role.FOCAL) != (agency is not None):
            message = _("A focal person belongs to an agency; other roles do not.")
            raise Refused("role_needs_agency", message, status=422)
        with transaction.atomic():
            user.end_sessions()
            if cls.objects.filter(still_held_q(starts_on), user=user, role=role, agency=agency).exists():
                raise Refused("role_held", _("This account already holds this role."))
            grant = cls.objects.create(
                user=user, role=role, agency=agency, starts_on=starts_on, granted_at=now, granted_by=by
            )
            data = {"role": role, "confirmed_by": str(confirmed_by.public_id) if confirmed_by else ""}
            user.record("role.grant", by=by, now=now, agency=agency.code if agency else "", **data)
        user.__dict__.pop("_grants", None)
        return grant

    def end(self, on: date, *, by: User | None, now: datetime) -> None:
        """The role is not held from `on` any more, with one event; open sessions end.

        Raises Refused: ends_before_it_starts, already_ended.
        """
        if on <= self.starts_on:
            raise Refused("ends_before_it_starts", _("The end must come after the start."), status=422)
        with transaction.atomic():
            if not RoleGrant.objects.filter(pk=self.pk, ends_on__isnull=True).update(ends_on=on):
                raise Refused("already_ended", _("This role has an end already."))
            self.user.end_sessions()
            agency = self.agency.code if self.agency else ""
            self.user.record("role.withdraw", by=by, now=now, agency=agency, role=self.role, on=str(on))
        self.refresh_from_db(fields=["ends_on"])
        self.user.__dict__.pop("_grants", None)


@prepared
def _grants_of(user_id: int, day: date) -> RoleGrantQuerySet:
    return RoleGrant.objects.on(day).filter(user_id=user_id).order_by("pk")
