"""What lms.jobs asks of people: the address behind a public id."""

from __future__ import annotations

from uuid import UUID

from lms.jobs.mail import resolves_address
from lms.people.models import Person


@resolves_address
def address_of(public_id: str) -> str | None:
    """The address of a person: of the account, else the official one; None for those without, merged or erased.

    An account that may not sign in gets no mail.
    """
    try:
        found = Person.objects.living().select_related("user").filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None
    if found is None:
        return None
    user = getattr(found, "user", None)
    if user is None:
        return found.email or None
    return (user.email or found.email or None) if user.is_active else None
