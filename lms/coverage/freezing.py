"""From the sets of a question to the rows of a closed report: who, where, why, with the names of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from certificates.models import Certificate
from courses.models import Completion
from lms.coverage.frozen import FrozenRow
from lms.coverage.question import Question
from lms.coverage.statements import row_statements
from lms.people.models import Agency, Person, Role, RoleGrant
from lms.plan.models import Requirement

Key = tuple[int, str, int]
"""Agency (0 for none), group ("" for none), person."""
BATCH = 5000


@dataclass
class _Gathered:
    """What is known of one key, by ids."""

    flags: tuple[int, int, int] | None = None
    completions: list[int] = field(default_factory=list)
    certificates: list[int] = field(default_factory=list)


def _quietly() -> None:
    """Nobody waits."""


def rows_of(question: Question, beat: Callable[[], None] = _quietly) -> list[FrozenRow]:
    """Every row of the question as it was, in the order of agency, group and person; a constant number of queries
    for each five thousand people and acts. `beat` is called between them: work that holds a lease renews it there."""
    gathered: defaultdict[Key, _Gathered] = defaultdict(_Gathered)
    statements = row_statements(question)
    for agency, group, person, *flags in _fetched(statements["roster"]):
        gathered[agency, group, person].flags = (flags[0], flags[1], flags[2])
    beat()
    for act, agency, person, group in _fetched(statements["completions"]):
        gathered[agency or 0, group, person].completions.append(act)
    beat()
    for act, agency, person, group in _fetched(statements["certificates"]):
        gathered[agency or 0, group, person].certificates.append(act)
    beat()
    return sorted(_rows(gathered, beat), key=lambda row: row.key)


def _rows(gathered: dict[Key, _Gathered], beat: Callable[[], None]) -> Iterable[FrozenRow]:
    codes = dict(Agency.objects.values_list("pk", "code")) | {0: ""}
    people = _by_pk(Person, {person for _agency, _group, person in gathered}, beat, "public_id", "full_name")
    completions = _by_pk(
        Completion, {act for one in gathered.values() for act in one.completions}, beat,
        "enrolment__public_id", "completed_on", "course__title",
    )  # fmt: skip
    certificates = _by_pk(
        Certificate, {act for one in gathered.values() for act in one.certificates}, beat,
        "public_code", "study_periods", "number", "series__year", "counts_on",
    )  # fmt: skip
    for (agency, group, person), one in gathered.items():
        public_id, name = people[person]
        done = [completions[act] for act in sorted(one.completions)]
        papers = [certificates[act] for act in sorted(one.certificates)]
        is_trained, is_waived, has_outside = one.flags or (0, 0, 0)
        yield FrozenRow(
            codes[agency], group, str(public_id), one.flags is not None,
            bool(is_trained), bool(is_waived), bool(has_outside),
            completions=tuple(str(enrolment) for enrolment, _on, _title in done),
            certificates={code: periods for code, periods, *_rest in papers},
            shown={
                "name": name,
                "completions": [f"{title} ({on:%d/%m/%Y})" for _enrolment, on, title in done],
                "certificates": [f"{number:02d}/{year} ({on:%d/%m/%Y})" for _code, _tiet, number, year, on in papers],
            },
        )  # fmt: skip


def _by_pk(model: Any, wanted: set[int], beat: Callable[[], None], *columns: str) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    pks = sorted(wanted)
    for start in range(0, len(pks), BATCH):
        rows = model.objects.filter(pk__in=pks[start : start + BATCH]).values_list("pk", *columns)
        found.update((row[0], row[1:]) for row in rows)
        beat()
    return found


def _fetched(statement: tuple[str, list[Any]]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()


def parameters_of(question: Question) -> dict[str, Any]:
    """What was asked, and the agencies with the names and states of the day: all that the figures rest on beside
    the rows. Days and moments in ISO."""
    owing: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for agency, group, nobody_at in _fetched(row_statements(question)["owing"]):
        owing[agency][group] = "not_listed" if nobody_at is None else "nobody"
    return {
        "plan": question.task.plan.code,
        "task": question.task.code,
        "period": {
            "kind": question.period.kind,
            "year": question.period.year,
            "number": question.period.number,
            "starts_on": question.period.starts_on.isoformat(),
            "cutoff_on": question.period.cutoff_on.isoformat(),
        },
        "as_of": question.day.isoformat(),
        "known_at": question.known_at.isoformat() if question.known_at else None,
        "window_starts_on": question.window_starts_on.isoformat(),
        "requirements": [_requirement(found) for found in question.requirements],
        "owing": {code: dict(sorted(owing[pk].items())) for pk, code in _codes(owing)},
    }


def _codes(owing: Iterable[int]) -> list[tuple[int, str]]:
    return sorted(Agency.objects.filter(pk__in=list(owing)).values_list("pk", "code"), key=lambda pair: pair[1])


def _requirement(found: Requirement) -> dict[str, Any]:
    return {
        "group": found.group,
        "unit_group": found.unit_group.code if found.unit_group else None,
        "period_kind": found.period_kind,
        "enough": found.enough,
        "needed": found.needed,
        "outside_counts": found.outside_counts,
    }


def agencies_of(rows: Iterable[FrozenRow], owing: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The agencies that a report names, as they are called: code → name, kind, order, last day."""
    codes = {row.agency for row in rows} | set(owing)
    found: dict[str, dict[str, Any]] = {}
    ordered = sorted(codes)
    for start in range(0, len(ordered), BATCH):
        for agency in Agency.objects.filter(code__in=ordered[start : start + BATCH]).order_by("code"):
            found[agency.code] = {
                "name": agency.name,
                "kind": agency.kind,
                "sort_key": agency.sort_key,
                "closed_on": agency.closed_on.isoformat() if agency.closed_on else None,
            }
    return found


def focal_names(day: date) -> dict[int, str]:
    """The focal persons of each agency on `day`, by its id, in the order of their grants."""
    grants = RoleGrant.objects.on(day).filter(role=Role.FOCAL).order_by("agency_id", "pk")
    found: dict[int, list[str]] = {}
    for agency, name in grants.values_list("agency_id", "user__name"):
        found.setdefault(agency or 0, []).append(name)
    return {agency: ", ".join(names) for agency, names in found.items()}
