"""Chinese first, English second: no message without its English, none worded in two ways."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import Environment
from sources import is_paper, modules, name, templates

from canteen.config import ROOT
from canteen.web import refusals
from canteen.web.catalogues import FOLDER

WORDS: dict[str, Any] = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
# What only the installer reads, in a terminal, speaks one language.
TERMINAL = ("installation.py", "serving.py", "demo", "bench")
CHINESE = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"%\((\w+)\)")
NAME_OF_A_LANGUAGE = "中文"


def catalogues() -> list[Path]:
    return sorted((FOLDER / "en" / "LC_MESSAGES").glob("*.po"))


def english(path: Path) -> dict[str, str]:
    """What a catalogue says; a plural by its singular."""
    with path.open("rb") as file:
        found = read_po(file, locale="en")
    return {
        _first(message.id): _first(message.string) for message in found if message.id and not message.fuzzy
    }


@cache
def all_english() -> dict[str, str]:
    return {key: text for path in catalogues() for key, text in english(path).items() if text}


def messages(path: Path) -> Iterator[str]:
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    for _line, message, _comments, _context in extract_from_file(method, str(path), keywords=WORDS):
        yield _first(message)


def refuses(path: Path) -> bool:
    """Whether a module says no to people who read pages."""
    is_terminal = any(part in TERMINAL for part in path.parts)
    return not is_terminal and "Refusal(" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*templates(), *modules()], ids=name)
def test_every_message_has_its_english(path: Path) -> None:
    translated = all_english()

    assert [message for message in messages(path) if message not in translated] == []


@pytest.mark.parametrize("path", [path for path in templates() if not is_paper(path)], ids=name)
def test_no_chinese_stands_in_a_template_outside_of_a_message(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    plain = "".join(value for _line, kind, value in Environment().lex(text) if kind == "data")

    assert CHINESE.findall(plain.replace(NAME_OF_A_LANGUAGE, "")) == []


@pytest.mark.parametrize("path", catalogues(), ids=name)
def test_the_english_of_a_catalogue_is_english_and_keeps_its_places(path: Path) -> None:
    for chinese, text in english(path).items():
        assert text, chinese
        assert not CHINESE.search(text), chinese
        assert set(PLACE.findall(text)) == set(PLACE.findall(chinese)), chinese


def test_no_message_is_worded_in_two_ways() -> None:
    worded: dict[str, dict[str, str]] = {}
    for path in catalogues():
        for chinese, text in english(path).items():
            worded.setdefault(chinese, {})[path.stem] = text

    assert {chinese: texts for chinese, texts in worded.items() if len(set(texts.values())) > 1} == {}


@pytest.mark.parametrize("path", [path for path in modules() if refuses(path)], ids=name)
def test_every_refusal_has_its_english(looked_at: Flask, path: Path) -> None:
    translated = all_english()

    assert [code for code, message in refused(path) if not is_worded(code, message, translated)] == []


def refused(path: Path) -> Iterator[tuple[str, str | None]]:
    """The code and, where it is plain text, the sentence of each refusal that a module raises."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
            texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            if texts and isinstance(texts[0], str):
                yield texts[0], str(texts[1]) if len(texts) > 1 and texts[1] else None


def is_worded(code: str, message: str | None, translated: dict[str, str]) -> bool:
    if refusals.is_worded(code):
        return True
    return message is not None and (message in translated or not CHINESE.search(message))


def _first(text: Any) -> str:
    return str(text[0] if isinstance(text, list | tuple) else text)


def test_the_root_is_where_the_catalogues_are() -> None:
    assert FOLDER.is_relative_to(ROOT)
    assert {path.stem for path in catalogues()} >= {"web", "staff"}
