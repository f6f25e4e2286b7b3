"""The report as one table: a row for each figure, a column for each peer."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from detection.measures import Proportion
from detection.report import Cost, Figure, Report

NAME, COUNT, CELL = 44, 9, 19
NOTHING = "–"


def table(report: Report, names: Mapping[str, str]) -> Iterable[str]:
    """The lines of the table; `names` gives the heading of each peer."""
    yield "; ".join(f"{name} {value}" for name, value in report.conditions.items())
    for section in report.sections:
        yield ""
        yield _line(section.folder, "messages", list(names.values()))
        yield from (_figure(each, list(names)) for each in section.figures)
    yield ""
    yield _line("Cost", "", list(names.values()))
    yield from (_line(name, "", [cell(report.costs[peer]) for peer in names]) for name, cell in COSTS.items())
    if report.reliability:
        yield ""
        yield _line("Reliability of Attune's shares, own tables", "messages", ["calibration error", "Brier", "true of"])
    for each in report.reliability:
        errors = [f"{figure:.3f}" for figure in (each.calibration_error, each.brier, each.true)]
        yield _line(each.name, str(each.messages), errors)


def cell(proportion: Proportion | None) -> str:
    """A share and its interval in per cent."""
    if proportion is None:
        return NOTHING
    share, low, high = (100 * each for each in (proportion.share, proportion.low, proportion.high))
    return f"{share:.1f} ({low:.1f}–{high:.1f})"


def _figure(figure: Figure, peers: Sequence[str]) -> str:
    name = f"    {figure.group}" if figure.group else figure.measure
    return _line(name, str(figure.messages), [cell(figure.by_peer[peer]) for peer in peers])


def _line(name: str, count: str, cells: Sequence[str]) -> str:
    return f"{name[:NAME]:{NAME}}{count:>{COUNT}}" + "".join(f"{each:>{CELL}}" for each in cells)


def _memory(cost: Cost) -> str:
    if not cost.memory:
        return NOTHING
    return f"{cost.memory['with'] - cost.memory['without']} MB on {cost.memory['without']}"


COSTS: Mapping[str, Callable[[Cost], str]] = {
    "median a message": lambda cost: f"{cost.median_ms:.2f} ms",
    "95th percentile": lambda cost: f"{cost.p95_ms:.2f} ms",
    "10,000 characters, median": lambda cost: f"{cost.long_ms:.0f} ms" if cost.long_ms is not None else NOTHING,
    "memory above Rasa that runs DIET": _memory,
}
