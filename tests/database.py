"""One migrated template per schema, and a copy of it per process: migrating costs 13 seconds, copying 0.05.

The template is named by a hash of everything that shapes it, made under a file lock, and kept outside the tree between
runs. SQLite copies the file; PostgreSQL creates a database from the template.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from lms.operate.preparing import migrate_packages

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(tempfile.gettempdir()) / f"tap-huan-templates-{os.getuid()}"
KEPT_SECONDS = 3 * 24 * 3600
_numbers = itertools.count()
_copies: list[str] = []


def fresh_copy() -> None:
    """Point the connection of this process at a new copy of the template; older copies are dropped."""
    name = _copy_file() if connection.vendor == "sqlite" else _copy_database()
    _point_at(name)
    for old in _copies:
        _drop(old)
    _copies[:] = [name]


def drop_copies() -> None:
    """Leave nothing behind at the end of a run."""
    connections.close_all()
    while _copies:
        _drop(_copies.pop())


def url() -> str:
    """The address of this process's copy, for a child process (DATABASE_URL)."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    parts = connection.settings_dict
    secret = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    return f"postgres://{parts['USER']}{secret}@{parts['HOST'] or '127.0.0.1'}:{parts['PORT'] or 5432}/{name}"


def schema_hash() -> str:
    """Changes with our migrations, the triggers they call and the locked packages."""
    shaping = sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("lms/*/migrations/*.py"))
    digest = hashlib.sha256(f"{settings.LANGUAGE_CODE} {settings.INSTALLED_APPS}".encode())
    for path in [*shaping, ROOT / "lms/audit/triggers.py", ROOT / "requirements.lock"]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _locked() -> Iterator[None]:
    KEPT.mkdir(mode=0o700, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _point_at(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _migrate_into(name: str) -> None:
    before = connection.settings_dict["NAME"]
    _point_at(name)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # a template torn by a power cut was never renamed
    migrate_packages(MigrationExecutor(connection))
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _point_at(before)


def _copy_file() -> str:
    template = KEPT / f"{schema_hash()}.sqlite3"
    with _locked():
        if not template.exists():
            _forget_old_files()
            part = template.with_suffix(".sqlite3-part")
            _migrate_into(str(part))
            part.rename(template)
        copy = Path(settings.DATA_DIR) / f"test-{next(_numbers)}.sqlite3"
        template.touch()
        shutil.copyfile(template, copy)
    return str(copy)


def _forget_old_files() -> None:
    """Templates of schemas that nobody has had for three days."""
    for old in KEPT.glob("*.sqlite3*"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink()


def _copy_database() -> str:
    template = f"lms_template_{schema_hash()}"
    copy = f"lms_test_{os.getpid()}_{next(_numbers)}"
    with _locked(), _server() as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if not known:
            part = f"{template}_part"
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(part)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(part)))
            _migrate_into(part)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            server.execute(rename.format(sql.Identifier(part), sql.Identifier(template)))
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(make.format(sql.Identifier(copy), sql.Identifier(template)))
    return copy


def _drop(name: str) -> None:
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
        return
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _server() -> psycopg.Connection[tuple[object, ...]]:
    parts = connection.settings_dict
    return psycopg.connect(
        host=parts["HOST"] or None,
        port=parts["PORT"] or None,
        user=parts["USER"] or None,
        password=parts["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )
