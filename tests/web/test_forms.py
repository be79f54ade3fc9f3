"""Every Django form comes out of one field template."""

from __future__ import annotations

from bs4 import BeautifulSoup
from django import forms
from django.utils.translation import override


class Sample(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Như trong quyết định cử.")
    note = forms.CharField(label="Ghi chú", required=False)
    agree = forms.BooleanField(label="Tôi đồng ý")
    form = forms.ChoiceField(
        label="Hình thức", choices=[("a", "Trực tiếp"), ("b", "Trực tuyến")], widget=forms.RadioSelect
    )


def rendered(data: dict[str, str] | None = None) -> BeautifulSoup:
    with override("en"):
        return BeautifulSoup(Sample(data).as_div(), "html.parser")


def test_a_required_field_says_so_in_words_and_an_optional_one_does_not():
    tree = rendered()
    assert "required" in tree.select("label[for=id_name]")[0].text
    assert "required" not in tree.select("label[for=id_note]")[0].text


def test_help_and_errors_are_read_with_the_control():
    tree = rendered({"note": ""})
    control = tree.select("input[name=name]")[0]
    ids = str(control["aria-describedby"]).split()
    assert control.get("aria-invalid") == "true"
    assert {"id_name_helptext", "id_name_error"} == set(ids)
    assert all(tree.find(id=name) for name in ids)


def test_a_checkbox_stands_before_its_label_and_choices_in_a_fieldset():
    tree = rendered()
    assert tree.select("input[type=checkbox] + label")
    assert tree.select("fieldset > legend")[0].text.startswith("Hình thức")
    assert len(tree.select("fieldset input[type=radio]")) == 2
