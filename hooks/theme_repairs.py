"""What stock Material for MkDocs gets wrong, mended in one place: in the finished page and in the script."""

from __future__ import annotations

import re
from itertools import count

REPAIRS: tuple[tuple[str, str, str], ...] = (
    (
        "the repository link makes the script ask api.github.com for stars",
        ' class="md-source" data-md-component="source"',
        ' class="md-source"',
    ),
    (
        "the search dialog has no name",
        '<div class="md-search" data-md-component="search" role="dialog">',
        '<div class="md-search" data-md-component="search" role="dialog" aria-label="Search">',
    ),
    (
        "a checkbox takes no autocomplete",
        'type="checkbox" id="__drawer" autocomplete="off"',
        'type="checkbox" id="__drawer" aria-label="Navigation"',
    ),
    (
        "a checkbox takes no autocomplete",
        'type="checkbox" id="__search" autocomplete="off"',
        'type="checkbox" id="__search" aria-label="Search"',
    ),
    (
        "the link that shares a search leads nowhere until the script has run",
        '<a href="javascript:void(0)" class="md-search__icon md-icon" title="Share"',
        '<a href="?q=" class="md-search__icon md-icon" title="Share"',
    ),
    (
        "without its script, which comes late, the theme knows neither the system's color scheme nor that scripts run",
        'var palette=__md_get("__palette");',
        'document.documentElement.className="js";var palette=__md_get("__palette"),'
        'inputs=[...document.getElementsByName("__palette")],'
        "shown=palette?palette.index:inputs.findIndex(e=>matchMedia(e.dataset.mdColorMedia).matches);"
        "shown=inputs[shown]||inputs[0];shown.checked=!0;shown.nextElementSibling.hidden=!1;"
        "palette=palette||{color:{scheme:shown.dataset.mdColorScheme}};",
    ),
)
"""Why, what the theme writes, and what is written instead. Every page holds each of them."""

SCRIPT_REPAIRS: tuple[tuple[str, str, str], ...] = (
    (
        "it waits for the page to be parsed; as it is loaded later, it would wait forever",
        'h(document,"DOMContentLoaded",{once:!0})',
        "$(0)",
    ),
    (
        "it moves each table into a box, as ours are already, and the focus or a press that has begun is lost",
        '...M("table:not([class])",e).map(i=>ti(i)),',
        "",
    ),
    (
        "on a server every page builds the index of the search, before anybody searches",
        '$(location.protocol!=="file:")',
        "$(!1)",
    ),
    (
        "every page fetches that index to mark the words searched for, where none were",
        'V("search.highlight")?',
        'V("search.highlight")&&/[?&]h=/.test(location.search)?',
    ),
    (
        "every page loads the script of the search, an eighth of all it loads",
        "t=new Worker(e)",
        "t=Object.assign(new EventTarget,{postMessage(m){this.w||((this.w=new Worker(e)).onmessage=r=>"
        'this.dispatchEvent(new MessageEvent("message",{data:r.data})));this.w.postMessage(m)}})',
    ),
)
STYLE_REPAIRS = (
    ("the focus shows only where the script has put a class, though browsers know where", ".focus-visible", ":focus-visible"),
)
FILE_REPAIRS = {
    "assets/javascripts/bundle.*.min.js": SCRIPT_REPAIRS,
    "assets/stylesheets/main.*.min.css": STYLE_REPAIRS,
}
"""The same for the theme's script and style sheet."""

WHERE_FOUND: tuple[tuple[str, str], ...] = (
    (' tabindex=""', ""),  # no number
    (' title="Edit this page" class="md-content__button md-icon" rel="edit"',
     ' title="Edit this page" aria-label="Edit this page" class="md-content__button md-icon"'),  # no such relation
)  # fmt: skip
"""Invalid HTML of some pages, and what is written instead."""
_ALIGNED = re.compile(r'<(t[hd]) align="(left|center|right)"')
_CORNER = re.compile(r'<th( class="[^"]*")?></th>')
_SECTION = re.compile(r'aria-labelledby="__nav_[0-9_]+_label"')
_SCRIPTS = re.compile(r'<script src="([^"]+/bundle\.[^"]+)"></script>(\s*<script src="[^"]+/site\.js" defer)')
"""The theme's script, more than half of what a page would load, and ours, which loads it when it is of use."""
_NEIGHBORS = re.compile(r'<link rel="(?:prev|next)"[^>]*>')
"""Firefox fetches the next page ahead, which the content security policy has no word for but "all"."""
_TOC_CHECKBOX = '<input class="md-nav__toggle md-toggle" type="checkbox" id="__toc">'
_CONTENTS = 'aria-label="Table of contents"'


def repair(html: str) -> tuple[str, list[str]]:
    """The page with all repairs made, and the reasons of those that no longer match."""
    html, unmatched = replaced(html, REPAIRS)
    html, found = _SCRIPTS.subn(r'\2 data-theme="\1"', html)
    if not found:
        unmatched.append("every page loads the theme's script, whether or not it is of use")
    html = _NEIGHBORS.sub("", html)
    for found, instead in WHERE_FOUND:
        html = html.replace(found, instead)
    if 'id="__toc"' not in html:  # only a page of the navigation has the checkbox
        html = html.replace(' for="__toc"', "")
    elif ' for="__toc"' not in html:  # nothing on the page to show by it
        html = html.replace(_TOC_CHECKBOX, "")
    html = _SECTION.sub('aria-label="In this section"', html)  # the label holds an icon alone
    if html.count(_CONTENTS) == 2:  # the drawer's and the sidebar's: two landmarks need two names
        html = html.replace(_CONTENTS, 'aria-label="On this page"', 1)
    return html, unmatched


def replaced(text: str, repairs: tuple[tuple[str, str, str], ...]) -> tuple[str, list[str]]:
    """The text with these repairs made, and the reasons of those that no longer match."""
    unmatched = [reason for reason, found, _ in repairs if found not in text]
    for _, found, instead in repairs:
        text = text.replace(found, instead)
    return text, unmatched


def without_indentation(html: str, content: str) -> str:
    """The page without the theme's indentation, a sixth of its bytes; its `content` is left as it is."""
    parts = html.split(content, 1) if content else [html]
    return content.join(re.sub(r"\n\s+", "\n", part) for part in parts)


def scrollable_tables(html: str) -> str:
    """A page's content with each table in a box that can be scrolled by keyboard, without scripts too."""
    box = '<div class="table" role="group" aria-label="Table" tabindex="0">'
    html = _ALIGNED.sub(r'<\1 class="align-\2"', html)  # the attribute is obsolete, a style forbidden
    html = _CORNER.sub(r"<td\1></td>", html)  # a header without words heads nothing
    return html.replace("<table>", f"{box}<table>").replace("</table>", "</table></div>")


def numbered_code(html: str) -> str:
    """A page's content with an id for each block of code.

    The theme names a block after the nearest id around it; in an answer all of them would share
    one, and every copy button would copy the first.
    """
    numbers = count(1)
    return re.sub(r'<div class="[^"]*\bhighlight"', lambda match: f'{match.group()} id="code-{next(numbers)}"', html)
