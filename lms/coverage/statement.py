"""The one statement behind every report: sets of lms.coverage.question, joined and summed in SQL.

Written by hand because one query must give agencies, groups and totals with distinct people, on SQLite and PostgreSQL
alike. Every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from courses.models import RequiredCourse
from lms.coverage.question import Question
from lms.people.models import RosterEntry
from lms.plan.models import Enough, Requirement

TOTAL = -1
"""Stands for all agencies in the column of agency ids."""
NOWHERE = 0
"""Stands for the agency of what cannot be attributed to one."""
ALL_GROUPS = ""
FIGURES = (
    "headcount", "trained", "completions", "off_roster", "certificates", "study_periods",
    "listed_groups", "expected_groups", "nobody_groups",
)  # fmt: skip

ON_ROSTER = {
    "listed": "",
    "trained": " HAVING MAX(s.is_trained) = 1",
    "missing": " HAVING MAX(s.is_trained) = 0",
}
BEHIND_ACTS = {"completed": ("done", ""), "certified": ("papers", ""), "off_roster": ("done", " HAVING MAX(s.off) = 1")}

Params = tuple[Any, ...]


@dataclass
class Statement:
    """Named parts in order, then the sums; parameters follow the text."""

    parts: list[str] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def add(self, name: str, text: str, params: Sequence[Any] = ()) -> None:
        """One common table expression."""
        self.parts.append(f"{name} AS ({text})")
        self.params.extend(params)

    def add_set(self, name: str, rows: QuerySet[Any, Any]) -> None:
        """A queryset of values, with the columns in the order of `values()`."""
        self.add(name, *sql_of(rows))

    def sum(self, source: str, agency: str, group: str | None, **figures: str) -> None:
        """Figures of a source per agency (and group), and over all agencies."""
        kept = ", ".join(f"{figures.get(name, '0')} AS {name}" for name in FIGURES)
        grouping = group or "''"
        by = f"{agency}, {group}" if group else agency
        self.sums.append(f"SELECT {agency} AS agency_id, {grouping} AS grp, {kept} FROM {source} GROUP BY {by}")  # noqa: S608 - our own names
        tail = f" GROUP BY {group}" if group else ""
        self.sums.append(f"SELECT {TOTAL}, {grouping}, {kept} FROM {source}{tail}")  # noqa: S608

    def text(self) -> str:
        """The whole statement; it returns agency, group, the agency's name and order, and the figures."""
        summed = ", ".join(f"SUM({name}) AS {name}" for name in FIGURES)
        return (
            f"WITH {', '.join(self.parts)}, figures AS ({' UNION ALL '.join(self.sums)}), "  # noqa: S608 - only our own names
            f"summed AS (SELECT agency_id, grp, {summed} FROM figures GROUP BY agency_id, grp) "
            f"SELECT s.agency_id, s.grp, a.code, a.name, a.kind, a.sort_key, a.closed_on, {', '.join(FIGURES)} "
            "FROM summed s LEFT JOIN people_agency a ON a.id = s.agency_id "
            "ORDER BY a.sort_key, s.agency_id, s.grp"
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """Run it: one query."""
        with connection.cursor() as cursor:
            cursor.execute(self.text(), self.params)
            return cursor.fetchall()


def people_statement(question: Question, agencies: Collection[int] | None, which: str) -> tuple[str, list[Any]]:
    """The people behind a figure, in the order of Vietnamese names: person, the day's verdict, and how many there are.

    `which`: "listed", "trained", "missing" (on the roster), "completed", "certified", "off_roster" (behind the acts).
    The last two parameters are yet to come: how many rows, and from which on.
    """
    built = Statement()
    _roster(built, question, agencies)
    if which in ON_ROSTER:
        source, chosen = "counted", ON_ROSTER[which]
    else:
        _acts(built, question, agencies)
        if question.group is not None:
            _groups_of_acts(built, question)
        name, chosen = BEHIND_ACTS[which]
        source = f"{name}_in_group" if question.group is not None else name
    text = (
        f"WITH {', '.join(built.parts)}, chosen AS (SELECT s.person_id FROM {source} s "  # noqa: S608 - our own names
        f"GROUP BY s.person_id{chosen}), verdicts AS (SELECT person_id, MAX(is_trained) AS is_trained FROM counted "
        "GROUP BY person_id) SELECT p.id, COALESCE(v.is_trained, 0), COUNT(*) OVER () FROM chosen c "
        "JOIN people_person p ON p.id = c.person_id LEFT JOIN verdicts v ON v.person_id = p.id "
        "ORDER BY p.sort_key, p.id LIMIT %s OFFSET %s"
    )
    return text, built.params


def sql_of(rows: QuerySet[Any, Any]) -> tuple[str, Params]:
    """The text and parameters of a queryset on the engine in use."""
    text, params = rows.query.get_compiler(connection=connection).as_sql()
    return text, tuple(params)


def statement_for(question: Question, agencies: Collection[int] | None, *, by_group: bool) -> Statement:
    """The statement of a report; `agencies` narrows it to some, `by_group` adds a row per agency and group."""
    built = Statement()
    _roster(built, question, agencies)
    _expected(built, question, agencies)
    _acts(built, question, agencies)
    grouped = by_group or question.group is not None
    if grouped:
        _groups_of_acts(built, question)
    for group in (None, '"group"') if by_group else (None,):
        _sums(built, group, acts="in_group" if group or question.group else "all")
    return built


def _roster(built: Statement, question: Question, agencies: Collection[int] | None) -> None:
    """`listed`: agency, group, person, rule. `counted`: the same people, and whether they meet the requirement."""
    built.add_set("listed", question.entries(agencies).values("agency_id", "group", "person_id", "rule").distinct())
    earning = question.earning()
    if agencies is not None:
        earning = earning.filter(person_id__in=question.entries(agencies).values("person_id"))
    earned = earning.values("person_id", "course_id").annotate(periods=Max("study_periods"), last_on=Max("counts_on"))
    built.add_set("earned", earned.values("person_id", "course_id", "periods", "last_on"))
    tests: list[str] = []
    params: list[Any] = []
    for place, requirement in enumerate(question.requirements):
        text, values = _test_of(requirement)
        tests.append(f"CASE WHEN {text} THEN 1 ELSE 0 END AS met{place}")
        params.extend(values)
    first_day = connection.ops.adapt_datefield_value(question.period.starts_on)
    built.add(
        "met",
        f"SELECT person_id, {', '.join(tests)} FROM earned GROUP BY person_id HAVING MAX(last_on) >= %s",  # noqa: S608
        [*params, first_day],
    )
    cases = " ".join(f"WHEN {place} THEN m.met{place}" for place in range(len(question.requirements)))
    built.add(
        "counted",
        f'SELECT l.agency_id, l."group", l.person_id, COALESCE(CASE l.rule {cases} END, 0) AS is_trained '  # noqa: S608
        "FROM listed l LEFT JOIN met m ON m.person_id = l.person_id",
    )


def _test_of(requirement: Requirement) -> tuple[str, Params]:
    """What is enough, over the courses earned by one person; a course taken twice counts once."""
    if requirement.enough == Enough.STUDY_PERIODS:
        return "SUM(periods) >= %s", (requirement.needed,)
    if requirement.enough == Enough.CERTIFICATES:
        return "COUNT(*) >= %s", (requirement.needed,)
    named = RequiredCourse.objects.filter(requirement=requirement).values("course_id")
    text, params = sql_of(named)
    earned_of_them = f"SUM(CASE WHEN course_id IN ({text}) THEN 1 ELSE 0 END)"
    in_all = f"(SELECT COUNT(*) FROM ({text}) named)"  # noqa: S608
    return f"{earned_of_them} > 0 AND {earned_of_them} = {in_all}", (*params, *params, *params)


def _expected(built: Statement, question: Question, agencies: Collection[int] | None) -> None:
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


def _acts(built: Statement, question: Question, agencies: Collection[int] | None) -> None:
    """`done` and `papers`: completions and certificates of the period. `there`: who is on which roster on the day,
    at whatever agency; `off` marks completions of people who are on none."""
    done, papers = question.completions(), question.certificates()
    if agencies is not None:
        done, papers = done.filter(agency_id__in=agencies), papers.filter(agency_id__in=agencies)
    built.add_set("finished", done.values("id", "person_id", "agency_id", "completed_on"))
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
    built.add(
        "done",
        "SELECT f.id, f.person_id, f.agency_id, f.completed_on, "
        "CASE WHEN f.person_id IN (SELECT person_id FROM there) THEN 0 ELSE 1 END AS off FROM finished f",
    )


def _groups_of_acts(built: Statement, question: Question) -> None:
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


def _sums(built: Statement, group: str | None, *, acts: str) -> None:
    suffix = "" if acts == "all" else "_in_group"
    people = "COUNT(DISTINCT person_id)"
    built.sum(
        "counted", "agency_id", group,
        headcount=people, trained="COUNT(DISTINCT CASE WHEN is_trained = 1 THEN person_id END)",
        listed_groups='COUNT(DISTINCT "group")',
    )  # fmt: skip
    where = f"COALESCE(agency_id, {NOWHERE})"
    built.sum(
        f"done{suffix}", where, group,
        completions="COUNT(*)", off_roster="COUNT(DISTINCT CASE WHEN off = 1 THEN person_id END)",
    )  # fmt: skip
    built.sum(f"papers{suffix}", where, group, certificates="COUNT(*)", study_periods="COALESCE(SUM(study_periods), 0)")
    built.sum("owing", "agency_id", group, expected_groups="COUNT(*)", nobody_groups="COUNT(nobody_at)")


def columns() -> Iterator[str]:
    """The names of the columns that `Statement.rows` returns."""
    yield from ("agency_id", "group", "code", "name", "kind", "sort_key", "closed_on", *FIGURES)
