"""`attune forget` at a terminal."""

import json

import pytest
from click.testing import CliRunner, Result

from attune.cli import main
from attune.rights.stores import Stores
from rights.conftest import on_disk
from rights.planted import plant


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


def test_forgetting_asks_first_and_a_no_erases_nothing(place: Stores) -> None:
    plant(place)
    result = run("forget", "anna-1", typed="n\n")

    assert "Erase everything about conversation anna-1, for good? [y/N]" in result.output
    assert result.exit_code == 1
    assert b"canaryletter" in on_disk(place.settings.var)


@pytest.mark.parametrize(("arguments", "typed"), [((), "y\n"), (("--yes",), None)])
def test_what_was_erased_is_counted_by_place(place: Stores, arguments: tuple[str, ...], typed: str | None) -> None:
    plant(place)
    result = run("forget", "anna-1", *arguments, typed=typed)

    assert result.exit_code == 0
    assert "     8  tracker store\n" in result.output
    assert "     7  attune_mailbox\n" in result.output
    assert result.output.endswith("Conversation anna-1 is erased.\n")
    assert b"canaryletter" not in on_disk(place.settings.var)


def test_forgetting_again_or_nobody_says_that_nothing_is_stored(place: Stores) -> None:
    plant(place)
    run("forget", "anna-1", "--yes")

    for subject in ("anna-1", "nobody"):
        result = run("forget", subject, "--yes")
        assert (result.exit_code, result.output) == (0, f"Nothing is stored about {subject}.\n")


def test_a_conversation_with_a_person_is_refused_in_one_sentence(place: Stores) -> None:
    plant(place, given_back=False)
    result = run("forget", "anna-1", "--yes")

    assert result.exit_code == 1
    assert result.output.startswith("Error: Conversation anna-1 is with a person.")
    assert run("forget", "anna-1", "--yes", "--even-open").exit_code == 0


def test_a_replay_needs_no_subject_and_nothing_else_does_without(place: Stores) -> None:
    plant(place)

    assert run("forget").exit_code == run("forget", "anna-1", "--replay").exit_code == 2
    said = [run("forget", "--replay").output for _ in range(2)]

    assert said[0].startswith(f"There was no {place.tombstones}: who was erased after the backup was made is not known")
    assert said[1] == "0 keys destroyed, 0 conversations erased again.\n"


def test_the_audit_verifies_after_an_erasure(place: Stores) -> None:
    plant(place)
    run("forget", "anna-1", "--yes")
    run("audit", "checkpoint")
    result = run("audit", "verify", "--json")
    told = json.loads(result.output)

    assert (result.exit_code, told["is_whole"]) == (0, True)


@pytest.mark.parametrize("command", ["export", "forget", "orphans"])
def test_every_command_shows_an_example(command: str) -> None:
    assert "Example" in run(command, "--help").output
