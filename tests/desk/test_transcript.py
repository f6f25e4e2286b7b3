"""What is marked in a transcript, and before whose first reply a checklist stands."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.channel.mailbox import Letter, Sender
from attune.desk import checklist, transcript, wordings
from attune.desk.checklist import NotChecked
from attune.desk.transcript import Marks
from attune.handoff.alarms import Alarm
from desk.situations import RULES, T0, case

WORDS = wordings.load()
CUE = "THIRD time I ask"


def letter(number: int, text: str, sender: Sender = "customer", at: float = T0, name: str | None = None) -> Letter:
    return Letter(number, "c-1", f"m-{number}", sender, text, at, name)


SAID = [letter(1, f"long ago: {CUE}"), letter(2, "hi"), letter(3, f"this is the {CUE}!!"), letter(4, CUE, "bot")]


def test_it_was_worst_in_the_customers_newest_message_with_the_cue() -> None:
    marks = transcript.marks(case(), [], SAID, may_keep=False)

    assert (marks.peak, marks.parts(SAID[2]), marks.parts(SAID[0])) == (
        3, ("this is the ", CUE, "!!"), (f"long ago: {CUE}", "", ""))


def test_con_2_without_a_yes_nothing_is_marked() -> None:
    assert transcript.marks(case(consent="refused"), [], SAID, may_keep=False) == Marks()


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=40))
def test_the_parts_of_a_letter_are_its_words(before: str, cue: str, after: str) -> None:
    one = letter(1, before + cue + after)
    marks = Marks(peak=1 if cue else None, cue=cue)

    assert "".join(marks.parts(one)) == one.text


def test_a_customers_message_may_be_corrected_only_where_its_words_may_be_kept() -> None:
    def corrigible(*alarms: Alarm, reason: str = "customer_request", may_keep: bool = True) -> list[int]:
        marks = transcript.marks(case(reason=reason), alarms, SAID, may_keep=may_keep)
        return [one.id for one in SAID if marks.may_correct(one)]

    assert corrigible() == [1, 2, 3]
    assert corrigible(may_keep=False) == []
    assert corrigible(reason="safety") == []  # its tier is for `attune train-data`, where a person gives it
    assert corrigible(Alarm(1, "c-1", "h-1", "r", T0, T0)) == []


@pytest.mark.parametrize(("reason", "consent", "list_"), [
    ("safety", "refused", "safety"), ("safety", "granted", "safety"), ("customer_request", "granted", "strong"),
    ("customer_request", "refused", None),
])
def test_the_checklist_fits_the_case_as_far_as_an_agent_may_know_it(
    reason: str, consent: str, list_: str | None,
) -> None:
    lines = checklist.due(case(1, "Ada", reason, consent), SAID, RULES, WORDS)

    assert list(lines) == (WORDS["checklist"][list_] if list_ else [])
    assert 3 <= len(lines) <= 5 or not list_


@pytest.mark.parametrize(("said", "is_due"), [
    (letter(9, "Hello", "person", T0 + 5, "Ada"), False), (letter(9, "Hello", "person", T0 + 5, "Bo"), True),
    (letter(9, "Hello", "person", T0 - 5, "Ada"), True),  # before they passed it on and took it again
])
def test_it_stands_before_the_first_reply_of_each_who_takes_over(said: Letter, is_due: bool) -> None:
    assert bool(checklist.due(case(1, "Ada"), [*SAID, said], RULES, WORDS)) == is_due


def test_every_line_has_to_be_ticked() -> None:
    checklist.require(["a", "b"], ["1", "0", "7"])
    checklist.require([], [])
    for ticked in ([], ["0"], ["1"], ["a", "b"]):
        with pytest.raises(NotChecked):
            checklist.require(["a", "b"], ticked)


def test_a_mild_case_has_none() -> None:
    mild = case(1, "Ada")
    peak = {**mild.packet["context"]["peak"], "intensity": RULES.levels["strong"] - 1}
    packet = mild.packet | {"context": {**mild.packet["context"], "peak": peak}}

    assert checklist.due(replace(mild, packet=packet), [], RULES, WORDS) == ()
