"""The steps and the flags of the printed rule in words: for «Vì sao?» and «cần xem lại»."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

FLAG_WORDS = {
    "conflict": _("A mark contradicts a scan"),
    "wrong_place": _("Checked in from another room"),
    "shared_device": _("Checked in with the phone of somebody else"),
    "clock_jump": _("The clock of a phone jumped"),
    "chain_broken": _("A phone sent an incomplete list"),
}
STEP_WORDS = {
    "correction": _("a correction after the session"),
    "staff": _("a mark of the trainer in the room"),
    "sheet": _("the signed sheet"),
    "import": _("an imported list"),
    "scan": _("scans"),
    "claim": _("a claim, which earns nothing until the trainer confirms it"),
    "leave": _("leave granted before the session"),
    "": _("nothing: nobody has marked this session yet"),
}
