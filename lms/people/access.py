"""Who may do what with rosters: one predicate per action (trust.md §3)."""

from __future__ import annotations

from datetime import datetime

from lms.days import local_day
from lms.people.models import Agency, Person, Role, RosterEntry, User
from lms.people.permissions import rule


def _is_coordinator(user: User, at: datetime) -> bool:
    return user.holds(Role.COORDINATOR, on=local_day(at))


def _leads(user: User, agency: Agency, at: datetime) -> bool:
    on = local_day(at)
    return user.holds(Role.FOCAL, on=on) and Agency.objects.led_by(user, on).filter(pk=agency.pk).exists()


@rule("roster.view")
def may_view_roster(user: User, agency: Agency, at: datetime) -> bool:
    """The focal person of the agency or of one that succeeded it, the department, the administrator."""
    return Agency.objects.roster_open_to(user, local_day(at)).filter(pk=agency.pk).exists()


@rule("person.create")
@rule("roster.add_or_end_entry")
@rule("roster.void_entry_with_reason")
@rule("roster.import_dry_run")
@rule("roster.import_confirm")
@rule("roster.correct_entry")
def may_keep_roster(user: User, agency: Agency, at: datetime) -> bool:
    """The agency itself, and the department; the administrator sets up and does not act on people."""
    return _is_coordinator(user, at) or _leads(user, agency, at)


@rule("roster.export")
def may_export_roster(user: User, agency: Agency, at: datetime) -> bool:
    """Whoever may read it may take it along."""
    return may_view_roster(user, agency, at=at)


@rule("roster.confirm_nobody")
@rule("roster.confirm_list")
@rule("roster.take_back_statement")
def may_confirm_nobody(user: User, agency: Agency, at: datetime) -> bool:
    """Only the agency itself can say that its roster is right, or that it has nobody."""
    return _leads(user, agency, at)


@rule("person.correct_name_or_birth_date")
@rule("person.edit_contacts_without_account")
def may_correct_person(user: User, person: Person, at: datetime) -> bool:
    """An agency on whose roster the person is or was, and the department; not the person."""
    if _is_coordinator(user, at):
        return True
    on = local_day(at)
    if not user.holds(Role.FOCAL, on=on):
        return False
    mine = RosterEntry.objects.known().filter(person=person, agency__in=Agency.objects.led_by(user, on))
    return mine.exists()


@rule("person.merge_duplicates")
def may_merge(user: User, at: datetime) -> bool:
    """The department: it alone sees all rosters and answers for them."""
    return _is_coordinator(user, at)


@rule("agency.reorganise_dry_run")
@rule("agency.reorganise")
@rule("agency.undo_reorganisation")
def may_reorganise(user: User, at: datetime) -> bool:
    """The department drafts and asks, the administrator too; whoever asked is not the one who confirms."""
    return user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=local_day(at))


@rule("agency.create_or_correct")
def may_correct_agency(user: User, at: datetime) -> bool:
    """The administrator sets up."""
    return user.holds(Role.ADMINISTRATOR, on=local_day(at))


@rule("agency.edit_address_and_phone")
def may_edit_contact(user: User, agency: Agency, at: datetime) -> bool:
    """The agency itself, the department, the administrator."""
    return may_reorganise(user, at) or _leads(user, agency, at)


@rule("token.create_own")
def may_make_tokens(user: User, at: datetime) -> bool:
    """Whoever holds a role; a trainee has nothing that a program could read."""
    return user.holds(*Role.values, on=local_day(at))


@rule("unitgroup.edit")
def may_edit_unit_group(user: User, at: datetime) -> bool:
    """What a label of the plan means is the department's word."""
    return _is_coordinator(user, at)


@rule("roster.move_after_split")
def may_move_after_split(user: User, at: datetime) -> bool:
    """The department says who goes where; an heir's focal person does not take people."""
    return _is_coordinator(user, at)
