"""What designers write is read as they mean it; what is wrong is named with file and line."""

from pathlib import Path

import pytest

from attune.errors import InvalidFile
from attune.rehearsal import read
from attune.rehearsal.script import Check, Conversation

HELLO = """
- conversation: it greets
  steps:
    - customer: hello
      bot must: [automated, {response: utter_greet}]
"""
STATES = """
opening: []
return form:
  - customer: I want to return something
    last: [{response: utter_ask_order_number}]
"""


def written(folder: Path, text: str, states: str = "") -> Path:
    """A file of conversations, with the states beside it."""
    (folder / "some.yml").write_text(text)
    if states:
        (folder / "states.yml").write_text(states)
    return folder / "some.yml"


def one(folder: Path, text: str, states: str = "") -> Conversation:
    [conversation] = read.read(written(folder, text, states))
    return conversation


def test_a_step_holds_what_is_said_and_what_is_expected(tmp_path: Path) -> None:
    [step] = one(tmp_path, HELLO).steps

    assert (step.doing, step.words, step.line) == ("customer", "hello", 4)
    assert step.expected.must == (Check("words", "automated"), Check("response", "utter_greet"))


def test_silence_is_no_bubble_at_all(tmp_path: Path) -> None:
    text = "- conversation: silent\n  steps:\n    - customer: hello\n      bot is silent: true\n"

    assert one(tmp_path, text).steps[0].expected.bubbles == 0


def test_what_the_channel_knows_travels_along(tmp_path: Path) -> None:
    text = HELLO.replace("  steps", "  country: GB\n  locale: en-GB\n  public: true\n  channel: web\n  steps")
    conversation = one(tmp_path, text)

    assert conversation.about == {"country": "GB", "locale": "en-GB", "public": True}
    assert conversation.channel == "web"


def test_a_conversation_begins_where_its_state_ends(tmp_path: Path) -> None:
    conversation = one(tmp_path, HELLO.replace("  steps", "  given: return form\n  steps"), STATES)

    assert [step.words for step in conversation.steps] == ["I want to return something", "hello"]
    assert [Path(step.file).name for step in conversation.steps] == ["states.yml", "some.yml"]


def test_every_state_with_every_value_is_a_conversation_of_its_own(tmp_path: Path) -> None:
    text = """
- conversation: it helps
  for each state: [opening, return form]
  for each: {says: [a, b]}
  steps:
    - customer: "{says}!"
"""
    made = read.read(written(tmp_path, text, STATES))

    assert [each.name for each in made] == ["it helps [opening, a]", "it helps [opening, b]",
                                            "it helps [return form, a]", "it helps [return form, b]"]
    assert [each.steps[-1].words for each in made] == ["a!", "b!", "a!", "b!"]


def test_rows_of_values_go_together_and_an_empty_one_stays_empty(tmp_path: Path) -> None:
    text = """
- conversation: CRI-5 the country decides
  for each: [{country: GB, line: GB-SAM}, {country: null, line: INTL}]
  country: "{country}"
  steps:
    - customer: hello
      bot must: [{help line: "{line}"}]
"""
    made = read.read(written(tmp_path, text))

    assert [each.about["country"] for each in made] == ["GB", None]
    assert [each.steps[0].expected.must[0].value for each in made] == ["GB-SAM", "INTL"]
    assert made[1].name == "CRI-5 the country decides [none, INTL]"


def test_the_payload_of_a_button_is_no_placeholder(tmp_path: Path) -> None:
    payload = '/attune_consent{"attune_purpose":"agent","attune_answer":"yes"}'

    assert one(tmp_path, HELLO.replace("hello", f"'{payload}'")).steps[0].words == payload


@pytest.mark.parametrize(("text", "line", "problem"), [
    (HELLO.replace("customer", "custmer"), 4, "custmer"),
    (HELLO.replace("bot must", "bot has to"), 5, "bot has to"),
    (HELLO.replace("response:", "respons:"), 5, "respons"),
    (HELLO.replace("hello", '"{says}"'), 4, "{says} has no value"),
    (HELLO.replace("  steps", "  given: nowhere\n  steps"), 2, "no state “nowhere”"),
    (HELLO + "      desk: claim\n", 4, "a step needs one of: customer, press, desk, desk says"),
    (HELLO.replace("customer: hello", "bot is silent: true"), 4, "a step needs one of"),
    (HELLO.replace("response: utter_greet", "re: '('"), 4, "“(” is no regular expression"),
    ("opening: []", 1, "is a list"),
    ("hello", 1, "not of type"),
    ("- conversation: [", 1, "not valid YAML"),
])
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(InvalidFile, match=r"^" + str(path)) as error:
        read.read(path)
    assert (error.value.line, problem in error.value.problem) == (line, True), str(error.value)


def test_why_something_is_not_so_yet_stands_beside_it(tmp_path: Path) -> None:
    known = one(tmp_path, HELLO.replace("  steps", "  not yet: nobody taught it\n  steps"))

    assert (known.not_yet, one(tmp_path, HELLO).not_yet) == ("nobody taught it", None)


def test_two_conversations_may_not_share_a_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="there twice"):
        read.load([written(tmp_path, HELLO + HELLO)])


def test_a_folder_stands_for_its_conversations_without_the_states(tmp_path: Path) -> None:
    written(tmp_path, HELLO, STATES)
    (tmp_path / "notes.txt").write_text("nothing to rehearse")

    assert [path.name for path in read.files([tmp_path])] == ["some.yml"]
