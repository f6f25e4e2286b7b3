"""Who is asked: Attune's lints, and a plain list of phrases such as a team writes down in an afternoon."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ruamel.yaml import YAML

from attune.reply.lint import EVERYWHERE, Phrases, breaches, fold, load, scopes
from lints.sets import Sentence

PLAIN = Path(__file__).parent / "phrases.yml"
STANDS_AS = {"all": "utter_default", "non-crisis": "utter_default", "crisis": "utter_crisis_help_now",
             "distress": "utter_acknowledge_sadness_strong", "acknowledgement": "utter_acknowledge_anger_light"}
"""A response of each scope."""

Peer = Callable[[Sentence], frozenset[str]]
"""The ids of the lints a sentence breaks where it stands."""


def attune() -> Peer:
    """The lints of the layer on what is said, asked as they are about a response."""
    rules = [lint for lint in load() if isinstance(lint, Phrases)]
    anywhere = {lint.id for lint in rules if lint.scopes == frozenset(scopes())}

    def ask(sentence: Sentence) -> frozenset[str]:
        found = frozenset(lint.id for lint, _ in breaches(STANDS_AS[sentence.scope], sentence.text, rules))
        if sentence.scope != EVERYWHERE:
            return found
        # What may stand anywhere is judged by the lints that hold everywhere, and by the one it is about.
        own = {lint.id for lint in rules if lint.id == sentence.lint and lint.finds(sentence.text)}
        return found & anywhere | own

    return ask


def plain_list() -> Peer:
    """The phrases of `phrases.yml`, wherever the sentence stands."""
    phrases: Mapping[str, list[str]] = YAML(typ="safe").load(PLAIN)

    def ask(sentence: Sentence) -> frozenset[str]:
        text = fold(sentence.text)
        return frozenset(lint for lint, said in phrases.items() if any(phrase in text for phrase in said))

    return ask


PEERS: Mapping[str, tuple[str, Callable[[], Peer]]] = {"attune": ("Attune", attune), "list": ("plain list", plain_list)}
"""What the table calls each, and what makes it."""
