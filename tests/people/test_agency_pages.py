"""The list of agencies and one agency: for anybody signed in, in a constant number of queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make

pytestmark = pytest.mark.django_db


def body(response):
    assert response.status_code == 200
    return response.content.decode()


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("url", ["/agencies/", "/agencies/LDG-STP/", "/agencies/khong-co/"])
def test_a_stranger_is_asked_to_sign_in_before_any_look_up(client, url):
    make.real_agency("LDG-STP")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 302 and "login" in response["Location"]
    assert not [query for query in queries if "people_agency" in query["sql"]]


@pytest.mark.parametrize("who", ["lan", "other_trainee", "mai", "other_focal", "tu", "other_trainer", "sau", "admin"])
def test_everybody_signed_in_sees_agencies(who, request, client_of):
    make.real_agency("LDG-STP")
    client = client_of(request.getfixturevalue(who))
    assert "Sở Tư pháp" in body(client.get("/agencies/"))
    assert "Sở Tư pháp" in body(client.get("/agencies/LDG-STP/"))


def test_an_unknown_agency_is_not_found(lan, client_of):
    assert client_of(lan).get("/agencies/khong-co/").status_code == 404


def test_the_search_needs_no_marks_and_takes_y_for_i(lan, client_of):
    make.agency("UBND xã Thuận Quí")
    make.agency("UBND xã Tân Lập")
    page = body(client_of(lan).get("/agencies/", {"q": "thuan quy"}))
    assert "Thuận Quí" in page and "Tân Lập" not in page


def test_whole_words_come_before_parts_of_words_and_marks_before_none(lan, client_of):
    for name in ("UBND xã Hàm Tân", "UBND xã Tân Hải", "UBND xã Tấn Hạ", "UBND xã Tân Hà"):
        make.agency(name)
    page = body(client_of(lan).get("/agencies/", {"q": "Tân Hà"}))
    found = [page.index(name) for name in ("xã Tân Hà<", "xã Tấn Hạ<", "xã Tân Hải<", "xã Hàm Tân<")]
    assert found == sorted(found)


def test_the_list_is_that_of_the_day_asked_for(lan, client_of):
    make.agency("UBND xã Ngày Xưa", closed_on=date(2025, 7, 1))
    make.agency("UBND xã Ngày Nay", established_on=date(2025, 7, 1))
    client = client_of(lan)
    before = body(client.get("/agencies/", {"on": "2025-06-30"}))
    assert "Ngày Xưa" in before and "Ngày Nay" not in before
    today = body(client.get("/agencies/"))
    assert "Ngày Nay" in today and "Ngày Xưa" not in today
    ever = body(client.get("/agencies/", {"ended": "on"}))
    assert "Ngày Nay" in ever and "Ngày Xưa" in ever


def test_the_kind_narrows_the_list(lan, client_of):
    make.agency("Báo Mẫu", kind="press")
    make.agency("UBND xã Mẫu")
    page = body(client_of(lan).get("/agencies/", {"kind": "press"}))
    assert "Báo Mẫu" in page and "UBND xã Mẫu" not in page


@pytest.mark.parametrize("query", ["on=31/02/2025", "kind=club", "page=xyz", "q=" + "x" * 300, "on=&kind=&q=%00"])
def test_nonsense_in_the_address_is_no_error(lan, client_of, query):
    make.agency()
    assert client_of(lan).get(f"/agencies/?{query}").status_code == 200


def test_homonyms_are_told_apart_by_parent_and_dates(lan, client_of):
    make.all_agencies()
    client = client_of(lan)
    page = body(client.get("/agencies/", {"q": "xã Tân Hà", "ended": "on"}))
    assert page.count("UBND xã Tân Hà") >= 2
    assert "huyện Hàm Tân" in page and "huyện Đức Linh" in page and "30/06/2025" in page


def test_an_agency_tells_what_it_came_from_and_what_became_of_it(lan, client_of):
    make.all_agencies()
    client = client_of(lan)
    page = body(client.get("/agencies/BTH-STTTT/"))
    assert "/agencies/BTH-SKHCN/" in page and "/agencies/BTH-SVHTTDL/" in page and "28/02/2025" in page
    page = body(client.get("/agencies/LDG-22945/"))
    assert "/agencies/BTH-22945/" in page and "/agencies/LDG-UBND/" in page
    page = body(client.get("/agencies/BTH-THANH-PHO-PHAN-THIET/"))
    assert "/agencies/BTH-22945/" in page


def test_sources_are_for_the_department_alone(lan, sau, client_of):
    make.real_agency("LDG-SNG")
    assert "news.laodong.vn" not in body(client_of(lan).get("/agencies/LDG-SNG/"))
    assert "news.laodong.vn" in body(client_of(sau).get("/agencies/LDG-SNG/"))


def test_the_list_costs_the_same_however_long_it_is(lan, client_of):
    client = client_of(lan)
    make.agency()
    few = queries_of(client, "/agencies/")
    make.all_agencies()
    assert queries_of(client, "/agencies/") == few <= 6


def test_an_agency_costs_the_same_however_many_stand_below_and_before_it(lan, client_of):
    client = client_of(lan)
    make.real_agency("LDG-UBND")
    few = queries_of(client, "/agencies/LDG-UBND/")
    make.all_agencies()
    assert queries_of(client, "/agencies/LDG-UBND/") == few <= 10
