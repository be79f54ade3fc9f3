"""Agencies, people, rosters, accounts: in order of dependency."""

from lms.people.models.agencies import (
    COMMUNE_LEVEL,
    Agency,
    AgencyContact,
    AgencyKind,
    EarlierSpan,
    Succession,
    SuccessionKind,
    UnitGroup,
    UnitGroupKind,
    UnitGroupMember,
)
from lms.people.models.approvals import Approval, ApprovalState, approves
from lms.people.models.persons import Person, Sex
from lms.people.models.reorganisations import (
    AgencyCorrection,
    ChangeKind,
    Reorganisation,
    ReorganisationChange,
    ReorganisationEntry,
    ReorganisationState,
)
from lms.people.models.roster import Group, RosterEntry, RosterStatement, StaffType, StatementKind, known_q
from lms.people.models.tokens import ApiToken, TokenState
from lms.people.models.users import Role, RoleGrant, User

__all__ = [
    "COMMUNE_LEVEL",
    "Agency",
    "AgencyContact",
    "AgencyCorrection",
    "AgencyKind",
    "ApiToken",
    "Approval",
    "ApprovalState",
    "ChangeKind",
    "EarlierSpan",
    "Group",
    "Person",
    "Reorganisation",
    "ReorganisationChange",
    "ReorganisationEntry",
    "ReorganisationState",
    "Role",
    "RoleGrant",
    "RosterEntry",
    "RosterStatement",
    "Sex",
    "StaffType",
    "StatementKind",
    "Succession",
    "SuccessionKind",
    "TokenState",
    "UnitGroup",
    "UnitGroupKind",
    "UnitGroupMember",
    "User",
    "approves",
    "known_q",
]
