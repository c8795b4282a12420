"""From the sign-in to the printed statement, by clicks: what a manager does on the second of the month."""

from pathlib import Path

from playwright.sync_api import Page, expect

from canteen.demo.district import PASSWORD
from canteen.installation import do_waiting_work
from canteen.settlement.models import Statement
from tests.browser.conftest import Live
from tests.factories import only
from tests.stories.office import pdf_text, type_command


def test_a_manager_closes_the_month_and_takes_the_settlement_home(
    live: Live, page: Page, complaints: list[str], tmp_path: Path
) -> None:
    assert type_command("demo", "--elders", "20", "--months", "1").exit_code == 0
    page.goto(f"{live.address}/login")
    page.get_by_label("登录名").fill("fuzeren")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main").get_by_role("button").first.click()

    page.get_by_role("link", name="月结").first.click()
    page.goto(f"{live.address}/close/2026-10?canteen=xingfuli")
    expect(page.get_by_text("没有发现问题，可以月结。")).to_be_visible()
    page.locator("[name=prepared_by]").fill("王会计")
    page.locator("[name=checked_by]").fill("李主任")
    page.locator("[name=is_meant]").check()
    page.get_by_role("button", name="月结").click()

    expect(page).to_have_url(f"{live.address}/close/2026-10/done?canteen=xingfuli")
    expect(page.get_by_text("正在生成").first).to_be_visible()
    do_waiting_work()
    page.reload()
    settlement = page.get_by_role("row").filter(has_text="XINGFULI-2026-10-gov-v1")
    with page.expect_download() as download:
        settlement.get_by_role("link", name="PDF").click()
    file = tmp_path / "settlement.pdf"
    download.value.save_as(file)
    assert "社区老年助餐服务补贴结算表" in "".join(pdf_text(file).split())
    assert type_command("statement", "verify", file).document["match"] is True

    sealed = only(Statement, number="XINGFULI-2026-10-gov-v1")
    page.goto(f"{live.address}/verify/{sealed.number}")
    expect(page.get_by_text("这份结算单是本系统封存的。")).to_have_count(0)
    page.locator("[name=code]").fill(sealed.check_code.lower())
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_text("这份结算单是本系统封存的。")).to_be_visible()
    assert complaints == []
