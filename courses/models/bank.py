"""The question bank: questions as records, in immutable versions (learning.md §3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.formats.ir import LONGEST_ALT, ONE_POINT, ImportedOption, ImportedPicture, ImportedQuestion
from courses.lint import lint
from courses.models.categories import DEEPEST, Category, under_q
from courses.models.pictures import Picture
from lms.audit.models import Event
from lms.constraints import one_of, within
from lms.days import local_day
from lms.people.models import User
from lms.refusal import Refused
from lms.vietnamese.fields import FoldedField
from lms.vietnamese.text import fold


class QuestionTag(models.Model):
    """A word to find questions by."""

    name = models.SlugField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, user: User, on: date) -> QuestionQuerySet:
        """Questions of the drawers that `user` may open: never a trainee's."""
        return self.filter(category__in=Category.objects.visible_to(user, on))

    def written_by(self, user: User, on: date) -> QuestionQuerySet:
        """Questions that `user` may change: see `CategoryQuerySet.written_by`."""
        return self.filter(category__in=Category.objects.written_by(user, on))

    def below(self, category: Category) -> QuestionQuerySet:
        """Questions of the category and of everything under it."""
        return self.filter(under_q([category.pk], "category"))


class Question(models.Model):
    """A question through all its versions."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="questions")
    tags = models.ManyToManyField(QuestionTag, blank=True, related_name="questions")
    is_active = models.BooleanField(_("in use"), default=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.code

    def new_version(self, content: ImportedQuestion, *, by: User, now: datetime) -> QuestionVersion:
        """A draft with these words and options; its key is written by `courses.grading.write_key`.

        Raises Refused "draft_exists" while another draft waits.
        """
        with transaction.atomic():
            version = QuestionVersion.write(self, content, now)
            self.tell("question.make_new_version", by=by, now=now, number=version.number)
        return version

    def drop(self, *, by: User, now: datetime) -> None:
        """Throw away a question that was never more than a draft.

        Raises Refused "question_in_use" once a version is ready, a quiz names it or an attempt asks it: retire it then.
        """
        with transaction.atomic():
            ready = self.versions.filter(state=VersionState.READY)
            if ready.exists() or self.quiz_places.exists() or self.slots.exists():
                message = _("This question is in use or was ready before. It can be retired, not deleted.")
                raise Refused("question_in_use", message)
            self.tell("question.create_or_edit_draft", by=by, now=now, deleted=1)
            self.versions.all().delete()
            self.delete()

    def retire(self, *, by: User, now: datetime) -> bool:
        """Draw it no more; attempts that ask it keep it. False if that was done before."""
        with transaction.atomic():
            if not Question.objects.filter(pk=self.pk, is_active=True).update(is_active=False):
                return False
            self.tell("question.retire", by=by, now=now)
        self.is_active = False
        return True

    def tell(self, action: str, *, by: User, now: datetime, **data: int) -> None:
        """Write the event of a verb on this question, inside its transaction."""
        who = str(by.public_id)
        Event.record(action, object_kind="question", object_id=self.code, actor=who, now=now, data=data)


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

    def newest(self) -> QuestionVersionQuerySet:
        """The newest version of each question, ready or not, in use or retired."""
        last = QuestionVersion.objects.filter(question=models.OuterRef("question")).order_by("-number").values("pk")[:1]
        return self.filter(pk=models.Subquery(last))

    def saying(self, words: str) -> QuestionVersionQuerySet:
        """Those with every word in their code, name or stem; neither case nor marks count."""
        found = self
        for word in fold(words).split():
            found = found.filter(
                Q(stem_folded__contains=word) | Q(question__code__icontains=word) | Q(name__icontains=word)
            )
        return found

    def with_content(self) -> QuestionVersionQuerySet:
        """With everything that `content` reads; five queries, however many there are."""
        path = "question__category__course", "question__category" + "__parent" * (DEEPEST - 1)
        in_order = models.Prefetch("options", Option.objects.order_by("position"))
        rows = self.select_related(*path, "answer_key")
        return rows.prefetch_related(in_order, "question__tags", "pictures__picture")


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

    @classmethod
    def write(cls, question: Question, content: ImportedQuestion, now: datetime) -> QuestionVersion:
        """The rows of a new draft. Raises Refused "draft_exists"."""
        if question.versions.filter(state=VersionState.DRAFT).exists():
            raise Refused("draft_exists", _("The question already has a draft."))
        last = question.versions.aggregate(last=models.Max("number"))["last"] or 0
        version = cls(question=question, number=last + 1, created_at=now)
        version._fill(content)
        return version

    @classmethod
    def write_all(
        cls, wanted: Sequence[tuple[Question, int, ImportedQuestion]], now: datetime
    ) -> list[QuestionVersion]:
        """The rows of many new drafts in two statements: question, number, content; nobody else holds the numbers."""
        versions = []
        for question, number, content in wanted:
            version = cls(question=question, number=number, created_at=now)
            version._describe(content)
            versions.append(version)
        cls.objects.bulk_create(versions, batch_size=500)
        options = [
            Option(version=version, uid=option.uid, position=place, text=option.text, side=option.side)
            for version, (_question, _number, content) in zip(versions, wanted, strict=True)
            for place, option in enumerate(content.options, start=1)
        ]
        Option.objects.bulk_create(options, batch_size=500)
        QuestionPicture.write_all(
            (version, content.pictures) for version, (_q, _n, content) in zip(versions, wanted, strict=True)
        )
        return versions

    def rewrite(self, content: ImportedQuestion) -> None:
        """Other words and options for a draft. Raises Refused "version_frozen" once it is ready."""
        self.require_draft()
        with transaction.atomic():
            self.options.all().delete()
            self.pictures.all().delete()
            self._fill(content)

    def require_draft(self) -> None:
        """Raises Refused "version_frozen" once the version is ready: then a new version is the way."""
        if self.state != VersionState.DRAFT:
            raise Refused("version_frozen", _("A ready version never changes. Make a new version."))

    def _fill(self, content: ImportedQuestion) -> None:
        self._describe(content)
        self.save()
        Option.objects.bulk_create(
            Option(version=self, uid=option.uid, position=place, text=option.text, side=option.side)
            for place, option in enumerate(content.options, start=1)
        )
        QuestionPicture.write_all([(self, content.pictures)])

    def _describe(self, content: ImportedQuestion) -> None:
        self.type, self.name, self.difficulty = content.type, content.name[:300], content.difficulty
        self.stem, self.stem_format = content.stem, content.stem_format
        rule = content.key.get("rule")
        self.settings = content.kept_settings() | ({"rule": rule} if rule else {})
        source = {"document": content.source, "article": content.article, "check_by": content.check_by}
        self.source = {name: text for name, text in source.items() if text}
        self.content_hash = content.content_hash()

    def content(self) -> ImportedQuestion:
        """The version as a file would hold it, key and feedback included: never for a trainee. See `with_content`."""
        key = getattr(self, "answer_key", None)
        options = tuple(ImportedOption(str(one.uid), one.text, one.side) for one in self.options_in_order())
        return ImportedQuestion(
            code=self.question.code, name=self.name, type=self.type, stem=self.stem, stem_format=self.stem_format,
            options=options, key=key.data if key else {}, feedback=key.feedback if key else {},
            category=self.question.category.path, tags=tuple(sorted(tag.name for tag in self.question.tags.all())),
            difficulty=self.difficulty, points=self.settings.get("points", ONE_POINT),
            settings={name: value for name, value in self.settings.items() if name not in ("rule", "points")},
            source=self.source.get("document", ""), article=self.source.get("article", ""),
            check_by=self.source.get("check_by", ""), pictures=self.pictures_in_order(),
        )  # fmt: skip

    def pictures_in_order(self) -> tuple[ImportedPicture, ...]:
        """The pictures by their place; no query after `with_content`."""
        rows = sorted(self.pictures.all(), key=lambda row: row.place)
        return tuple(
            ImportedPicture(row.picture.sha256, row.alt, str(row.option) if row.option else "") for row in rows
        )

    def options_in_order(self) -> list[Option]:
        """The options by their place; no query after `with_content`."""
        return sorted(self.options.all(), key=lambda option: option.position)

    def make_ready(self, *, by: User, now: datetime) -> bool:
        """From now on quizzes ask it, and nothing of it changes. False if it was ready before.

        Raises Refused: lint_errors (422, with the codes), and what `freeze` refuses.
        """
        if self.state == VersionState.READY:
            return False
        errors = [finding.code for finding in lint(self.content(), local_day(now)) if finding.is_error]
        if errors:
            message = _("The question has errors. Correct them before it becomes ready.")
            raise Refused("lint_errors", message, status=422, codes=errors)
        with transaction.atomic():
            if not self.freeze():
                return False
            self.question.tell("question.make_ready", by=by, now=now, number=self.number)
        return True

    def freeze(self) -> bool:
        """Make version, options and key immutable (triggers); False if they were.

        Raises Refused "no_right_answer" (422) for a question without a key that some answer meets.
        """
        if self.state == VersionState.READY:
            return False
        key = getattr(self, "answer_key", None)
        if key is None or not key.can_be_met():
            raise Refused("no_right_answer", _("The question has no answer that earns all its points."), status=422)
        with transaction.atomic():
            self.options.filter(is_frozen=False).update(is_frozen=True)
            self.pictures.filter(is_frozen=False).update(is_frozen=True)
            key.is_frozen = True
            key.save(update_fields=["is_frozen"])
            self.state = VersionState.READY
            self.save(update_fields=["state"])
        return True


class Side(models.TextChoices):
    NONE = "", _("Option")
    LEFT = "left", pgettext_lazy("side of a pair", "Left")
    RIGHT = "right", pgettext_lazy("side of a pair", "Right")


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


class QuestionPicture(models.Model):
    """A picture where it stands in a version: with an option, or (`option` empty) with the stem; `alt` says what it
    shows. Frozen with the version by a trigger."""

    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="places")
    place = models.PositiveSmallIntegerField()
    option = models.UUIDField(null=True, blank=True)
    alt = models.CharField(_("what the picture shows"), max_length=LONGEST_ALT, blank=True)
    #: Set when the version becomes ready: from then on a trigger refuses every change.
    is_frozen = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "place"],
                name="question_picture_place_once",
                violation_error_message=_("Two pictures cannot stand in the same place."),
            ),
            models.UniqueConstraint(
                fields=["version", "option"],
                condition=Q(option__isnull=False),
                name="question_picture_once_per_option",
                violation_error_message=_("An option has one picture at most."),
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    @classmethod
    def write_all(cls, wanted: Iterable[tuple[QuestionVersion, Iterable[ImportedPicture]]]) -> None:
        """The pictures of drafts, in place of earlier ones; what they show must be kept (`Picture.keep`)."""
        rows = [(version, place, one) for version, found in wanted for place, one in enumerate(found, start=1)]
        if not rows:
            return
        kept = dict(Picture.objects.filter(sha256__in={one.sha256 for _v, _p, one in rows}).values_list("sha256", "pk"))
        QuestionPicture.objects.bulk_create(
            [
                QuestionPicture(
                    version=version, place=place, picture_id=kept[one.sha256], option=one.option or None, alt=one.alt
                )
                for version, place, one in rows
            ],
            batch_size=500,
        )  # fmt: skip
