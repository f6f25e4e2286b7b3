"""What Rasa says: the right country's help from the stock generator, and no repetition from ours."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from attune.importer import EmpathyLayerImporter
from attune.reply import resources
from attune.reply.nlg import VariedResponses

pytestmark = pytest.mark.rasa

REGISTRY = resources.load()


@pytest.fixture(scope="module")
def domain() -> Domain:
    return EmpathyLayerImporter().get_domain()


@pytest.fixture(params=["stock", "varied"])
def voice(request: pytest.FixtureRequest, domain: Domain) -> NaturalLanguageGenerator:
    return TemplatedNaturalLanguageGenerator(domain.responses) if request.param == "stock" else varied(domain)


def varied(domain: Domain) -> VariedResponses:
    """Made the way Rasa makes it from endpoints.yml."""
    made = NaturalLanguageGenerator.create(EndpointConfig(type="attune.reply.nlg.VariedResponses"), domain)
    assert isinstance(made, VariedResponses)
    return made


def conversation(domain: Domain, *events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("someone", list(events), domain.slots)


@pytest.mark.parametrize("country", [*REGISTRY.countries, "gb", "MX", "en", "", None])
@pytest.mark.parametrize("response", ["utter_crisis_help_possible", "utter_crisis_help_now"])
async def test_the_help_of_the_country_is_shown(
    voice: NaturalLanguageGenerator, domain: Domain, country: str | None, response: str
) -> None:
    tracker = conversation(domain, SlotSet("attune_country", country))

    said = await voice.generate(response, tracker, "web", domain_responses=domain.responses)

    assert said
    assert resources.in_words(resources.choose(country, REGISTRY)) in said["text"]
    assert resources.emergency_in_words(resources.choose(country, REGISTRY)) in said["text"]


async def test_cri_9_six_crisis_turns_never_repeat_at_once_and_no_block_more_than_twice(domain: Domain) -> None:
    said = await talk(varied(domain), domain, "utter_crisis_help_now", turns=6, country="GB")

    assert all(one != next_one for one, next_one in pairwise(said))
    assert max(Counter(said).values()) <= 2


@pytest.mark.parametrize("pick", [lambda places: places[0], lambda places: places[-1]])
async def test_no_wording_comes_twice_in_a_row(domain: Domain, pick: Callable[[Any], int]) -> None:
    generator = VariedResponses(domain=domain, choose=pick)

    said = await talk(generator, domain, "utter_acknowledge_frustration_light", turns=12)

    assert all(one != next_one for one, next_one in pairwise(said))
    assert len(set(said)) == 6


async def test_the_choice_is_the_injected_one(domain: Domain) -> None:
    one, other = (VariedResponses(domain=domain, choose=lambda places: places[0]) for _ in range(2))

    assert await talk(one, domain, "utter_what_would_help", 4) == await talk(other, domain, "utter_what_would_help", 4)


async def talk(
    generator: VariedResponses, domain: Domain, response: str, turns: int, country: str | None = None
) -> list[str]:
    tracker, said = conversation(domain, SlotSet("attune_country", country)), []
    for _ in range(turns):
        message = await generator.generate(response, tracker, "web", domain_responses=domain.responses)
        assert message
        said.append(message["text"])
        tracker.update(BotUttered(message["text"]))
    return said


async def test_buttons_come_out_whole_each_time(domain: Domain) -> None:
    generator, tracker = varied(domain), conversation(domain)

    for _ in range(3):
        message = await generator.generate("utter_ask_consent_agent", tracker, "web", domain_responses={})
        assert message
        answers = [json.loads(button["payload"].removeprefix("/attune_consent")) for button in message["buttons"]]
        assert answers == [{"attune_purpose": "agent", "attune_answer": answer} for answer in ("yes", "no")]


async def test_channel_and_condition_are_kept_as_rasa_keeps_them() -> None:
    domain = Domain.from_dict({
        "slots": {"tier": {"type": "text", "mappings": [{"type": "custom"}]}},
        "responses": {"utter_x": [
            {"text": "plain {tier}"}, {"text": "for sms", "channel": "sms"},
            {"text": "for gold {tier}", "condition": [{"type": "slot", "name": "tier", "value": "gold"}]},
        ]},
    })
    generator = VariedResponses(domain=domain)

    async def says(channel: str, tier: str) -> str:
        message = await generator.generate("utter_x", conversation(domain, SlotSet("tier", tier)), channel)
        assert message
        return str(message["text"])

    assert await says("web", "gold") == "for gold gold"
    assert await says("web", "blue") == "plain blue"
    assert await says("sms", "gold") == "for sms"
    assert await generator.generate("utter_none", conversation(domain), "web") is None


@pytest.fixture
def said_before(domain: Domain) -> Iterator[list[BotUttered]]:
    variations = domain.responses["utter_acknowledge_anger_light"]
    texts = [each["text"] for each in variations if "condition" not in each and "{" not in each["text"]]
    return iter([[BotUttered(text) for text in texts if text != last] for last in texts])


async def test_a_custom_action_speaks_through_the_same_voice(
    domain: Domain, said_before: Iterator[list[BotUttered]]
) -> None:
    """`dispatcher.utter_message(response=…)` ends in Rasa's own `_utter_responses`, which asks the generator."""
    for already in said_before:
        tracker = conversation(domain, *already)
        answer = {"response": "utter_acknowledge_anger_light", "text": None, "buttons": [], "custom": {}}
        uttered, = await RemoteAction._utter_responses([answer], CollectingOutputChannel(), varied(domain), tracker)

        assert uttered.text not in [event.text for event in already]
        assert uttered.metadata["utter_action"] == "utter_acknowledge_anger_light"
