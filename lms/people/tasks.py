"""What lms.jobs asks of people: the address behind a public id."""

from __future__ import annotations

from uuid import UUID

from lms.jobs.mail import resolves_address
from lms.people.models import Person, User


@resolves_address
def address_of(public_id: str) -> str | None:
    """The address of a person: of the account, else the official one; None for those without, merged or erased.

    An account that stands for no person is found by its own public id. One that may not sign in gets no mail.
    """
    try:
        key = UUID(public_id)
    except ValueError:
        return None
    found = Person.objects.living().select_related("user").filter(public_id=key).first()
    if found is None:
        bare = User.objects.filter(public_id=key, person__isnull=True, is_active=True).first()
        return (bare.email or None) if bare else None
    user = getattr(found, "user", None)
    if user is None:
        return found.email or None
    return (user.email or found.email or None) if user.is_active else None
