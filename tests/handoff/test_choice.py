"""Exactly one desk takes packets: the one ATTUNE_DESK names, or a sentence says what to set."""

import base64
import time

import pytest

from attune.errors import SettingsError
from attune.handoff.desks.choice import DESK, UnknownDesk, choose, name, problems
from attune.handoff.desks.memory import MemoryDesk
from attune.handoff.desks.webhook.address import SECRET, URL
from attune.handoff.desks.webhook.desk import WebhookDesk

GOOD = "whsec_" + base64.b64encode(b"k" * 24).decode()
WHOLE = {DESK: "webhook", URL: "https://desk.example.org/attune", SECRET: GOOD}


@pytest.mark.parametrize("environ", [{}, {DESK: ""}, {DESK: "builtin"}, {URL: WHOLE[URL], SECRET: GOOD}], ids=str)
def test_without_a_choice_it_is_the_built_in_desk(environ: dict[str, str]) -> None:
    builtin = MemoryDesk()

    assert choose(environ, builtin, time.time) is builtin
    assert name(environ) == "builtin"
    assert list(problems(environ)) == []


def test_a_desk_behind_a_webhook_is_chosen_by_its_name() -> None:
    desk = choose(WHOLE, MemoryDesk(), time.time)

    assert isinstance(desk, WebhookDesk)
    assert (desk.address.url, desk.address.secret) == (WHOLE[URL], GOOD)
    assert GOOD not in repr(desk)
    assert list(problems(WHOLE)) == []


@pytest.mark.parametrize("wrong", ["zendesk", "Webhook", " builtin"])
def test_an_unknown_desk_is_refused_in_a_sentence(wrong: str) -> None:
    with pytest.raises(UnknownDesk, match=f"^ATTUNE_DESK is '{wrong}', .* Set it to builtin, webhook or chatwoot"):
        choose({DESK: wrong}, MemoryDesk(), time.time)

    assert [problem.name for problem in problems({DESK: wrong})] == [DESK]


@pytest.mark.parametrize("url", ["https://desk.example.org/attune", "http://127.0.0.1:9000/x", "http://localhost/x"])
def test_a_safe_address_is_taken(url: str) -> None:
    assert isinstance(choose(WHOLE | {URL: url}, MemoryDesk(), time.time), WebhookDesk)


@pytest.mark.parametrize(("changed", "said"), [
    ({URL: ""}, f"{URL} is not set"),
    ({URL: "http://desk.example.org"}, f"{URL} is no https address, .*customers wrote"),
    ({URL: "http://10.0.0.7/x"}, f"{URL} is no https address"),
    ({URL: "desk.example.org"}, f"{URL} is no https address"),
    ({SECRET: ""}, f"{SECRET} is not set, so anybody could speak as an agent"),
    ({SECRET: "change-me"}, f"{SECRET} is not whsec_ and 24 bytes or more in base64"),
    ({SECRET: "whsec_c2hvcnQ="}, f"{SECRET} is not whsec_ and 24 bytes"),
    ({SECRET: "whsec_é"}, f"{SECRET} is not whsec_ and 24 bytes"),
], ids=str)
def test_settings_that_cannot_be_used_are_refused_in_a_sentence(changed: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=f"^{said}"):
        choose(WHOLE | changed, MemoryDesk(), time.time)

    assert [problem.name for problem in problems(WHOLE | changed)] == list(changed)


def test_chatwoot_is_asked_for_its_own_settings() -> None:
    asked = {problem.name for problem in problems({DESK: "chatwoot"})}

    assert asked >= {"ATTUNE_CHATWOOT_URL", "ATTUNE_CHATWOOT_TOKEN"}
