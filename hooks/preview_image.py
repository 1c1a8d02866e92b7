"""The picture that other sites show beside a link to this one; drawn at build, from no network."""

from __future__ import annotations

from pathlib import Path

SIZE = (1200, 630)
"""Pixels; what previews of links expect."""


def draw_preview(target: Path, title: str, lines: list[str]) -> None:
    """Write a PNG with the site's name and a few lines under it."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor="#14211d")
    FigureCanvasAgg(figure)
    nodes = [(0.83, 0.78), (0.90, 0.86), (0.97, 0.78), (0.90, 0.66), (0.90, 0.52)]
    for start, end in ((0, 1), (1, 2), (2, 3), (0, 3), (1, 3)):
        (x1, y1), (x2, y2) = nodes[start], nodes[end]
        figure.add_artist(_line([x1 - 0.03, x2 - 0.03], [y1, y2]))
    for number, (x, y) in enumerate(nodes):
        color = "#ffc94d" if number == 4 else "#6fd3b8"
        figure.text(x - 0.03, y, "●", color=color, size=34, ha="center", va="center")
    figure.text(0.06, 0.68, title, color="#ffffff", size=48, weight="bold", family="serif", va="center")
    for number, line in enumerate(lines):
        figure.text(0.06, 0.48 - 0.1 * number, line, color="#b9c7c1", size=26, va="center")
    target.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"savefig.bbox": "standard"}):  # the notebooks' style would crop it
        figure.savefig(target, facecolor=figure.get_facecolor(), metadata={"Software": None})


def _line(x: list[float], y: list[float]) -> object:
    from matplotlib.lines import Line2D

    return Line2D(x, y, color="#6fd3b8", linewidth=4)
