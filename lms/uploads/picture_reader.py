"""A program of its own: a picture on standard input; on standard output the same picture, encoded anew.

It binds itself to 512 MB and 20 s of CPU before it looks at anything. Run by lms.uploads.pictures; the reader of
question files, bound by the same limits, calls `encoded` for the pictures inside a file.
"""

from __future__ import annotations

import io
import resource
import sys

from PIL import Image, ImageOps

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 20
MOST_PIXELS = 25_000_000
LONGEST_EDGE = 1600
"""Pixels of a master: what a full page of a printed test can show."""
MOST_PNG = 1024 * 1024
"""A PNG that would be larger is a photograph: it is kept as JPEG."""
QUALITY = 85
WIDTHS = (360, 720)
MOST_SERVED = 60 * 1024
QUALITIES = (80, 65, 50, 35, 20)


def encoded(content: bytes) -> tuple[str, int, int, list[bytes]]:
    """Ending, width and height of the master; then its bytes and those of the served sizes.

    Raises whatever Pillow raises for a picture that it cannot decode.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
        is_photo = opened.format == "JPEG"
        opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
        upright = ImageOps.exif_transpose(opened)
        flat = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    flat.info.clear()  # comments, profiles, places: Pillow would write them again
    flat.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    ending, master = "png", b"" if is_photo else _png(flat)
    if not 0 < len(master) <= MOST_PNG:
        ending, master = "jpg", _jpeg(flat)
    return ending, flat.width, flat.height, [master, *(_served(flat, width) for width in WIDTHS)]


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    _on_white(picture).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture.getchannel("A"))
    return page


def _served(picture: Image.Image, width: int) -> bytes:
    """WebP at most so wide and of at most 60 KB: first coarser, then smaller."""
    shown = picture.copy()
    shown.thumbnail((width, 4 * width), Image.Resampling.LANCZOS)
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            shown.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= MOST_SERVED:
                return out.getvalue()
        shown = shown.resize((max(1, shown.width * 3 // 4), max(1, shown.height * 3 // 4)), Image.Resampling.LANCZOS)


def main() -> None:
    """Limits first."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        ending, width, height, parts = encoded(sys.stdin.buffer.read())
    except Exception:  # noqa: BLE001 - whatever a foreign file does to a decoder: it cannot be read
        sys.exit(1)
    sys.stdout.buffer.write(f"{ending} {width} {height} {' '.join(str(len(part)) for part in parts)}\n".encode())
    for part in parts:
        sys.stdout.buffer.write(part)


if __name__ == "__main__":
    main()
