"""Templates: each compiles, has a title, runs nothing inline, and posts with its token."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sources import TEMPLATES, is_page, is_paper, name, templates

TITLE = re.compile(r"<title>|{%-?\s*block title\s*-?%}")
INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "a handler in an attribute": re.compile(r"<[^>{%]*\son[a-z]+\s*=", re.I),
    "an inline style": re.compile(r"<style\b|<[^>]*\sstyle\s*=", re.I),
    "an address that runs": re.compile(r"javascript:", re.I),
    "text that is not escaped": re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+false", re.I),
}
FORM = re.compile(r"<form\b(.*?)</form>", re.I | re.S)


@pytest.mark.parametrize("path", templates(), ids=name)
def test_a_template_compiles(looked_at: Flask, path: Path) -> None:
    assert looked_at.jinja_env.get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.parametrize("path", [path for path in templates() if is_page(path)], ids=name)
def test_a_page_has_a_title(path: Path) -> None:
    assert TITLE.search(path.read_text(encoding="utf-8")), "a page says in its title what it is"


@pytest.mark.parametrize("path", [path for path in templates() if not is_paper(path)], ids=name)
def test_nothing_runs_inline(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)

    assert [fault for fault, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", templates(), ids=name)
def test_a_form_that_posts_carries_its_token(path: Path) -> None:
    for form in FORM.findall(path.read_text(encoding="utf-8")):
        if re.search(r'method="post"', form, re.I) or 'method="{{ method }}"' in form:
            assert "csrf_token" in form


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("<script>alert(1)</script>", "an inline script"),
        ('<a onclick="go()">x</a>', "a handler in an attribute"),
        ('<p style="color:red">x</p>', "an inline style"),
        ("{{ name|safe }}", "text that is not escaped"),
    ],
)
def test_each_inline_fault_would_be_found(bad: str, fault: str) -> None:
    assert INLINE[fault].search(bad)
