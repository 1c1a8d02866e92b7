"""Matplotlib's SVG made fit for a page: small, without inline styles, right in both color schemes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache

PALETTE: dict[str, str] = {
    "#1b1f24": "ink",
    "#c4c9d0": "grid",
    "#0072b2": "1",
    "#d55e00": "2",
    "#009e73": "3",
    "#cc79a7": "4",
    "#e69f00": "5",
    "#56b4e9": "6",
}
"""The colors of `notebooks/figures.mplstyle` and the name each has in the style sheet."""

_SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_FONT = re.compile(r"(?:(bold|[1-9]00) )?([\d.]+)px ")


@lru_cache(maxsize=256)  # while serving, every save asks for the same figures
def clean_svg(source: str, namespace: str) -> str:
    """The figure as an `<svg>` element whose ids start with `namespace`.

    Styles become attributes (a strict content policy forbids inline ones). A color of the house
    style keeps its value, for print and download, and gets a class by which the page's style sheet
    recolors it: `fill-ink`, `stroke-1`. Coordinates are rounded to a hundredth of a point.
    """
    root = ET.fromstring(re.sub(r"<!DOCTYPE.*?>", "", source, count=1, flags=re.DOTALL))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}metadata" or child.find(f"{{{_SVG}}}style") is not None:
                parent.remove(child)
    text = "".join(ET.tostring(root, encoding="unicode"))
    used = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
    for element in root.iter():
        _rename_ids(element, used, namespace)
        _style_to_attributes(element)
        for name in ("d", "x", "y", "transform", "points"):
            if name in element.attrib:
                value = _LONG_NUMBER.sub(_rounded, element.attrib[name])
                element.set(name, re.sub(r"\s+", " ", value).strip())
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
        if element.tag not in ("text", "tspan"):
            element.text = (element.text or "").strip() or None
        element.tail = None if element.tag != "tspan" else (element.tail or "").strip() or None
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("xmlns", _SVG)
    root.set("stroke-linejoin", "round")
    return ET.tostring(root, encoding="unicode")


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match.group()):.2f}".rstrip("0").rstrip(".")


def _rename_ids(element: ET.Element, used: set[str], namespace: str) -> None:
    identifier = element.attrib.pop("id", None)
    if identifier in used:
        element.set("id", f"{namespace}-{identifier}")
    target = element.attrib.pop(_HREF, None)
    if target is not None:
        element.set("href", f"#{namespace}-{target[1:]}" if target.startswith("#") else target)
    clip = element.get("clip-path")
    if clip:
        element.set("clip-path", clip.replace("#", f"#{namespace}-"))


def _style_to_attributes(element: ET.Element) -> None:
    declarations = element.attrib.pop("style", "")
    for declaration in filter(None, declarations.split(";")):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font":
            weight, size = _FONT.match(value).groups()
            element.set("font-size", size)
            if weight:
                element.set("font-weight", weight)
        elif name != "font-family":
            element.set(name, value.removesuffix("px") if name == "font-size" else value)
    classes = [
        f"{name}-{PALETTE[element.get(name)]}"
        for name in ("fill", "stroke")
        if element.get(name) in PALETTE
    ]
    if element.tag.endswith("}text") and element.get("fill") is None:
        classes.append("fill-ink")
    if classes:
        element.set("class", " ".join(classes))
