"""Rosters: the sample file, and invented officers in 117 of the 124 communes, so that seven have none (C10)."""

from __future__ import annotations

from datetime import date, datetime

from lms.people.models import COMMUNE_LEVEL, Agency, Group, Person, RosterEntry, Sex, User

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Thông", "Mai", "K’", "Bá")
GIVEN = ("An", "Bình", "Châu", "Dung", "Đạt", "Giang", "Hà", "Hòa", "Khánh", "Linh", "Ngân", "Oanh", "Phúc", "Quý",
         "Sơn", "Thảo", "Uyên", "Vinh", "Xuân", "Yến")  # fmt: skip
WITHOUT_ROSTER = 7
POSITIONS = ("Công chức văn hóa – xã hội", "Phụ trách đài truyền thanh", "Tuyên truyền viên cơ sở")


def invented_name(number: int) -> str:
    """A name that says of itself that it is invented, the same at every run."""
    return f"{FAMILY[number % len(FAMILY)]} Mẫu {GIVEN[(number * 7) % len(GIVEN)]}"


def commune_officers(on: date, by: User, now: datetime) -> list[RosterEntry]:
    """One to four grassroots information officers per commune; some communes also have a spokesperson."""
    communes = list(Agency.objects.on(on).filter(kind__in=COMMUNE_LEVEL).in_order())
    entries: list[RosterEntry] = []
    for place, commune in enumerate(communes[: len(communes) - WITHOUT_ROSTER]):
        for seat in range(1 + place % 4):
            number = place * 4 + seat
            person = Person.objects.create(
                full_name=invented_name(number), sex=(Sex.FEMALE, Sex.MALE)[number % 2], created_at=now,
                birth_date=date(1970 + number % 30, 1 + number % 12, 1 + number % 28),
            )  # fmt: skip
            group = Group.SPOKESPERSON if seat == 3 else Group.INFORMATION_OFFICER
            entries.append(
                RosterEntry.enter(
                    person=person,
                    agency=commune,
                    group=group,
                    position=POSITIONS[seat % 3],
                    starts_on=date(2025, 7, 1),
                    by=by,
                    now=now,
                )  # fmt: skip
            )
    return entries
