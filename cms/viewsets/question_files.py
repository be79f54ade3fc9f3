"""Question files in the CMS: checked, shown question by question, confirmed; and a bank as a file (learning.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.viewsets.base import ViewSet

from cms.question_forms import NAMES, ExportForm, QuestionFileForm
from courses.banks import Bank
from courses.exporting import contents, export, losses
from courses.formats.files import FORMATS, XLSX, format_of
from courses.formats.question_xlsx import template_file
from courses.importing import KIND, TO_WRITE, check, confirm, make_ready
from courses.models import Course, Question, VersionState
from courses.refused_questions import refused_file
from lms.jobs.models import ImportRun, ImportState, Verdict
from lms.people.models import Role
from lms.people.permissions import allow, door, require
from lms.people.views.downloads import attachment
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused
from lms.uploads.checks import FileError

MOST_LINES = 300
"""Lines shown of one verdict; the counts say how many there are."""
SHARED = 0
"""In addresses: the shared categories, which belong to no course."""
FIELDS = {
    "question": gettext_lazy("The whole question"), "code": gettext_lazy("Code"), "category": gettext_lazy("Category"),
    "tags": gettext_lazy("Tags"), "name": gettext_lazy("Name"), "stem": gettext_lazy("Line breaks of the question"),
    "stem_format": gettext_lazy("Formatting of the question"), "options": gettext_lazy("Options"),
    "key": gettext_lazy("Weights and the rule of scoring"), "feedback": gettext_lazy("Feedback"),
    "difficulty": gettext_lazy("Difficulty"), "source": gettext_lazy("Source"), "article": gettext_lazy("Article"),
    "check_by": gettext_lazy("Check-by date"), "settings": gettext_lazy("Limits of the answer"),
    "points": gettext_lazy("Points"), "pictures": gettext_lazy("Pictures"),
}  # fmt: skip


def commits_itself(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The gate opens no transaction around it: a file is read for seconds, and the verb below commits."""
    view.commits_itself = True  # type: ignore[attr-defined]
    return view


def _courses(who: Visit) -> Any:
    """Courses whose bank one may fill: those one teaches; an administrator fills all."""
    if who.user.holds(Role.ADMINISTRATOR, on=who.on):
        return Course.objects.all()
    return Course.objects.taught_by(who.user, who.on)


def _bank(who: Visit, course: int) -> Bank:
    """The bank of an address. Raises Http404 for one that is not the person's."""
    if course != SHARED:
        return Bank(get_object_or_404(_courses(who), pk=course))
    if not who.user.holds(Role.ADMINISTRATOR, Role.TRAINER, on=who.on):
        raise Http404
    return Bank(None)


def _run(who: Visit, pk: int) -> tuple[ImportRun, Bank]:
    """A check and its bank. Raises Http404 for one of a bank that is not the person's."""
    run = get_object_or_404(ImportRun, pk=pk, kind__startswith=f"{KIND}:")
    bank = Bank.named(run.scope)
    if not allow("question.import_dry_run", who.user, bank, at=who.now):
        raise Http404
    return run, bank


@door("question.import_dry_run")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The banks that one may fill, and one's last files."""
    who = visit(request)
    runs = ImportRun.objects.filter(kind__startswith=f"{KIND}:", actor=str(who.user.public_id))
    context = {
        "courses": _courses(who).order_by("code"), "runs": runs.order_by("-created_at", "-pk")[:10],
        "is_administrator": who.user.holds(Role.ADMINISTRATOR, on=who.on),
        "is_trainer": who.user.holds(Role.TRAINER, on=who.on), "shared": SHARED,
    }  # fmt: skip
    return render(request, "cms/questions/files/index.html", context)


@commits_itself
@door("question.import_dry_run")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, course: int) -> HttpResponse:
    """Take a file and check it; nothing changes yet."""
    who = visit(request)
    bank = _bank(who, course)
    if not allow("question.import_dry_run", who.user, bank, at=who.now):
        raise Http404
    form = QuestionFileForm(request.POST, request.FILES) if request.method == "POST" else QuestionFileForm()
    samples: list[str] = []
    if form.is_valid():
        try:
            return redirect("cms_question_files:run", _checked(form, bank, who).pk)
        except FileError as error:
            form.add_error("file", str(error))
        except Refused as error:
            form.add_error("file", str(error.message))
            samples = error.details.get("samples", [])
    context = {"bank": bank, "form": form, "samples": samples, "course": course}
    return render(request, "cms/questions/files/upload.html", context, status=422 if form.errors else 200)


def _checked(form: QuestionFileForm, bank: Bank, who: Visit) -> ImportRun:
    file = form.cleaned_data["file"]
    content = file.read()
    kept = FORMATS[form.cleaned_data["format"]] if form.cleaned_data["format"] else format_of(file.name, content)
    return check(content, kept=kept, bank=bank, by=who.user, now=who.now, confirmed=form.confirmed)


