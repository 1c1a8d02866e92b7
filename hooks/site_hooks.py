"""The hooks that mkdocs.yml lists: thin events that hand the bank's pages to MkDocs.

Everything that knows about questions, sources, formulas and notebooks lives in the modules beside
this one, which know nothing of MkDocs.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlparse

import mkdocs_jupyter.config
from bibliography import CitationExtension, Source
from content_security import headers, protected, script_hashes
from downloads import Download, downloads, fill_downloads
from error_report import report_link, site_version
from exports import data_files, faq_schema_org, json_script, preview_head, question_head
from execute_notebooks import execute_all
from index_pages import fill_markers, html_lists, plain_markdown, plain_text, question_page, searchable
from jinja2 import FileSystemBytecodeCache
from live_editing import LiveEditing
from mathematics import render_formulas
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from notebook_pages import Figure, load_executed
from practice_data import card_script, page_head, practice_data
from preview_image import draw_preview
from question_bank import Bank, Question
from question_lint import checked_project
from rename_question import load_redirects, redirect_page
from roles import Role
from source_files import Problem
from study_plans import fill_plans, plan_data
from theme_repairs import FILE_REPAIRS, numbered_code, repair, replaced, scrollable_tables, without_indentation
from used_styles import shrink_styles

log = get_plugin_logger("questions")

NOT_FOUND = """<h1>Nothing is at this address</h1>
<p>The page may have moved, or the link may be mistyped. Search above for a word of what you were
looking for, or begin here:</p>
<ul>
<li><a href="{base}questions/">All questions</a>, to filter by topic, kind and difficulty</li>
<li><a href="{base}guide/">The guide</a></li>
<li><a href="{base}">The front page</a></li>
</ul>"""

FIGURE = re.compile(r"<!-- figure: (\S+) -->")

FONTS_OF_EVERY_PAGE = ("source-sans-3-latin-wght-normal.woff2", "source-serif-4-latin-wght-normal.woff2")
PAGE_SCRIPTS = {
    "questions/index.md": ("bank.js",),
    "plans.md": ("practice-data.js", "plan-data.js", "plans.js"),
}
"""What single pages load besides the script of every page; any other with a widget loads that."""

WIDGET = '" data-widget="'

DOWNLOADS = "download/"
"""Where in the site the files for download lie."""

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class _Build:
    """What one build knows; made anew by every on_config, so that live reload starts afresh."""

    bank: Bank
    sources: dict[str, Source]
    cited: dict[str, list[Question]]
    problems: list[Problem]
    roles: dict[str, Role]
    executed: dict[str, Path]
    """The executed notebooks by name; without those that failed, which only live editing shows."""
    notebooks: dict[str, str]
    """The same as Markdown."""
    figures: dict[str, Figure]
    addresses: dict[str, str] = field(default_factory=dict)
    scripts: set[str] = field(default_factory=set)
    """The hashes of the theme's inline scripts, of all pages."""
    version: str = field(default_factory=lambda: site_version(ROOT))

    def question(self, page: Page) -> Question | None:
        """The question that a page shows, if it shows one."""
        match = re.fullmatch(r"questions/(.+/.+)\.md", page.file.src_uri)
        return self.bank.by_id().get(match.group(1)) if match else None


_build: _Build
_last: _Build | None = None  # live editing: what the previous build knew
_serving: LiveEditing | None = None


