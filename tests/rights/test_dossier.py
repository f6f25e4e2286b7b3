"""A customer gets everything stored about them, readable, in order, without a name of staff (CON-7)."""

import json
from html import escape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from attune.cli import main
from attune.rights import dossier, erasure, markdown, wishes
from attune.rights.copy import Dossier, Entry, Section, words
from attune.rights.dossier import UnknownSubject
from attune.rights.staff import Staff
from attune.rights.stores import Stores
from rights.conftest import remember
from rights.planted import AGENT, CANARIES, NOW, plant

TITLES = {name: part["title"] for name, part in words()["sections"].items()}


def gathered(place: Stores) -> Dossier:
    plant(place)
    return dossier.gather(place, "anna-1", NOW)


def section(found: Dossier, name: str) -> Section:
    return next(part for part in found.sections if part.title == TITLES[name])


def test_con_7_everything_that_was_planted_is_in_the_copy_but_the_name_of_staff(place: Stores) -> None:
    text = markdown.write(gathered(place))
    expected = {word for word in CANARIES if word != "Wilhelmina"} - {"canarycopy"}  # a copy does not hold copies

    assert {word for word in expected if word not in text} == set()
    assert [part for part in (AGENT, *AGENT.split()) if part in text] == []
    assert "A person from the team" in text


def test_con_7_the_json_too(place: Stores) -> None:
    result = run("export", "anna-1", "--json", place=place)
    text = result.output

    assert json.loads(text)["subject"] == "anna-1"
    assert [word for word in ("canaryletter", "canarypacket", "canarynote", "canarywaiting") if word not in text] == []
    assert [part for part in AGENT.split() if part in text] == []


def test_parts_are_ordered_by_time_and_say_where_they_lie_and_how_long(place: Stores) -> None:
    found = gathered(place)

    assert [part.title for part in found.sections] == list(TITLES.values())
    for part in found.sections:
        times = [entry.at for entry in part.entries if entry.at]
        assert times == sorted(times)
        assert part.source and "{" not in part.source + part.until
    assert section(found, "shown").until.startswith("30 days after the last message: 2026-10-21")


def test_con_4_consent_stands_there_with_purpose_time_way_channel_locale_and_wording(place: Stores) -> None:
    [entry] = section(gathered(place), "consent").entries

    assert (entry.what, dict(entry.facts)) == ("quality: granted", {
        "wording": "d" * 64, "locale": "en-IE", "channel": "web", "way": "words"})
    assert entry.at == NOW - 100


def test_con_7_log_entries_have_dates_and_purposes_and_what_was_read_with_a_yes(place: Stores) -> None:
    entries = {entry.what: entry for entry in section(gathered(place), "audit").entries}

    assert entries["turn"].facts["emotion"] == "sadness"
    assert all(entry.at and entry.facts["purpose"] for entry in entries.values())


def test_con_7_a_wish_to_be_erased_that_waits_is_in_the_copy(place: Stores) -> None:
    wishes.note(place.engine, "anna-1", NOW + 3)

    assert ("attune_erasure", NOW + 3) in [(one.what, one.at) for one in section(gathered(place), "other").entries]


def test_what_the_customer_wrote_is_never_touched_by_withholding(place: Stores) -> None:
    plant(place)
    remember(place, "anna-1", [{"event": "user", "text": f"I want {AGENT} again", "timestamp": NOW}])

    assert f"I want {AGENT} again" in [
        entry.words for entry in section(dossier.gather(place, "anna-1", NOW), "said").entries]


def test_an_unknown_subject_gets_a_sentence_and_exit_code_1(place: Stores) -> None:
    result = run("export", "nobody", place=place)

    assert result.exit_code == 1
    assert result.output == ("Error: Nothing is stored about conversation nobody. "
                             "Its id is what Rasa calls sender_id.\n")


def test_an_erased_subject_is_unknown_and_the_sentence_says_since_when(place: Stores) -> None:
    plant(place)
    erasure.forget(place, "anna-1", NOW)

    with pytest.raises(UnknownSubject, match="erased on 2026-09-21"):
        dossier.gather(place, "anna-1", NOW)


def test_a_copy_goes_into_a_file(place: Stores, tmp_path: Path) -> None:
    plant(place)
    result = run("export", "anna-1", "--out", str(tmp_path / "copy.md"), place=place)

    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "copy.md").read_text().startswith("# What is stored about conversation anna-1\n")


def test_every_kind_of_record_has_a_purpose() -> None:
    from typing import get_args

    from attune.audit.record import Kind

    assert set(words()["purposes"]) == set(get_args(Kind))


def test_every_part_has_a_title_a_place_and_an_end() -> None:
    assert set(words()["keeps"]) <= set(words()["sections"])
    assert set(words()["keeps"].values()) <= set(words()["until"])


@pytest.mark.parametrize("text", [
    "# not a heading", "- not a list", "1. not a list", "<script>alert(1)</script>", "[a](http://x.y)", "`code`",
    "*loud*", "two\n\nparagraphs", "> not a quote", "a | b", "snake_case_name", "&lt;", "---", "===", "    indented",
    "line\r\nline", "~~~", "\\*",
])
def test_no_words_of_a_customer_become_markup(text: str) -> None:
    html = MarkdownIt().render(markdown.write(copy_of(text)))
    shown = escape(text.replace("\r\n", "\n").replace("    ", "\u00a0" * 4), quote=False).split("\n")

    for tag in ("<h1>not", "<li>not", "<script", "<a ", "<code", "<em>loud", "<hr"):
        assert tag not in html
    assert [line for line in shown if line.strip() not in html] == []


@given(st.text(max_size=80))
def test_con_7_any_words_come_back_from_the_copy_as_they_were_written(text: str) -> None:
    inside = MarkdownIt().parse(markdown.write(copy_of(text)))
    kinds = {token.type for token in inside}

    assert "Where: there. Until: then." in [token.content for token in inside]
    assert kinds & {"fence", "code_block", "html_block", "hr", "ordered_list_open"} == set()
    assert {child.type for token in inside for child in token.children or ()} <= {
        "text", "softbreak", "hardbreak", "text_special", "strong_open", "strong_close"}


@given(st.lists(st.text(max_size=12)), st.text(max_size=60))
def test_withholding_names_takes_any_text(names: list[str], text: str) -> None:
    assert isinstance(Staff(names).withheld(text), str)


@pytest.mark.parametrize(("text", "expected"), [
    ("Bob here", "a person from the team here"), ("Bobby here", "Bobby here"),
    ("Bob Miller.", "a person from the team."),
    ("ask Miller", "ask a person from the team"), ("it is bobbing", "it is bobbing"),
])
def test_names_are_withheld_whole_and_in_part(text: str, expected: str) -> None:
    assert Staff(["Bob Miller", None]).withheld(text) == expected


def copy_of(text: str) -> Dossier:
    return Dossier("anna", NOW, [Section("Part", "there", "then", [Entry(NOW, "You", text, {"a": [text and "x"]})])])


def run(*arguments: str, place: Stores) -> Result:
    if arguments[1] != "nobody":
        plant(place) if not list(place.events("anna-1")) else None
    return CliRunner().invoke(main, arguments)
