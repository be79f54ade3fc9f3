"""Whole statements: the figures of a report, and the people behind one of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from lms.coverage import parts
from lms.coverage.placing import Placing
from lms.coverage.question import Question
from lms.coverage.rolling import moves
from lms.coverage.statement import NOWHERE, Statement

ON_ROSTER = {
    "listed": "",
    "trained": " HAVING MAX(s.is_trained) = 1",
    "missing": " HAVING MAX(s.is_trained) = 0",
    "waived": " HAVING MAX(s.is_waived) = 1",
    "outside": " HAVING MAX(s.has_outside) = 1",
}
BEHIND_ACTS = {"completed": ("done", ""), "certified": ("papers", ""), "off_roster": ("done", " HAVING MAX(s.off) = 1")}


def report_statement(question: Question, agencies: Collection[int] | None, *, by_group: bool) -> Statement:
    """The statement of a report; `agencies` narrows it to some, `by_group` adds a row per agency and group."""
    built, placing, sources = _begun(question, agencies)
    parts.expected(built, question, sources)
    parts.acts(built, question, sources)
    if by_group or question.group is not None:
        parts.groups_of_acts(built, question)
    owing = placing.owing("owing")
    counted = placing.people("counted")
    for group in (None, '"group"') if by_group else (None,):
        suffix = "_in_group" if group or question.group else ""
        _sums(built, group, counted, owing)
        _sums_of_acts(built, group, placing.people(f"done{suffix}"), placing.people(f"papers{suffix}"))
    return built


def people_statement(question: Question, agencies: Collection[int] | None, which: str) -> tuple[str, list[Any]]:
    """The people behind a figure, in the order of Vietnamese names: person, the day's verdict, and how many there are.

    `which`: a key of `ON_ROSTER` (on the roster) or of `BEHIND_ACTS` (behind the acts). The last two parameters are
    yet to come: how many rows, and from which on.
    """
    built, placing, sources = _begun(question, agencies)
    if which in ON_ROSTER:
        source, chosen = placing.people("counted"), ON_ROSTER[which]
    else:
        parts.acts(built, question, sources)
        if question.group is not None:
            parts.groups_of_acts(built, question)
        name, chosen = BEHIND_ACTS[which]
        source = placing.people(f"{name}_in_group" if question.group is not None else name)
    text = (
        f"WITH {', '.join(built.parts)}, chosen AS (SELECT s.person_id FROM {source} s "  # noqa: S608 - our own names
        f"GROUP BY s.person_id{chosen}), verdicts AS (SELECT person_id, MAX(is_trained) AS is_trained FROM counted "
        "GROUP BY person_id) SELECT p.id, COALESCE(v.is_trained, 0), COUNT(*) OVER () FROM chosen c "
        "JOIN people_person p ON p.id = c.person_id LEFT JOIN verdicts v ON v.person_id = p.id "
        "ORDER BY p.sort_key, p.id LIMIT %s OFFSET %s"
    )
    return text, built.params


def row_statements(question: Question) -> dict[str, tuple[str, list[Any]]]:
    """What a closed report freezes, as it was, of all groups: a statement each for

    - "roster": agency, group, person, trained, excused, training elsewhere (the last three 0 or 1);
    - "completions" and "certificates": act, agency, person, group; the group is '' for somebody in none;
    - "owing": agency and group that owe a roster, and the agency again where it said that there is nobody.
    """
    built, _placing, _sources = _begun(question, None)
    parts.expected(built, question, None)
    parts.acts(built, question, None)
    parts.groups_of_acts(built, question)
    chosen = {
        "roster": 'SELECT DISTINCT agency_id, "group", person_id, is_trained, is_waived, has_outside FROM counted',
        "owing": 'SELECT agency_id, "group", nobody_at FROM owing',
    }
    for name, part in (("completions", "done"), ("certificates", "papers")):
        chosen[name] = (
            f'SELECT id, agency_id, person_id, "group" FROM {part}_in_group UNION ALL '  # noqa: S608 - our own names
            f"SELECT id, agency_id, person_id, '' FROM {part} WHERE id NOT IN (SELECT id FROM {part}_in_group)"
        )
    head = f"WITH {', '.join(built.parts)} "
    return {name: (head + text, built.params) for name, text in chosen.items()}


def _begun(question: Question, agencies: Collection[int] | None) -> tuple[Statement, Placing, Collection[int] | None]:
    """A statement with the roster of the question; the agencies that have to be read for `agencies`."""
    built, moved = Statement(question.known_at), moves(question)
    sources = agencies if agencies is None or not moved else moved.sources(agencies) or {NOWHERE}
    parts.roster(built, question, sources)
    return built, Placing(built, moved, agencies), sources


def _sums(built: Statement, group: str | None, counted: str, owing: str) -> None:
    """People are made one row each before they are counted, at their agencies and over all: to sort once is far
    cheaper than to count distinct ones five times over."""
    suffix = "_in_group" if group else ""
    of_group = f", {group}" if group else ""
    flags = ", ".join(f"MAX({flag}) AS {flag}" for flag in ("is_trained", "is_waived", "has_outside"))
    for name, source, where in (
        (f"stood{suffix}", counted, f"person_id, agency_id{of_group}"),
        (f"people{suffix}", f"stood{suffix}", f"person_id{of_group}"),
    ):
        built.add(name, f"SELECT {where}, {flags} FROM {source} GROUP BY {where}")  # noqa: S608 - our own names
    people = {
        "headcount": "COUNT(*)", "trained": "COALESCE(SUM(is_trained), 0)", "waived": "COALESCE(SUM(is_waived), 0)",
        "outside": "COALESCE(SUM(has_outside), 0)",
    }  # fmt: skip
    built.sum_rows(f"stood{suffix}", "agency_id", group, **people)
    built.sum_total(f"people{suffix}", group, **people)
    built.sum_rows(owing, "agency_id", group, expected_groups="COUNT(*)", nobody_groups="COUNT(nobody_at)")


def _sums_of_acts(built: Statement, group: str | None, done: str, papers: str) -> None:
    where = f"COALESCE(agency_id, {NOWHERE})"
    built.sum_rows(done, where, group, completions="COUNT(*)")
    built.sum_rows(
        papers, where, group, certificates="COUNT(*)", study_periods="COALESCE(SUM(study_periods), 0)"
    )  # fmt: skip
    strangers = f"(SELECT * FROM {done} WHERE off = 1) strangers"  # noqa: S608 - our own names
    built.sum_rows(strangers, where, group, off_roster="COUNT(DISTINCT person_id)")
    built.sum_total(strangers, group, off_roster="COUNT(DISTINCT person_id)")
