"""The question bank: questions as records, in immutable versions (learning.md §3)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course
from lms.constraints import one_of, within
from lms.vietnamese.fields import CleanCharField, FoldedField


class Category(models.Model):
    """A drawer of the bank, at most five levels deep; of one course, or shared (`course` empty)."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="categories")
    name = CleanCharField(_("name"), max_length=200)
    name_folded = FoldedField(source="name")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_folded"],
                condition=Q(parent__isnull=False),
                name="category_name_once_in_its_parent",
                violation_error_message=_("There is already a category with this name."),
            ),
            models.UniqueConstraint(
                fields=["course", "name_folded"],
                condition=Q(parent__isnull=True, course__isnull=False),
                name="category_name_once_in_its_course",
                violation_error_message=_("There is already a category with this name."),
            ),
            models.UniqueConstraint(
                fields=["name_folded"],
                condition=Q(parent__isnull=True, course__isnull=True),
                name="category_name_once_among_the_shared",
                violation_error_message=_("There is already a category with this name."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="category_is_not_its_own_parent",
                violation_error_message=_("A category cannot stand under itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuestionTag(models.Model):
    """A word to find questions by."""

    name = models.SlugField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """A question through all its versions."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="questions")
    tags = models.ManyToManyField(QuestionTag, blank=True, related_name="questions")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.code


class QuestionType(models.TextChoices):
    SINGLE = "single", _("One right answer")
    MULTIPLE = "multiple", _("Several right answers")
    TRUE_FALSE = "true_false", _("True or false")
    MATCHING = "matching", _("Matching")
    ORDERING = "ordering", _("Ordering")
    SHORT_TEXT = "short_text", _("Short text")
    NUMERIC = "numeric", _("Number")
    ESSAY = "essay", _("Essay")


class StemFormat(models.TextChoices):
    PLAIN = "plain", _("Plain text")
    MARKDOWN = "markdown", _("Markdown")
    HTML = "html", _("HTML")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    READY = "ready", _("Ready")


class QuestionVersionQuerySet(models.QuerySet["QuestionVersion"]):
    def ready(self) -> QuestionVersionQuerySet:
        return self.filter(state=VersionState.READY)

    def current(self) -> QuestionVersionQuerySet:
        """The newest ready version of each question that is in use."""
        newest = (
            QuestionVersion.objects.ready()
            .filter(question=models.OuterRef("question"))
            .order_by("-number")
            .values("pk")[:1]
        )
        return self.ready().filter(question__is_active=True, pk=models.Subquery(newest))


class QuestionVersion(models.Model):
    """A question as it was worded. Ready is for ever: triggers refuse to change it, its options or its key."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    type = models.CharField(_("type"), max_length=20, choices=QuestionType.choices)
    name = models.CharField(_("name"), max_length=300, blank=True)
    stem = models.TextField(_("question"))
    stem_format = models.CharField(max_length=10, choices=StemFormat.choices, default=StemFormat.PLAIN)
    stem_folded = FoldedField(source="stem", max_length=4000)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=2)
    #: What a trainee may know of the form: {"unit": …, "words_min": …, "rule": …}; never anything of the key.
    settings = models.JSONField(default=dict, blank=True)
    source = models.JSONField(default=dict, blank=True)
    content_hash = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(editable=False)

    objects = QuestionVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("state", VersionState, name="question_version_state_is_known"),
            one_of("type", QuestionType, name="question_version_type_is_known"),
            one_of("stem_format", StemFormat, name="question_version_format_is_known"),
            within("difficulty", 1, 5, name="question_difficulty_is_one_to_five"),
            models.UniqueConstraint(
                fields=["question", "number"],
                name="question_version_number_once",
                violation_error_message=_("This version exists already."),
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(state="draft"),
                name="question_has_one_draft",
                violation_error_message=_("The question already has a draft."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.number}"


class Side(models.TextChoices):
    NONE = "", _("Option")
    LEFT = "left", _("Left")
    RIGHT = "right", _("Right")


class Option(models.Model):
    """An option as shown: what is right is in the key, not here. `uid` is kept in later versions."""

    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="options")
    uid = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))
    side = models.CharField(max_length=5, choices=Side.choices, blank=True, default=Side.NONE)
    #: Set when the version becomes ready: from then on a trigger refuses every change.
    is_frozen = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            one_of("side", Side, name="option_side_is_known"),
            models.UniqueConstraint(
                fields=["version", "uid"],
                name="option_uid_once",
                violation_error_message=_("This option is already there."),
            ),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="option_position_once",
                violation_error_message=_("Two options cannot stand in the same place."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
