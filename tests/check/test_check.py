"""`attune check` on projects that are really broken: each in a way Rasa would only warn about, or not even that."""

import base64
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from attune.check.command import check, findings
from attune.check.finding import Finding
from attune.reply.crisis import CRISIS_HELP
from attune.settings import LAYER
from attune.signals import line_file
from attune.signals.lines import Line

pytestmark = [pytest.mark.rasa, pytest.mark.filterwarnings("ignore::UserWarning")]

TODAY = date(2026, 11, 20)
SET = {
    "ATTUNE_SECRET": "9f86d081884c7d659a2feaa0c55ad015",
    "ATTUNE_SUPERVISOR_URL": "https://pages.example.org",
    "ATTUNE_SUPERVISOR_SECRET": "whsec_" + base64.b64encode(b"k" * 24).decode(),
    "ATTUNE_DESK_URL": "https://desk.example.org",
}
FILES = {
    "config.yml": """recipe: default.v1
language: en
assistant_id: host
importers:
- name: RasaFileImporter
- name: attune.importer.EmpathyLayerImporter
pipeline:
- name: WhitespaceTokenizer
- name: attune.signals.component.EmpathySignals
policies:
- name: MemoizationPolicy
- name: attune.policy.empathy_policy.EmpathyPolicy
""",
    "domain.yml": """version: "3.1"
intents: [greet, book]
actions: [action_book]
slots:
  city: {type: text, influence_conversation: false, mappings: [{type: from_text}]}
forms:
  booking_form: {required_slots: [city]}
responses:
  utter_greet: [{text: Hello.}]
  utter_ask_city: [{text: "In which city?"}]
  utter_booked: [{text: "Booked, thank you."}]
""",
    "endpoints.yml": """action_endpoint:
  url: http://127.0.0.1:5055/webhook
tracker_store:
  type: attune.consent.tracker_store.ConsentTrackerStore
  dialect: sqlite
  db: tracker.db
event_broker:
  type: attune.audit.broker.AuditBroker
lock_store:
  type: in_memory
nlg:
  type: attune.reply.nlg.VariedResponses
""",
    "credentials.yml": "rest:\nattune.channel.web.WebChannel:\n",
    "data/nlu.yml": """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good morning
- intent: book
  examples: |
    - book a room
    - reserve a room
""",
    "data/rules.yml": """version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
- rule: book
  steps:
  - intent: book
  - action: booking_form
  - active_loop: booking_form
- rule: booked
  condition:
  - active_loop: booking_form
  steps:
  - action: booking_form
  - active_loop: null
  - action: action_book
""",
    "actions/booking.py": 'def run(dispatcher):\n    dispatcher.utter_message(response="utter_booked")\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def errors(root: Path, production: bool = False) -> list[Finding]:
    found = findings(root, production, TODAY, SET)
    return [finding for finding in found if finding.severity == "error"]


def change(project: Path, file: str, old: str, new: str) -> None:
    text = (project / file).read_text()
    assert old in text
    (project / file).write_text(text.replace(old, new, 1))


def test_a_whole_project_is_in_place(project: Path) -> None:
    assert errors(project) == []


def test_outside_production_the_missing_reviews_are_said_but_do_not_fail(project: Path) -> None:
    notices = [finding for finding in findings(project, False, TODAY, {}) if finding.severity == "notice"]

    assert [("unreviewed" in finding.what, Path(finding.file).name) for finding in notices] == [
        (True, "help_lines.yml"), (True, "crisis_help.yml")]


MODULES = [
    ("config.yml", "attune.importer.EmpathyLayerImporter", "attune.importer.EmpathyLayerImportr", 6, "Did you mean"),
    ("config.yml", "attune.importer.Empathy", "attune.importr.Empathy", 6, "Correct the path"),
    ("config.yml", "name: RasaFileImporter", "name: RasaFileImportr", 5, "Did you mean RasaFileImporter"),
    ("config.yml", "name: WhitespaceTokenizer", "name: WhitespaceTokeniser", 8, "Did you mean WhitespaceTokenizer"),
    ("config.yml", "name: MemoizationPolicy", "name: MemoisationPolicy", 11, "Did you mean MemoizationPolicy"),
    ("endpoints.yml", "ConsentTrackerStore", "ConsentTrackerStor", 4, "Did you mean"),
    ("endpoints.yml", "attune.consent.tracker_store", "attune.consent.trackerstore", 4, "Correct the path"),
    ("endpoints.yml", "attune.audit.broker.AuditBroker", "attune.audit.broker.AuditBrokr", 8, "Did you mean"),
    ("endpoints.yml", "attune.audit.broker.AuditBroker", "pikka", 8, "Did you mean pika"),
    ("endpoints.yml", "in_memory", "memory", 10, "Did you mean in_memory"),
    ("endpoints.yml", "attune.reply.nlg.VariedResponses", "attune.reply.nlg.secrets", 12, "Name a class"),
    ("endpoints.yml", "attune.audit.broker.AuditBroker", "attune.reply.nlg.VariedResponses", 8, "EventBroker"),
    ("credentials.yml", "rest:", "resst:", 1, "Did you mean rest"),
    ("credentials.yml", "attune.channel.web.WebChannel", "attune.channel.web.WebChanel", 2, "Did you mean"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "remedy"), MODULES, ids=lambda value: str(value)[-28:])
def test_a_mistyped_module_is_found(project: Path, file: str, old: str, new: str, line: int, remedy: str) -> None:
    change(project, file, old, new)

    found = [finding for finding in errors(project) if (finding.file, finding.line) == (file, line)]

    assert found
    assert any(remedy in finding.remedy for finding in found)


def test_a_module_that_fails_while_imported_is_found(project: Path) -> None:
    (project / "own_broker.py").write_text("raise RuntimeError('no')\n")
    change(project, "endpoints.yml", "attune.audit.broker.AuditBroker", "own_broker.Broker")

    assert any("RuntimeError: no" in finding.what for finding in errors(project))


def test_a_class_of_the_project_itself_is_found_as_rasa_finds_it(project: Path) -> None:
    (project / "own_locks.py").write_text("from rasa.core.lock_store import InMemoryLockStore as Locks\n")
    change(project, "endpoints.yml", "in_memory", "own_locks.Locks")

    assert errors(project) == []


WIRING = [
    ("config.yml", "- name: attune.importer.EmpathyLayerImporter\n", "", "EmpathyLayerImporter is not among"),
    ("config.yml", "- name: RasaFileImporter\n", "", "own files are not read"),
    ("config.yml", "- name: attune.signals.component.EmpathySignals\n", "", "no message is screened"),
    ("config.yml", "EmpathySignals\n", "EmpathySignals\n- name: KeywordIntentClassifier\n", "not the last component"),
    ("config.yml", "- name: attune.policy.empathy_policy.EmpathyPolicy\n", "", "no crisis is answered"),
    ("config.yml", "- name: MemoizationPolicy\n", "- name: RulePolicy\n", "RulePolicy stands beside"),
    ("endpoints.yml", "action_endpoint:", "actions_endpoint:", "nobody can be handed over"),
]


@pytest.mark.parametrize(("file", "old", "new", "what"), WIRING, ids=lambda value: str(value)[:40])
def test_a_layer_out_of_its_place_is_found(project: Path, file: str, old: str, new: str, what: str) -> None:
    change(project, file, old, new)

    assert [finding.what for finding in errors(project) if what in finding.what]


@pytest.mark.parametrize(("kind", "name"), [("tracker_store", "sql"), ("event_broker", "file"), ("nlg", "response")])
def test_production_needs_what_keeps_consent_and_the_audit_and_varies_its_words(
    project: Path, kind: str, name: str,
) -> None:
    path = {"tracker_store": "attune.consent.tracker_store.ConsentTrackerStore",
            "event_broker": "attune.audit.broker.AuditBroker", "nlg": "attune.reply.nlg.VariedResponses"}[kind]
    change(project, "endpoints.yml", path, name)

    assert errors(project) == []
    assert any(f"the {kind} is not" in finding.what for finding in errors(project, production=True))


RESPONSES = [
    ("domain.yml", "  utter_greet: [{text: Hello.}]\n", "", "“greet” uses utter_greet"),
    ("domain.yml", '  utter_ask_city: [{text: "In which city?"}]\n', "", "the form booking_form uses utter_ask_city"),
    ("domain.yml", '  utter_booked: [{text: "Booked, thank you."}]\n', "", "actions/booking.py uses utter_booked"),
    ("domain.yml", "actions: [action_book]", "actions: []", "“booked” uses action_book"),
    ("domain.yml", "actions: [action_book]", "actions: [action_book, utter_gone]", "the domain uses utter_gone"),
    ("data/rules.yml", "action: utter_greet", "action: utter_gret", "uses utter_gret"),
]


@pytest.mark.parametrize(("file", "old", "new", "what"), RESPONSES, ids=lambda value: str(value)[:40])
def test_what_would_be_said_and_is_not_written_is_found(
    project: Path, file: str, old: str, new: str, what: str
) -> None:
    change(project, file, old, new)

    found, = (finding for finding in errors(project) if what in finding.what)
    assert found.line
    assert what.rpartition("uses ")[2] in line(project, found) or "booking_form" in line(project, found)


def line(project: Path, finding: Finding) -> str:
    return (project / finding.file).read_text().splitlines()[finding.line - 1]


def test_con_2_a_session_that_forgets_what_was_refused_is_found(project: Path) -> None:
    change(project, "domain.yml", "responses:\n",
           "session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: false}\nresponses:\n")

    found, = (each for each in findings(project, False, TODAY, {}) if "not carried over" in each.what)
    assert (found.severity, "carry_over" in line(project, found)) == ("warning", True)


def test_a_question_of_the_form_itself_is_enough(project: Path) -> None:
    change(project, "domain.yml", "utter_ask_city", "utter_ask_booking_form_city")

    assert errors(project) == []


def test_dis_1_a_disclosure_that_discloses_nothing_is_found(project: Path) -> None:
    change(project, "domain.yml", "responses:\n", "responses:\n  utter_disclosure: [{text: I am a smart assistant.}]\n")

    assert ["utter_disclosure" in finding.what for finding in errors(project)] == [True]


def test_cri_5_crisis_help_replaced_in_the_domain_is_found(project: Path) -> None:
    change(project, "domain.yml", "responses:\n",
           "responses:\n  utter_crisis_help_now: [{text: A colleague can help.}]\n")

    found, = errors(project)
    assert "shows no help line" in found.what
    assert "crisis_help:" in found.remedy


def test_a_wording_that_breaks_a_lint_is_found_at_its_line(project: Path) -> None:
    change(project, "domain.yml", "{text: Hello.}", "{text: Please calm down.}")

    found, = errors(project)
    assert (Path(found.file).name, found.line) == ("domain.yml", 9)
    assert "L03" in found.what


@pytest.mark.parametrize(("file", "old", "new", "what"), [
    ("credentials.yml", "rest:\n", "slack:\n  slack_token: abc-123\nrest:\n", "slack_token holds a secret"),
    ("endpoints.yml", "  db: tracker.db\n", "  password: hunter2\n", "password holds a secret"),
    ("endpoints.yml", "  db: tracker.db\n", "  url: postgresql://rasa:hunter2@db/rasa\n", "url holds a secret"),
])
def test_a_secret_in_plain_text_is_found(project: Path, file: str, old: str, new: str, what: str) -> None:
    change(project, file, old, new)

    assert [finding.file for finding in errors(project) if what in finding.what] == [file]


def test_a_secret_from_the_environment_is_not_one(project: Path) -> None:
    change(project, "endpoints.yml", "  db: tracker.db\n", "  password: ${DB_PASSWORD}\n  url: postgresql://a:${P}@b/c\n")

    assert errors(project) == []


def test_production_needs_a_long_secret_of_its_own(project: Path) -> None:
    for environ in ({}, {"ATTUNE_SECRET": "short"}):
        assert "ATTUNE_SECRET" in [finding.file for finding in findings(project, True, TODAY, environ)]


def own_copies(project: Path, reviewed: Callable[[str], str]) -> None:
    (project / "lines.yml").write_text(reviewed((LAYER / "help_lines.yml").read_text()))
    (project / "crisis.yml").write_text(reviewed(CRISIS_HELP.read_text()))
    change(project, "config.yml", "attune.importer.EmpathyLayerImporter",
           "attune.importer.EmpathyLayerImporter\n  help_lines: lines.yml\n  crisis_help: crisis.yml")


def sign(due: str) -> Callable[[str], str]:
    return lambda text: (
        text.replace("reviewed_by: null", "reviewed_by: Operator")
        .replace("reviewed_on: null", "reviewed_on: 2026-10-01")
        .replace("review_due: null", f"review_due: {due}"))


def test_cri_6_production_refuses_every_unreviewed_entry_in_use(project: Path) -> None:
    found = errors(project, production=True)

    assert sum("help line" in finding.what for finding in found) == 15
    assert sum("crisis wording" in finding.what for finding in found) == 13
    assert not any("EU-116123" in finding.what or "GB-ENG-111" in finding.what for finding in found)


@pytest.mark.parametrize(("due", "in_place"), [("2026-12-01", True), ("2026-11-19", False)])
def test_production_takes_fresh_reviews_only(project: Path, due: str, in_place: bool) -> None:
    own_copies(project, sign(due))

    assert (errors(project, production=True) == []) is in_place


def test_crisis_wordings_of_the_operator_keep_the_lints(project: Path) -> None:
    own_copies(project, lambda text: text.replace("Thank you for telling me.", "You must promise me to live.", 1))

    assert [Path(finding.file).name for finding in errors(project) if "L10" in finding.what] == ["crisis.yml"]


BROKEN = [
    ("config.yml", "pipeline:", "pipeline: [", "config.yml"),
    ("domain.yml", "intents: [greet, book]", "intents: [greet, book", "domain.yml"),
    ("endpoints.yml", "nlg:", "nlg: }", "endpoints.yml"),
    ("data/rules.yml", "- rule: greet", "- rule: [greet", "rules.yml"),
    ("domain.yml", '"In which city?"', "In which city?", "domain.yml:10"),  # other readers take it, Rasa's does not
]


@pytest.mark.parametrize(("file", "old", "new", "named"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_file_that_is_no_yaml_is_named(project: Path, file: str, old: str, new: str, named: str) -> None:
    change(project, file, old, new)

    assert named in str(errors(project)[0])


def test_a_wrong_label_among_taught_lines_is_found_at_its_line(project: Path) -> None:
    taught = project / "attune_lines.yml"
    line_file.append(taught, Line("not again", "frustration"), "written by ourselves", "2026-11-20")
    assert errors(project) == []
    text = taught.read_text()
    taught.write_text(text.replace("frustration", "rage"))

    found, = errors(project)
    assert (Path(found.file).name, found.line) == ("attune_lines.yml", text[: text.index("frustr")].count("\n") + 1)
    assert "'rage' is not one of" in found.what


@pytest.mark.parametrize("file", ["config.yml", "domain.yml", "endpoints.yml", "credentials.yml"])
def test_a_missing_file_is_found(project: Path, file: str) -> None:
    (project / file).unlink()

    assert file in [finding.file for finding in errors(project)]


def test_a_broken_protocol_is_found(project: Path) -> None:
    protocol = project / "protocol.yml"
    protocol.write_text("version: 1\nlevels: {light: much}\n")

    found = findings(project, False, TODAY, {"ATTUNE_PROTOCOL": str(protocol)})

    assert str(protocol) in [finding.file for finding in found if finding.severity == "error"]


READER = "- name: attune.signals.component.EmpathySignals\n"


@pytest.mark.parametrize(("option", "file", "text", "named"), [
    ("cues: hearing", "hearing/own.yml", "cues:\n- id: own.cue\n  patterns: [want <nothing>]\n  weight: 1\n",
     "own.yml:2"),
    ("reading: hearing/own.yml", "hearing/own.yml", "version: 1\ndanger: {possible: 2000}\n", "own.yml:"),
    ("cues: nowhere", "hearing/own.yml", "", "config.yml:7: error: the folder of cue files, nowhere, is not there"),
    ("encoder: nowhere", "hearing/own.yml", "", "the sentence encoder, nowhere/model.safetensors, is not there"),
])
def test_a_reader_that_cannot_be_made_is_found(project: Path, option: str, file: str, text: str, named: str) -> None:
    (project / "hearing").mkdir()
    (project / file).write_text(text)
    change(project, "config.yml", READER, f"{READER}  {option}\n")

    found = errors(project)

    assert [each for each in found if named in str(each)], found


def test_the_command_says_all_that_and_fails(project: Path) -> None:
    change(project, "config.yml", "- name: RasaFileImporter", "- name: RasaFileImportr")

    result = CliRunner().invoke(check, ["--project", str(project)])

    assert result.exit_code == 1
    assert "config.yml:5: error: there is no importer called RasaFileImportr" in result.output


def test_the_command_speaks_json(project: Path) -> None:
    result = CliRunner().invoke(check, ["--project", str(project), "--json"])

    assert result.exit_code == 0
    assert {finding["severity"] for finding in json.loads(result.output)} == {"notice"}
