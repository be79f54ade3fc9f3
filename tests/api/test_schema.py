"""The document says what the API does: it is sound, complete, and the answers conform to it."""

from __future__ import annotations

import json
from datetime import date

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from lms.api import document
from lms.coverage.api import CoverageQuery
from lms.people.api import AgencyQuery
from lms.wsgi import application
from tests.make import coverage as make

DOCUMENT = json.loads(document())
OPERATIONS = {path: item["get"] for path, item in DOCUMENT["paths"].items()}
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = application


def test_the_document_is_sound(tmp_path):
    """As `manage.py spectacular --validate --fail-on-warn` says."""
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_it_describes_every_address_of_ours_and_none_of_the_cms():
    assert sorted(OPERATIONS) == [
        "/api/v1/agencies/", "/api/v1/agencies/{code}/", "/api/v1/closed-reports/", "/api/v1/closed-reports/{id}/",
        "/api/v1/coverage/", "/api/v1/coverage/targets/", "/api/v1/coverage/trend/", "/api/v1/periods/",
        "/api/v1/plans/", "/api/v1/plans/{code}/tasks/", "/api/v1/successions/",
    ]  # fmt: skip
    assert all(set(item) == {"get"} for item in DOCUMENT["paths"].values())
    assert all(operation["security"] == [{"token": []}] for operation in OPERATIONS.values())


def test_every_parameter_answer_and_error_is_described():
    for path, operation in OPERATIONS.items():
        assert operation["summary"], path
        silent = [found["name"] for found in operation.get("parameters", []) if not found.get("description")]
        assert silent == [], path
        assert {"200", "401", "422", "429", "503"} <= set(operation["responses"]), path
        assert all(answer["description"] for answer in operation["responses"].values()), path
        assert "Retry-After" in operation["responses"]["429"]["headers"]


def _sentences(part, path=""):
    """Every description and summary of a document by its place, but for lists of choices."""
    for name, found in part.items() if isinstance(part, dict) else enumerate(part):
        if name in ("description", "summary") and isinstance(found, str):
            yield f"{path}/{name}", found.split("\n\n* `")[0]
        elif isinstance(found, dict | list):
            yield from _sentences(found, f"{path}/{name}")


def test_every_sentence_of_the_document_is_vietnamese_and_english():
    ours, theirs = dict(_sentences(DOCUMENT)), dict(_sentences(json.loads(document("en"))))
    assert ours.keys() == theirs.keys()
    assert [path for path, said in ours.items() if said == theirs[path] and not said.startswith("* `")] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "told"),
    [("", "vi"), ("vi", "vi"), ("en", "en"), ("en-GB,vi;q=0.5", "en"), ("fr, vi;q=0.9, en;q=0.8", "vi"), ("fr", "vi")],
)
def test_the_document_is_vietnamese_unless_english_is_asked_for(program_of, asked, told):
    answer = program_of("trainer").ask("schema", **{"Accept-Language": asked})
    assert answer["Content-Language"] == told
    assert "Accept-Language" in answer["Vary"]
    assert answer.content == document(told)


def test_the_parameters_are_the_fields_of_the_forms():
    for path, form in (("/api/v1/coverage/", CoverageQuery), ("/api/v1/agencies/", AgencyQuery)):
        told = {found["name"] for found in OPERATIONS[path]["parameters"]}
        assert told == set(form.base_fields)


def test_every_choice_of_an_answer_has_a_name():
    kinds = {name for name, found in DOCUMENT["components"]["schemas"].items() if "enum" in found}
    assert kinds - {"NullEnum"} == {
        "AgencyKind", "CauseKind", "Group", "PartyRole", "PeriodKind", "ReportState", "RosterState", "Source",
        "SuccessionKind", "Timing", "View",
    }  # fmt: skip


@pytest.mark.django_db
def test_whoever_holds_a_role_reads_it_by_token_or_in_a_browser(program_of, client_of, lan, tu):
    by_token = program_of("trainer").ask("schema")
    assert (by_token.status_code, by_token.json()["openapi"][:2]) == (200, "3.")
    assert client_of(tu).get("/api/v1/schema").content == by_token.content
    assert client_of(lan).get("/api/v1/schema").status_code == 404
    assert client_of(None).get("/api/v1/schema").status_code == 401
    assert client_of(tu).post("/api/v1/schema").status_code in (403, 405)


@pytest.fixture
def through_wsgi():
    """A request of a bare WSGI client would end the test's transaction with its own connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def seeded(ward, department, through_wsgi):
    """Something at every address, and the department's token."""
    heir = make.agency("Phường Mới", established_on=date(2026, 7, 1))
    make.succession(ward.other, heir, on=date(2026, 7, 1))
    now = make.noon(date(2027, 1, 5))
    make.ask_to_close(ward.task, ward.period, by=make.clerk("sau"), reason="Hết kỳ", document_no="1/BC", now=now)
    return department


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(OPERATIONS))
def test_whatever_is_asked_the_answer_is_as_the_document_says_and_never_500(seeded, path):
    @settings(
        max_examples=12, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate], database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=SCHEMA[path]["GET"].as_strategy())
    def ask(case):
        case.headers = {**(case.headers or {}), **seeded.headers_of_token, "Accept-Encoding": "identity"}
        # A code that no agency has, or a day outside the period, is a question that only the data can refuse: 422.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    ask()
