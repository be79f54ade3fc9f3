"""Vietnamese first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from lms.web.language import ChosenLanguageMiddleware


def language_of(accept: str = "", cookie: str = "") -> str:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accept
    if cookie:
        request.COOKIES["django_language"] = cookie
    with translation.override("en"):
        answer = ChosenLanguageMiddleware(
            lambda request: HttpResponse(headers={"X-Heard": translation.get_language()})
        )(request)
    return answer.headers["X-Heard"]


def test_a_phone_that_asks_for_english_gets_vietnamese():
    assert language_of(accept="en-US,en;q=0.9") == "vi"


def test_whoever_chose_english_gets_english():
    assert language_of(accept="vi", cookie="en") == "en"


def test_an_unknown_choice_is_ignored():
    assert language_of(cookie="xx") == "vi"
