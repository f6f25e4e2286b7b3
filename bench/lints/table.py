"""The figures as a table: a row for each lint, three columns for each peer."""

from collections.abc import Iterable, Mapping

from detection.measures import Proportion
from detection.table import NOTHING, cell
from lints.measures import Figure

NAME, COUNT, SHARE = 34, 9, 28
Figures = Mapping[str, Mapping[str, Figure]]
"""By peer and by lint."""


def table(title: str, by_peer: Figures, names: Mapping[str, str]) -> Iterable[str]:
    """The lines of the table; `names` gives what each lint is called."""
    heads = (f"{peer + ': found':>{SHARE}}{'alarms':>{COUNT}}{'others':>{COUNT}}" for peer in by_peer)
    yield f"{title:{NAME}}{''.join(heads)}"
    for lint in next(iter(by_peer.values())):
        cells = (_cells(figures[lint]) for figures in by_peer.values())
        yield f"{f'{lint} {names.get(lint, str())}':{NAME}}{''.join(cells)}"


def _cells(figure: Figure) -> str:
    found = f"{_of(figure.found)}  {cell(figure.found)}" if figure.found else NOTHING
    return f"{found:>{SHARE}}{_of(figure.alarms):>{COUNT}}{_of(figure.others):>{COUNT}}"


def _of(proportion: Proportion | None) -> str:
    return f"{proportion.hits}/{proportion.of}" if proportion else NOTHING
