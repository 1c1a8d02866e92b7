"""The theme's style sheets without the rules that nothing in the built site uses; ours without comments.

A rule of the theme stays if each class and id that it asks for stands in a page, or could be put there by a
script. It is looked for as a word, so that too much stays rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import tinycss2
from tinycss2.ast import Node

UNUSED_PARTS = (
    "md-annotation", "md-banner", "md-consent", "md-feedback", "md-mermaid", "md-progress", "md-source__",
    "md-status", "md-tag", "md-tooltip", "md-version",
)  # fmt: skip
"""What the theme's script makes only for features that mkdocs.yml does not turn on."""

UNUSED_SELECTORS = (".md-typeset table:not([class])+*",)
"""What no page needs (a table stands in a box) and browsers pay for: after `+`, a `*` makes them style every row anew."""

_ATTRIBUTE = re.compile(r'\s(class|id|dir|data-md-[a-z-]+)="([^"]*)"')
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_NAME = re.compile(r"[.#]((?:\\.|[\w-])+)")
_VALUE = re.compile(r"""\[(dir|data-md-color-[a-z]+)=["']?([\w-]+)["']?\]""")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_CHOICES = re.compile(r":(?:not|is|where|has)\([^()]*\)")
_VARIABLE = re.compile(r"--[A-Za-z][\w-]*")
_Used = tuple[set[str], set[tuple[str, str]]]


@dataclass
class _Rule:
    """A rule or an at-rule: what stands before its brackets, and what stands in them."""

    head: str
    rules: list[_Rule] = field(default_factory=list)
    declarations: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = False
    """The head is all of it: fonts, keyframes, the character set."""

    def css(self, variables: set[str]) -> str:
        """Its text, without the variables that are not among these; empty if nothing is left."""
        if self.whole:
            return self.head
        kept = [f"{name}:{value}" for name, value in self.declarations if name[:2] != "--" or name in variables]
        inside = ";".join(kept) + "".join(rule.css(variables) for rule in self.rules)
        return f"{self.head}{{{inside}}}" if inside else ""


def shrink_styles(site: Path) -> None:
    """Rewrite every style sheet of a built site without what is not used."""
    names, values = _used_in_pages(path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html")))
    scripts = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.js"))}
    for path, text in scripts.items():
        words = set(_WORD.findall(text))
        if "javascripts" in path.parts:  # the theme's: it holds every word, but the classes that it makes have a prefix
            words = {word for word in words if word.startswith("md-") and not word.startswith(UNUSED_PARTS)}
        names |= words
    sheets = {}
    for path in sorted(site.rglob("*.css")):
        wanted = (names, values) if "stylesheets" in path.parts else None
        sheets[path] = _parse(tinycss2.parse_stylesheet(path.read_text(encoding="utf-8"), True, True), wanted)
    variables = set(_VARIABLE.findall("".join(scripts.values())))
    known = -1
    while known < len(variables):  # a variable may be used by one that nothing uses
        known = len(variables)
        texts = {path: "".join(rule.css(variables) for rule in rules) for path, rules in sheets.items()}
        variables |= {name for text in texts.values() for name in _VARIABLE.findall(text)}
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")


def _used_in_pages(pages: Iterable[str]) -> _Used:
    """The classes and ids of the pages, and the values of attributes that styles ask for."""
    names, values = {"js"}, set()
    for page in pages:
        for attribute, value in _ATTRIBUTE.findall(page):
            if attribute in ("class", "id"):
                names.update(value.split())
            else:
                values.add((attribute, value))
    return names, values


def _parse(nodes: Iterable[Node], used: _Used | None) -> list[_Rule]:
    """The rules; with `used`, only those that are."""
    found: list[_Rule] = []
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = [text for text in _selectors(node.prelude) if not used or _is_used(text, *used)]
            if selectors:
                found.append(_Rule(",".join(selectors), declarations=_declarations(node.content)))
        elif node.content and node.lower_at_keyword in ("media", "supports"):
            head = f"@{node.at_keyword}{tinycss2.serialize(node.prelude).rstrip()}"
            inside = tinycss2.parse_rule_list(node.content, True, True)
            found.append(_Rule(head, _parse(inside, used)))
        else:
            found.append(_Rule(node.serialize(), whole=True))
    return found


def _selectors(prelude: list[Node]) -> list[str]:
    parts: list[list[Node]] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _is_used(selector: str, names: set[str], values: set[tuple[str, str]]) -> bool:
    if selector in UNUSED_SELECTORS:
        return False
    selector = _CHOICES.sub("", selector)
    if any(value not in values for value in _VALUE.findall(selector)):
        return False
    asked = _NAME.findall(_BRACKETS.sub("", selector))
    return all(name.replace("\\", "") in names for name in asked)


def _declarations(content: list[Node]) -> list[tuple[str, str]]:
    found = []
    for node in tinycss2.parse_blocks_contents(content, True, True):
        if node.type != "declaration":
            raise ValueError(f"line {node.source_line}: no declaration; write it as `name: value`")
        value = tinycss2.serialize(node.value).strip() + ("!important" if node.important else "")
        found.append((node.name, value))
    return found
