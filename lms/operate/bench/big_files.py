"""The two largest files that pass through the system, each in a process of its own: its seconds and its memory.

    python -m lms.operate.bench.big_files roster|workbook

on the province at full size. The last line is JSON: `seconds` of CPU, `megabytes` at most, `rows`.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import islice, product
from pathlib import Path
from typing import Self

import django
from django.conf import settings

OWN = re.compile(r"^RssAnon:\s+(\d+) kB", re.MULTILINE)
ROSTER_ROWS = 20_000
WORKBOOK_ROWS = 200_000


@dataclass(frozen=True)
class Effort:
    """What a file cost: CPU seconds of the process and those it waited for, and the most memory it held."""

    seconds: float
    megabytes: float
    rows: int


def in_a_process(name: str) -> Effort:
    """Measure one of `JOBS`. Raises CalledProcessError if it failed."""
    done = subprocess.run(  # noqa: S603 — our own interpreter and module
        [sys.executable, "-m", "lms.operate.bench.big_files", name], cwd=settings.BASE_DIR, check=True,
        stdout=subprocess.PIPE, text=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings"},
    )  # fmt: skip
    return Effort(**json.loads(done.stdout.splitlines()[-1]))


def roster() -> int:
    """20,000 new people of all agencies, checked and confirmed; how many rows."""
    from django.utils import timezone  # noqa: PLC0415 — this process sets Django up first

    from lms.days import local_day  # noqa: PLC0415
    from lms.people.importing import check, confirm  # noqa: PLC0415
    from lms.people.models import Agency  # noqa: PLC0415

    now = timezone.now()
    writable = Agency.objects.reporting()
    codes = list(writable.filter(code__startswith="SCALE-", closed_on__isnull=True).values_list("code", flat=True))
    content = roster_file(codes, ROSTER_ROWS)
    run = check(content, writable=writable, agency=None, by=None, now=now, on=local_day(now))
    confirm(run, writable=writable, by=None, now=now)
    return int(sum(run.counts.get(verdict, 0) for verdict in ("new",)))


def roster_file(codes: list[str], count: int) -> bytes:
    """A roster of people whose names differ, spread over the agencies."""
    words = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Linh", "Minh", "Nga", "Oanh", "Phúc", "Quân", "Sơn")
    names = (f"Nguyễn {first} {second} {third} {last}" for first, second, third, last in product(words, repeat=4))
    lines = [
        f"{name},{1 + place % 28:02d}/{1 + place % 12:02d}/{1960 + place % 40},Nữ,{codes[place % len(codes)]},"
        "Chuyên viên,communication_officer,,,15/07/2025"
        for place, name in enumerate(islice(names, count))
    ]
    return "\n".join(["full_name,birth_date,sex,agency_code,position,group,email,phone,starts_on", *lines]).encode()


def workbook() -> int:
    """«Danh sách người thuộc diện» of all agencies, as it is asked for on the coverage page; how many rows."""
    from lms.coverage.people_table import PeopleList  # noqa: PLC0415 — this process sets Django up first
    from lms.coverage.question import Question  # noqa: PLC0415
    from lms.operate.bench.scale import ASKED  # noqa: PLC0415
    from lms.papers.xlsx import write  # noqa: PLC0415
    from lms.plan.models import Period, PeriodKind, PlanTask  # noqa: PLC0415

    task = PlanTask.objects.get(plan__code="SCALE", code="1")
    question = Question.ask(task, Period.objects.get(kind=PeriodKind.YEAR, year=ASKED))
    listed = PeopleList(question, None, "listed")
    with tempfile.TemporaryFile() as out:
        write(listed.paper(), out)
    return listed.size()


JOBS: dict[str, Callable[[], int]] = {"roster": roster, "workbook": workbook}


def measured(job: Callable[[], int]) -> Effort:
    """Run it here. Its memory is its own: the window of SQLite on its file (`mmap_size`) belongs to the system."""
    with Watch() as watch:
        began = time.process_time() + _of_children()
        rows = job()
        seconds = time.process_time() + _of_children() - began
    return Effort(seconds, watch.most / 1000, rows)


class Watch:
    """Looks ten times a second how much memory this process holds for itself; `most` in kilobytes."""

    def __init__(self) -> None:
        self.most = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while True:
            found = OWN.search(Path("/proc/self/status").read_text(encoding="utf-8"))
            self.most = max(self.most, int(found[1]) if found else 0)
            if self.over.wait(0.1):
                return


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    django.setup()
    gc.collect()
    gc.freeze()  # as the processes of the system do
    sys.stdout.write(json.dumps(asdict(measured(JOBS[sys.argv[1]]))) + "\n")
