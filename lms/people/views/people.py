"""A person's card, and what may be put right on it: name and date of birth, contacts, two rows that are one person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.people.forms import ContactsForm, PersonForm
from lms.people.merging import merge
from lms.people.models import Person, RosterEntry
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused


def open_person(who: Visit, public_id: UUID) -> Person:
    """The person, if the account may see people of that roster, or it is oneself; 404 otherwise."""
    return get_object_or_404(Person.objects.visible_to(who.user, who.on), public_id=public_id)


@door("person.view_card")
@require_safe
def card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who it is, and where the person stands and stood."""
    who = visit(request)
    person = open_person(who, public_id)
    entries = RosterEntry.objects.visible_to(who.user, who.on).known().filter(person=person)
    context = {
        "person": person,
        "entries": list(entries.select_related("agency").order_by("-starts_on", "pk")),
        "kept": person.merged_into,
        "may_correct": allow("person.correct_name_or_birth_date", who.user, person, at=who.now),
        "may_merge": allow("person.merge_duplicates", who.user, at=who.now),
        "has_account": person.has_account(),
    }
    return render(request, "people/person.html", context)


@door("person.correct_name_or_birth_date")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the name or the date of birth right."""
    who = visit(request)
    person = open_person(who, public_id)
    require("person.correct_name_or_birth_date", who.user, person, at=who.now)
    initial = {"full_name": person.full_name, "birth_date": person.birth_date}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            person.correct(form.cleaned_data["full_name"], form.cleaned_data["birth_date"], by=who.user, now=who.now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The correction was recorded."))
            return redirect("people:person", person.public_id)
    return _form_page(request, person, form, _("Correct the name or the date of birth"))


@door("person.edit_contacts_without_account")
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write the contacts of somebody without an account. Only the focal person sees what stands there."""
    who = visit(request)
    person = open_person(who, public_id)
    require("person.edit_contacts_without_account", who.user, person, at=who.now)
    shown = who.user.holds("focal", on=who.on)
    initial = {"email": person.email, "phone": person.phone} if shown else {}
    form = ContactsForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        email, phone = (said["email"], said["phone"]) if shown else _kept(person, said["email"], said["phone"])
        person.write_contacts(email, phone, by=who.user, now=who.now)
        messages.success(request, _("The contacts were recorded."))
        return redirect("people:person", person.public_id)
    return _form_page(request, person, form, _("Write down contacts"))


def _kept(person: Person, email: str, phone: str) -> tuple[str, str]:
    """Whoever does not see the contacts cannot empty them by leaving a field empty."""
    return email or person.email, phone or person.phone


def _form_page(request: HttpRequest, person: Person, form: PersonForm | ContactsForm, title: str) -> HttpResponse:
    context = {"person": person, "form": form, "title": title}
    return render(request, "people/person_form.html", context, status=422 if form.errors else 200)


@door("person.merge_duplicates", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_into(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that another row is this person; this one stays."""
    who = visit(request)
    kept = open_person(who, public_id)
    require("person.merge_duplicates", who.user, at=who.now)
    if request.method == "POST":
        other = get_object_or_404(Person.objects.living(), public_id=_uuid(request.POST.get("duplicate", "")))
        merge(other, kept, by=who.user, now=who.now)
        messages.success(request, _("The two rows are one person now."))
        return redirect("people:person", kept.public_id)
    alike = Person.objects.living().named_alike(kept.full_name)
    text = request.GET.get("q", "").strip()
    if text:
        alike = Person.objects.living().filter(Q(pk__in=Person.objects.matching(text).values("pk")))
    people = alike.exclude(pk=kept.pk).in_order()[:50]
    rows = [(person, _standing(person)) for person in people.prefetch_related("roster_entries__agency")]
    return render(request, "people/person_merge.html", {"person": kept, "rows": rows, "text": text})


def _standing(person: Person) -> list[RosterEntry]:
    """Where the person stands or stood, the last first."""
    live = [entry for entry in person.roster_entries.all() if entry.voided_at is None]
    return sorted(live, key=lambda entry: entry.starts_on, reverse=True)[:3]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
