"""The report is one page that needs nothing else, says what moved in sentences, and shows nothing of few people."""

import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from attune.audit.record import Record
from attune.drift.look import Change, Estimate, Look, Mark, MixChange, MixShift, Point, Portion, Series
from attune.drift.looking import look
from attune.drift.report import page
from attune.drift.settings import load
from attune.drift.simulation import CHANGES_IN, DAY, MICRO, WEEKS, simulated
from drift.talks import run

BEGIN = 1_790_000_000.0
MADE = 1_795_000_000_000_000
SINCE = int((BEGIN + CHANGES_IN * DAY) * MICRO)
SHARE = Estimate(0.57, 0.55, 0.59, 1463)
EVIL = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def cold() -> Look:
    """Weeks in which the wordings went cold."""
    records = [felt for _, felt in simulated(4000, BEGIN, 3, "cold")]
    return look(records, SINCE, int((BEGIN + WEEKS * 7 * DAY) * MICRO), load())


@pytest.fixture(scope="module")
def html(cold: Look) -> str:
    return page.drift(cold, load(), MADE)


def plain(html: str) -> str:
    body = re.sub(r"<style.*?</style>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ")


def test_what_moved_stands_first_in_words_with_what_came_before_it(html: str) -> None:
    short = plain(html).split("In short")[1].split("conversations")[0]

    assert "Acknowledged before solved went down around 5 October 2026" in short
    assert re.search(r"from 9\d % \(\d+ to \d+\) to 5\d %", short)
    assert "this is worse for customers" in short
    assert "new wordings (w2, 5 October 2026) came into use: look there first" in short


def test_weeks_in_which_nothing_moved_say_so(cold: Look) -> None:
    assert "Nothing that was watched has moved." in plain(page.drift(replace(cold, changes=()), load(), MADE))


def test_an_empty_time_says_what_may_be_wrong() -> None:
    told = plain(page.drift(Look(0, 7 * DAY * MICRO, 0, 0, 0, 0), load(), MADE))

    assert "There are no records of this time" in told
    assert "attune check" in told


MIX = MixChange("intents", None, SINCE, SINCE + 2 * DAY * MICRO, Estimate(0.2, 0.15, 0.25, 900),
                (Portion("refund_status", Estimate(0.25, 0.2, 0.3, 900), SHARE),), (), "PSI")
MIXES = (MixShift("intents", None, 900, 0.2, 0.01, 1e-9, 0.2, MIX.grew, MIX),
         MixShift("intents", ("channel", "web"), None, 0.2, 0.01, 1e-9, 0.2, (Portion("refund_status", None, SHARE),),
                  replace(MIX, cut=("channel", "web"))))


def test_a_mix_that_moved_stands_among_what_moved_and_shows_where(cold: Look) -> None:
    told = plain(page.drift(replace(cold, changes=(), mixes=MIXES), load(), MADE))
    short, tables = told.split("In short")[1].split("What customers came with")

    assert ("What customers ask for changed around 5 October 2026: more refund status (25 % to 57 %). "
            "It was noticed after 2.0 days. Nothing new came into use shortly before, so ask the team what brought it. "
            "It shows most on web.") in short
    assert "refund_status 57 % (55 to 59) 25 % (20 to 30)" in tables
    assert "refund_status 57 % (few)" in tables
    assert "on web changed around 5 October 2026" in tables


def test_what_was_too_few_to_show_or_to_judge_is_listed_in_plain_words(cold: Look) -> None:
    told = plain(page.drift(replace(cold, unshown=("tiers",), unjudged=("person rated well", "crisis")), load(), MADE))

    assert "Too few to show, that is one to 9, or of fewer than 10: how grave messages are." in told
    assert "Too few to judge, that is fewer than 100 before, or none now: person rated well, crisis." in told


def test_cri_12_under_ten_messages_nothing_is_said_of_readings() -> None:
    few = [Record(str(n), "turn", n + 1, f"c{n}", {"emotion": "joy", "level": 500, "tier": 0}) for n in range(12)]
    pages = [plain(page.drift(look(few[:many], 0, DAY * MICRO, load()), load(), MADE)) for many in (9, 12)]

    assert ["with a yes to keeping" in told for told in pages] == [False, True]
    assert ["12 of 12 messages" in told or "9 of 9 messages" in told for told in pages] == [False, True]


