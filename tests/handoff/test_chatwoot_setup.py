"""Setting Chatwoot up from the command line, and seeing whether it works."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from click.testing import CliRunner, Result

from attune.cli import main
from attune.errors import SettingsError
from attune.handoff.desks.chatwoot import account, card, desk, lane, routes
from attune.handoff.desks.chatwoot.desk import ChatwootDesk
from handoff.chatwoot_stand_in import ACCOUNT, ADMIN_TOKEN, BOT_TOKEN, INBOX, SECRET, StandIn, serving
from handoff.rasa_stand_in import free_port

pytestmark = pytest.mark.slow

TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/settings/chatwoot.yml").read_text())
HOOK = "https://desk.example.org/chatwoot"


@pytest.fixture
def chatwoot() -> StandIn:
    return StandIn()


@pytest.fixture
def environ(chatwoot: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    with serving(chatwoot, free_port()) as url:
        given = {account.URL: url, account.ACCOUNT: str(ACCOUNT), "ATTUNE_DESK_URL": "https://desk.example.org"}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        yield given


def run(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(main, ["chatwoot", *words], env=environ)


def set_up(*words: str) -> Result:
    return run("setup", "--inbox", "7", "--inbox", "9", *words, ATTUNE_CHATWOOT_ADMIN_TOKEN=ADMIN_TOKEN)


@pytest.mark.parametrize("row", TABLE["cases"], ids=lambda row: str(row["given"]))
def test_settings_are_taken_or_the_error_names_the_one_that_is_wrong(row: dict[str, Any]) -> None:
    environ = {name: value for name, value in (TABLE["base"] | row["given"]).items() if value is not None}
    if row["wrong"] is None:
        assert account.load(environ).url.startswith("http")
    else:
        with pytest.raises(SettingsError, match=row["wrong"]):
            account.load(environ)


def test_what_is_secret_is_not_shown_by_accident() -> None:
    shown = repr(account.load(TABLE["base"] | {"ATTUNE_CHATWOOT_INBOX": "x9Qa"}))

    assert not [one for one in ("t0ken", "s3cret", "x9Qa") if one in shown]


def test_setting_up_prints_what_belongs_into_the_environment(chatwoot: StandIn, environ: dict[str, str]) -> None:
    done = set_up()

    assert (done.exit_code, done.output.splitlines()) == (0, [
        f"{account.TOKEN}={BOT_TOKEN}", f"{account.SECRET}={SECRET}", f"{account.INBOX}={INBOX}",
        f"{account.TEAMS}=general=4",
    ])
    assert chatwoot.bots[0]["outgoing_url"] == HOOK
    assert chatwoot.bot_of == {7: 1, 9: 1}
    assert {one["attribute_key"] for one in chatwoot.definitions} == set(card.words()["attributes"])
    assert [one["title"] for one in chatwoot.labels] == ["attune-handoff", "attune-urgent"]


def test_setting_up_twice_makes_nothing_twice(chatwoot: StandIn, environ: dict[str, str]) -> None:
    first = set_up()
    chatwoot.calls.clear()
    second = set_up()

    assert second.output == first.output
    assert [call for call in chatwoot.calls if not call.startswith("GET")] == [
        "POST inboxes/7/set_agent_bot", "POST inboxes/9/set_agent_bot",
    ]


def test_another_address_of_the_desk_is_put_into_the_bot_that_is_there(
    chatwoot: StandIn, environ: dict[str, str],
) -> None:
    set_up()
    set_up("--webhook", "https://elsewhere.example.org/chatwoot")

    assert [one["outgoing_url"] for one in chatwoot.bots] == ["https://elsewhere.example.org/chatwoot"]


def test_what_is_printed_can_be_used(environ: dict[str, str], tmp_path: Path) -> None:
    printed = dict(line.split("=", 1) for line in set_up().output.splitlines())
    whole = {**environ, **printed, "ATTUNE_VAR": str(tmp_path)}

    there = desk.connect(whole)
    assert isinstance(there, ChatwootDesk)
    assert there.account.teams == {"general": 4}
    assert lane.connect(whole).carrier.account == there.account
    assert len({there.contact_key(name) for name in ("c-1", "c-2")}) == 2
    assert len(there.contact_key("c-1")) == 47
    assert [route.path for route in routes.connect(whole)] == ["/chatwoot"]
    assert run("check", **printed).exit_code == 0


def test_json_is_one_object(environ: dict[str, str]) -> None:
    assert json.loads(set_up("--json").output)[account.TOKEN] == BOT_TOKEN


def test_a_chatwoot_that_gives_no_secret_says_what_that_means(monkeypatch: pytest.MonkeyPatch) -> None:
    old = StandIn("4.12.0", has_secret=False)
    with serving(old, free_port()) as url:
        monkeypatch.setenv(account.URL, url)
        monkeypatch.setenv(account.ACCOUNT, str(ACCOUNT))
        monkeypatch.setenv("ATTUNE_DESK_URL", "https://desk.example.org")
        said = set_up().output

    assert account.SECRET + "=" not in said
    assert "ATTUNE_CHATWOOT_UNSIGNED=1" in said


@pytest.mark.parametrize(("words", "environ_", "says"), [
    (["--inbox", "7"], {}, "ATTUNE_CHATWOOT_ADMIN_TOKEN is not set"),
    (["--inbox", "7"], {"ATTUNE_CHATWOOT_ADMIN_TOKEN": "wrong"}, "access token of an administrator"),
    (["--inbox", "8"], {"ATTUNE_CHATWOOT_ADMIN_TOKEN": ADMIN_TOKEN}, "the number of the inbox"),
    (["--inbox", "7"], {"ATTUNE_CHATWOOT_ADMIN_TOKEN": ADMIN_TOKEN, "ATTUNE_DESK_URL": ""}, "no https address"),
    (["--inbox", "7"], {"ATTUNE_CHATWOOT_ADMIN_TOKEN": ADMIN_TOKEN, account.URL: "http://127.0.0.1:1"}, "no answer"),
])
def test_what_is_wrong_is_said_with_what_to_do(
    environ: dict[str, str], words: list[str], environ_: dict[str, str], says: str,
) -> None:
    done = run("setup", *words, **environ_)

    assert done.exit_code == 1
    assert says in " ".join(done.output.split())
    assert ADMIN_TOKEN not in done.output


@pytest.mark.parametrize(("version", "changed", "failed"), [
    ("4.15.1", {}, []), ("4.16.0", {account.INBOX: ""}, []), ("4.14.1", {}, ["version", "token"]),
    ("4.15.1", {account.TOKEN: "wrong"}, ["token"]), ("4.15.1", {account.INBOX: "wrong"}, ["inbox"]),
    ("4.15.1", {account.URL: "http://127.0.0.1:1"}, ["address"]),
])
def test_a_check_finds_what_is_wrong(version: str, changed: dict[str, str], failed: list[str]) -> None:
    with serving(StandIn(version), free_port()) as url:
        given = {account.URL: url, account.ACCOUNT: str(ACCOUNT), account.TOKEN: BOT_TOKEN, account.SECRET: SECRET,
                 account.INBOX: INBOX}
        done = run("check", "--json", **given | changed)
    looks = [json.loads(line) for line in done.output.splitlines()]

    assert [one["what"] for one in looks if not one["is_well"]] == failed
    assert done.exit_code == bool(failed)
    assert BOT_TOKEN not in done.output
    assert INBOX not in done.output


def test_the_token_follows_no_redirect() -> None:
    here = account.Account("https://chat.example.org", 3, "t0ken")
    with desk.api.client(here) as client:
        assert client.follow_redirects is False
    assert isinstance(client, httpx.Client)
