"""What the people of the province at full size did: enrolments, completions, certificates; by the million."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Max

from certificates.models import Artefact, Certificate, Ground, Series, State, Template, TemplateVersion
from courses.models import Completion, Enrolment, EnrolmentState, Origin, Run, Seat
from lms.operate.bench.filling import day_after, fill, noon_of, numbers, padded, spans, uuid_of
from lms.people.models import Agency

IN_A_CLASS = 100
"""Who get certificates; two more wait for theirs, and of every other class one of them had completed it by mistake."""
SEATS = IN_A_CLASS + 2
CLASSES_AT_ONCE = 1000
STRIDE = 7919
"""A prime: the people of a class stand far apart on the list, and each comes once."""
SNAPSHOT = json.dumps({"text": "Đã hoàn thành khóa bồi dưỡng, tập huấn. " * 15}, ensure_ascii=False)
"""About as long as what a real certificate remembers."""
HASH = "'" + "0" * 64 + "'"
OF_THESE = "r.number BETWEEN %s AND %s"
NUMBER = "(r.number * 200 + e.priority)"
"""Of a line of the register; `priority` is the seat in the class."""
FATE = f"CASE {NUMBER} %% 50 WHEN 7 THEN '{State.REVOKED}' WHEN 13 THEN '{State.REPLACED}' ELSE '{State.VALID}' END"


def build(first_entry: int, people: int, issuer: Agency, years: Sequence[int]) -> None:
    """Every class in its steps. `first_entry` begins as many entries without a gap as there are people."""
    artefact = _paper(issuer, years)
    last = Run.objects.aggregate(last=Max("number"))["last"] or 0
    for span in spans(1, last, CLASSES_AT_ONCE):
        _enrol(first_entry, people, span)
        _complete(span)
        _certify(artefact, span)


def _paper(issuer: Agency, years: Sequence[int]) -> Artefact:
    for year in years:
        Series.objects.create(issuer=issuer, code="SCALE", year=year, next_number=10_000_000)
    template = Template.objects.create(code="scale", name="Giấy chứng nhận")
    version = TemplateVersion.objects.create(template=template, number=1, layout={}, engine=1, sha256="0" * 64)
    return Artefact.objects.create(version=version, prefix=b"", tables={}, sha256="0" * 64)


def _enrol(first_entry: int, people: int, span: tuple[int, int]) -> None:
    somebody = f"%s + (CAST(r.number AS BIGINT) * r.number * 31 + n.i * {STRIDE}) %% %s"
    fill(
        Enrolment,
        f"courses_run r CROSS JOIN {numbers(SEATS)} JOIN people_rosterentry e ON e.id = {somebody} WHERE {OF_THESE}",
        [first_entry, people, *span],
        public_id=uuid_of("(r.number * 200 + n.i)"),
        run_id="r.id",
        person_id="e.person_id",
        agency_id="e.agency_id",
        state=f"'{EnrolmentState.ENROLLED}'",
        origin=f"'{Origin.DEPARTMENT}'",
        seat=f"'{Seat.UNLIMITED}'",
        priority="n.i",
        check_in_code=padded("(r.number * 200 + n.i)", 8),
        created_at="r.created_at",
    )


def _complete(span: tuple[int, int]) -> None:
    is_mistake = f"e.priority = {SEATS - 1} AND r.number %% 2 = 0"
    fill(
        Completion,
        f"courses_enrolment e JOIN courses_run r ON r.id = e.run_id WHERE {OF_THESE}",
        span,
        enrolment_id="e.id",
        person_id="e.person_id",
        course_id="r.course_id",
        completed_on="r.ends_on",
        agency_id="e.agency_id",
        rule_hash=HASH,
        recorded_at=noon_of("r.ends_on"),
        voided_at=f"CASE WHEN {is_mistake} THEN {noon_of('r.ends_on', later=20)} END",
        void_reason=f"CASE WHEN {is_mistake} THEN 'nhầm' ELSE '' END",
    )


def _certify(artefact: Artefact, span: tuple[int, int]) -> None:
    """Of a hundred two are revoked and two replaced, all some weeks later."""
    changed = f"{FATE} <> '{State.VALID}'"
    revoked = f"{FATE} = '{State.REVOKED}'"
    line = {
        "series_id": "s.id",
        "enrolment_id": "e.id",
        "completion_id": "c.id",
        "person_id": "e.person_id",
        "course_id": "r.course_id",
        "agency_id": "c.agency_id",
        "study_periods": "r.study_periods",
        "snapshot": f"'{SNAPSHOT}'",
        "snapshot_sha256": HASH,
        "artefact_id": str(artefact.pk),
        "counts_on": day_after("r.ends_on", 2),
    }
    source = (
        "courses_completion c JOIN courses_enrolment e ON e.id = c.enrolment_id JOIN courses_run r ON r.id = e.run_id "
        f"JOIN certificates_series s ON s.year = r.year AND s.code = 'SCALE' WHERE {OF_THESE} "
        f"AND e.priority < {IN_A_CLASS}"
    )
    fill(
        Certificate,
        source,
        span,
        public_code=padded(NUMBER, 17),
        number=NUMBER,
        state=FATE,
        issued_on=day_after("r.ends_on", 2),
        issued_at=noon_of("r.ends_on", later=2),
        state_on=f"CASE WHEN {changed} THEN {day_after('r.ends_on', 40)} END",
        state_at=f"CASE WHEN {changed} THEN {noon_of('r.ends_on', later=40)} END",
        ground=f"CASE WHEN {revoked} THEN '{Ground.FRAUD}' ELSE '' END",
        decision_no=f"CASE WHEN {revoked} THEN '12/QĐ' ELSE '' END",
        **line,
    )
    number = f"({NUMBER} + {IN_A_CLASS})"
    fill(
        Certificate,
        f"{source} AND {FATE} = '{State.REPLACED}'",
        span,
        public_code=padded(number, 17),
        number=number,
        issued_on=day_after("r.ends_on", 40),
        issued_at=noon_of("r.ends_on", later=40),
        replaces_id="(SELECT old.id FROM certificates_certificate old WHERE old.enrolment_id = e.id)",
        **line,
    )
