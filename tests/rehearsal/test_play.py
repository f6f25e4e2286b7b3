"""A conversation is played to its first problem, and told so that a designer sees what happened."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from attune.rehearsal import report
from attune.rehearsal.judge import Judge
from attune.rehearsal.play import Played, Unreachable, play
from attune.rehearsal.rehearse import rehearsal
from attune.rehearsal.script import Bubble, Button, Check, Conversation, Doing, Expected, Step
from attune.reply import resources

JUDGE = Judge(resources.load())


class Echo:
    """An assistant that repeats what it hears, offers one button and names its response when asked to."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bool]] = []

    def say(self, customer: str, words: str, conversation: Conversation, *, names: bool) -> Sequence[Bubble]:
        if words == "nobody there":
            raise Unreachable("http://127.0.0.1:1", "ConnectError")
        self.heard.append((customer, words, names))
        return [Bubble(f"You said {words}", (Button("Yes", "/yes"),), "utter_echo" if names else None)]

    def desk(self, customer: str, act: str) -> Sequence[Bubble]:
        return [Bubble(f"A person {act}s", sender="notice")]

    def reply(self, customer: str, words: str) -> Sequence[Bubble]:
        return [Bubble(words, sender="person")]


def step(words: str, doing: Doing = "customer", **expected: object) -> Step:
    return Step(doing, words, Expected(**expected), "some.yml", 7)  # type: ignore[arg-type]


def conversation(*steps: Step, name: str = "it echoes") -> Conversation:
    return Conversation(name, "some.yml", 3, steps, {"country": None, "locale": None, "public": False})


def played(*steps: Step) -> Played:
    return play(conversation(*steps), "ann", Echo(), JUDGE)


def test_all_that_goes_as_written_holds() -> None:
    assert played(step("hello", must=(Check("words", "hello"),)), step("claim", "desk"), step("hi", "desk says")).held


def test_it_stops_at_the_first_problem() -> None:
    found = played(step("hello", must=(Check("words", "sorry"),)), step("never said"))

    assert found.problems == ["must: “sorry”"]
    assert [line.text for line in found.dialogue] == ["hello", "You said hello [Yes]"]


def test_a_button_shown_before_sends_its_payload() -> None:
    echo = Echo()
    play(conversation(step("hello"), step("yes", "press")), "ann", echo, JUDGE)

    assert [words for _, words, _ in echo.heard] == ["hello", "/yes"]


def test_a_button_never_shown_is_a_problem_that_names_those_shown() -> None:
    found = played(step("hello"), step("No", "press"))

    assert found.problems == ["press: no button “No” was shown; shown so far: yes"]


def test_names_are_asked_for_only_where_they_are_looked_at() -> None:
    echo = Echo()
    named = Check("any of", among=(Check("response", "utter_echo"),))
    held = play(conversation(step("a"), step("b", must=(named,))), "ann", echo, JUDGE).held

    assert held
    assert [names for _, _, names in echo.heard] == [False, True]


def test_without_an_assistant_nothing_goes_on() -> None:
    with pytest.raises(Unreachable, match="attune up"):
        played(step("nobody there"))


def test_what_failed_is_told_as_a_dialogue_with_the_place_it_is_written() -> None:
    found = played(step("hello", must=(Check("words", "sorry"),)))

    assert list(report.told(found)) == [
        "✗ it echoes", "  some.yml:3, at some.yml:7", "    customer  hello", "    bot       You said hello [Yes]",
        "    expected  must: “sorry”", "",
    ]


@pytest.mark.parametrize(("says", "expected"), [("sorry", True), ("hello", False)])
def test_what_is_not_so_yet_may_fail_and_may_not_hold_unnoticed(says: str, expected: bool) -> None:
    written = conversation(step("hello", must=(Check("words", says),)))
    found = play(replace(written, not_yet="nobody taught it"), "ann", Echo(), JUDGE)

    assert found.expected == expected
    assert ("    It goes as written now: take “not yet: nobody taught it” away." in report.told(found)) != expected
    assert report.as_json(found)["not_yet"] == "nobody taught it"
    assert ("1 not yet" in report.summary([found], 3)) == expected


def test_many_are_played_each_with_a_customer_of_its_own() -> None:
    echo, names = Echo(), iter("abcdef")
    wanted = [conversation(step("hello"), name=f"number {number}") for number in range(6)]
    with rehearsal(wanted, echo, JUDGE, lambda: next(names)) as playing:
        results = [future.result() for future in playing.values()]

    assert [each.conversation.name for each in results] == [each.name for each in wanted]
    assert sorted(customer for customer, _, _ in echo.heard) == list("abcdef")
    assert report.summary(results, 3) == "6 of 6 conversations went as written, 3 s"
