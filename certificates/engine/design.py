"""Our own certificate: A4 landscape, plain and dignified (domain.md §9). No image, seal, photo or identity number."""

from __future__ import annotations

from certificates.engine import ornament
from certificates.engine.items import Code, Decoration, Item, Run, Slot, Text
from certificates.engine.layout import Layout

WIDTH, HEIGHT = 84189, 59528
"""A4 landscape, in hundredths of a point."""

_MIDDLE = WIDTH // 2
_WIDE = 66000
_LEFT, _RIGHT = 22000, 60600
"""The middles of the columns at the head; the signer stands under the right one."""

_DOT = " \u00a0·\u00a0 "
"""Between facts on one line; its inner spaces never break."""

_COLOURS = {
    "ink": (27, 29, 33),
    "muted": (84, 88, 95),
    "red": (158, 22, 26),
    "gold": (166, 124, 45),
    "pale": (250, 244, 231),
}


def default_layout(title: str = "Giấy chứng nhận") -> Layout:
    """The design that a new installation starts with; `title` names the file, not the paper (a slot does)."""
    return Layout(
        title=title,
        width=WIDTH,
        height=HEIGHT,
        faces={"regular": "Regular", "bold": "SemiBold", "italic": "Italic"},
        colours=_COLOURS,
        items=(*_ornament(), *_head(), *_body(), *_foot()),
    )


def _mm(value: float) -> int:
    """Millimetres down from the upper edge, as a height."""
    return HEIGHT - round(value * 7200 / 25.4)


def _points(millimetres: float) -> int:
    return round(millimetres * 7200 / 25.4)


def _part(text: str, face: str = "regular", *, upper: bool = False) -> tuple[Run, ...]:
    return (Run(text=text, face=face, upper=upper),)


def _labelled(label: str, field: str) -> tuple[Run, ...]:
    """A plain label and the fact in the stronger face; both vanish when there is no fact."""
    return (Run(text=f"{label}: "), Run(text=field, face="bold"))


def _ornament() -> tuple[Item, ...]:
    inset, band = 2550, 1700
    return (
        Decoration(shapes=ornament.drum(_MIDDLE, _mm(108), 19500, "pale")),
        Decoration(shapes=ornament.frame(WIDTH, HEIGHT, inset, band, "gold")),
        Decoration(shapes=ornament.corners(WIDTH, HEIGHT, inset, band, "red")),
    )


def _head() -> tuple[Item, ...]:
    """The issuing body on the left, the name of the country and its motto on the right, as on official papers."""
    return (
        Slot(
            name="notice", parts=(_part("{notice_text}", "bold"),),
            x=_MIDDLE, y=_mm(21), width=70000, size=900, least=700, colour="red", tracking=40,
        ),
        Slot(
            name="superior", parts=(_part("{superior}", upper=True),),
            x=_LEFT, y=_mm(28.5), width=32000, size=1100, least=825,
        ),
        Slot(
            name="issuer", parts=(_part("{issuer}", "bold", upper=True),),
            x=_LEFT, y=_mm(34.1), width=32000, size=1150, least=900, lines=2, rule=40,
        ),
        Text(text="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", face="bold", x=_RIGHT, y=_mm(28.5), size=1150),
        Text(text="Độc lập - Tự do - Hạnh phúc", face="bold", x=_RIGHT, y=_mm(34.1), size=1200, rule=100),
    )  # fmt: skip


