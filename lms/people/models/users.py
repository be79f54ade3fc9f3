"""Accounts and the roles they hold."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lms.constraints import both_or_neither, one_of, ordered
from lms.days import on_q
from lms.people.models.agencies import Agency
from lms.people.models.persons import Person
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

    def grants_on(self, day: date) -> list[RoleGrant]:
        """The roles held on `day`: one query per account, day and request, whoever asks."""
        held: dict[date, list[RoleGrant]] = self.__dict__.setdefault("_grants", {})
        if day not in held:
            held[day] = list(self.role_grants.on(day))
        return held[day]

    def holds(self, *roles: str, on: date) -> bool:
        """Whether the account holds one of `roles` on `on`, at whatever agency."""
        return self.is_active and any(grant.role in roles for grant in self.grants_on(on))

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


class Role(models.TextChoices):
    FOCAL = "focal", _("Focal person of an agency")
    TRAINER = "trainer", _("Trainer")
    COORDINATOR = "coordinator", _("Coordinator of the department")
    ADMINISTRATOR = "administrator", _("Administrator")


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
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=models.F("user")),
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