@door("question.import_dry_run")
@require_safe
def report(request: HttpRequest, run: int) -> HttpResponse:
    """What a file would change, question by question; or what it did change."""
    found, bank = _run(visit(request), run)
    lines = found.lines.order_by("row", "pk")
    counts = found.counts
    sections = [
        (verdict, verdict.label, list(lines.filter(verdict=verdict)[:MOST_LINES]))
        for verdict in (Verdict.REFUSED, Verdict.CONVERTED, Verdict.NEW, Verdict.NEW_VERSION,
                        Verdict.DUPLICATE_IN_FILE, Verdict.UNCHANGED)
        if counts.get(verdict)
    ]  # fmt: skip
    kept = FORMATS[found.kind.partition(":")[2]]
    context = {
        "run": found, "bank": bank, "format": NAMES[kept.name], "is_table": kept.is_table, "sections": sections,
        "tiles": [(verdict.label, counts[verdict]) for verdict in Verdict if counts.get(verdict)],
        "sound_count": sum(counts.get(verdict, 0) for verdict in TO_WRITE),
        "refused_count": counts.get(Verdict.REFUSED, 0), "is_dry": found.state == ImportState.DRY,
        "is_applied": found.state == ImportState.APPLIED, "most": MOST_LINES, "drafts": _drafts(found),
    }  # fmt: skip
    return render(request, "cms/questions/files/run.html", context)


def _drafts(run: ImportRun) -> int:
    """How many drafts a confirmed file left behind."""
    if run.state != ImportState.APPLIED:
        return 0
    written = run.lines.filter(verdict__in=TO_WRITE).values("target")
    return Question.objects.filter(code__in=written, versions__state=VersionState.DRAFT).count()


@commits_itself
@door("question.import_confirm")
@require_POST
def confirm_import(request: HttpRequest, run: int) -> HttpResponse:
    """Write the sound questions of a checked file as drafts."""
    who = visit(request)
    found, bank = _run(who, run)
    require("question.import_confirm", who.user, bank, at=who.now)
    only_sound = request.POST.get("only_sound") == "1"
    if confirm(found, bank=bank, by=who.user, now=who.now, only_sound=only_sound):
        messages.success(request, _("The questions stand in the bank as drafts."))
    else:
        messages.info(request, _("This file was imported before: nothing has changed."))
    return redirect("cms_question_files:run", found.pk)


@commits_itself
@door("question.import_confirm")
@require_POST
def ready(request: HttpRequest, run: int) -> HttpResponse:
    """Make ready, at once, what a confirmed file brought and what has no errors."""
    who = visit(request)
    found, bank = _run(who, run)
    require("question.import_confirm", who.user, bank, at=who.now)
    done, left = make_ready(found, by=who.user, now=who.now)
    messages.success(
        request, ngettext("%(count)s question is ready.", "%(count)s questions are ready.", done) % {"count": done}
    )
    if left:
        words = ngettext(
            "%(count)s question has errors and stays a draft.", "%(count)s questions have errors and stay drafts.", left
        )
        messages.warning(request, words % {"count": left})
    return redirect("cms_question_files:run", found.pk)


@door("question.import_dry_run")
@require_safe
def refused(request: HttpRequest, run: int) -> HttpResponse:
    """The refused questions as a file, each with what is wrong."""
    found, _bank = _run(visit(request), run)
    content, ending, content_type = refused_file(found)
    return attachment(content, f"cau-hoi-loi-{found.pk}.{ending}", content_type)


@door("question.import_dry_run")
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in."""
    return attachment(template_file(), "mau-cau-hoi.xlsx", XLSX)


@commits_itself
@door("question.export_with_keys", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export_bank(request: HttpRequest, course: int) -> HttpResponse:
    """First what each format loses, then the file."""
    who = visit(request)
    bank = _bank(who, course)
    require("question.export_with_keys", who.user, bank, at=who.now)
    form = ExportForm(request.POST or request.GET or None)
    chosen = FORMATS[form.cleaned_data["format"]] if form.is_valid() else None
    if request.method == "POST" and chosen:
        name = f"ngan-hang-{bank.course.pk if bank.course else 'chung'}.{chosen.ending}"
        return attachment(export(bank, chosen, by=who.user, now=who.now), name, chosen.content_type)
    found = losses(chosen, contents(bank)) if chosen else None
    fields = [(FIELDS[name], count) for name, count in found.fields] if found else []
    context = {"bank": bank, "form": form, "losses": found, "fields": fields, "course": course, "chosen": chosen}
    return render(request, "cms/questions/files/export.html", context)


class QuestionFilesViewSet(ViewSet):
    """Their addresses, and the entry of the menu."""

    icon = "download"
    menu_label = gettext_lazy("Question files")
    menu_order = 135
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", index, name="index"),
            path("template/", template, name="template"),
            path("<int:course>/import/", upload, name="upload"),
            path("<int:course>/export/", export_bank, name="export"),
            path("runs/<int:run>/", report, name="run"),
            path("runs/<int:run>/confirm/", confirm_import, name="confirm"),
            path("runs/<int:run>/ready/", ready, name="ready"),
            path("runs/<int:run>/refused/", refused, name="refused"),
        ]
