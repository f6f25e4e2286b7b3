"""[R] A trained assistant's understanding of single messages, for the command line."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.exceptions import ModelNotFound
from rasa.utils.log_utils import configure_structlog

from attune.errors import AttuneError
from attune.signals.component import EmpathySignals
from attune.signals.trained import Near

Parse = Callable[[str], Mapping[str, Any]]


class NoModel(AttuneError):
    """There is no trained assistant to ask."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no trained model at {path}. Run `rasa train` first, or name one with --model.")


def load(path: Path) -> Parse:
    """Parse messages with the newest model at a path (file or folder); raises NoModel."""
    if not path.exists():
        raise NoModel(path)
    # Unless told otherwise Rasa prints every message it parses, in among the rows that come out.
    configure_structlog(logging.ERROR)
    try:
        agent = Agent.load(path)
    except ModelNotFound as error:
        raise NoModel(path) from error
    if not agent.is_ready():
        raise NoModel(path)
    return lambda text: asyncio.run(agent.parse_message(text))


def nearest(text: str) -> Sequence[Near]:
    """The training lines of the loaded assistant that are most like a text."""
    return EmpathySignals.latest.nearest(text) if EmpathySignals.latest else ()
