"""The report says first what moved, holds everything it needs, and shows nothing about few people (DRF-6)."""

import json
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.drift import settings
from attune.drift.look import Estimate, Look, Point, Series, Unit
from attune.drift.report import chart, figures, page, words
from attune.drift.report.summary import plain, summary, verdict
from attune.errors import InvalidFile
from attune.publish.report_command import span
from drift.looks import BEGIN, CALM, DAY, EMPTY, END, LOOK, MOVED, NEW, SERIES

SAID, HOW = words.load(), settings.load()
GOLDEN = Path(__file__).parents[1] / "tables" / "drift" / "report.json"
VOID = {"meta", "rect", "line", "circle", "polyline", "polygon"}


class Tags(HTMLParser):
    """Everything opened, and whether it was closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html(look: Look = LOOK) -> str:
    return page.html(look, SAID, HOW)


def test_the_summary_says_what_moved_since_when_what_came_before_and_where_to_look() -> None:
    [said] = plain(LOOK, SAID, HOW.watch.urgent)

    assert said == (
        "“acknowledged before solved” fell from 95.0 % (93.0 % to 97.0 %) to 60.0 % (55.0 % to 65.0 %), since about "
        "Sat 5 September 2026 (noticed on Sun 6 September 2026). Just before, this came into use: wordings w2<script> "
        f"on Sat 5 September 2026. That is no proof of a cause. {SAID.measures['acknowledged before solved'].advice}"
    )


@pytest.mark.parametrize(("look", "begins"), [
    (CALM, "Nothing moved that could be seen. 2 measures"), (EMPTY, "There are no Records between"),
    (replace(CALM, steady=()), "Nothing could be watched"),
])
def test_where_nothing_moved_the_page_says_so_and_what_was_watched(look: Look, begins: str) -> None:
    [said] = plain(look, SAID, ())

    assert said.startswith(begins)
    assert begins in html(look)


def test_what_is_urgent_comes_first_then_what_got_worse() -> None:
    names = ("acknowledged before solved", "crisis help", "time to a person")
    moves = tuple(replace(MOVED, measure=name, moved="up") for name in names)
    found = summary(replace(LOOK, changes=moves), SAID, HOW.watch.urgent)

    assert [one.change.measure for one in found] == ["crisis help", "time to a person", "acknowledged before solved"]


def test_parts_stand_below_the_measure_they_belong_to() -> None:
    part = replace(MOVED, cut=("channel", "web"), before=None)
    [one] = summary(replace(LOOK, changes=(part, MOVED)), SAID, ())

    assert one.change == MOVED
    assert one.parts[0].startswith("“acknowledged before solved” in channel web fell, since about")


@pytest.mark.parametrize(("moved", "better", "told"), [
    ("up", "up", "better"), ("down", "up", "worse"), ("up", "down", "worse"), ("up", None, "changed"),
])
def test_a_move_is_good_or_bad_by_what_is_better_for_customers(moved: str, better: str | None, told: str) -> None:
    assert verdict(moved, better) == told  # type: ignore[arg-type]


@pytest.mark.parametrize("look", [LOOK, CALM, EMPTY])
def test_the_page_is_well_formed_and_every_id_is_there_once(look: Look) -> None:
    tags = Tags(html(look))
    ids = [found["id"] for _, found in tags.seen if "id" in found]
    named = " ".join(found.get("aria-labelledby") or "" for _, found in tags.seen).split()

    assert tags.open == []
    assert len(ids) == len(set(ids))
    assert set(named) <= set(ids)


def test_the_page_needs_nothing_from_outside_and_allows_nothing_else() -> None:
    text = html()
    attributes = {name for _, found in Tags(text).seen for name in found}

    assert not attributes & {"src", "href", "style", "onclick", "srcset"}
    assert not re.search(r"url\(|@import|https?://", text)
    assert "default-src 'none'" in text
    assert "<script" not in text


def test_whatever_a_name_holds_is_text_on_the_page() -> None:
    text = html()

    assert "<b>web" not in text
    assert "&lt;b&gt;web&lt;/b&gt;" in text
    assert "w2&lt;script&gt;" in text


@pytest.mark.parametrize("look", [LOOK, replace(LOOK, readings=9)])
def test_drf_6_counts_too_small_to_show_stand_nowhere(look: Look) -> None:
    text = html(look)

    assert "fewer than 10 of 3,600 messages hold a reading" in text
    assert "fewer than 10</td>" in text
    assert '<th scope="row">rest</th><td>too few to show</td><td>too few to show</td><td>–</td>' in text


def test_what_could_not_be_seen_is_said() -> None:
    text = html()

    assert "Too few to show: person rated well." in text
    assert "there is nothing to quote" in text
    assert "No lawyer and no clinician has looked at" in text


def test_the_index_never_stands_without_its_interval_formula_and_parts() -> None:
    text = html()

    assert "probably between 68 and 76" in text
    assert "100 × (0.60 × acknowledged before solved + 0.40 × calmer within three turns)" in text
    assert "Not in it this time, for there are too few: handover completed, person rated well." in text


def test_the_data_are_as_they_were() -> None:
    assert json.loads(json.dumps(page.as_json(LOOK, SAID, HOW))) == json.loads(GOLDEN.read_text())


def test_every_measure_that_is_watched_has_its_words() -> None:
    assert {one.measure for one in SERIES} | set(HOW.index) | HOW.watch.urgent <= set(SAID.measures)


def test_a_sentence_with_braces_it_does_not_know_is_refused_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "report.yml"
    broken.write_text(words.WORDS.read_text().replace("{steady} measures", "{stedy} measures"))

    with pytest.raises(InvalidFile, match=r"report.yml:\d+: sentences.nothing"):
        words.load(broken)


def test_a_change_and_a_version_are_marked_in_the_chart_where_they_were() -> None:
    drawn = chart.draw(SERIES[0], [MOVED], [NEW], BEGIN, END)

    assert drawn is not None
    assert [one.text for one in drawn.labels] == ["wordings"]
    assert [one.place for one in drawn.changes] == [one.place for one in drawn.marks]
    assert drawn.begin < drawn.changes[0].place < drawn.right


def test_a_gap_in_a_series_is_left_open_and_a_series_without_figures_is_no_chart() -> None:
    drawn = chart.draw(SERIES[1], [], [], BEGIN, END)

    assert drawn is not None
    assert len(drawn.lines) == 2
    assert chart.draw(SERIES[2], [], [], BEGIN, END) is None


@given(st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=9), st.sampled_from(["share", "seconds", "score"]))
def test_every_figure_has_its_place_inside_the_chart(values: list[float | None], unit: Unit) -> None:
    points = tuple(Point(number * DAY, None if value is None else Estimate(value, value / 2, (1 + value) / 2, 20))
                   for number, value in enumerate(values))
    drawn = chart.draw(Series("m", None, unit, None, points, None, None), [], [], 0, len(points) * DAY)
    places = drawn.dots if drawn else ()

    assert len(places) == sum(value is not None for value in values)
    assert all(chart.LEFT <= x <= chart.WIDTH and chart.TOP <= y <= chart.HEIGHT for x, y in places)


@pytest.mark.parametrize(("value", "unit", "text"), [
    (0.936, "share", "93.6 %"), (71.6, "score", "72"), (5.25, "seconds", "5.2 s"), (125, "seconds", "2 min 5 s"),
    (7260, "seconds", "2 h 1 min"), (59.99, "seconds", "1 min 0 s"), (3599.8, "seconds", "1 h 0 min"),
])
def test_figures_read_as_people_write_them(value: float, unit: Unit, text: str) -> None:
    assert figures.figure(value, unit) == text


def test_a_report_is_of_whole_days_and_of_the_last_seven_if_nothing_is_said() -> None:
    first, last = span(datetime(2026, 9, 4), datetime(2026, 9, 17), 0)
    usual = span(None, None, 1_790_000_000)

    assert (first, last) == (BEGIN, END)
    assert usual[1] - usual[0] == 7 * DAY
    with pytest.raises(click.UsageError, match="swap them"):
        span(datetime(2026, 9, 4), datetime(2026, 9, 2), 0)
