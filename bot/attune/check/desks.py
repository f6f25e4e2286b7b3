"""Can the chosen desk take anybody over?"""

from collections.abc import Mapping

from attune.check.finding import Finding, Findings
from attune.handoff.desks import choice


def desks(environ: Mapping[str, str]) -> Findings:
    """A desk that does not exist, or whose settings cannot be used."""
    for problem in choice.problems(environ):
        yield Finding("error", problem.name, 0, problem.what, problem.remedy)
