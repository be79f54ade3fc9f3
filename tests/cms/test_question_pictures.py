"""Pictures in the question editor, without a script."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.authoring import edition
from courses.models import Question
from tests.courses.test_question_pictures import png


def test_the_editor_takes_keeps_describes_and_drops_pictures(world):
    author, drawer = world.browser("TR"), world.own.course.categories.order_by("pk")[0]
    data = {
        "code": "HINH-1", "category": drawer.pk, "stem": "Biển nào?", "stem_format": "plain", "difficulty": 2,
        "rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 0, "rows-0-text": "", "rows-0-is_right": "on",
        "rows-0-alt": "Biển tròn", "rows-0-picture": SimpleUploadedFile("b.png", png((1, 2, 3))),
        "rows-1-text": "Không biển nào", "general": "Vì thế.",
        "pictures-TOTAL_FORMS": 1, "pictures-INITIAL_FORMS": 0, "pictures-0-alt": "Ngã tư",
        "pictures-0-picture": SimpleUploadedFile("a.png", png()),
    }  # fmt: skip
    assert author.post("/cms/questions/new/?type=single", data).url.startswith("/cms/questions/inspect/")
    question = Question.objects.get(code="HINH-1")

    def content():
        return question.versions.with_content().get().content()

    first = content()
    assert [one.alt for one in first.pictures] == ["Ngã tư", "Biển tròn"]
    assert first.options[0].text == "Biển tròn"
    html = author.get(f"/cms/questions/edit/{question.pk}/").content.decode()
    assert html.count("question-picture") == 2
    edited = data | {
        "rows-0-text": "Tròn", "rows-0-uid": first.options[0].uid, "rows-0-alt": "Biển báo tròn",
        "rows-1-uid": first.options[1].uid, "pictures-0-held": 0, "pictures-0-drop": "on",
        "version": _edition(question),
    }  # fmt: skip
    for name in ("rows-0-picture", "pictures-0-picture"):
        del edited[name]
    assert author.post(f"/cms/questions/edit/{question.pk}/", edited).status_code == 302
    assert [one.alt for one in content().pictures] == ["Biển báo tròn"]
    bad = edited | {"pictures-0-picture": SimpleUploadedFile("a.png", b"khong phai anh"), "version": _edition(question)}
    answer = author.post(f"/cms/questions/edit/{question.pk}/", bad)
    assert answer.status_code == 422
    assert "không phải PNG" in answer.content.decode() or "hỏng" in answer.content.decode()


def _edition(question):
    return edition(question.versions.with_content().get())
