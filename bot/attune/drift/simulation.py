"""Conversations that never were, as the Records they would have left: to try the look back on what one knows is there.

Everything is drawn from a seed. In the third week something may change, as planted.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from attune.audit.record import Fact, Kind, Record

Plant = Literal["none", "cold", "crisis", "nlu", "queue", "intents"]
WEEKS, CHANGES_IN = 6, 14
"""Weeks that are simulated, and the day (from 0) with which the third of them begins."""
DAY = 86_400
MICRO = 1_000_000
INTENTS = {"order_status": 0.4, "refund_status": 0.25, "change_delivery": 0.2, "opening_hours": 0.15}


@dataclass(frozen=True)
class World:
    """How customers and assistant behave; shares from 0 to 1, times in seconds."""

    acknowledges: float = 0.95
    calms: float = 0.65
    understands: float = 0.93
    sure: tuple[float, float] = (12.0, 2.0)
    crisis: float = 0.01
    distress: float = 0.03
    frustration: float = 0.36
    consents: float = 0.4
    asks_for_a_person: float = 0.12
    waits: float = 120.0
    joins: float = 0.95
    pleased: float = 0.75
    intents: Mapping[str, float] = field(default_factory=lambda: INTENTS)
    wordings: str = "w1"
    model: str = "m1"


ORDINARY = World()
PLANTS: Mapping[Plant, World] = {
    "none": ORDINARY,
    "cold": replace(ORDINARY, acknowledges=0.6, calms=0.45, wordings="w2"),
    "crisis": replace(ORDINARY, crisis=0.03),
    "nlu": replace(ORDINARY, understands=0.85, sure=(7.0, 2.0), model="m2"),
    "queue": replace(ORDINARY, waits=480.0, joins=0.8, pleased=0.6),
    "intents": replace(ORDINARY, intents={**INTENTS, "order_status": 0.25, "refund_status": 0.4}),
}
"""What each planted change makes of the ordinary world."""
SHOWS_IN: Mapping[Plant, str] = {
    "cold": "acknowledged before solved", "crisis": "crisis help", "nlu": "not understood", "queue": "time to a person",
    "intents": "intents",
}
"""The measure or mix that has to notice it."""

CHANNELS = {"web": 0.7, "telegram": 0.2, "rest": 0.1}
QUEUES = {"general": 0.6, "orders": 0.4}
HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 6, 9, 11, 12, 12, 11, 11, 11, 11, 10, 9, 8, 8, 7, 5, 3, 2], dtype=float)
"""How busy each hour of a day is."""

Facts = Mapping[str, Fact]
Told = tuple[Record, Record]
"""A Record as it is told without a yes, and with what a yes adds (the same where there is none)."""


@dataclass
class _Talk:
    """One conversation while it is made up."""

    name: str
    at: float
    consented: bool
    world: World
    told: list[Told]
    number: int = 0

    def add(self, kind: Kind, facts: Facts, felt: Facts | None = None, after: float = 0.2) -> None:
        """A Record `after` so many seconds; `felt` is added where the customer agreed."""
        self.at, self.number = self.at + after, self.number + 1
        identity = hashlib.sha256(f"{self.name} {self.number}".encode()).hexdigest()
        plain = Record(identity, kind, round(self.at * MICRO), self.name, dict(facts))
        full = replace(plain, facts={**facts, **felt}) if felt and self.consented else plain
        self.told.append((plain, full))


def simulated(conversations: int, begin: float, seed: int, plant: Plant = "none") -> Iterator[Told]:
    """The Records of so many conversations over six weeks from `begin` (unix seconds), in the order of time."""
    dice, days = np.random.default_rng(seed), WEEKS * 7
    share = np.full(days, 1 / days)
    used: World | None = None
    for day, count in enumerate(dice.multinomial(conversations, share)):
        world = PLANTS[plant] if day >= CHANGES_IN else ORDINARY
        told: list[Told] = []
        if used is None or (used.model, used.wordings) != (world.model, world.wordings):
            told.append(_version(world, begin + day * DAY, seed))
            used = world
        for _ in range(count):
            hour = float(dice.choice(24, p=HOURS / HOURS.sum()))
            _talk(dice, world, begin + day * DAY + (hour + dice.random()) * 3600, told)
        yield from sorted(told, key=lambda pair: pair[0].at)


def _version(world: World, at: float, seed: int) -> Told:
    facts: dict[str, Fact] = {"model": world.model, "protocol": "p1", "wordings": world.wordings, "layer": "l1"}
    identity = hashlib.sha256(f"{seed} {at}".encode()).hexdigest()
    record = Record(identity, "version", round(at * MICRO), None, facts)
    return record, record


def _talk(dice: np.random.Generator, world: World, at: float, told: list[Told]) -> None:
    talk = _Talk(dice.bytes(32).hex(), at, dice.random() < world.consents, world, told)
    channel = _one(dice, CHANNELS)
    talk.add("session", {"model": world.model})
    talk.add("disclosure", {"response": "utter_disclosure", "digest": None})
    emotion, level = _feeling(dice, world)
    danger = dice.random() < world.crisis
    for number in range(1 + int(dice.poisson(2.2))):
        if number and emotion != "neutral" and dice.random() < world.calms / 2:
            emotion, level = "neutral", 100
        _turn(dice, talk, channel, (emotion, level, 2 if danger and number == 0 else 0))
    if danger or dice.random() < world.asks_for_a_person:
        _person(dice, talk)


def _feeling(dice: np.random.Generator, world: World) -> tuple[str, int]:
    drawn = dice.random()
    if drawn < world.distress:
        return "sadness", int(dice.integers(500, 950))
    if drawn < world.distress + world.frustration:
        return "frustration", int(dice.integers(350, 950))
    return "neutral", int(dice.integers(0, 200))


def _turn(dice: np.random.Generator, talk: _Talk, channel: str, feeling: tuple[str, int, int]) -> None:
    world, (emotion, level, tier) = talk.world, feeling
    understood = bool(dice.random() < world.understands) or tier > 0
    sure = int(1000 * dice.beta(*world.sure))
    plain: dict[str, Fact] = {"channel": channel, "understood": understood, "confidence": sure,
                              "intent": _one(dice, world.intents) if understood else "nlu_fallback"}
    talk.add("turn", plain, {"emotion": emotion, "level": level, "tier": tier}, after=20 + float(dice.exponential(30)))
    deserves = emotion != "neutral" and level >= 400 and not tier
    steps = "utter_crisis_help action_attune_hand_off" if tier else "action_attune_acknowledge" if deserves else ""
    if steps:
        decided: dict[str, Fact] = {"row": "crisis" if tier else "acknowledge", "protocol": "p1", "model": world.model,
                                    "steps": steps}
        talk.add("decision", decided, {"emotion": emotion, "tier": tier})
    if tier:
        talk.add("help", {"response": "utter_crisis_help", "digest": None, "resources": "INTL", "locale": "en"})
    elif deserves and dice.random() < world.acknowledges:
        strength = "strong" if level >= 600 else "light"
        talk.add("acknowledged", {"response": "utter_acknowledge", "digest": None},
                 {"response": f"utter_acknowledge_{emotion}_{strength}"}, after=0.3 + float(dice.exponential(0.2)))
    talk.add("said", {"response": "utter_answer", "digest": None}, after=0.4)


def _person(dice: np.random.Generator, talk: _Talk) -> None:
    world, queue = talk.world, _one(dice, QUEUES)
    talk.add("handoff", {"action": "action_attune_hand_off"})
    talk.add("handover", {"step": "called", "queue": queue, "reason": "customer_request"})
    waited = float(dice.gamma(2.0, world.waits / 2))
    if dice.random() >= world.joins:
        talk.add("handover", {"step": "timed_out", "queue": queue, "waited": round(waited)}, after=waited)
        return
    talk.add("handover", {"step": "joined", "queue": queue, "waited": round(waited)}, after=waited)
    talk.add("owner", {"owner": "agent"}, after=0.0)
    talked = 60 + float(dice.exponential(240))
    talk.add("handover", {"step": "resolved", "queue": queue, "outcome": "solved"}, after=talked)
    if dice.random() < 0.5:
        pleased = dice.random() < world.pleased
        talk.add("rating", {"rating": int(dice.integers(4, 6) if pleased else dice.integers(1, 4))}, after=20)


def _one(dice: np.random.Generator, shares: Mapping[str, float]) -> str:
    drawn, total = dice.random(), 0.0
    for name, share in shares.items():
        total += share
        if drawn < total:
            return name
    return name
