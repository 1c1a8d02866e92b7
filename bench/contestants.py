"""The same synthetic bank for every contestant: ours, plain Material, Zensical, Sphinx with furo.

A bank has as many questions as asked for, made from the real ones: their length, formulas and code,
with new titles and wordings. The peers come from PyPI into an environment of their own.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
PEERS = CACHE / "peers"
PINS = ("zensical==0.0.73", "sphinx==9.0.4", "furo==2025.12.19", "myst-parser==5.2.0")
NAMES = {"ours": "this site", "Material": "plain Material", "Zensical": "Zensical", "Sphinx": "Sphinx with furo", "VitePress": "VitePress"}
EDITED = "questions/transformers/key-scaling.md"
"""The page that is edited, and the one that is weighed."""

_SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu".split()
_PAGES = ("index.md", "faq.md", "indexes/difficulty.md", "indexes/kind.md", "indexes/source.md", "practice.md")


def install_peers() -> None:
    """Make the environment of the peers, once."""
    if not (PEERS / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", PEERS], check=True)
        subprocess.run([PEERS / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *PINS], check=True)
        (PEERS / ".ready").touch()


def make_bank(root: Path, size: int) -> None:
    """Write a project with `size` questions, and the settings of every contestant, to `root`."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "notebooks").mkdir(parents=True)
    real = ROOT / "docs"
    texts = _questions(real, size)
    for name, text in texts.items():
        _write(root / "docs" / name, _without_dead_links(text, name, texts))
    for topic in sorted({name.rpartition("/")[0] for name in texts}):
        _write(root / "docs" / topic / "index.md", _own_text((real / topic / "index.md").read_text(encoding="utf-8"), texts))
    for name in (*_PAGES, "questions/index.md"):
        text = (real / name).read_text(encoding="utf-8")
        text = re.sub(r"<!-- (?:questions|faq): .* -->", "", text)
        _write(root / "docs" / name, _own_text(text, texts))
    cited = set(re.findall(r"@([a-z0-9-]+)", "".join(texts.values())))
    entries = re.split(r"^(?=@)", (real / "references.bib").read_text(encoding="utf-8"), flags=re.MULTILINE)
    kept = (entry for entry in entries if (key := re.match(r"@\w+\{([^,]+),", entry)) and key[1] in cited)
    _write(root / "docs" / "references.bib", "".join(kept))
    shutil.copy(real / "roles.yml", root / "docs")
    shutil.copytree(ROOT / "hooks", root / "hooks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(real / "assets", root / "docs" / "assets")
    shutil.copy(ROOT / "requirements.txt", root)
    shutil.copy(ROOT / "notebooks" / "figures.mplstyle", root / "notebooks")
    _settings(root, sorted({name.split("/")[1] for name in texts}))


def _questions(real: Path, size: int) -> dict[str, str]:
    """Paths below docs/ and texts: the question that is edited, other real ones, then copies that ask anew."""
    paths = sorted((p for p in (real / "questions").glob("*/*.md") if p.name != "index.md"), key=lambda p: (p.name, p))
    paths.sort(key=lambda path: path != real / EDITED)
    texts: dict[str, str] = {}
    draw = random.Random(0)
    for number in range(size):
        path = paths[number % len(paths)]
        text = re.sub(r"^(notebook: .*|faq: true|<!-- figure: .*-->)\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        name = path.relative_to(real).as_posix()
        if number >= len(paths):
            text = re.sub(r'^(title:|  -) ".*"$', lambda m: f'{m[1]} "{_asked(draw)}"', text, flags=re.MULTILINE)
            name = f"{path.parent.relative_to(real).as_posix()}/{path.stem.split('-')[0]}-{number}.md"
        texts[name] = text
    return texts


def _asked(draw: random.Random) -> str:
    words = ("".join(draw.choices(_SYLLABLES, k=draw.randint(2, 5))) for _ in range(9))
    return f"What is {' '.join(words)}?"[:139].rstrip("?") + "?"


def _without_dead_links(text: str, name: str, texts: dict[str, str]) -> str:
    """The question without links to pages that this bank does not hold."""
    folder = Path("docs", name).parent

    def keep(match: re.Match[str]) -> str:
        target = (folder / match[2]).resolve().relative_to(Path("docs").resolve()).as_posix()
        return match[0] if target in texts else match[1]

    text = re.sub(r"\[([^\]]*)\]\(([^)\s#:]+\.(?:md|ipynb))[^)]*\)", keep, text)
    related = re.search(r"^related:\n((?:  - .*\n)+)", text, flags=re.MULTILINE)
    if related:
        kept = [line for line in related[1].splitlines() if f"questions/{line[4:].strip()}.md" in texts]
        text = text.replace(related[0], "related:\n" + "".join(f"{line}\n" for line in kept) if kept else "", 1)
    return text


def _own_text(text: str, texts: dict[str, str]) -> str:
    """A page with its links and figures taken out: what they lead to is not in this bank."""
    text = re.sub(r"<!-- figure: .* -->\n", "", text)
    return re.sub(r"\[([^\]]*)\]\([^)\s:]+\)", r"\1", re.sub(r"\[@[^\]]*\]", "", text))


def _settings(root: Path, topics: list[str]) -> None:
    ours = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = "".join(f"  - {name}\n" for name in (*_PAGES, "questions/index.md", *(f"questions/{t}/index.md" for t in topics)))
    ours = re.sub(r"^nav:\n(?:  .*\n)+", f"nav:\n{pages}", ours, flags=re.MULTILINE)
    _write(root / "mkdocs.yml", ours)
    plain = re.sub(r"^(hooks|watch|extra|extra_css|extra_javascript|validation):\n(?:(?: .*)?\n)+?(?=\S)", "", ours, flags=re.MULTILINE)
    plain = re.sub(r"^  (offline|search):\n(?:    .*\n)+", "", plain, flags=re.MULTILINE)
    plain = plain.replace("plugins:\n", "plugins:\n  - search\n").replace("strict: true\n", "").replace("  font: false\n", "")
    _write(root / "plain.yml", plain)
    _write(root / "sphinx" / "conf.py", "project = 'Bank'\nextensions = ['myst_parser']\nmyst_enable_extensions = ['dollarmath', 'colon_fence']\nhtml_theme = 'furo'\n")
    names = sorted(path.relative_to(root / "docs").with_suffix("").as_posix() for path in (root / "docs").rglob("*.md"))
    listed = "\n".join(name for name in names if name != "index")
    for name in ("questions", "indexes"):
        (root / "sphinx" / name).symlink_to(root / "docs" / name)
    for name in ("faq.md", "practice.md"):
        (root / "sphinx" / name).symlink_to(root / "docs" / name)
    _write(root / "sphinx" / "index.md", f"# Bank\n\n```{{toctree}}\n:hidden:\n{listed}\n```\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commands(root: Path) -> dict[str, tuple[list[str], Path]]:
    """How each contestant builds the bank at `root`, and into which folder."""
    python, peers = sys.executable, PEERS / "bin"
    mkdocs = [python, "-m", "mkdocs", "build", "--site-dir"]
    return {
        "ours": ([*mkdocs, str(root / "site-ours"), "-f", str(root / "mkdocs.yml")], root / "site-ours"),
        "Material": ([*mkdocs, str(root / "site-plain"), "-f", str(root / "plain.yml")], root / "site-plain"),
        "Zensical": ([str(peers / "zensical"), "build", "-f", str(root / "plain.yml")], root / "site"),
        "Sphinx": ([str(peers / "sphinx-build"), "-q", "-b", "html", str(root / "sphinx"), str(root / "site-sphinx")], root / "site-sphinx"),
    }
