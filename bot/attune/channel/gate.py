"""May the bot speak? Asked for every letter, whatever the policies predicted (I5)."""

from attune.channel.ownership import Kind

HELP = ("utter_crisis_help_", "utter_help_lines")
WHILE_QUEUED = (
    *HELP, "utter_ask_country", "utter_safety_question",  # CRI-1: while waiting, too
    "utter_ask_consent_", "utter_consent_",
    "utter_ask_forget", "utter_forget_", "utter_export_",  # CON-3: rights hold at any turn
    "utter_handing_off", "utter_in_queue", "utter_place", "utter_handoff_failed",
    "utter_team_away", "utter_offer_call_back", "utter_ask_call_back", "utter_call_back_",  # HND-3: not in vain
    "utter_disclosure", "utter_is_automated",  # DIS-2: truthful when asked, from every state
)
"""What the bot may still say while the customer waits for a person: beginnings of response names."""


def may_speak(owner: Kind, utter_action: str | None, *, desk_hears: bool = True) -> bool:
    """Whether this response may go out: all of them for the bot, some in the queue, none beside an agent.

    Unless `desk_hears`, the agent is not told of danger, so help goes out even beside one (CRI-8).
    """
    allowed = {"bot": ("",), "queue": WHILE_QUEUED, "agent": () if desk_hears else HELP}[owner]
    return (utter_action or "").startswith(allowed)
