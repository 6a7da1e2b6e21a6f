"""The whole page in a real Chromium, offline: what a person sees and does."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import audits
import pytest
import study as made_up

from pipelines import curation
from pipelines.store import Project

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
ARMS = ("male", "female", "they")
TABS = ("Stories", "Judgments", "Curate", "Train", "Metrics")
PANELS = ("A closer look", "Item by item", "All models", "Implicit reward", "Report")


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on this machine.")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as api:
        found = api.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("home") / "study")
    made_up.fill(project)
    audits.add_audit(project)
    yield project
    project.close()


@pytest.fixture(scope="module")
def address(study):
    """The address of the real page, started as a person starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = Path(__file__).parents[2]
    env = {**os.environ, "EVENHAND_PROJECT": str(study.root), "EVENHAND_PORT": str(port)}
    env.pop("SPACE_ID", None)
    with (study.root / "app.log").open("w") as log:
        app = subprocess.Popen([sys.executable, "app.py"], cwd=root, env=env, stdout=log,
                               stderr=log)  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, app)
        yield url
    finally:
        app.terminate()
        app.wait(20)


def wait_for(url, app, seconds=60):
    """Return when the page answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert app.poll() is None, "the app has ended"
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url} in {seconds} s")


@pytest.fixture
def visit(chromium, address):
    """A fresh visitor's page; at the end nothing may have gone wrong or gone out."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    trouble, outside = [], []
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("console", lambda said: trouble.append(said.text) if is_trouble(said) else None)
    opened.on("request", lambda request: outside.append(request.url))
    opened.goto(address)
    opened.wait_for_selector("#stories-list tbody tr")
    yield opened
    hacked = opened.evaluate("window.hacked")
    context.close()
    local = (address, "data:", "blob:")
    assert [url for url in outside if not url.startswith(local)] == []
    assert trouble == []
    assert hacked is None


def is_trouble(said):
    """Tell whether a console message is an error; a reload cuts Gradio's own streams."""
    cut = any(part in said.text for part in ("AbortError", "Connection errored out"))
    return said.type == "error" and not cut


def go(page, tab, wait):
    page.get_by_role("tab", name=tab).click()
    page.wait_for_selector(wait)


def wait_for_change(page, head):
    """Return when another card is shown."""
    differs = "old => document.querySelector('.eh-cardhead').innerText !== old"
    page.wait_for_function(differs, arg=head)


def wait_for_value(page, selector, value):
    """Return when an input has this value."""
    same = "([where, value]) => document.querySelector(where)?.value === value"
    page.wait_for_function(same, arg=[selector, value])


