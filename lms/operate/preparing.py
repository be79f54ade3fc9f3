"""What must stand before the first request: schema, cache table, catalogues, static files, the real data.

Each step looks first and does nothing where all is done, so that a second start costs seconds.
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command, get_commands
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from lms.operate.translations import write_catalogues

Say = Callable[[str], object]

LOADERS: list[tuple[str, Path | None]] = [
    ("load_agencies", Path("lms/people/data/agencies.csv")),
    ("load_plan", Path("lms/plan/data/plan_tasks.json")),
    ("load_calendar", None),
    ("load_site", None),
    ("load_template", None),
]
"""Commands that load what the system needs, in their order, with the file each reads."""

DISK_FULL = "The disk is full: free some space and start again."


@contextmanager
def plain_failures() -> Iterator[None]:
    """A full disk or a dead database is one line, not a traceback. Raises CommandError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise CommandError(DISK_FULL) from error
        raise
    except DatabaseError as error:
        if "disk is full" in str(error) or "disk I/O error" in str(error):
            raise CommandError(DISK_FULL) from error
        if connection.vendor == "postgresql" and connection.connection is None:
            raise CommandError(f"The database does not answer: {str(error).splitlines()[0]}") from error
        raise


def prepare(say: Say) -> None:
    """Everything, in order. Raises CommandError with one line for what the operator can mend."""
    with plain_failures():
        write_catalogues(settings.LOCALE_PATHS)
        migrate(say)
        if settings.STATIC_COLLECTED:
            collect(say)
        load()
        refresh_statistics()


def migrate(say: Say) -> None:
    """Bring the schema up to date, if it is not."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database …")
        migrate_packages(executor)
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


ROWS_LOOKED_AT = 1000
"""Of each index: enough to tell a long table from a short one, and a second even for a whole province."""


def refresh_statistics() -> None:
    """Tell SQLite's planner what the tables hold: without, it reads a province's register for a page of people.

    PostgreSQL sees to it by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
            cursor.execute("ANALYZE")


def migrate_packages(executor: MigrationExecutor) -> None:
    """The packages first: their migrations rebuild the state of all models again and again, and ours, with their
    constraints, would make each of those steps several times dearer."""
    ours = {config.label for config in apps.get_app_configs() if config.path.startswith(str(settings.BASE_DIR / ""))}
    inside = str(settings.BASE_DIR / ".venv")
    ours -= {config.label for config in apps.get_app_configs() if config.path.startswith(inside)}
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] not in ours])


def collect(say: Say) -> None:
    """Copy, hash and compress the static files, if one of them has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    state = static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    say("Collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)


def static_state() -> str:
    """A hash of the names, sizes and times of all static files: some 10 ms."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            path = Path(storage.path(name)).stat()
            digest.update(f"{name} {path.st_size} {path.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load() -> None:
    """The real agencies, plan and calendar; the commands change nothing that is there already."""
    known = get_commands()
    for command, file in LOADERS:
        if command not in known:
            continue
        arguments = [] if file is None else [str(settings.BASE_DIR / file)]
        call_command(command, *arguments, verbosity=0)