def on_startup(command: str, dirty: bool) -> None:
    """Remember whether a contributor is editing live: then faults are shown, not fatal."""
    global _serving
    _serving = LiveEditing(ROOT / ".cache" / "lists-wait") if command == "serve" else None


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: object) -> None:
    """Build once more after a build that left lists to do."""
    server.watch(str(_serving.signal))


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Lint everything before anything is written; prepare citations and the notebook kernel."""
    global _build, _last
    project, problems = checked_project(ROOT)
    executed: dict[str, Path] = {}
    notebooks: dict[str, str] = {}
    figures: dict[str, Figure] = {}
    if not problems or _serving:
        executed, failed = execute_all(ROOT, log.info)
        notebooks, figures, undrawn = load_executed(executed)
        problems = sorted(problems + failed + undrawn)
    for problem in problems:
        log.warning(str(problem))
    if problems and not _serving:
        raise Abort(f"{len(problems)} problems; the site was not built")
    _last = globals().get("_build")
    _build = _Build(
        project.bank, project.sources, project.cited, problems, project.roles, executed, notebooks, figures
    )
    config.markdown_extensions.append(CitationExtension(project.sources))
    if config.use_directory_urls:
        config.extra.pop("polyfills", None)  # only for pages opened from the disk
    mkdocs_jupyter.config.settings.templates_dir = str(ROOT / "hooks" / "notebook_kernel" / "templates")
    return config


@event_priority(100)  # before the notebook plugin looks for notebooks among the files
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Notebooks live beside `docs/`; add them, executed, as if they lived in it.

    Live editing builds what was saved, pages whose faults came or went, and lists whose turn it is.
    """
    if _serving:
        _serving.begin()
        for file in files.documentation_pages():
            shown = f"docs/{file.src_uri}"
            changed = _last and _faults(_build, shown) != _faults(_last, shown)
            if _serving.builds_list(file.src_uri, _build.bank) or changed:
                file.is_modified = lambda: True
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        source = _build.executed.get(path.stem, path)
        folder = str(source.parent.parent)
        files.append(File(f"notebooks/{path.name}", folder, config.site_dir, config.use_directory_urls))
    for file in (*files.javascript_files(), *files.css_files()):
        for name, repairs in FILE_REPAIRS.items():
            if PurePosixPath(file.src_uri).match(name):
                file.content_string, unmatched = replaced(file.content_string, repairs)
                for reason in unmatched:
                    log.warning(f"{file.src_uri}: the theme changed; see theme_repairs.py: {reason}")
    return files


def _faults(build: _Build, shown: str) -> list[Problem]:
    return [problem for problem in build.problems if problem.path == shown]


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Question pages stay out of the navigation (it would grow quadratically) but know their place."""
    previous: Page | None = None
    for question in _build.bank.questions:
        page = files.get_file_from_path(f"questions/{question.id}.md").page
        topic = files.get_file_from_path(f"questions/{question.topic}/index.md").page
        page.parent = topic.parent
        if previous and previous.parent is page.parent:
            page.previous_page, previous.next_page = previous, page
        previous = page
    return nav


def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    """A notebook is edited where it lives."""
    if page.file.src_uri.endswith(".ipynb"):
        page.edit_url = (page.edit_url or "").replace("/docs/notebooks/", "/notebooks/")
    return page


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Question pages are laid out; markers on other pages are filled."""
    uri = page.file.src_uri
    question = _build.question(page)
    if question:
        page.meta = {
            # The theme's templates escape neither.
            "title": escape(question.title),
            "description": escape(plain_text(question.short_answer)),
            "search": {"boost": 2},
            "tags": [*question.also_asked, *question.search_terms],  # a field of the search index with a weight of its own
        }
        markdown = question_page(question, _build.bank, uri)
    else:
        markdown = fill_markers(markdown, uri, _build.bank, _build.sources, _build.cited)
        markdown = fill_plans(markdown, uri, _build.bank, _build.roles)
        built = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), UTC)
        base = get_relative_url(DOWNLOADS, page.url)
        markdown = fill_downloads(markdown, _offered(), base, built)
    return _banner(f"docs/{uri}") + markdown


def _offered() -> list[Download]:
    """The files to offer: those in the folder that `make build` names; none in a copy for offline use."""
    folder = os.environ.get("DOWNLOADS")
    return downloads(ROOT / folder) if folder else []


