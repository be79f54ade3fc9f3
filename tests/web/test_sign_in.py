"""The screens of the front door: Vietnamese, labelled, and closed where they must be."""

from __future__ import annotations

import pytest
from argon2.low_level import Type
from bs4 import BeautifulSoup
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.test import Client, RequestFactory
from django.urls import reverse

from lms import settings as product
from lms.people.adapters import AccountAdapter, SocialAccountAdapter
from lms.people.hashers import Argon2

OPEN = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
    "account_signup",
]


def tree(name: str) -> BeautifulSoup:
    response = Client(headers={"accept-language": "vi"}).get(reverse(name))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_a_screen_has_a_language_a_title_one_heading_and_one_main(name):
    page = tree(name)
    assert page.html is not None
    assert page.html["lang"] == "vi"
    assert page.title is not None
    assert not page.title.text.startswith(" ·")
    assert len(page.select("h1")) == len(page.select("main")) == 1
    for control in page.select("main input:not([type=hidden]), main select"):
        assert page.select(f"label[for={control['id']}]"), control
    for link in page.select("a, button"):
        assert link.get_text(strip=True)


@pytest.mark.django_db
def test_signing_in_asks_for_address_or_user_name_and_offers_no_sign_up():
    page = tree("account_login")
    assert "Thư điện tử hoặc tên đăng nhập" in page.select("label[for=id_login]")[0].text
    assert page.select("input[name=password]")[0]["autocomplete"] == "current-password"
    assert not page.select(f"a[href='{reverse('account_signup')}']")


@pytest.mark.django_db
def test_signing_up_is_closed_for_everybody():
    page = tree("account_signup")
    assert not page.select("main form")
    request = RequestFactory().get("/")
    assert AccountAdapter().is_open_for_signup(request) is False
    assert SocialAccountAdapter().is_open_for_signup(request, None) is False


@pytest.mark.django_db
def test_a_wrong_password_is_explained_in_vietnamese_and_read_aloud():
    data = {"login": "nobody", "password": "wrong"}
    response = Client(headers={"accept-language": "vi"}).post(reverse("account_login"), data)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select(".errorlist")[0].get_text(strip=True) == "Tên đăng nhập hoặc mật khẩu không đúng."


def test_a_password_costs_nineteen_mebibytes_and_two_passes():
    hasher = Argon2()
    encoded = hasher.encode("mật khẩu dài", hasher.salt())
    assert "$argon2id$" in encoded
    assert "m=19456,t=2,p=1" in encoded
    assert hasher.params().type == Type.ID
    assert hasher.verify("mật khẩu dài", encoded)
    assert not hasher.verify("mật khẩu khác", encoded)


def test_new_passwords_get_our_hasher_and_old_costs_are_renewed(settings):
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    encoded = make_password("mật khẩu dài")
    assert isinstance(identify_hasher(encoded), Argon2)
    assert check_password("mật khẩu dài", encoded)
    assert not Argon2().must_update(encoded)
    assert Argon2().must_update(encoded.replace("m=19456", "m=8192"))


def test_a_subject_names_the_system():
    assert AccountAdapter().format_email_subject("Đặt lại mật khẩu") == "[Tập Huấn] Đặt lại mật khẩu"
