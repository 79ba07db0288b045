"""Reviewing in the browser: correcting by keyboard and what it changes, same and not the same, log-in, roles, trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from serve import team
from serve.chromium import ask, browser, copied, page, running, until, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "page"]
pytestmark = pytest.mark.browser
AIRPORT = "مطار دير الزور العسكري"


@pytest.fixture
def own_url(store_url: str, tmp_path: Path) -> str:
    """A store that a test may change."""
    return copied(store_url, tmp_path)


@pytest.fixture
def address(own_url: str) -> Iterator[str]:
    with running(own_url) as url:
        yield url


def pick(page: Page, text: str) -> None:
    """Type into the finder that has the focus and take what it finds first."""
    page.keyboard.type(text)
    page.locator(".editor [role=option]:not(.none)").first.wait_for()
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")


def shown_now(page: Page, address: str, report: str, event: str) -> Any:
    """The incident that holds the event, once the correction is worked in."""
    id = ask(page, address, f"reports/{report}")["incidents"][event]
    return ask(page, address, f"incidents/{id}")


def exported(own_url: str, folder: Path) -> list[Any]:
    """What `marsad export geojson` writes."""
    from marsad.cli import main

    file = folder / "out.geojson"
    told = CliRunner().invoke(main, ["--store", own_url, "export", "geojson", "-o", str(file)], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    features: list[Any] = json.loads(file.read_text(encoding="utf-8"))["features"]
    return features


def test_correcting_by_keyboard_changes_map_pair_and_export(
    page: Page, address: str, own_url: str, tmp_path: Path
) -> None:
    before = shown_now(page, address, "rival-03", "e1")
    steps = {s["incident"] for p in ask(page, address, "pairs?a=russia&b=iran")["periods"] for s in p["steps"]}
    assert before["incident"] in steps

    page.goto(f"{address}#/review?item=rival-03/e1")
    page.wait_for_selector(".editor [data-slot=place]")
    page.keyboard.press("e")  # the actor's field
    page.keyboard.press("Tab")  # the recipient's
    page.keyboard.press("Enter")
    for key in ("Enter", "Tab", "Tab"):  # change the first one, past "remove", into the finder
        page.keyboard.press(key)
    pick(page, "تنظيم الدولة")
    page.wait_for_selector("[data-slot=recipient].changed")
    page.locator("[data-slot=place] .tool").last.focus()
    page.keyboard.press("Enter")
    pick(page, AIRPORT)
    page.wait_for_selector("[data-slot=place].changed")
    page.keyboard.press("Control+Enter")
    page.locator(".toast").first.wait_for()

    for _ in range(150):  # a correction is worked into its incident behind the answer
        after = shown_now(page, address, "rival-03", "e1")
        if after["place"]["name"]["ar"] == AIRPORT:
            break
        page.wait_for_timeout(100)
    assert after["place"]["name"]["ar"] == AIRPORT
    steps = {s["incident"] for p in ask(page, address, "pairs?a=russia&b=iran")["periods"] for s in p["steps"]}
    assert after["incident"] not in steps
    page.goto(f"{address}#/observatory?sel={after['incident']}")
    page.locator(".panel .meta", has_text=AIRPORT).wait_for()
    points = [f["geometry"]["coordinates"] for f in exported(own_url, tmp_path) if f["geometry"]]
    assert any(
        abs(lon - after["place"]["lon"]) < 0.02 and abs(lat - after["place"]["lat"]) < 0.02 for lon, lat in points
    )

    page.goto(f"{address}#/review?item=rival-03/e1")
    page.locator(".editor header", has_text="مصحّحة").wait_for()


def test_accepting_goes_on_and_undo_comes_back(page: Page, address: str) -> None:
    page.goto(f"{address}#/review")
    page.wait_for_selector(".editor footer")
    first = page.locator(".queue a[aria-current=true]").get_attribute("href")
    open_before = ask(page, address, "review/queue?limit=1")["counts"]["open"]
    page.keyboard.press("a")
    until(page, "h => document.querySelector('.queue a[aria-current=true]')?.getAttribute('href') !== h", first)
    assert ask(page, address, "review/queue?limit=1")["counts"]["open"] == open_before - 1
    page.keyboard.press("u")
    until(page, "h => document.querySelector('.queue a[aria-current=true]')?.getAttribute('href') === h", first)
    assert ask(page, address, "review/queue?limit=1")["counts"]["open"] == open_before


def test_rejecting_asks_why(page: Page, address: str) -> None:
    page.goto(f"{address}#/review?item=rival-03/e2")
    page.wait_for_selector(".editor footer")
    page.keyboard.press("x")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("1")
    page.locator(".toast").first.wait_for()
    given = ask(page, address, "review/history?report=rival-03&event=e2")["decisions"][0]
    assert (given["act"], given["reason"]) == ("reject", "ليس حدثًا")


def test_a_missed_event_is_added_by_marking_words(page: Page, address: str) -> None:
    page.goto(f"{address}#/review?item=rival-03/e1")
    page.wait_for_selector(".editor footer")
    before = len(ask(page, address, "review/report?report=rival-03")["events"])
    page.keyboard.press("n")
    page.wait_for_selector(".add")
    page.locator("article").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("w")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_selector(".add blockquote:not(.none)")
    page.locator(".add select").first.select_option("THREATEN")
    page.get_by_role("button", name="أضف", exact=True).click()
    page.locator(".toast").first.wait_for()
    assert len(ask(page, address, "review/report?report=rival-03")["events"]) == before + 1


def test_the_second_of_two_sees_what_the_first_changed(page: Page, address: str, browser: Browser) -> None:
    link = f"{address}#/review?item=rival-03/e1"
    page.goto(link)
    page.wait_for_selector(".editor footer")
    with visit(browser) as other:
        other.goto(link)
        other.wait_for_selector(".editor footer")
        other.keyboard.press("a")
        other.locator(".toast").first.wait_for()
    page.keyboard.press("a")
    page.get_by_role("dialog", name="سبقك غيرك إلى هذا الحدث").wait_for()
    page.get_by_role("button", name="طبّق قراري").click()
    page.locator(".toast").first.wait_for()


def test_a_decision_outlives_a_lost_connection(page: Page, address: str) -> None:
    page.goto(f"{address}#/review?item=rival-03/e1")
    page.wait_for_selector(".editor footer")
    page.context.set_offline(True)
    page.keyboard.press("a")
    page.wait_for_selector(".lost b")
    page.context.set_offline(False)
    page.get_by_text("أُرسلت القرارات المحفوظة").wait_for()
    assert ask(page, address, "review/history?report=rival-03&event=e1")["decisions"][0]["act"] == "accept"


def settled(page: Page, address: str, holds: Callable[[int], bool]) -> None:
    """Wait until the number of incidents is as it should be: verdicts are worked in behind the answer."""
    for _ in range(100):
        if holds(ask(page, address, "incidents?limit=1")["total"]):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the verdict was not worked in")


def test_not_the_same_parts_an_incident_and_undo_joins_it(page: Page, address: str) -> None:
    chosen = ask(page, address, "incidents?sort=reports&limit=1")["incidents"][0]
    total = ask(page, address, "incidents?limit=1")["total"]
    page.goto(f"{address}#/incident/{chosen['incident']}")
    page.get_by_role("button", name="ليس من هذه الحادثة").last.click()
    page.get_by_text("حُفظ الحكم").hover()  # it stays while somebody reads it
    settled(page, address, lambda now: now > total)
    page.locator(".toast .quiet").click()
    page.get_by_text("تُراجع عن القرار").wait_for()
    settled(page, address, lambda now: now == total)


@pytest.fixture
def team_address(tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'team.db'}"
    team.fill(url)
    team.hire(url)
    with running(url, mask=True) as address:
        yield address


def enter(page: Page, address: str, name: str, password: str | None = None) -> None:
    page.goto(address)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password or team.PASSWORDS[name])
    page.get_by_role("button", name="ادخل").click()


def test_log_in_roles_and_trail(page: Page, team_address: str, browser: Browser) -> None:
    enter(page, team_address, "huda", "wrong password")
    page.get_by_text("الاسم أو كلمة السر غير صحيحين").wait_for()
    enter(page, team_address, "huda")
    page.wait_for_selector("[data-incident]")
    page.goto(f"{team_address}#/review?item=r/e1")
    page.wait_for_selector(".editor footer")
    page.keyboard.press("a")
    page.locator(".toast").first.wait_for()
    page.goto(f"{team_address}#/people")
    page.get_by_text("دورك لا يتيح هذا العمل").first.wait_for()
    page.get_by_role("button", name="الإعدادات").click()
    page.get_by_role("button", name="اخرج").click()
    page.wait_for_selector("input[name=password]")
    with visit(browser) as admin:
        enter(admin, team_address, "layla")
        admin.wait_for_selector("[data-incident]")
        admin.goto(f"{team_address}#/people")
        admin.locator("td", has_text="huda").first.wait_for()
        admin.locator("td bdi", has_text="huda").last.wait_for()


def code_alone(browser: Browser, address: str, name: str, act: str) -> None:
    """A coder logs in, finds the coding, decides on its first event without seeing others, and is done."""
    with visit(browser) as page:
        enter(page, address, name)
        page.wait_for_selector("[data-incident]")
        page.goto(f"{address}#/health?part=coders")
        page.get_by_role("link", name="رمِّز").click()
        page.wait_for_selector(".editor footer")
        page.keyboard.press(act)
        if act == "x":
            page.wait_for_selector("dialog[open]")
            page.keyboard.press("1")
        page.locator(".toast").first.wait_for()
        page.get_by_role("button", name="انتهيت").click()
        page.wait_for_selector(".queue select")


def test_two_coders_differ_and_the_lead_decides(page: Page, team_address: str, browser: Browser) -> None:
    enter(page, team_address, "rima")
    page.wait_for_selector("[data-incident]")
    page.goto(f"{team_address}#/health?part=coders")
    for field, value in {"coding-report": "r", "coder-1": "huda", "coder-2": "zayd"}.items():
        page.locator(f"input[name={field}]").fill(value)
    page.get_by_role("button", name="أسند").click()
    page.locator("td", has_text="zayd").wait_for()
    code_alone(browser, team_address, "huda", "a")
    code_alone(browser, team_address, "zayd", "x")
    page.reload()
    page.get_by_role("button", name="قارن").click()
    page.wait_for_selector(".split")
    page.locator(".split").get_by_role("button", name="huda").click()
    page.get_by_role("button", name="احسم", exact=True).click()
    page.get_by_text("حُسم الخلاف").wait_for()
    assert ask(page, team_address, "agreement")["reports"] == 1
