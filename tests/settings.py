"""The product's settings, on a folder of its own per process.

TEST_DATABASE_URL, TEST_BROKER_URL and TEST_CACHE_URL stand in for the variables of the product, whose own values a test
never reads: nobody's database is touched because it was in the shell.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

OURS = ("EMAIL_URL", "BASE_URL", "ALLOWED_HOSTS", "PROXY_COUNT", "PGBOUNCER", "DEBUG", "DEMO", "SECRET_KEY", "PORT")
for _name in OURS:
    os.environ.pop(_name, None)
for _name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL"):
    os.environ.pop(_name, None)
    if _value := os.environ.get(f"TEST_{_name}"):
        os.environ[_name] = _value
os.environ["STATIC_COLLECTED"] = "0"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="tap-huan-test-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from lms.operate.translations import write_catalogues  # noqa: E402 - after the environment is set
from lms.settings import *  # noqa: E402, F403 - after the environment is set

write_catalogues(LOCALE_PATHS)  # noqa: F405 - before Django reads them

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a sign-in per test
LOGGING = {"version": 1, "disable_existing_loggers": False}  # pytest shows what a failing test logged
