"""The picture that other sites show beside a link to this one; drawn at build, from no network."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
"""Pixels; what previews of links expect."""

_SCALE = 4
"""Drawn as many times as large, then made smaller: Pillow's lines have hard edges."""


def draw_preview(target: Path, title: str, lines: list[str]) -> None:
    """Write a PNG with the site's name and a few lines under it."""
    width, height = (side * _SCALE for side in SIZE)
    picture = Image.new("RGB", (width, height), "#14211d")
    draw = ImageDraw.Draw(picture)
    nodes = [(0.80 * width, (1 - y) * height) for y in (0.78, 0.86, 0.78, 0.66, 0.52)]
    nodes = [(x + dx * width, y) for (x, y), dx in zip(nodes, (0, 0.07, 0.14, 0.07, 0.07), strict=True)]
    for start, end in ((0, 1), (1, 2), (2, 3), (0, 3), (1, 3)):
        draw.line([nodes[start], nodes[end]], fill="#6fd3b8", width=5 * _SCALE)
    for number, node in enumerate(nodes):
        draw.circle(node, 17 * _SCALE, fill="#ffc94d" if number == 4 else "#6fd3b8")
    left = 0.06 * width
    draw.text((left, 0.32 * height), title, "#ffffff", _font("DejaVuSerif-Bold", 64), anchor="lm")
    for number, line in enumerate(lines):
        draw.text((left, (0.52 + 0.1 * number) * height), line, "#b9c7c1", _font("DejaVuSans", 35), anchor="lm")
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.reduce(_SCALE).quantize(64).save(target, optimize=True)


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A font that comes with matplotlib, which itself takes longer to import than ten pages to build."""
    folder = Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(folder / f"{name}.ttf", size * _SCALE)
