"""Formulas: one LaTeX source, converted to MathML when the site is built."""

from __future__ import annotations

import re
from html import unescape

from math_core import LatexError, LatexToMathML

REFUSED: dict[str, str] = {
    r"\!": "leave it out; the book overprints it",
    r"\tag": "name the equation in the text",
    r"\label": "name the equation in the text",
    r"\left\|": r"write \lVert … \rVert",
    r"\operatorname*": r"write \operatorname{…} and put the limit in the index",
    r"\textcolor": "say it in words; color alone does not reach every reader",
    r"\newcommand": "write the formula out; there are no custom macros",
    r"\def": "write the formula out; there are no custom macros",
    r"\begin{array}": r"use aligned, cases or a matrix",
    r"\substack": "split the condition into two formulas",
    r"\widetilde": r"write \tilde",
}
"""LaTeX outside the agreed subset, and what to write instead: some target cannot draw it."""

_ARITHMATEX = re.compile(
    r'<(span|div) class="arithmatex">(?:\\\(|\\\[)(.*?)(?:\\\)|\\\])</\1>', re.DOTALL
)
_PUNCTUATED = re.compile(r"([(\[“]*)(<math>.*?</math>)([)\].,;:!?”’]*)", re.DOTALL)
_BIG_FENCE = re.compile(r'<mo minsize="1\.2em" maxsize="1\.2em">([()\[\]{}])</mo>')
_PRIME = re.compile(r"<mo>([′″‴⁗]+)</mo>")
_CLASSES = {
    "text-align: right;justify-items: end;padding-right: 0;": "align-right",
    "text-align: left;justify-items: start;padding-left: 0;": "align-left",
    "text-align: left;justify-items: start;padding-right: 0;": "cases-value",
    "text-align: left;justify-items: start;padding-right: 0;padding-left:1em;": "cases-condition",
    "padding-right:0.1667em;": "thin-space",
}
"""Inline styles that math-core writes, and the class that the style sheet has for each."""

_converter = LatexToMathML(fancy_error=False)


def formula_fault(latex: str) -> str | None:
    """What is wrong with a formula and what to do, or None if every target can draw it."""
    for construct, advice in REFUSED.items():
        if re.search(re.escape(construct) + ("" if construct[-1] in "}|*!" else r"(?![A-Za-z])"), latex):
            return f"formula uses `{construct}`; {advice}"
    tag = re.search(r"<[A-Za-z/!?]", latex)
    if tag:  # Markdown takes it for the start of an element, and swallows what follows
        return f"formula has `{tag.group()}`; put a space after the sign"
    try:
        to_mathml(latex, display=False)
    except LatexError as error:
        reason = str(error).partition(": ")[2].rstrip(".")
        return f"formula does not convert: {reason}; use the constructs of the contributing page"
    return None


def to_mathml(latex: str, *, display: bool) -> str:
    """The formula as a MathML Core element.

    Raises LatexError if it cannot be converted. Displayed formulas can be scrolled by keyboard.
    """
    mathml = _converter.convert_with_local_state(latex, displaystyle=display)
    for style, name in _CLASSES.items():
        mathml = mathml.replace(f' style="{style}"', f' class="{name}"')
    mathml = _PRIME.sub(r'<mo class="prime">\1</mo>', mathml)
    # Chromium gives a stretchy fence the width of its largest size: `\bigl(` would stand in a hole.
    return _BIG_FENCE.sub(r'<mo stretchy="false" class="big-fence">\1</mo>', mathml)


def render_formulas(html: str) -> str:
    """A page's HTML with every formula that arithmatex marked replaced by MathML.

    No line breaks between a formula and its parenthesis or full stop: browsers would.
    """

    def replace(match: re.Match[str]) -> str:
        display = match.group(1) == "div"
        mathml = to_mathml(unescape(match.group(2)).strip(), display=display)
        if display:
            label = 'role="group" aria-label="Formula" tabindex="0"'
            return f'<div class="formula" {label}>{mathml}</div>'
        return mathml

    def keep_together(match: re.Match[str]) -> str:
        before, mathml, after = match.groups()
        return f'<span class="nowrap">{before}{mathml}{after}</span>' if before or after else mathml

    return _PUNCTUATED.sub(keep_together, _ARITHMATEX.sub(replace, html))
