"""The parts of the statement: sets of lms.coverage.question as common table expressions.

Each function says which parts it adds. `agencies` narrows what is read to some; None reads all.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Max

from courses.models import RequiredCourse
from lms.coverage.question import Question
from lms.coverage.statement import Params, Statement, sql_of
from lms.people.models import RosterEntry
from lms.plan.models import Enough, Requirement


def roster(built: Statement, question: Question, agencies: Collection[int] | None) -> None:
    """`listed`: agency, group, person, rule, once for each entry. `counted`: the same; whether they meet the
    requirement, are excused from it, have accepted training of other providers in the period."""
    entries = question.entries(agencies).values("agency_id", "group", "person_id", "rule")
    built.add_set("listed", entries, reads_all=agencies is None)
    _earned(built, question, agencies)
    tests: list[str] = []
    params: list[Any] = []
    for place, requirement in enumerate(question.requirements):
        text, values = _test_of(requirement, question)
        tests.append(f"CASE WHEN {text} THEN 1 ELSE 0 END AS met{place}")
        params.extend(values)
    built.add(
        "met",
        f"SELECT person_id, {', '.join(tests)} FROM earned GROUP BY person_id HAVING MAX(last_on) >= %s",  # noqa: S608
        [*params, connection.ops.adapt_datefield_value(question.period.starts_on)],
    )
    built.add_set("excused", question.waivers().values("person_id", "rule").distinct())
    built.add_set("elsewhere", question.outside(question.period.starts_on).values("person_id").distinct())
    cases = " ".join(f"WHEN {place} THEN m.met{place}" for place in range(len(question.requirements)))
    built.add(
        "counted",
        f'SELECT l.agency_id, l."group", l.person_id, COALESCE(CASE l.rule {cases} END, 0) AS is_trained, '  # noqa: S608
        "CASE WHEN x.person_id IS NULL THEN 0 ELSE 1 END AS is_waived, "
        "CASE WHEN o.person_id IS NULL THEN 0 ELSE 1 END AS has_outside "
        "FROM listed l LEFT JOIN met m ON m.person_id = l.person_id "
        "LEFT JOIN excused x ON x.person_id = l.person_id AND x.rule = l.rule "
        "LEFT JOIN elsewhere o ON o.person_id = l.person_id",
        reads_all=agencies is None,
    )


def _earned(built: Statement, question: Question, agencies: Collection[int] | None) -> None:
    """`earned`: person, course, tiết, last day: a course taken twice counts once. Training of other providers that a
    requirement counts is among them, each as a course of its own with a negative id."""
    earning = question.earning()
    elsewhere = question.outside(question.window_starts_on)
    if agencies is not None:
        here = question.entries(agencies).values("person_id")
        earning, elsewhere = earning.filter(person_id__in=here), elsewhere.filter(person_id__in=here)
    earned = earning.values("person_id", "course_id").annotate(periods=Max("study_periods"), last_on=Max("counts_on"))
    text, params = sql_of(earned.values("person_id", "course_id", "periods", "last_on"))
    if question.counts_outside:
        more, values = sql_of(elsewhere.values("person_id", "id", "study_periods", "ends_on"))
        text = (
            f"SELECT person_id, course_id, periods, last_on FROM ({text}) own UNION ALL "  # noqa: S608
            f"SELECT person_id, -id, study_periods, ends_on FROM ({more}) elsewhere"
        )
        params = (*params, *values)
    built.add("earned", text, params, reads_all=True)


def _test_of(requirement: Requirement, question: Question) -> tuple[str, Params]:
    """What is enough, over what one person earned. At least one of it lies in the period itself."""
    if requirement.enough == Enough.NAMED_COURSES:
        named = RequiredCourse.objects.known(question.known_at).filter(requirement=requirement).values("course_id")
        text, params = sql_of(named)
        earned_of_them = f"SUM(CASE WHEN course_id IN ({text}) THEN 1 ELSE 0 END)"
        in_all = f"(SELECT COUNT(*) FROM ({text}) named)"  # noqa: S608
        enough, values = f"{earned_of_them} > 0 AND {earned_of_them} = {in_all}", (*params, *params, *params)
    else:
        what = "periods" if requirement.enough == Enough.STUDY_PERIODS else "1"
        kept = what if requirement.outside_counts else f"CASE WHEN course_id > 0 THEN {what} ELSE 0 END"
        enough, values = f"SUM({kept}) >= %s", (requirement.needed,)
    if not question.counts_outside or requirement.outside_counts:
        return enough, values
    first_day = connection.ops.adapt_datefield_value(question.period.starts_on)
    return f"{enough} AND MAX(CASE WHEN course_id > 0 THEN last_on END) >= %s", (*values, first_day)


def expected(built: Statement, question: Question, agencies: Collection[int] | None) -> None:
    """`expected`: agency and group that owe a roster. `nobody`: those that said there is nobody."""
    texts, params = [], []
    for requirement in question.requirements:
        owing = question.expected(requirement)
        if agencies is not None:
            owing = owing.filter(pk__in=agencies)
        text, values = sql_of(owing.values("id"))
        texts.append(f'SELECT x.id AS agency_id, %s AS "group" FROM ({text}) x')  # noqa: S608
        params.extend([requirement.group, *values])
    built.add("expected", " UNION ".join(texts), params)
    built.add_set("nobody", question.nobody().values("agency_id", "group").distinct())
    built.add(
        "owing",
        'SELECT x.agency_id, x."group", n.agency_id AS nobody_at FROM expected x '
        'LEFT JOIN nobody n ON n.agency_id = x.agency_id AND n."group" = x."group"',
    )


def acts(built: Statement, question: Question, agencies: Collection[int] | None) -> None:
    """`done` and `papers`: completions and certificates of the period. `there`: who is on which roster on the day,
    at whatever agency; `off` marks completions of people who are on none."""
    done, papers = question.completions(of_all=agencies is None), question.certificates()
    if agencies is not None:
        done, papers = done.filter(agency_id__in=agencies), papers.filter(agency_id__in=agencies)
    finished = done.values("id", "person_id", "agency_id", "completed_on")
    built.add_set("finished", finished, reads_all=agencies is None)
    built.add_set("papers", papers.values("id", "person_id", "agency_id", "completion_id", "study_periods"))
    if agencies is None:
        built.add("there", 'SELECT DISTINCT person_id, "group" FROM listed')
    else:
        text, params = sql_of(question.entries().values("person_id", "group"))
        acting = "SELECT person_id FROM finished UNION SELECT person_id FROM papers"
        built.add(
            "there",
            f'SELECT DISTINCT e.person_id, e."group" FROM ({text}) e WHERE e.person_id IN ({acting})',  # noqa: S608
            params,
        )
    listed = "listed" if agencies is None else "there"
    built.add(
        "done",
        "SELECT f.id, f.person_id, f.agency_id, f.completed_on, "  # noqa: S608 - our own names
        f"CASE WHEN f.person_id IN (SELECT person_id FROM {listed}) THEN 0 ELSE 1 END AS off FROM finished f",
    )


def groups_of_acts(built: Statement, question: Question) -> None:
    """An act belongs to the groups in which the person stood, at the agency of the act, on the day of completion;
    without such an entry, to the groups on the day of the report. Off the roster then means: of that group.

    `|| ''` keeps SQLite from joining by the group alone when one is asked for: twenty thousand people are in it.
    """
    known = RosterEntry.objects.known(question.known_at)
    then, params = sql_of(known.values("person_id", "agency_id", "group", "starts_on", "ends_on"))
    built.add(
        "dated_papers",
        "SELECT d.id, d.person_id, d.agency_id, d.study_periods, k.completed_on FROM papers d "
        "JOIN courses_completion k ON k.id = d.completion_id",
    )
    chosen, values = ('WHERE g."group" = %s', [question.group]) if question.group else ("", [])
    off = "CASE WHEN t.person_id IS NULL THEN 1 ELSE 0 END AS off"
    for name, source, extra in (("done", "done", off), ("papers", "dated_papers", "d.study_periods")):
        built.add(
            f"{name}_then",
            f'SELECT DISTINCT d.id, e."group" FROM {source} d JOIN ({then}) e ON e.person_id = d.person_id '  # noqa: S608
            "AND e.agency_id = d.agency_id AND e.starts_on <= d.completed_on "
            "AND (e.ends_on IS NULL OR e.ends_on > d.completed_on)",
            params,
        )
        built.add(
            f"{name}_in_group",
            f'SELECT d.id, d.person_id, d.agency_id, {extra}, g."group" FROM {source} d JOIN ('  # noqa: S608
            f'SELECT id, "group" FROM {name}_then UNION ALL '
            f"SELECT d.id, t.\"group\" || '' FROM {source} d JOIN there t ON t.person_id = d.person_id "
            f"WHERE d.id NOT IN (SELECT id FROM {name}_then)) g ON g.id = d.id "
            f'LEFT JOIN there t ON t.person_id = d.person_id AND t."group" = g."group" {chosen}',
            values,
        )
