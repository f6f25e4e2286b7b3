"""Does somebody hear of danger that nobody answers (HND-5)?"""

from collections.abc import Mapping

from attune.check.finding import Finding, Findings
from attune.handoff import supervisor


def paging(environ: Mapping[str, str], production: bool) -> Findings:
    """Settings that cannot be used; in production also an address that is missing."""
    for problem in supervisor.problems(environ):
        yield Finding("error", problem.name, 0, problem.what, problem.remedy)
    if production and not environ.get(supervisor.URL):
        yield Finding("error", supervisor.URL, 0, "is not set, so nobody is told when a safety case goes unanswered",
                      f"Set it to your paging service's https address, and {supervisor.SECRET} to its signing secret")
    if production and not environ.get("ATTUNE_DESK_URL"):
        yield Finding("error", "ATTUNE_DESK_URL", 0, "is not set, so no page can lead to the conversation it is about",
                      "Set it to the address agents open, as https://desk.example.org")