def test_every_tab_shows_the_study_and_markup_is_text(visit):
    visit.locator("#stories-list tbody tr").first.click()
    visit.wait_for_selector("#stories-detail article")
    assert made_up.HOSTILE in visit.inner_text("#stories-detail")
    go(visit, "Judgments", "#judged-numbers .eh-fact")
    visit.locator("#pairs-list tbody tr", has_text="<img src=x").click()
    visit.wait_for_selector("#pair-detail article")
    assert "<b>meant</b> well" in visit.inner_text("#pair-detail")
    assert made_up.HOSTILE in visit.inner_text("#pair-detail")
    go(visit, "Curate", "#card-pair article")
    assert made_up.HOSTILE in visit.inner_text("#card-pair")
    go(visit, "Train", "#runs-list tbody tr")
    assert "first <b>run</b>" in visit.inner_text("#runs-list")
    visit.wait_for_selector("#run-log summary")
    visit.click("#run-log summary")
    assert "<script>log</script>" in visit.inner_text("#run-log")
    go(visit, "Metrics", "#compare-table table")
    assert "Both to 95% of 40 stories" in visit.inner_text("#compare-head")
    visit.get_by_role("tab", name="Item by item").click()
    visit.wait_for_selector("#items-list tbody tr")
    visit.locator("#items-list tbody tr").first.click()
    visit.wait_for_selector("#item-detail article")
    visit.get_by_role("tab", name="Implicit reward").click()
    assert audits.HOSTILE in visit.inner_text("#audit-head")
    visit.locator("#audit-list tbody tr").first.click()
    visit.wait_for_selector("#audit-detail article")
    assert "reward +" in visit.inner_text("#audit-detail")


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_that_shuts_people_out(chromium, address, dark):
    """Contrast, names, order and roles, by the rules of axe-core, on every tab and panel."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    opened.goto(f"{address}/?__theme={'dark' if dark else 'light'}")
    opened.wait_for_selector("#stories-list tbody tr")
    found = {}
    for tab in (*TABS, *PANELS):
        opened.get_by_role("tab", name=tab).click()
        opened.wait_for_timeout(1500)
        for broken in axe.run(opened).response["violations"]:
            found[tab, broken["id"]] = [node["html"][:200] for node in broken["nodes"]]
    context.close()
    assert found == {}


def test_key_a_accepts_u_takes_back_and_letters_are_off_while_typing(visit, study):
    go(visit, "Curate", "#card-pair article")
    visit.fill("#who input, #who textarea", "Ada")
    visit.keyboard.press("Tab")
    before = curation.counts(study)["accepted"]
    text = visit.locator("#balanced-text textarea")
    text.focus()
    visit.keyboard.type("ax")
    assert text.input_value().endswith("ax")
    visit.keyboard.press("Control+a")
    visit.keyboard.type(made_up.GOOD)
    visit.wait_for_selector("#card-checks .eh-bad", state="detached")
    visit.keyboard.press("Escape")
    assert curation.counts(study)["accepted"] == before
    head = visit.inner_text(".eh-cardhead")
    visit.keyboard.press("a")
    wait_for_change(visit, head)
    assert curation.counts(study)["accepted"] == before + 1
    visit.keyboard.press("u")
    wait_for_change(visit, visit.inner_text(".eh-cardhead"))
    assert curation.counts(study)["accepted"] == before


def test_a_refresh_in_mid_edit_brings_text_name_and_card_back(visit):
    go(visit, "Curate", "#card-pair article")
    visit.fill("#who input, #who textarea", "Grace")
    visit.keyboard.press("Tab")
    head = visit.inner_text(".eh-cardhead")
    visit.keyboard.press("j")
    wait_for_change(visit, head)
    head = visit.inner_text(".eh-cardhead")
    visit.locator("#balanced-text textarea").focus()
    visit.keyboard.press("Control+a")
    visit.keyboard.type("half a thought")
    visit.wait_for_selector("#card-checks .eh-bad")
    visit.wait_for_timeout(500)
    visit.reload()
    visit.wait_for_selector("#stories-list tbody tr")
    go(visit, "Curate", "#card-pair article")
    assert visit.inner_text(".eh-cardhead") == head
    wait_for_value(visit, "#balanced-text textarea", "half a thought")
    wait_for_value(visit, "#who input, #who textarea", "Grace")


def test_a_pasted_story_is_swapped_edited_where_it_stands_and_checked(visit):
    visit.get_by_role("tab", name="Pasted text").click()
    visit.fill(
        "#pasted-text textarea", f"Sarah kept the purse that was not hers. {made_up.HOSTILE}"
    )
    visit.click("#pasted-add")
    row = visit.locator("#stories-list tbody tr", has_text="kept the purse")
    row.click()
    visit.wait_for_selector("#stories-detail .eh-arm-female")
    stories = [visit.inner_text(f"#stories-detail .eh-arm-{arm} .eh-story") for arm in ARMS]
    assert "his" in stories[0]
    assert all(made_up.HOSTILE in story for story in stories)
    visit.locator("#stories-detail .eh-arm-male [data-key^='edit:']").click()
    visit.wait_for_selector("#story-text textarea")
    visit.fill("#story-text textarea", "A man kept a purse, and a woman saw it.")
    visit.click("#story-save")
    visit.wait_for_selector("#stories-detail .eh-light-red")
    visit.locator("#stories-detail [data-key^='back:']").click()
    visit.wait_for_selector("#stories-detail .eh-light-red", state="detached")


def test_a_refresh_in_mid_edit_of_a_story_brings_its_text_back(visit):
    visit.locator("#stories-list tbody tr").nth(1).click()
    visit.wait_for_selector("#stories-detail article")
    title = visit.inner_text("#stories-detail h3")
    visit.locator("#stories-detail [data-key^='edit:']").first.click()
    visit.locator("#story-text textarea").focus()
    visit.keyboard.press("Control+a")
    visit.keyboard.type("half a thought")
    visit.wait_for_timeout(800)
    visit.reload()
    wait_for_value(visit, "#story-text textarea", "half a thought")
    assert visit.inner_text("#stories-detail h3") == title
    visit.click("#story-cancel")
    visit.wait_for_selector("#story-text", state="hidden")
    visit.reload()
    visit.wait_for_selector("#stories-list tbody tr")
    visit.wait_for_timeout(1500)
    assert not visit.locator("#story-text").is_visible()


def test_a_file_of_rows_is_imported_and_a_category_changed(visit, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("prompt,chosen,rejected\nWho leads?,Anybody can.,=cmd|' /C calc'!A0\n")
    visit.get_by_role("tab", name="Preference data").click()
    visit.locator("#rows-file input[type=file]").set_input_files(path)
    visit.get_by_text("rows.csv").first.wait_for()
    visit.click("#rows-import")
    visit.wait_for_selector("#rows-list tbody tr", timeout=60_000)
    visit.locator("#rows-list tbody tr", has_text="Who leads?").click()
    visit.wait_for_selector("#row-detail article")
    assert "=cmd|' /C calc'!A0" in visit.inner_text("#row-detail")
    visit.locator("#category input").click()
    visit.get_by_role("option", name="Discriminatory language").click()
    visit.locator("#rows-list tbody tr", has_text="by person").wait_for()


def test_a_second_project_is_made_and_stays_open_after_a_refresh(visit):
    visit.fill("#new-project input, #new-project textarea", "class-2")
    visit.click("#create-project")
    visit.get_by_text("is the first step of a study").wait_for()
    visit.reload()
    wait_for_value(visit, "#project input", "class-2")
    visit.get_by_text("is the first step of a study").wait_for()


def test_a_bad_name_is_a_notice_and_not_a_crash(visit):
    visit.fill("#new-project input, #new-project textarea", "../evil")
    visit.click("#create-project")
    visit.get_by_text("lower-case letters, digits and hyphens, got").wait_for()


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_needs_no_sideways_scrolling(chromium, address, dark):
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    opened = context.new_page()
    opened.goto(f"{address}/?__theme={'dark' if dark else 'light'}")
    opened.wait_for_selector("#stories-list tbody tr")
    for tab in TABS:
        opened.get_by_role("tab", name=tab).click()
        opened.wait_for_timeout(1200)
        width = opened.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{tab} is {width} wide"
    context.close()
