"""Has a person looked at every help line and every crisis wording, and recently enough (CRI-6)?"""

from datetime import date

from attune.check.finding import Finding, Findings
from attune.reply import crisis, resources
from attune.reply.document import Document
from attune.reply.resources import Registry


def help_lines(registry: Registry, today: date, production: bool) -> Findings:
    """Every help line in use whose review is missing or over; outside production one notice for all of them."""
    found = [(entry, problem) for entry in resources.in_use(registry)
             if (problem := resources.review_problem(entry, today))]
    if production:
        for entry, problem in found:
            yield Finding("error", str(registry.path), entry.line, f"help line {entry.id} {problem}",
                          "Have it reviewed, then fill in reviewed_by, reviewed_on and review_due")
    elif found:
        yield Finding("notice", str(registry.path), found[0][0].line,
                      f"{len(found)} help lines are unreviewed: {', '.join(entry.id for entry, _ in found)}",
                      "Good for trying out; `attune check --production` refuses them")


def wordings(document: Document, today: date, production: bool) -> Findings:
    """Every crisis wording without a reviewer's name, or whose review is over."""
    found = [(name, index, wording["id"]) for name, items in document.data["responses"].items()
             for index, wording in enumerate(items) if not _reviewed(wording, today)]
    if production:
        for name, index, wording in found:
            yield Finding("error", str(document.path), document.line("responses", name, index),
                          f"crisis wording {wording} has no valid review",
                          "Have a clinical reviewer sign it: reviewed_by and review_due under metadata")
    elif found:
        name, index, _ = found[0]
        yield Finding("notice", str(document.path), document.line("responses", name, index),
                      f"{len(found)} crisis wordings are unreviewed",
                      "Good for trying out; `attune check --production` refuses them")


def _reviewed(wording: crisis.Variation, today: date) -> bool:
    metadata = wording["metadata"]
    due = metadata["review_due"]
    return bool(metadata["reviewed_by"] and due and date.fromisoformat(due) >= today)
