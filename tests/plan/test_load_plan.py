"""The plan as it was signed comes into the tables word for word; a bad file comes in not at all."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lms.people.models import Agency, Succession, SuccessionKind, UnitGroup
from lms.plan.models import PartyRole, Plan, PlanTask, TaskParty

FILE = Path("lms/plan/data/plan_tasks.json")
TEXT = " ".join((Path(__file__).parent / "data/section_2.txt").read_text(encoding="utf-8").split()).casefold()
CODES = ["1", "2.1", "2.2", "2.3", "3.1", "3.2", "4.1", "4.2", "4.3", "5", "6", "7"]
JOINERS = re.compile(r"[\s.;,]|\bvà\b|\bchủ trì\b")

pytestmark = pytest.mark.django_db


def load(path: Path = FILE, **options: Any) -> str:
    out = io.StringIO()
    call_command("load_plan", str(path), stdout=out, **options)
    return out.getvalue()


def content() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


def paragraph(task: PlanTask, label: str) -> str:
    """What the text says after a label («Đơn vị phối hợp»), in the block of the task."""
    block = TEXT[TEXT.index(task.title.casefold()) :]
    end = block.index("- thời gian thực hiện")
    block = block[: block.index(".", end) + 1]
    found = re.search(rf"- {label.casefold()}:(.*?)(?= - (?:đơn vị|thời gian)|$)", block)
    return found.group(1) if found else ""


def test_the_twelve_tasks_stand_in_their_order_word_for_word() -> None:
    load()
    tasks = list(PlanTask.objects.in_order())
    assert [task.code for task in tasks] == CODES
    for task in tasks:
        assert task.title.casefold() in TEXT
        assert task.section.casefold() in TEXT
        assert task.timing_label.casefold() in paragraph(task, "thời gian thực hiện")


@pytest.mark.parametrize("code", CODES)
def test_the_parties_are_those_of_the_text_and_no_others(code: str) -> None:
    load()
    task = PlanTask.objects.get(code=code)
    lead, coordinating = (
        [party.label.casefold() for party in task.parties.filter(role=role).order_by("position")] for role in PartyRole
    )
    assert lead, "somebody leads"
    for labels, written in ((lead, task.lead_label), (coordinating, "Đơn vị phối hợp")):
        rest = paragraph(task, written).partition(" xây dựng kế hoạch")[0]
        places = [rest.index(label) for label in labels]
        assert places == sorted(places)
        for label in sorted(labels, key=len, reverse=True):
            rest = rest.replace(label, " ")
        assert not JOINERS.sub("", rest), f"the text names more: {rest}"


def test_nobody_who_signed_is_named_in_the_file() -> None:
    assert "signed_for_vi" not in FILE.read_text(encoding="utf-8")


def test_loading_twice_changes_nothing() -> None:
    load()
    first = list(TaskParty.objects.order_by("pk").values())
    assert "0 rows new, 0 changed" in load()
    assert list(TaskParty.objects.order_by("pk").values()) == first


def test_a_dry_run_says_what_it_would_do_and_does_nothing() -> None:
    assert "12 tasks" in load(dry_run=True)
    assert not Plan.objects.exists()


def test_what_the_department_filled_in_stays() -> None:
    load()
    Plan.objects.update(number="1234/KH-UBND", dated_on=date(2023, 5, 5))
    load()
    assert Plan.objects.get().number == "1234/KH-UBND"


@pytest.fixture
def agencies() -> None:
    """A few of the real ones, and a group; one name is borne twice at different times."""
    for code, name, kind, closed_on in (
        ("STTTT", "Sở Thông tin và Truyền thông tỉnh Bình Thuận", "department", date(2025, 3, 1)),
        ("STP", "Sở Tư pháp tỉnh Bình Thuận", "department", None),
        ("BAO", "Báo Bình Thuận", "press", None),
        ("SKHCN", "Sở Khoa học và Công nghệ tỉnh Bình Thuận", "department", None),
        ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch tỉnh Bình Thuận", "department", None),
    ):
        Agency.objects.create(code=code, name=name, kind=kind, closed_on=closed_on)
    Agency.objects.create(code="STP-MOI", name="Sở Tư pháp", kind="department", established_on=date(2025, 7, 1))
    old = Agency.objects.get(code="STTTT")
    for code, scope in (("SKHCN", "digital"), ("SVHTTDL", "press")):
        Succession.objects.create(
            predecessor=old,
            successor=Agency.objects.get(code=code),
            kind=SuccessionKind.SPLIT,
            scope=scope,
            on=date(2025, 3, 1),
        )
    group = UnitGroup.objects.create(code="so-nganh", label="Các sở, ban, ngành")
    group.kinds.create(kind="department")


def test_parties_are_resolved_on_the_day_of_the_plan(agencies: None) -> None:
    out = load()
    first, law = PlanTask.objects.get(code="1"), PlanTask.objects.get(code="2.1")
    assert first.parties.get(role="lead").agency == Agency.objects.get(code="STTTT")
    assert law.parties.get(label="Sở Tư pháp").agency == Agency.objects.get(code="STP")
    assert first.parties.get(label="Các sở, ban, ngành").unit_group == UnitGroup.objects.get()
    related = law.parties.get(label="Các cơ quan, đơn vị có liên quan")
    assert (related.agency, related.unit_group) == (None, None)
    assert "Các cơ quan, đơn vị có liên quan" in out


def test_a_party_is_another_agency_after_a_reorganisation(agencies: None) -> None:
    load()
    lead = PlanTask.objects.get(code="5").parties.get(role="lead")
    whole = PlanTask.objects.get(code="1").parties.get(label="Các sở, ban, ngành")
    unnamed = PlanTask.objects.get(code="2.1").parties.get(label="Các cơ quan, đơn vị có liên quan")
    assert [agency.code for agency in lead.agencies_on(date(2025, 2, 28))] == ["STTTT"]
    assert [agency.code for agency in lead.agencies_on(date(2025, 3, 1))] == ["SVHTTDL"]
    assert whole.agencies_on(date(2025, 2, 28)).count() == 4
    assert not unnamed.agencies_on(date(2025, 3, 1)).exists()


def spoil(change: Callable[[Any], Any]) -> Callable[[], bytes]:
    def spoiled() -> bytes:
        document = content()
        change(document)
        return json.dumps(document, ensure_ascii=False).encode()

    return spoiled


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "1: "),
    "blanks": (lambda: b" \n ", "1: "),
    "byte order mark": (lambda: b"\xef\xbb\xbf" + FILE.read_bytes(), "1: "),
    "utf-16": (lambda: FILE.read_text(encoding="utf-8").encode("utf-16"), "1: "),
    "windows-1258": (lambda: '{\n"plan": "ê"}'.encode("cp1258"), "2: "),
    "not json": (lambda: b'{\n"plan": {},,}', "2"),
    "deeply nested": (lambda: b"[" * 100_000, "1: "),
    "a list": (lambda: b"[]", "1: "),
    "no tasks": (spoil(lambda doc: doc.pop("tasks")), "tasks: "),
    "no plan": (spoil(lambda doc: doc.pop("plan")), "plan_tasks"),
    "a task that is a text": (spoil(lambda doc: doc["tasks"].insert(2, "5")), "3: "),
    "missing key": (spoil(lambda doc: doc["tasks"][4].pop("title_vi")), "5: "),
    "empty text": (spoil(lambda doc: doc["tasks"][4].update(title_vi=" \u200b")), "5: "),
    "a number for a text": (spoil(lambda doc: doc["tasks"][4].update(title_vi=5)), "5: "),
    "unknown timing": (spoil(lambda doc: doc["tasks"][0].update(recurrence="sometimes")), "1: "),
    "duplicate code": (spoil(lambda doc: doc["tasks"][3].update(code="5")), "10: "),
    "bad date": (spoil(lambda doc: doc["tasks"][2].update(due="30/9/2023")), "3: "),
    "parties not a list": (spoil(lambda doc: doc["tasks"][2].update(lead="Sở")), "3: "),
    "64 KB in a cell": (spoil(lambda doc: doc["tasks"][2].update(title_vi="x" * 65536)), "3: "),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_says_where_and_loads_nothing(name: str, tmp_path: Path) -> None:
    make, where = BAD[name]
    path = tmp_path / "plan_tasks.json"
    path.write_bytes(make())
    with pytest.raises(CommandError) as refused:
        load(path)
    assert refused.value.returncode == 1
    assert where in str(refused.value)
    assert not Plan.objects.exists()


def test_every_error_is_told_at_once(tmp_path: Path) -> None:
    document = content()
    document["tasks"][0].pop("code")
    document["tasks"][1].update(recurrence="sometimes")
    path = tmp_path / "plan_tasks.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        load(path)
    assert len(str(refused.value).splitlines()) == 2


def test_a_missing_file_is_one_line() -> None:
    with pytest.raises(CommandError, match="No such file"):
        load(Path("nowhere.json"))


def test_decomposed_letters_and_odd_spaces_are_made_plain(tmp_path: Path) -> None:
    document = content()
    document["tasks"][0]["title_vi"] = "Tuye\u0302n\u00a0truye\u0302\u0300n\u200b"
    path = tmp_path / "plan_tasks.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    load(path)
    assert PlanTask.objects.get(code="1").title == "Tuyên truyền"