def _banner(shown: str) -> str:
    """What is wrong in a file, for the top of its page; only live editing shows a page with faults."""
    faults = _faults(_build, shown)
    if not faults:
        return ""
    listed = "".join(f"    - line {fault.line}: {plain_markdown(fault.message)}\n" for fault in faults)
    return f'!!! danger "What is wrong in this file"\n\n{listed}\n\n'


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Executed notebooks go through the site's own Markdown; formulas become MathML."""
    if page.file.src_uri.endswith(".ipynb"):
        html = _notebook_content(page, config, files)

    def address(question: Question) -> str:
        return get_relative_url(files.get_file_from_path(f"questions/{question.id}.md").url, page.url)

    html = html_lists(html, _build.bank, address)
    html = numbered_code(scrollable_tables(render_formulas(html)))
    question = _build.question(page)
    if question and config.repo_url:
        html += report_link(config.repo_url, question.title, page.canonical_url or page.url, _build.version)
    return html


def _notebook_content(page: Page, config: MkDocsConfig, files: Files) -> str:
    name = Path(page.file.src_uri).stem
    failed = "# This notebook failed\n"  # only live editing gets here
    title, _, rest = _build.notebooks.get(name, failed).partition("\n")
    download = f'<p class="download"><a href="{name}.ipynb" download>Download this notebook</a></p>'
    page.markdown = f"{title}\n\n{_banner(page.file.src_uri)}{download}\n\n{rest}"
    page.meta["search"] = {"boost": 0.5}
    Page.render(page, config, files)
    page.title = title.removeprefix("# ")
    return page.content


def on_env(env: Any, config: MkDocsConfig, files: Files) -> None:
    """Every notebook has run by now: put its figures where pages ask for them."""
    compiled = Path(config.config_file_path).parent / ".cache" / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(compiled))  # MkDocs compiles every template at every save
    for file in files.documentation_pages():
        page = file.page
        _build.addresses[file.src_uri] = file.url
        shown: set[str] = set()

        def figure(match: re.Match[str]) -> str:
            drawn = _build.figures.get(match.group(1))
            if not drawn:  # only live editing gets here
                return f"<p>The figure {match.group(1)} could not be drawn.</p>"
            if page.file.src_uri.endswith(".ipynb"):
                return drawn.html()
            notebook = files.get_file_from_path(f"notebooks/{drawn.notebook}.ipynb")
            link = get_relative_url(notebook.url, page.url)
            html = drawn.html(f' <a href="{link}#{drawn.anchor}">How it is computed</a>')
            if drawn.anchor in shown:  # notebooks may use the same label
                html = html.replace(f'id="{drawn.anchor}"', f'id="{drawn.notebook}-{drawn.anchor}"', 1)
            shown.add(drawn.anchor)
            return html

        page.content = FIGURE.sub(figure, page.content or "")


@event_priority(100)
def _before_search(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation) -> None:
    """Give the search plugin only what a search should find: it reads the page's HTML slowly."""
    page.shown_content = page.content
    page.content = searchable(page.content, short=_build.question(page) is not None)


@event_priority(-100)
def _after_search(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Navigation) -> None:
    """Show the whole page again."""
    page.content = page.shown_content


