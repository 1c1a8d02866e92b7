"""The sliders below some figures: what they say is what NumPy says, for every reader."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import LOOKS, ROOT, axe_faults, both_browsers
from notebook_pages import WIDGETS
from playwright.sync_api import Page, expect

PAGES = {
    "activation-shape": "notebooks/activation-functions",
    "convolution-geometry": "notebooks/convolution-arithmetic",
    "learning-rate": "notebooks/optimizers",
    "softmax-temperature": "notebooks/tiny-gpt",
    "threshold": "notebooks/classification-metrics",
}
OpenPage = Callable[..., Page]


def line_of(notebook: str, start: str) -> str:
    """The line of a notebook's code that begins with `start`, so that its constants are stated once."""
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    lines = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code").splitlines()
    return next(line.strip() for line in lines if line.strip().startswith(start))


def numbers(sentence: str) -> list[tuple[float, float]]:
    """Every number in it, in order, with half a unit of its last digit."""
    found = re.finditer(r"(−?\d+(?:\.(\d+))?)(?:e([−+]?\d+))?", sentence)
    return [
        (float(number[1].replace("−", "-")) * scale, 0.501 * scale / 10 ** len(number[2] or ""))
        for number in found
        for scale in [10.0 ** int((number[3] or "0").replace("−", "-"))]
    ]


def matches(sentence: str, expected: list[float]) -> bool:
    """Whether the numbers of the sentence are these, each to its last digit."""
    said = numbers(sentence)
    return len(said) == len(expected) and all(
        abs(told - right) <= half for (told, half), right in zip(said, expected, strict=True)
    )


def activation(kind: str, beta: float, z: float) -> list[float]:
    def value(x: float) -> float:
        return x / (1 + np.exp(-beta * x)) if kind == "swish" else np.logaddexp(0, beta * x) / beta

    slope = (value(z + 1e-5) - value(z - 1e-5)) / 2e-5
    return [beta, z, value(z), slope, abs(value(z) - max(z, 0))]


def convolution(n: int, k: int, s: int, p: int, d: int) -> list[float]:
    """By laying every window, not by the formula."""
    padded, span = n + 2 * p, d * (k - 1) + 1
    starts = [start for start in range(0, padded, s) if start + span <= padded]
    if not starts:
        return [span, padded]
    read = {start + d * tap - p for start in starts for tap in range(k)}
    return [padded, span, s, 1, len(starts), span, n - len(read & set(range(n))), n]


def descent(rate: float, momentum: float) -> list[float]:
    """By the notebook's ravine and start; what a step keeps are eigenvalues of its update matrix."""
    ravine = np.diag(json.loads(re.search(r"diag\((\[.*?\])\)", line_of("optimizers", "A2 = ")).group(1)))
    start = line_of("optimizers", "step, start = optimizer(name, lr), np.array(")
    w, v = np.array(json.loads(re.search(r"array\((.*)\)", start).group(1))), np.zeros(2)
    for _ in range(40):
        v = momentum * v + ravine @ w
        w = w - rate * v
    keeps = [
        np.abs(np.linalg.eigvals([[1 + momentum - rate * a, -momentum], [1, 0]])).max()
        for a in (ravine[1, 1], ravine[0, 0])
    ]
    return [*keeps, 40, w @ ravine @ w / 2]


def sampling(temperature: float, k: int, p: float) -> list[float]:
    language = np.array([float(q) for q in re.findall(r"=(0\.\d+)", line_of("tiny-gpt", "NOUNS = dict("))])
    weights = np.exp(np.log(language[:k]) / temperature)
    probability = weights / weights.sum()
    kept = probability[np.cumsum(probability) - probability < p - 1e-9]
    kept = kept / kept.sum()
    entropy = -(kept * np.log(kept)).sum()
    return [len(kept), 6, kept[0], entropy, np.exp(entropy)]


def detector(t: float, base: float) -> list[float]:
    mean = json.loads(re.search(r"(\[[^\[]*\])\)", line_of("classification-metrics", "x = rng.standard_normal((n, 2))")).group(1))
    apart = math.hypot(*mean)
    recall, alarms = (0.5 * math.erfc(x / math.sqrt(2)) for x in (t - apart, t))
    odds = base / (1 - base) * math.exp(-((t - apart) ** 2) / 2 + t**2 / 2)
    precision = base * recall / (base * recall + (1 - base) * alarms)
    accuracy = base * recall + (1 - base) * (1 - alarms)
    return [odds / (1 + odds), recall, alarms, precision, accuracy, 1 - base]


