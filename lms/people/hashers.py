"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: 300 sign-ins at eight o'clock take seconds, not a minute.

    trust.md §4. Django's default (100 MiB, eight lanes) costs 239 ms of CPU a sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
