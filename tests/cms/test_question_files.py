"""Question files on the screens of the CMS: own banks alone, a report, drafts, the losses before the file."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from courses.models import Question, QuestionVersion, VersionState
from tests.make.quizzes import CANARY

ROOT = "/cms/question-files/"


def send(browser, course, content, name="cau-hoi.gift", **fields):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return browser.post(f"{ROOT}{course.pk}/import/", {"file": file, **fields})


def test_from_a_file_to_ready_questions(world):
    browser, course = world.browser("TR"), world.own.course
    answer = send(browser, course, "// [id:MAN-1]\nCâu của màn hình?{=Đúng ~Sai}\n")
    assert answer.status_code == 302
    page = browser.get(answer.url)
    assert "MAN-1" in page.content.decode()
    assert not Question.objects.filter(code="MAN-1").exists()
    assert browser.post(f"{answer.url}confirm/").status_code == 302
    assert QuestionVersion.objects.get(question__code="MAN-1").state == VersionState.DRAFT
    assert browser.post(f"{answer.url}ready/").status_code == 302
    assert QuestionVersion.objects.get(question__code="MAN-1").state == VersionState.READY
    assert browser.events == ["question.import_confirm", "question.make_ready"]


def test_a_bad_file_is_answered_in_the_form_and_leaves_nothing(world):
    browser = world.browser("TR")
    for content, name in ((b"<quiz><a></quiz>", "a.xml"), (b"x", "a.exe"), (b"", "a.gift"), (b"PK", "a.xlsx"),
                          (b"\xff\xfe\x00", "a.gift"), (b"a,b\n1,2", "a.csv")):  # fmt: skip
        answer = send(browser, world.own.course, content, name)
        assert answer.status_code == 422, name
        assert answer.context["form"].errors["file"], name
    assert browser.writes == []


def test_windows_1258_shows_its_lines_and_is_read_after_a_yes(world):
    browser = world.browser("TR")
    content = "Ca\u0301n bô\u0323 nào?{=a ~b}".encode("cp1258")
    answer = send(browser, world.own.course, content)
    assert answer.status_code == 422
    assert answer.context["samples"] == ["Cán bộ nào?{=a ~b}"]
    assert send(browser, world.own.course, content, is_windows_1258="on").status_code == 302


def test_a_foreign_bank_and_its_files_do_not_exist(world):
    own, run = world.own.course.pk, world.own.question_run.pk
    for path in (f"{own}/import/", f"{own}/export/", f"runs/{run}/", f"runs/{run}/refused/"):
        answers = {who: world.browser(who).get(ROOT + path) for who in ("TX", "CO", "T", "FO")}
        assert {answer.status_code for answer in answers.values()} == {404}, path
        assert not any(CANARY in answer.content.decode() for answer in answers.values())
    assert world.browser("TR").get(f"{ROOT}0/import/").status_code == 404, "administrators keep what all share"
    assert world.browser("AD").get(f"{ROOT}0/import/").status_code == 200


def test_the_losses_stand_before_the_file_and_the_file_is_an_event(world):
    browser = world.browser("TR")
    page = browser.get(f"{ROOT}{world.own.course.pk}/export/?format=aiken")
    assert page.context["losses"].touched
    assert CANARY not in page.content.decode()
    file = browser.post(f"{ROOT}{world.own.course.pk}/export/", {"format": "moodle-xml"})
    assert file["Content-Disposition"].startswith("attachment")
    assert browser.events == ["question.export_with_keys"]
    assert world.browser("AD").get(f"{ROOT}{world.own.course.pk}/export/").status_code == 403


@pytest.mark.parametrize("name", ["gift", "xml", "csv", "txt", "xlsx"])
def test_refused_questions_go_back_with_their_reasons(world, name):
    bad = {
        "gift": "Câu hỏng {=a\n",
        "xml": '<quiz><question type="cloze"><name><text>Hỏng</text></name></question></quiz>',
        "csv": "Dạng,Nội dung,A,B,Đáp án\nMột đáp án,Hỏng,a,b,E\n", "txt": "Hỏng?\nA. a\nANSWER: A\n", "xlsx": b"",
    }[name]  # fmt: skip
    if name == "xlsx":
        from courses.formats.question_xlsx import written  # noqa: PLC0415 - one of five

        bad = written([["Dạng", "Nội dung", "A", "B", "Đáp án"], ["Một đáp án", "Hỏng", "a", "b", "E"]])
    browser = world.browser("TR")
    answer = send(browser, world.own.course, bad, f"a.{name}")
    file = browser.get(f"{answer.url}refused/")
    assert file.status_code == 200
    if name in ("gift", "xml", "csv"):
        assert any(word in file.content.decode() for word in ("unclosed_brace", "type_unsupported", "no_right_option"))
        assert "ỏng" in file.content.decode()
    if name == "gift":
        assert send(browser, world.own.course, file.content, "lai.gift").status_code == 302, "it can be sent again"


def test_the_pages_ask_the_same_few_questions_however_long_the_file(world, django_assert_max_num_queries):
    browser = world.browser("TR")
    many = "\n\n".join(f"// [id:NH-{n}]\nCâu {n}?{{T}}" for n in range(60))
    answer = send(browser, world.own.course, many)
    with django_assert_max_num_queries(45):
        assert browser.get(answer.url).status_code == 200


def test_whoever_sent_a_file_in_reads_its_report_and_nobody_else(world):
    run = world.own.question_run
    type(run).objects.filter(pk=run.pk).update(actor=str(world.users["FO"].public_id))
    paths = ("/imports/", f"/imports/{run.pk}/", f"/imports/{run.pk}/refused/")
    pages = [world.browser("FO").get(path) for path in paths]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "unclosed_brace" in pages[2].content.decode()
    assert CANARY not in "".join(page.content.decode() for page in pages)
    assert [world.browser("FX").get(path).status_code for path in paths] == [200, 404, 404]


def test_the_commands_import_and_export(world, tmp_path, capsys):
    file, out = tmp_path / "a.gift", tmp_path / "b.xml"
    file.write_text("// [id:LENH-1]\nCâu của lệnh?{T}\n", encoding="utf-8")
    code = world.own.course.code
    call_command("import_questions", str(file), "--bank", code, "--format", "gift", "--dry-run")
    assert not Question.objects.filter(code="LENH-1").exists()
    call_command("import_questions", str(file), "--bank", code, "--format", "gift", "--ready")
    assert QuestionVersion.objects.get(question__code="LENH-1").state == VersionState.READY
    call_command("import_questions", str(file), "--bank", code, "--format", "gift")
    assert "nothing has changed" in capsys.readouterr().out
    call_command("export_questions", "--bank", code, "--format", "moodle-xml", "--out", str(out))
    assert "LENH-1" in out.read_text(encoding="utf-8")
    file.write_text("Câu {=a", encoding="utf-8")
    with pytest.raises(CommandError, match="rows_refused"):
        call_command("import_questions", str(file), "--bank", code, "--format", "gift")
    with pytest.raises(CommandError, match="bank_unknown"):
        call_command("export_questions", "--bank", "KHONG-CO", "--format", "gift", "--out", str(out))
