"""`canteen elders import`: its answer as JSON, its words, its exit codes."""

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from flask import Flask
from rosters import csv_roster, number
from sqlalchemy import func, select

from canteen.config import ROOT, Settings
from canteen.db import reading
from canteen.elders.cli import elders
from canteen.elders.models import Elder
from tests.factories import make_canteen

WANG = number(order=2)
ROSTER = csv_roster(
    [["王秀英", WANG, "12", "低保、脱贫户", "1"], ["赵", "1234", "", "", "2"]],
    ["姓名", "身份证号", "联系电话", "人员类别", "年龄"],
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(elders, ["import", *arguments])


def how_many() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Elder)) or 0


@pytest.fixture
def roster(app: Flask, tmp_path: Path) -> str:
    make_canteen("beimen")
    path = tmp_path / "roster.csv"
    path.write_bytes(ROSTER)
    return str(path)


def test_the_answer_is_one_json_document(roster: str) -> None:
    done = run(roster, "--canteen", "beimen", "--json")

    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert {key: answer[key] for key in ("read", "new", "updated", "unchanged", "ignored_columns")} == {
        "read": 2, "new": 1, "updated": 0, "unchanged": 0, "ignored_columns": ["年龄"],
    }  # fmt: skip
    assert [(fault["row"], fault["column"], fault["code"]) for fault in answer["faults"]] == [
        (3, "身份证号", "id-length")
    ]
    assert [(found["row"], found["column"], found["code"]) for found in answer["warnings"]] == [
        (2, "联系电话", "phone"), (2, "人员类别", "category-unknown"),
    ]  # fmt: skip
    assert answer["faults"][0]["message"].startswith("第 3 行 身份证号 不是 18 位")
    assert done.stderr == ""


def test_without_json_faults_and_warnings_are_words_on_standard_error(roster: str) -> None:
    done = run(roster, "--canteen", "beimen")

    assert done.exit_code == 0
    assert "读到 2 行，新登记 1" in done.stdout
    assert "第 3 行 身份证号 不是 18 位" in done.stderr
    assert WANG not in done.output


def test_a_dry_run_writes_nothing(roster: str) -> None:
    done = run(roster, "--canteen", "beimen", "--dry-run", "--json")

    assert (done.exit_code, json.loads(done.stdout)["new"], how_many()) == (0, 1, 0)


def test_a_file_that_is_no_roster_ends_with_one_and_a_sentence(app: Flask, tmp_path: Path) -> None:
    make_canteen("beimen")
    path = tmp_path / "roster.xlsx"
    path.write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 100)

    done = run(str(path), "--canteen", "beimen", "--json")

    assert done.exit_code == 1
    assert "这个文件是图片" in done.stderr
    assert json.loads(done.stdout)["read"] == 0


def test_an_unknown_canteen_ends_with_one_and_a_missing_file_with_two(roster: str) -> None:
    assert run(roster, "--canteen", "nowhere").exit_code == 1
    assert run("nowhere.csv", "--canteen", "beimen").exit_code == 2
    assert run(roster).exit_code == 2


def test_a_whole_city_goes_in_within_its_time_and_memory(
    sqlite_app: Flask, sqlite_settings: Settings, tmp_path: Path
) -> None:
    make_canteen("beimen")
    path = tmp_path / "city.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["序号", "姓名", "性别", "身份证号", "联系电话", "人员类别", "社区", "住址"])
        for place in range(1, 50_001):
            born = date(1930, 1, 1) + timedelta(days=place % 10_000)
            identity = number(f"{born:%Y%m%d}", order=2 + 2 * (place // 10_000))
            row = [place, "王秀英", "女", identity, "13900000001", "低保、独居", "城东社区", f"{place}号"]
            sheet.write_row(place, 0, row)
    # The kernel's own high-water mark of this very program; what a parent counts for a child begins with itself.
    command = (
        "import atexit, sys; from pathlib import Path; from canteen.cli import main; "
        "atexit.register(lambda: print(Path('/proc/self/status').read_text(), file=sys.stderr)); main()"
    )
    words = ["elders", "import", str(path), "--canteen", "beimen", "--json"]

    before = os.times()
    child = subprocess.run([sys.executable, "-c", command, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    after = os.times()

    answer = json.loads(child.stdout)
    assert (answer["read"], answer["new"]) == (50_000, 50_000)
    # Seconds of the processor: other tests run beside this one.
    assert after.children_user + after.children_system - before.children_user - before.children_system < 45
    assert int(re.findall(r"VmHWM:\s+(\d+) kB", child.stderr)[0]) < 400 * 1024
