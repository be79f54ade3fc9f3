"""Files with an essay (learning.md §3, §8): sent into the open attempt, sealed with it, read by owner and markers."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from courses.models.answers import Slot, bad_value
from courses.models.attempts import Attempt, attempt_closed, epoch_stale
from courses.scoring import MOST_FILES
from lms.constraints import within
from lms.refusal import Refused
from lms.uploads.documents import LONGEST_NAME, Document

STORAGE = "private"
FOLDER = "answer-files"


class AnswerFile(models.Model):
    """A file that belongs to an answer. `name` is how its sender called it, and only the sender reads that: a marker
    must not learn a person's name from it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="files")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    ending = models.CharField(max_length=5)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    #: Where it lies in the private storage, under a name that says nothing.
    stored = models.CharField(max_length=200, editable=False)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            within("place", 1, MOST_FILES, name="answer_file_place_is_one_to_three"),
            models.UniqueConstraint(
                fields=["slot", "place"],
                name="answer_file_place_once",
                violation_error_message=_("There is already a file in this place."),
            ),
            models.UniqueConstraint(
                fields=["slot", "sha256"],
                name="answer_file_once",
                violation_error_message=_("This file is already with the answer."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def plain_name(self) -> str:
        """What it is called for whoever may not know whose it is."""
        return f"bai-lam-{self.slot.position}-{self.place}.{self.ending}"

    @classmethod
    def add(cls, attempt: Attempt, position: int, document: Document, *, epoch: int, now: datetime) -> bool:
        """Put a checked file with one's essay; False if this very file is there already.

        Raises Refused: bad_value (422) where the question takes no files, too_many_files, epoch_stale, attempt_closed.
        The bytes are written before the transaction and taken away again if it fails.
        """
        slot = _slot(attempt, position)
        most = int(slot.version.settings.get("files", 0))
        if not most:
            raise bad_value()
        sha256 = hashlib.sha256(document.content).hexdigest()
        if slot.files.filter(sha256=sha256).exists():
            return False
        stored = storages[STORAGE].save(
            f"{FOLDER}/{uuid.uuid4().hex}.{document.ending}", ContentFile(document.content)
        )  # fmt: skip
        try:
            with transaction.atomic():
                _hold(attempt, epoch, now)
                taken = set(slot.files.values_list("place", flat=True))
                free = next((place for place in range(1, most + 1) if place not in taken), None)
                if free is None:
                    raise _full(most)
                cls.objects.create(
                    slot=slot, place=free, name=document.name, ending=document.ending, size=len(document.content),
                    sha256=sha256, stored=stored, sent_at=now,
                )  # fmt: skip
        except (Refused, IntegrityError) as error:
            storages[STORAGE].delete(stored)
            if isinstance(error, Refused):
                raise
            raise _full(most) from error
        return True

    @classmethod
    def take_away(cls, attempt: Attempt, position: int, place: int, *, epoch: int, now: datetime) -> bool:
        """Take a file back while the attempt is open; False if it is not there. Raises Refused as `add`."""
        slot = _slot(attempt, position)
        with transaction.atomic():
            _hold(attempt, epoch, now)
            row = slot.files.filter(place=place).first()
            if row is None:
                return False
            row.delete()
        storages[STORAGE].delete(row.stored)
        return True


def files_of(slots: Iterable[int]) -> Mapping[int, list[AnswerFile]]:
    """By slot, in their order. One query."""
    found: dict[int, list[AnswerFile]] = defaultdict(list)
    for row in AnswerFile.objects.filter(slot__in=list(slots)).select_related("slot").order_by("slot", "place"):
        found[row.slot_id].append(row)
    return found


def _slot(attempt: Attempt, position: int) -> Slot:
    slot = attempt.slots.filter(position=position).select_related("version").first()
    if slot is None:
        raise bad_value()
    return slot


def _hold(attempt: Attempt, epoch: int, now: datetime) -> None:
    """Hold the attempt's row, as every writer of several rows does: the closing waits, or we find it closed."""
    if attempt.is_expired(now):
        raise attempt_closed()
    if Attempt.objects.open().filter(pk=attempt.pk, epoch=epoch).update(epoch=epoch):
        return
    current = Attempt.objects.get(pk=attempt.pk)
    raise epoch_stale(current.epoch) if current.is_open else attempt_closed()


def _full(most: int) -> Refused:
    message = _("At most %(most)s files go with this answer. Take one away first.") % {"most": most}
    return Refused("too_many_files", message, status=422)