on_page_context = CombinedEvent(_before_search, _after_search)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Mend what the theme gets wrong, and say in the head what the page is."""
    output, unmatched = repair(without_indentation(output, page.content))
    for reason in unmatched:
        log.warning(f"{page.file.src_uri}: the theme changed; see theme_repairs.py: {reason}")
    question = _build.question(page)
    if question:  # written here, so that live editing renews it with its page
        _write(config, f"questions/{question.id}.card.js", card_script(question.id, page.content))
    output = output.replace("</head>", f"{_head(page, config)}{_fonts(page, config)}</head>", 1)
    names = PAGE_SCRIPTS.get(page.file.src_uri, ("widgets.js",) if WIDGET in output else ())
    scripts = "".join(
        f'<script defer src="{get_relative_url(f"assets/{name}", page.url)}"></script>' for name in names
    )
    output = output.replace("</body>", f"{scripts}</body>", 1)  # behind the script of every page, which they use
    return _protected(output, page.content)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """The page for addresses that lead nowhere says where to go instead."""
    if template_name != "404.html":
        return output
    base = urlparse(config.site_url or "/").path
    return _protected(repair(output)[0].replace("<h1>404 - Not found</h1>", NOT_FOUND.format(base=base)))


def _protected(html: str, content: str = "") -> str:
    if _serving:  # live reload is an inline script that changes with every build
        return protected(html, {"'unsafe-inline'"})
    scripts = script_hashes(html, content)
    _build.scripts |= scripts
    return protected(html, scripts)


def _head(page: Page, config: MkDocsConfig) -> str:
    """Preview text and picture, structured data, and the address of the question as data."""
    question, base, address = _build.question(page), config.site_url or "", page.canonical_url or ""
    if question:
        topic = next(topic for topic in _build.bank.topics if topic.slug == question.topic)
        data = get_relative_url(f"questions/{question.id}.json", page.url)
        return question_head(question, topic, address, base, data)
    title = config.site_name if page.is_homepage else str(page.title)
    head = preview_head(title, config.site_description, address, base)
    if page.file.src_uri == "practice.md":
        head += page_head(get_relative_url("assets/", page.url))
    faq = [q for q in _build.bank.questions if q.faq]
    return head + (json_script(faq_schema_org(faq)) if page.file.src_uri == "faq.md" else "")


def _fonts(page: Page, config: MkDocsConfig) -> str:
    """Links by which a browser fetches the fonts of every page with the styles, not after them.

    Not from the disk: there a browser takes every file for another site's.
    """
    if not config.use_directory_urls:
        return ""
    addresses = (get_relative_url(f"assets/fonts/{name}", page.url) for name in FONTS_OF_EVERY_PAGE)
    return "".join(f'<link rel="preload" href="{address}" as="font" type="font/woff2" crossorigin>' for address in addresses)


def on_post_build(config: MkDocsConfig) -> None:
    """Write what is no page: the bank as data, redirects, robots.txt and the preview picture."""
    _write(config, "assets/practice-data.js", _practice_data())
    _write(config, "assets/plan-data.js", plan_data(_build.bank, _build.roles))
    if _serving:
        _serving.ask_again()
    if _last:  # live editing: the first build wrote them
        return
    for item in _offered():
        target = Path(config.site_dir, DOWNLOADS, item.path.name)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(item.path, target)
    base, addresses = config.site_url or "", _build.addresses
    files = data_files(_build.bank, _build.sources, addresses, base)
    for old, new in load_redirects(ROOT)[0].items():
        place = f"questions/{old}/index.html" if config.use_directory_urls else f"questions/{old}.html"
        target = addresses[f"questions/{new}.md" if "/" in new else f"questions/{new}/index.md"]
        files[place] = protected(redirect_page(get_relative_url(target, place)))
    files["_headers"] = headers(_build.scripts)
    for name, text in files.items():
        _write(config, name, text)
    count = f"{len(_build.bank.questions)} interview questions, answered and checked"
    lines = [count, "Derivations, code that runs, sources", "Free, and works offline"]
    draw_preview(Path(config.site_dir, "assets", "preview.png"), config.site_name, lines)
    if not _serving:  # a save may bring a style into use
        shrink_styles(Path(config.site_dir))


def _practice_data() -> str:
    addresses = _build.addresses
    urls = {question.id: addresses[f"questions/{question.id}.md"] for question in _build.bank.questions}
    base = get_relative_url(".", addresses.get("practice.md", "")) + "/"
    return practice_data(_build.bank, _build.roles, urls, base, load_redirects(ROOT)[0])


def _write(config: MkDocsConfig, name: str, text: str) -> None:
    path = Path(config.site_dir, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