def _body() -> tuple[Item, ...]:
    """What is certified, about whom, for what: two lines of post and three of title still clear the foot."""
    return (
        Slot(
            name="title", tag="H1", parts=(_part("{title}", "bold", upper=True),),
            y=_mm(57), size=3400, least=2400, colour="red", tracking=180, x=_MIDDLE, width=_WIDE,
        ),
        Decoration(shapes=ornament.flourish(_MIDDLE, _mm(63), 15000, "gold")),
        Slot(
            name="lead", parts=(_part("{lead_text}", "italic"),),
            y=_mm(71.5), size=1250, least=900, colour="muted", x=_MIDDLE, width=_WIDE,
        ),
        Slot(
            name="person", parts=(_part("{person}", "bold"),),
            y=_mm(83.5), size=2900, least=1740, x=_MIDDLE, width=_WIDE,
        ),
        Slot(
            name="birth", parts=(_labelled("Ngày sinh", "{birth_text}"),),
            below="person", y=-_points(7.6), size=1200, least=900, x=_MIDDLE, width=_WIDE,
        ),
        Slot(
            name="post", parts=(_labelled("Chức vụ", "{position}"), _labelled("Đơn vị công tác", "{workplace}")),
            separator=_DOT, below="birth", y=-_points(6.2), size=1200, least=900, lines=2, x=_MIDDLE, width=_WIDE,
        ),
        Slot(
            name="statement", parts=(_part("{statement}", "italic"),),
            below="post", y=-_points(9), size=1250, least=900, colour="muted", x=_MIDDLE, width=_WIDE,
        ),
        Slot(
            name="course", parts=(_part("{course}", "bold"),),
            below="statement", y=-_points(8.8), size=1750, least=1200, lines=3, leading=125, x=_MIDDLE, width=_WIDE,
        ),
        Slot(
            name="study",
            parts=(_labelled("Thời lượng", "{study_periods} tiết"), _labelled("Thời gian", "{span_text}")),
            separator=_DOT, below="course", y=-_points(8.5), size=1150, least=800, x=_MIDDLE, width=_WIDE,
        ),
        Slot(
            name="outcome", parts=(_labelled("Hình thức", "{form}"), _labelled("Kết quả", "{result}")),
            separator=_DOT, below="study", y=-_points(6), size=1150, least=800, x=_MIDDLE, width=_WIDE,
        ),
    )  # fmt: skip


def _foot() -> tuple[Item, ...]:
    """The decision, the register and the way to verify on the left; the signer on the right, with room for a seal."""
    return (
        Slot(
            name="decision", parts=(_part("Theo {decision_text}"),),
            y=_mm(157), size=1050, least=750, x=_points(24), width=36000, align="left",
        ),
        Slot(
            name="note", parts=(_part("{note}", "italic"),),
            below="decision", y=-_points(5), size=950, least=700, x=_points(24), width=36000, align="left",
            colour="muted",
        ),
        Slot(
            name="issued", parts=(_part("{issued_text}", "italic"),),
            y=_mm(157), size=1150, least=900, x=_RIGHT, width=34000,
        ),
        Slot(
            name="authority", parts=(_part("{authority}", "bold", upper=True),),
            y=_mm(162.8), size=1150, least=850, x=_RIGHT, width=34000,
        ),
        Slot(
            name="signer_title", parts=(_part("{signer_title}", "bold", upper=True),),
            below="authority", y=-_points(5.2), size=1150, least=850, x=_RIGHT, width=34000,
        ),
        Slot(
            name="signer", parts=(_part("{signer}", "bold"),),
            y=_mm(188.5), size=1250, least=900, x=_RIGHT, width=34000,
        ),
        Code(x=_points(24), y=_mm(190.2), side=_points(24.5), alt="Mã QR dẫn đến trang tra cứu giấy chứng nhận"),
        Slot(
            name="number", parts=(_labelled("Số vào sổ", "{number_text}"),),
            y=_mm(172), size=1050, least=800, x=_points(54), width=27000, align="left",
        ),
        Slot(
            name="code", parts=(_labelled("Mã tra cứu", "{code_text}"),),
            y=_mm(178.3), size=1050, least=800, x=_points(54), width=27000, align="left",
        ),
        Slot(
            name="address", parts=(_labelled("Tra cứu tại", "{address_text}"),),
            y=_mm(184.6), size=1050, least=700, x=_points(54), width=27000, align="left",
        ),
        Slot(
            name="view", parts=(_part("{view_text}", "bold"),),
            x=_MIDDLE, y=_mm(192.7), width=60000, size=800, least=600, colour="red",
        ),
    )  # fmt: skip
