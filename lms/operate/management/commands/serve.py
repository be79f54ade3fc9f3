"""`manage.py serve`: the whole system on one machine, or one part of it on one of many."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from lms.operate.checks import OURS
from lms.operate.preparing import plain_failures, prepare

ROLES = ("all", "web", "worker", "beat")
SUPERVISOR = Path(__file__).resolve().parents[2] / "supervise.py"


class Command(BaseCommand):
    """Prepares, then becomes the server: Django's memory is given back before the first request."""

    help = "Serve the site. Without options: web and worker on http://127.0.0.1:8000."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """PORT and DATA_DIR in the environment work too."""
        parser.add_argument("--role", choices=ROLES, default="all", help="which part to run here")
        parser.add_argument("--bind", default=f"127.0.0.1:{os.environ.get('PORT') or 8000}", metavar="HOST:PORT")
        parser.add_argument("--workers", type=int, default=1, help="web processes, or job processes of --role worker")
        parser.add_argument("--threads", type=int, default=8, help="threads of a web process")
        parser.add_argument("--queues", default="lms,lms-bulk", help="what --role worker works on")
        parser.add_argument("--no-setup", action="store_true", help="everything stands: `setup` has run")
        parser.add_argument("--demo", action="store_true", help="load the demonstration and print its accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look whether it can work, prepare, and hand over."""
        host, port = address(options["bind"])
        os.environ["PORT"] = str(port)
        os.environ["WEB_CONCURRENCY"] = str(options["workers"] if options["role"] != "worker" else 1)
        lock = None
        if (options["demo"] or settings.DEMO) and host not in settings.LOOPBACK:
            raise CommandError("The demonstration's passwords are public: it is served on 127.0.0.1 only.")
        with plain_failures():
            if options["role"] == "all":
                lock = take_lock(Path(settings.DATA_DIR) / "run" / "lock")
            if options["role"] in ("all", "web"):
                try_port(host, port)
            if not options["no_setup"]:
                prepare(self.stdout.write)
            accounts = self.load_demo() if options["demo"] else ""
            refuse_broken_promises()
        connections.close_all()
        hand_over(options, ready_text=f"{accounts}\nTập Huấn: {base_url(port)}  (Ctrl-C ends it)", lock=lock)

    def load_demo(self) -> str:
        """The demonstration's people, with passwords that are public: the checks keep it on loopback."""
        os.environ["DEMO"] = "1"
        self.stdout.write("Loading the demonstration …")
        call_command("demo", stdout=StringIO())  # it lists the accounts too: once is enough, at the end
        accounts = json.loads((Path(settings.DATA_DIR) / "demo-accounts.json").read_text(encoding="utf-8"))
        line = "  {role:<14} {name:<24} {username:<10} {password}  {code:<6}  {url}"
        lines = [line.format(**row) for row in accounts]
        head = "Demonstration accounts (role, name, user name, password, code of the second step, where to begin):"
        return "\n".join(["", head, *lines])


def refuse_broken_promises() -> None:
    """Our own system checks, also those that ask the database. Raises CommandError if one of them is an error: nothing
    is served that would break a promise."""
    found = [one for one in run_checks(tags=[OURS], databases=["default"]) if one.is_serious(ERROR)]
    if found:
        raise CommandError(
            "\n".join(["Not served: this would break a promise.", *(f"{one.id}: {one.msg}" for one in found)])
        )


def address(bind: str) -> tuple[str, int]:
    """HOST:PORT in two. Raises CommandError."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandError(f"«{bind}» is not HOST:PORT.")
    return host.strip("[]"), int(port)


def base_url(port: int) -> str:
    """Where people find the site."""
    return os.environ.get("BASE_URL") or f"http://127.0.0.1:{port}"


def try_port(host: str, port: int) -> None:
    """Raises CommandError if somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: PORT=8001 make run"
            ) from error


def take_lock(path: Path) -> int:
    """The lock on this DATA_DIR, held as long as the server lives. Raises CommandError if another one holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise CommandError(f"Another `serve` is at work in {path.parents[1]}. Stop it, or set DATA_DIR.") from error
    return descriptor


def web(options: dict[str, Any]) -> list[str]:
    """gunicorn's command line; it logs no addresses, for they hold codes."""
    preload = ["--preload"] if options["workers"] > 1 else []
    shape = ["-k", "gthread", "-w", str(options["workers"]), "--threads", str(options["threads"])]
    manners = ["--graceful-timeout", "25", "--no-control-socket", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "lms.wsgi", "-b", options["bind"], *shape, *manners, *preload]


def worker(options: dict[str, Any], *, concurrency: int = 1) -> list[str]:
    """Celery's command line: processes, for a job that runs wild must be killable."""
    pool = ["-P", "prefork", "-c", str(concurrency), "-O", "fair", "-Q", options["queues"]]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return [sys.executable, "-m", "celery", "--quiet", "-A", "lms.celery", "worker", *pool, *quiet]


def beat(options: dict[str, Any]) -> list[str]:
    """The clock of the sweep, alone."""
    return [sys.executable, "-m", "celery", "--quiet", "-A", "lms.celery", "beat", "--loglevel", "WARNING"]


def hand_over(options: dict[str, Any], *, ready_text: str, lock: int | None) -> None:
    """Become the server; does not return."""
    os.chdir(settings.BASE_DIR)
    # Celery's soft shutdown counts only so; the root warning of a container helps nobody.
    # Celery would run Django's checks and throw away what they say, at the price of every screen in its memory.
    os.environ.update(REMAP_SIGTERM="SIGQUIT", PYTHONWARNINGS="ignore:::celery.platforms", CELERY_SKIP_CHECKS="1")
    role = options["role"]
    if role != "all":
        several = worker(options, concurrency=options["workers"])
        alone = {"web": web(options), "worker": several, "beat": beat(options)}[role]
        os.execv(sys.executable, alone)  # noqa: S606 - our own command line
    os.environ["WORKER_IS_ALONE"] = "1"  # it asks for the sweep itself
    if lock is not None:
        os.set_inheritable(lock, True)
    host, port = address(options["bind"])
    spec = {
        "children": [
            {"name": "web", "argv": web(options)},
            {"name": "worker", "argv": worker(options)},
        ],
        "ready": {"host": "127.0.0.1" if host == "0.0.0.0" else host, "port": port, "text": ready_text},  # noqa: S104 - compared, not bound
    }
    os.execv(sys.executable, [sys.executable, "-P", str(SUPERVISOR), json.dumps(spec)])  # noqa: S606 - our own file
