"""Is the layer in its places? An assistant runs without any of them, and nobody would notice."""

from collections.abc import Collection, Sequence

from attune.check.finding import Finding, Findings, Severity
from attune.check.project import Project, Reference

SIGNALS = "EmpathySignals"
POLICY = "EmpathyPolicy"
LAYER = "EmpathyLayerImporter"
HOST = "RasaFileImporter"


def importers(found: Sequence[Reference]) -> Findings:
    """The layer must be imported, and after the assistant's own files, whose wordings win."""
    names = [reference.bare for reference in found if reference.kind == "importer"]
    if LAYER not in names:
        yield _missing("config.yml", f"{LAYER} is not among the importers, so the layer is not there",
                       "Add `- name: attune.importer.EmpathyLayerImporter` to `importers`")
    elif HOST not in names:
        yield _missing("config.yml", f"{HOST} is not among the importers, so the assistant's own files are not read",
                       f"List `- name: {HOST}` first")
    elif names.index(LAYER) < names.index(HOST):
        line = next(reference.line for reference in found if reference.bare == LAYER)
        yield Finding("warning", "config.yml", line, f"{LAYER} comes before {HOST}, so the layer's wordings win",
                      f"List {HOST} first")


def pipeline(found: Sequence[Reference]) -> Findings:
    """The reader comes last, so that nothing overrides what a crisis says (CRI-1)."""
    components = [reference for reference in found if reference.kind == "component"]
    places = [index for index, reference in enumerate(components) if reference.bare == SIGNALS]
    if not places:
        yield _missing("config.yml", f"{SIGNALS} is not in the pipeline, so no message is screened for a crisis",
                       "Add `- name: attune.signals.component.EmpathySignals` as the last of `pipeline`")
    elif places != [len(components) - 1]:
        yield components[places[0]].finding(
            f"{SIGNALS} is not the last component, or there twice", "Put it once, at the end of `pipeline`")


def policies(found: Sequence[Reference]) -> Findings:
    """One judge: the policy of the layer is a RulePolicy, and beside a second one it would be overruled."""
    named = [reference for reference in found if reference.kind == "policy"]
    if POLICY not in [reference.bare for reference in named]:
        yield _missing("config.yml", f"{POLICY} is not among the policies, so no crisis is answered",
                       "Put `- name: attune.policy.empathy_policy.EmpathyPolicy` in the place of RulePolicy")
    for reference in named:
        if reference.bare == "RulePolicy":
            yield reference.finding(f"RulePolicy stands beside {POLICY}, which is one itself", "Take RulePolicy out")


def endpoints(project: Project, found: Collection[Reference], production: bool) -> Findings:
    """What keeps readings out of the store, keeps the audit, varies the wordings (CRI-9), and runs the actions."""
    if not project.section("endpoints.yml", "action_endpoint"):
        yield _missing("endpoints.yml", "there is no action_endpoint, so nobody can be handed over",
                       "Add `action_endpoint: {url: …/webhook}`")
    severity: Severity = "error" if production else "warning"
    for kind, name, path, why in (
        ("tracker_store", "ConsentTrackerStore", "attune.consent.tracker_store", "readings are stored without consent"),
        ("event_broker", "AuditBroker", "attune.audit.broker", "there is no audit"),
        ("nlg", "VariedResponses", "attune.reply.nlg", "wordings repeat, and say what no value stands behind"),
    ):
        if name not in [reference.bare for reference in found if reference.kind == kind]:
            yield Finding(severity, "endpoints.yml", project.line("endpoints.yml", kind),
                          f"the {kind} is not {name}, so {why}", f"Set `{kind}: {{type: {path}.{name}}}`")


def _missing(file: str, what: str, remedy: str) -> Finding:
    return Finding("error", file, 1, what, remedy)