SHARES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
EXPECTED: dict[str, Callable[..., list[float]]] = {
    "activation-shape": activation,
    "convolution-geometry": convolution,
    "learning-rate": descent,
    "softmax-temperature": sampling,
    "threshold": lambda t, share: detector(t, SHARES[share]),
}
SETTINGS = {
    "activation-shape": [("swish", 1, -1.3), ("swish", 10, 4), ("swish", 0.1, -4), ("softplus", 1, 0), ("softplus", 10, -0.2), ("softplus", 0.1, 4)],
    "convolution-geometry": [(10, 3, 2, 0, 1), (16, 7, 1, 3, 1), (13, 3, 4, 1, 3), (4, 1, 4, 0, 1), (4, 7, 1, 0, 3), (9, 2, 1, 0, 3)],
    "learning-rate": [(0.07, 0), (0.08, 0), (0.09, 0), (0.01, 0.9), (0.001, 0.95), (0.1, 0.95)],
    "softmax-temperature": [(1, 6, 1), (0.1, 6, 1), (3, 6, 1), (1, 3, 1), (1, 6, 0.85), (2.5, 4, 0.65), (1, 1, 0.05)],
    "threshold": [(2.8, 3), (-2, 0), (5, 0), (1.2, 7), (0, 4)],
}  # fmt: skip


def test_every_widget_is_tested_and_stands_below_a_figure() -> None:
    assert sorted(WIDGETS) == sorted(PAGES) == sorted(SETTINGS)


@pytest.mark.parametrize("widget", WIDGETS)
def test_the_page_says_what_numpy_says(open_page: OpenPage, served: str, widget: str) -> None:
    page = open_page(f"{served}{PAGES[widget]}/")
    panel = page.locator(f"figure[data-widget={widget}] + .widget")
    says, drawing = panel.locator("[role=status]"), panel.locator("> svg")
    seen = {drawing.inner_html()}
    for setting in SETTINGS[widget]:
        for control, value in zip(panel.locator("input, select").all(), setting, strict=True):
            if isinstance(value, str):
                control.select_option(value)
            else:
                control.fill(str(value))
        expected = EXPECTED[widget](*setting)
        for _ in range(50):  # it speaks when the sliders rest
            if matches(says.inner_text(), expected):
                break
            page.wait_for_timeout(100)
        else:
            pytest.fail(f"{setting}: {says.inner_text()}, NumPy: {expected}")
        seen.add(drawing.inner_html())
    assert len(seen) == len(SETTINGS[widget])  # the first setting is the page's own; the others draw anew


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_sliders_are_accessible_and_fit_a_phone(open_page: OpenPage, served: str, widget: str, scheme: str, width: int) -> None:
    page = open_page(f"{served}{PAGES[widget]}/", color_scheme=scheme, viewport={"width": width, "height": 800})
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawing, panel = (page.locator(place).bounding_box() for place in (".widget > svg", ".widget"))
    assert drawing["x"] + drawing["width"] <= panel["x"] + panel["width"]
    assert axe_faults(page, ".widget") == []


@both_browsers
def test_sliders_work_by_keyboard(open_page: OpenPage, served: str) -> None:
    """Tab reaches them one by one; arrows, Home and End move them; limits and value can be heard."""
    page = open_page(f"{served}{PAGES['convolution-geometry']}/")
    size, kernel = page.get_by_role("slider", name="Input size"), page.get_by_role("slider", name="Kernel")
    size.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".widget [role=status]")).to_contain_text("of 11.")
    page.keyboard.press("Tab")
    expect(kernel).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".widget [role=status]")).to_contain_text("The window spans 7.")
    page.keyboard.press("Home")
    expect(page.locator(".widget [role=status]")).to_contain_text("The window spans 1.")
    assert [kernel.get_attribute(name) for name in ("min", "max", "aria-valuetext")] == ["1", "7", "1"]
    assert page.locator(f"#{kernel.get_attribute('aria-describedby')}").inner_text() == "1 to 7"


def test_the_figure_stays_in_print_and_without_scripts(open_page: OpenPage, served: str) -> None:
    page = open_page(f"{served}{PAGES['threshold']}/")
    expect(page.locator(".widget > svg")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".widget")).to_be_hidden()
    expect(page.locator("figure[data-widget] > svg")).to_be_visible()
    page = open_page(f"{served}{PAGES['threshold']}/", java_script_enabled=False)
    expect(page.locator("figure[data-widget] > svg")).to_be_visible()
    expect(page.locator(".widget")).to_have_count(0)


def test_only_pages_with_sliders_load_them(site: Path) -> None:
    """And they are small."""
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert html.count('assets/widgets.js"></script>') == ("data-widget=" in html), path
    assert len(gzip.compress((site / "assets" / "widgets.js").read_bytes(), 9)) < 6 * 1024
