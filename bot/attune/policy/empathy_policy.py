"""The judgement in Rasa's place for it: a RulePolicy that takes care first, then lets the host go on [R]."""

from collections.abc import Iterator, Sequence
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_UNLIKELY_INTENT_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from attune import settings
from attune.consent.permission import since_slot, slot
from attune.policy import call_back, history, situation, wordings
from attune.policy.decision import (
    ACKNOWLEDGE,
    ASKS_CONSENT,
    AWAY,
    CALL_BACK,
    CARRY_ON,
    HAND_OFF,
    HELPS,
    IN_QUEUE,
    LEAVE_QUEUE,
    RATING_NOTED,
    WAITS,
    Decision,
    Situation,
)
from attune.policy.protocol import Protocol, load
from attune.policy.rules import decide
from attune.policy.topic import default, topic
from attune.signals.reading import KEY

Note = dict[str, Any]
TELLS_TOPIC = HELPS | {CARRY_ON, ACKNOWLEDGE}
"""Steps whose wordings may say what the customer came for."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class EmpathyPolicy(RulePolicy):
    """Takes RulePolicy's line in config.yml, with the same options.

    Before the host's first action of a turn it predicts the care steps the decision table asks for. The host's own
    predictions are made on the conversation without them.
    """

    _wordings: tuple[Domain | None, str] = (None, "")

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next care step, or what the host's rules predict."""
        events, _ = history.session(tracker)
        turn = history.turn(events)
        actions = [event for event in turn if isinstance(event, ActionExecuted)]
        note = history.care(actions[-1]) if actions else None
        if turn and not actions:
            return self._first_step(tracker, domain, rule_only_data)
        if note and note["row"] != "resume":
            return self._next_step(note, tracker, domain) or self._resume(note, tracker, domain, rule_only_data)
        return self._host(tracker, domain, rule_only_data)

    def _first_step(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None
    ) -> PolicyPrediction:
        protocol = load(settings.load().protocol)
        seen = situation.of(tracker, protocol)
        decision = decide(seen, protocol)
        changes: list[Event] = [SlotSet(name, value) for name, value in _slots(seen, decision, tracker, domain)]
        if decision.then == "host" and not decision.steps:
            prediction = self._host(tracker, domain, rule_only_data)
            prediction.events.extend(changes)  # these are noted whichever policy wins
            return prediction
        if decision.then == "listen":
            changes += history.restored_slots(history.session(tracker)[0], tracker)
        note = {**_note(decision, protocol, seen), "wordings": self._digest(domain)}
        return self._step(note, tracker, domain, changes)

    def _digest(self, domain: Domain) -> str:
        if self._wordings[0] is not domain:  # once for each model
            self._wordings = domain, wordings.digest(domain.responses)
        return self._wordings[1]

    def _next_step(self, note: Note, tracker: DialogueStateTracker, domain: Domain) -> PolicyPrediction | None:
        done = note["step"] + 1
        steps = still_fitting(note["steps"], done, tracker.get_slot("attune_owner"))
        if done >= len(steps) and note["then"] == "host":
            return None
        return self._step({**note, "steps": steps, "step": done}, tracker, domain)

    def _step(
        self, note: Note, tracker: DialogueStateTracker, domain: Domain, events: Sequence[Event] = ()
    ) -> PolicyPrediction:
        steps = note["steps"]
        action = steps[note["step"]] if note["step"] < len(steps) else ACTION_LISTEN_NAME
        return PolicyPrediction(
            self._prediction_result(action, None, domain),
            self.__class__.__name__,
            self.priority,
            optional_events=[*events, *_asked(action, tracker)],
            is_no_user_prediction=True,  # else a form's happy path overrules every other policy
            hide_rule_turn=True,  # so that the other policies do not see the step in later turns
            action_metadata={KEY: note},
        )

    def _host(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None
    ) -> PolicyPrediction:
        return super().predict_action_probabilities(history.without_care(tracker), domain, rule_only_data)

    def _resume(
        self, note: Note, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None
    ) -> PolicyPrediction:
        """The host's first prediction after care, made to look as if the customer had just spoken.

        A form validates an answer, and the learned policies look at the customer's intent, only right after
        action_listen: so one is noted between the care and the host. Where no rule applies the learned policies must
        see it before they predict; Rasa's own action_unlikely_intent, which they overlook by design, makes that room.
        """
        prediction = self._host(tracker, domain, rule_only_data)
        pause = {"row": "resume", "then": "host"}
        listened = ActionExecuted(ACTION_LISTEN_NAME, metadata={KEY: pause}, hide_rule_turn=True)
        if prediction.probabilities == self._default_predictions(domain):
            return PolicyPrediction(
                self._prediction_result(ACTION_UNLIKELY_INTENT_NAME, None, domain),
                self.__class__.__name__,
                self.priority,
                optional_events=[listened],
                is_no_user_prediction=True,
                action_metadata={KEY: pause},
            )
        prediction.events.insert(0, listened)
        return prediction