def test_the_page_needs_nothing_from_elsewhere(html: str) -> None:
    assert not re.search(r"(?:src|href)=[\"'](?!#)", html.replace('xlink:href="#', ""))
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert re.search(r"@import|url\((?!#)", html) is None


class Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]


def test_every_id_is_there_once(html: str) -> None:
    reader = Ids()
    reader.feed(html)

    assert len(reader.ids) == len(set(reader.ids)) > 20


def test_the_same_look_makes_the_same_page(cold: Look, html: str) -> None:
    assert page.drift(cold, load(), MADE) == html


def test_whatever_a_record_holds_is_escaped() -> None:
    mark = Mark(SINCE, "model", EVIL)
    change = Change("escalated", ("channel", EVIL), SINCE, SINCE, "up", SHARE, SHARE, EVIL, (mark,))
    series = Series("escalated", ("queue", EVIL), "share", "down", (Point(SINCE, SHARE),), SHARE, SHARE)
    whole = replace(series, cut=None)
    mix = replace(MIX, cut=("channel", EVIL), grew=(Portion(EVIL, SHARE, SHARE),))
    mixes = (MixShift("intents", None, 900, 0.2, 0.01, 1e-9, 0.2, mix.grew, mix),)
    seen = Look(SINCE, SINCE + 1, 1, 1, 1, 1, (mark,), (whole, series), (change,), mixes=mixes)
    told = page.drift(seen, load(), MADE)

    assert "<script" not in told
    assert "&lt;script&gt;" in told


def test_drf_6_no_count_below_ten_is_on_the_page_or_in_the_json(cold: Look) -> None:
    def small(found: object) -> bool:
        if isinstance(found, dict):
            is_estimate = {"value", "low", "high", "of"} <= set(found)
            hits = found["value"] * found["of"] if is_estimate and 0 <= found["value"] <= 1 else 10
            return (is_estimate and (found["of"] < 10 or 0 < round(hits) < 10)) or any(map(small, found.values()))
        return isinstance(found, list | tuple) and any(map(small, found))

    shares = [one for one in cold.series if one.unit == "share"]
    assert shares
    assert not small([asdict(one) for one in shares])
    assert all(one.count is None or one.count >= 10 for one in cold.causes)


def test_weeks_are_simulated_into_an_empty_audit_and_reported(trial: Path) -> None:
    made = run("simulate", "--conversations", "400", "--begin", "2026-09-01")
    again = run("simulate", "--conversations", "10")
    out = trial / "report.html"
    code, _ = run("drift", "report", "--from", "2026-09-15", "--to", "2026-10-13", "--out", str(out))
    as_json = json.loads(run("drift", "report", "--from", "2026-09-15", "--to", "2026-10-13", "--json")[1])

    assert (made[0], "the third week begins on 2026-09-15" in made[1]) == (0, True)
    assert (again[0], "already holds records" in again[1]) == (1, True)
    assert (code, "How the assistant did" in out.read_text()) == (0, True)
    assert 200 < as_json["conversations"] < 350
    assert as_json["readings"] > 0  # what was sealed is opened


@pytest.mark.parametrize("arguments", [
    ("drift", "report", "--from", "2026-10-02", "--to", "2026-10-01"), ("drift", "report", "--from", "monday"),
    ("simulate", "--plant", "flood"),
])
def test_what_cannot_be_meant_is_refused(trial: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


def test_simulated_weeks_can_go_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "weeks.jsonl"
    code, said = run("simulate", "--conversations", "50", "--out", str(out))

    assert (code, len(out.read_text().splitlines())) == (0, int(said.split()[0]))


def test_what_is_urgent_stands_first_even_where_it_is_neither_good_nor_bad(cold: Look) -> None:
    crisis = replace(cold.changes[0], measure="crisis help", moved="up", cut=None)
    found = page.findings(replace(cold, changes=(*cold.changes, crisis)), load().watch.urgent)

    assert found[0].first == crisis
    assert found[1].is_bad
