"""Compiling the catalogues."""

import os
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from canteen.web import catalogues

ENTRY = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "保存"\nmsgstr "{english}"\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "en" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "menus.po").write_text(ENTRY.format(english="Save"), encoding="utf-8")
    return tmp_path


def test_a_catalogue_is_compiled_once_and_again_when_it_changed(folder: Path) -> None:
    source = folder / "en" / "LC_MESSAGES" / "menus.po"

    assert catalogues.compile_stale(folder) == [source]
    assert catalogues.compile_stale(folder) == []
    source.write_text(ENTRY.format(english="Keep"), encoding="utf-8")
    made = source.with_suffix(".mo").stat()
    os.utime(source, ns=(made.st_atime_ns, made.st_mtime_ns + 1))

    assert catalogues.is_stale(source)
    catalogues.compile_one(source)
    assert b"Keep" in source.with_suffix(".mo").read_bytes()
    assert catalogues.domains(folder) == ["menus"]


def test_a_broken_catalogue_says_so_and_leaves_nothing_behind(folder: Path) -> None:
    source = folder / "en" / "LC_MESSAGES" / "menus.po"
    source.write_text('msgid "保存"\nthis is no entry\n', encoding="utf-8")

    with pytest.raises(PoFileError):
        catalogues.compile_stale(folder)

    assert [path.name for path in source.parent.iterdir()] == ["menus.po"]
