"""Every page of both builds, in the browser and as a file: closed, and nothing in it leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

OpenPage = Callable[..., object]


def pages(root: Path) -> list[str]:
    """The pages of a built site, by their addresses in it; 404.html works only at the site's own address."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*.html") if path.name != "404.html")


@pytest.mark.parametrize("build", ["served", "offline"])
def test_no_page_breaks_its_own_policy(request: pytest.FixtureRequest, open_page: OpenPage, build: str) -> None:
    """Nothing forbidden is tried, nothing is asked of another host, no cookie is left.

    `open_page` fails the test for every foreign request and every error of the console, which is
    where the browser reports what the policy stopped.
    """
    site: Path = request.getfixturevalue("site" if build == "served" else "offline_site")
    base = request.getfixturevalue("served") if build == "served" else f"{site.as_uri()}/"
    page = open_page(f"{base}index.html")
    for name in pages(site):
        page.goto(base + name, wait_until="domcontentloaded")
        governed = page.evaluate(
            """() => document.head.firstElementChild.nextElementSibling
                .matches('meta[http-equiv=Content-Security-Policy]')"""
        )
        assert governed, f"{name} has no policy in front of all else"
    assert page.context.cookies() == []
