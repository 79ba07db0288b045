"""The pages that one looks at: observatory, incident, report, actors, relations, alerts, health; in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from serve.chromium import ask, browser, open_list, page, running, until, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser", "page"]
pytestmark = pytest.mark.browser
LIT_TEXT = "[...document.querySelectorAll('mark.lit')].map(m => m.textContent).join('')"


@pytest.fixture(scope="module")
def address(store_url: str) -> Iterator[str]:
    with running(store_url) as url:
        yield url


def contradicted(page: Page, address: str) -> Any:
    """The incident that its reports contradict most."""
    return ask(page, address, "incidents?sort=disputed&limit=1")["incidents"][0]


def test_the_first_visit_is_arabic_from_right_to_left(page: Page, address: str) -> None:
    open_list(page, address)
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]
    list_box, map_box = page.locator(".list").bounding_box(), page.locator(".map").bounding_box()
    assert list_box and map_box and list_box["x"] > map_box["x"]
    assert page.title() == "المرصد · مرصد"


def test_the_map_draws(page: Page, address: str) -> None:
    open_list(page, address)
    page.wait_for_selector("canvas.maplibregl-canvas")
    assert page.locator(".broken").count() == 0
    assert page.evaluate("document.fonts.check('16px \"Noto Sans Arabic Variable\"', 'مرصد')")


def test_keys_move_open_close_and_change_the_language(page: Page, address: str) -> None:
    open_list(page, address)
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-incident]").nth(1).get_attribute("data-incident")
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel h2")
    assert f"sel={second}" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector(".panel", state="detached")
    page.keyboard.press("l")
    until(page, "document.documentElement.dir === 'ltr'")
    assert "lang=en" in page.url
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open] kbd")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")


def test_a_filter_narrows_and_its_link_shows_the_same_to_another(page: Page, address: str, browser: Browser) -> None:
    open_list(page, address)
    whole = ask(page, address, "incidents?limit=1")["total"]
    page.get_by_role("button", name="الفعل", exact=True).click()
    page.get_by_role("option", name="مطالبة").first.click()
    until(page, "location.hash.includes('deed=REQUEST')")
    wanted = ask(page, address, "incidents?limit=100&type=REQUEST")
    until(page, f"document.querySelectorAll('[data-incident]').length === {len(wanted['incidents'])}")
    assert 0 < wanted["total"] < whole
    shown = page.locator("[data-incident]").evaluate_all("rows => rows.map(r => r.dataset.incident)")
    with visit(browser) as other:
        open_list(other, page.url)
        until(other, f"document.querySelectorAll('[data-incident]').length === {len(shown)}")
        assert other.locator("[data-incident]").evaluate_all("rows => rows.map(r => r.dataset.incident)") == shown
    page.get_by_role("button", name="امسح المرشّحات").first.click()
    until(page, f"document.querySelectorAll('[data-incident]').length > {len(shown)}")


def test_search_folds_spelling_and_stands_in_the_address(page: Page, address: str) -> None:
    open_list(page, address)
    page.locator("input[type=search]").fill("حَقل الوَرد")
    until(page, "location.hash.includes('q=')")
    found = ask(page, address, "incidents?q=حقل الورد&limit=1")["total"]
    assert found > 0
    until(page, "document.querySelectorAll('[data-incident]').length > 0")
    shared = page.url
    page.goto("about:blank")
    open_list(page, shared)
    assert page.locator("input[type=search]").input_value() == "حَقل الوَرد"
    page.locator("input[type=search]").fill("لا شيء كهذا")
    page.wait_for_selector(".none")


def test_the_time_line_cuts_a_window_by_keyboard(page: Page, address: str) -> None:
    open_list(page, address)
    start = page.get_by_role("slider").first
    start.focus()
    page.keyboard.press("ArrowLeft")
    until(page, "location.hash.includes('since=')")
    page.get_by_role("button", name="كل الأوقات").click()
    until(page, "!location.hash.includes('since=')")


def test_time_plays_and_stops(page: Page, address: str) -> None:
    open_list(page, address)
    page.get_by_role("button", name="شغّل الزمن").click()
    until(page, "location.hash.includes('until=')")
    page.get_by_role("button", name="شغّل الزمن").wait_for()  # it stops by itself at the end


def test_an_incident_is_followed_to_its_words(page: Page, address: str) -> None:
    chosen = contradicted(page, address)
    page.goto(f"{address}#/observatory?sel={chosen['incident']}")
    page.wait_for_selector(".panel h2")
    page.keyboard.press("o")
    page.wait_for_selector("h1.title")
    assert chosen["incident"] in page.url
    assert page.locator(".side .claim").count() >= 2, "contradicting claims stand side by side"
    page.locator(".claim a").first.click()
    page.wait_for_selector(".reader mark.evidence")
    assert "/report/" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("h1.title")


def test_an_incident_tells_who_said_it_and_why_it_is_one(page: Page, address: str) -> None:
    chosen = ask(page, address, "incidents?sort=reports&limit=1")["incidents"][0]
    page.goto(f"{address}#/incident/{chosen['incident']}")
    page.wait_for_selector(".tree .node")
    page.get_by_role("heading", name="لماذا هي حادثة واحدة").scroll_into_view_if_needed()
    page.wait_for_selector("table[aria-label='لماذا هي حادثة واحدة'] tr.sum")


def test_a_lost_incident_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}#/incident/i-000000000000")
    page.get_by_text("لم تعد هذه الحادثة قائمة").wait_for()


def test_hovering_a_field_lights_its_words_and_back(page: Page, address: str) -> None:
    page.goto(f"{address}#/report/rival-03?event=e1")
    page.wait_for_selector("[data-field]")
    field = page.locator("[data-field^=place]")
    field.hover()
    page.wait_for_selector("mark.lit")
    assert field.locator(".text").inner_text() in page.evaluate(LIT_TEXT)
    page.locator("mark.actor").first.hover()
    page.wait_for_selector(".fields li.actor.lit")


def test_highlights_hold_behind_letters_outside_the_basic_plane(page: Page, address: str) -> None:
    page.goto(f"{address}#/report/private?event=e1")
    page.locator("[data-field^=place]").hover()
    page.wait_for_selector("mark.lit")
    assert page.evaluate(LIT_TEXT) == "تدمر"


def test_markup_and_script_in_a_report_are_text(page: Page, address: str) -> None:
    page.goto(f"{address}#/report/hostile?event=e1")
    page.wait_for_selector(".reader mark.evidence")
    article = page.locator(".reader article")
    assert "<script>alert('x')</script>" in article.inner_text()
    assert article.locator("script, img").count() == 0
    assert page.locator(".reader a[href^=javascript]").count() == 0
    assert "<i>صحيفة</i>" in page.locator(".reader header").inner_text()


def test_old_links_still_lead_there(page: Page, address: str) -> None:
    page.goto(f"{address}#/incidents?report=rival-03&event=e1")
    page.wait_for_selector(".reader mark.evidence")


def test_the_pair_view_draws_two_series(page: Page, address: str) -> None:
    page.goto(f"{address}#/pair")
    page.wait_for_selector(".chart canvas")
    page.locator("a", has_text="حقل الورد").first.click()
    page.wait_for_selector("h1.title")


def test_an_actor_leads_to_its_pair(page: Page, address: str) -> None:
    page.goto(f"{address}#/actors")
    page.locator("a", has_text="القوات الروسية").first.click()
    page.wait_for_selector("section h2")
    page.locator("a[href*='/pair']").first.click()
    until(page, "location.hash.startsWith('#/pair')")


def test_the_network_draws(page: Page, address: str) -> None:
    page.goto(f"{address}#/network?level=unit&since=2012-01-01&until=2024-12-31")
    page.locator("[role=button] circle").first.wait_for()
    assert page.locator("table tbody tr").count() > 0


@pytest.mark.parametrize("view", ["alerts", "health", "health?part=runs", "health?part=quality", "people", "review"])
def test_the_other_pages_open(page: Page, address: str, view: str) -> None:
    page.goto(f"{address}#/{view}")
    page.wait_for_selector("main h1")
    page.wait_for_selector("main .wait", state="detached")
    assert page.locator(".fault").count() == 0


def test_an_empty_store_greets(page: Page, empty_url: str) -> None:
    with running(empty_url) as url:
        page.goto(url)
        page.wait_for_selector("main h1")
        assert "marsad demo" in page.locator("main").inner_text()


def test_a_lost_connection_keeps_what_is_shown(page: Page, address: str) -> None:
    open_list(page, address)
    rows = page.locator("[data-incident]").count()
    page.context.set_offline(True)
    page.get_by_role("button", name="المتناقضة").click()
    page.wait_for_selector(".lost")
    assert page.locator("[data-incident]").count() == rows
    page.context.set_offline(False)
    page.wait_for_selector(".lost", state="detached")
    until(page, f"document.querySelectorAll('[data-incident]').length !== {rows}")


def test_a_phone_shows_list_and_map_in_turn(browser: Browser, address: str) -> None:
    with visit(browser, viewport={"width": 390, "height": 844}) as phone:
        phone.goto(address)
        phone.get_by_role("button", name="القائمة").click()
        phone.wait_for_selector("[data-incident]")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.locator("[data-incident]").first.click()
        phone.wait_for_selector(".panel h2")
        box = phone.locator(".panel").bounding_box()
        assert box and box["width"] == 390