def still_fitting(steps: list[str], done: int, owner: object) -> list[str]:
    """The steps once `done` of them are done: what follows a step for the queue depends on what became of it."""
    if steps[done - 1] in (LEAVE_QUEUE, CALL_BACK) and owner in ("queue", "agent"):
        # The action server is away, so the customer still waits; or an agent has come, who speaks now (I5).
        return [*steps[:done], *([IN_QUEUE] if owner == "queue" else [])]
    if steps[done - 1] == HAND_OFF and owner != "queue":  # it could not be opened: nobody waits for anything
        waits = (step for step in steps[done:] if step not in WAITS and ASKS_CONSENT.get(step) != "agent")
        return [*steps[:done], *waits]
    return steps


def _asked(action: str, tracker: DialogueStateTracker) -> list[Event]:
    """A question put to the customer is on record before it is answered (CON-2)."""
    purpose = ASKS_CONSENT.get(action)
    if purpose is None:
        return []
    today = situation.today(tracker).isoformat()
    return [SlotSet(slot(purpose), "asked"), SlotSet(since_slot(purpose), today)]


def _slots(
    seen: Situation, decision: Decision, tracker: DialogueStateTracker, domain: Domain
) -> Iterator[tuple[str, str | bool | None]]:
    yield from situation.slots(seen, tracker)
    if seen.public != bool(tracker.get_slot("attune_public")):
        yield "attune_public", seen.public
    if not AWAY.union({HAND_OFF}).isdisjoint(decision.steps) and seen.back != tracker.get_slot("attune_back"):
        yield "attune_back", seen.back
    if decision.row == "handed_back" and tracker.get_slot(call_back.SLOT) is not None:
        yield call_back.SLOT, None  # that case is over
    if TELLS_TOPIC.isdisjoint(decision.steps):
        return
    found = topic(tracker, domain, public=seen.public)
    if found is None and ACKNOWLEDGE not in decision.steps:
        found = default(domain)  # CRI-13: there is always something to go on with
    if found != tracker.get_slot("attune_topic"):
        yield "attune_topic", found


def _note(decision: Decision, protocol: Protocol, seen: Situation) -> Note:
    """What travels in the event stream as the metadata of the step, and so into the audit (AUD-8).

    `behaviours` names what of the customer's conduct counted; without consent it is not stored, like the Reading (I3).
    """
    note: Note = {
        "row": decision.row, "step": 0, "steps": list(decision.steps), "then": decision.then,
        "protocol": protocol.hash,
    }
    felt = protocol.felt(seen.reading, seen.trend)
    if felt != seen.reading:
        note["behaviours"] = list(seen.trend.behaviours)
    if RATING_NOTED in decision.steps:
        note["rating"] = seen.rating
    if seen.permission.allows("quality"):  # I3
        note["reading"] = {"emotion": felt.emotion, "level": protocol.level(felt), "tier": felt.crisis.tier}
    return note
