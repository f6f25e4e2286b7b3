"""What somebody corrected waits in a file, whole, until a person has looked at it."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.errors import InvalidFile
from attune.signals import review
from attune.signals.atomic import NotWritten
from attune.signals.reading import EMOTIONS, KINDS
from attune.signals.review import Correction, InvalidCorrection, NoConsent

GRAVE = Correction("i want it to end", "sadness", 2, "suicide", True, "QA", "2026-11-20", "c-1", "quality yes")
PLAIN = Correction("still nothing", "frustration", at="2026-11-20", consent="written by ourselves")
LINE = json.dumps(asdict(PLAIN))
ANY = st.text(st.characters(), max_size=60)  # half characters, controls and line breaks too
WORDS = ANY.filter(lambda text: bool(text.strip()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "review.jsonl"


def units(one: Correction) -> list[bytes | object]:
    """Two halves of a character that stand side by side are that character, in JSON as everywhere."""
    return [v.encode("utf-16", "surrogatepass") if isinstance(v, str) else v for v in asdict(one).values()]


@given(st.lists(st.builds(
    Correction, WORDS, st.sampled_from(EMOTIONS), wants_person=st.booleans(),
    by=ANY, at=st.dates().map(str), conversation=ANY, consent=WORDS,
), max_size=4))
def test_whatever_was_said_comes_back_as_it_was(corrections: list[Correction]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "review.jsonl")
        for one in corrections:
            review.append(path, one)

        assert list(map(units, review.read(path))) == list(map(units, corrections))


@given(WORDS)
def test_a_line_written_by_hand_is_read_whatever_letters_are_in_it(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "review.jsonl")
        words = text.encode("utf-8", "replace").decode()
        path.write_bytes(json.dumps({**asdict(PLAIN), "text": words}, ensure_ascii=False).encode() + b"\n")

        assert [one.text for one in review.read(path)] == [words]


def test_nothing_waits_where_there_is_no_file(path: Path) -> None:
    assert review.read(path) == []


def test_only_its_owner_reads_the_file(path: Path) -> None:
    review.append(path, GRAVE)
    review.append(path, PLAIN)
    before = stat.S_IMODE(path.stat().st_mode)
    with review.taking(path, GRAVE):
        pass

    assert (before, stat.S_IMODE(path.stat().st_mode)) == (0o600, 0o600)


@pytest.mark.parametrize("consent", ["", "  ", "\n"])
def test_con_4_words_without_a_basis_are_refused(path: Path, consent: str) -> None:
    with pytest.raises(NoConsent, match="Give the basis"):
        review.append(path, replace(PLAIN, consent=consent))

    assert not path.exists()


@pytest.mark.parametrize("wrong", [
    {"text": ""}, {"text": " \n"}, {"emotion": "rage"}, {"tier": 1}, {"kind": "suicide"},
    {"tier": 3, "kind": "suicide"}, {"tier": 1, "kind": "loss"},
    {"at": ""}, {"at": "20 November"}, {"at": "2026-13-01"}, {"wants_person": "yes"},
], ids=str)
def test_a_label_nobody_could_learn_is_refused(path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidCorrection):
        review.append(path, replace(PLAIN, **wrong))  # type: ignore[arg-type]

    assert not path.exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file in the folder's place")

    with pytest.raises(NotWritten, match=r"review\.jsonl could not be written"):
        review.append(tmp_path / "var" / "review.jsonl", PLAIN)


@pytest.mark.parametrize(("line", "said"), [
    ("nonsense", "not JSON"), ("[1]", "no JSON object"), ("[" * 100_000, "not JSON"), (LINE[:-5], "not JSON"),
    (LINE.replace("frustration", "rage"), "emotion: 'rage' is not one of"),
    (LINE.replace('"tier": 0', '"tier": 2'), "kind: None"),
    (LINE.replace("written by ourselves", " "), "consent: nothing says"),
    (LINE.replace('"by"', '"who"'), "'who' was unexpected"),
    (json.dumps({"text": "hi"}), "consent"),
], ids=lambda value: str(value)[:30])
def test_what_is_wrong_is_named_with_its_line(path: Path, line: str, said: str) -> None:
    review.append(path, GRAVE)
    with path.open("a") as file:
        file.write(f"\n{line}\n{LINE}\n")

    with pytest.raises(InvalidFile, match=said) as caught:
        review.read(path)

    assert (caught.value.path, caught.value.line) == (str(path), 3)


def test_bytes_that_are_no_text_are_named_with_their_line(path: Path) -> None:
    review.append(path, GRAVE)
    path.write_bytes(path.read_bytes() + b"\xff\xfe\n")

    with pytest.raises(InvalidFile) as caught:
        review.read(path)

    assert caught.value.line == 2


def test_after_half_a_line_the_next_one_stands_by_itself(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f"{LINE}\n{LINE[:20]}")
    review.append(path, GRAVE)

    assert path.read_text().split("\n") == [LINE, LINE[:20], json.dumps(asdict(GRAVE)), ""]


def test_a_last_line_without_its_end_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(LINE)
    review.append(path, GRAVE)

    assert review.read(path) == [PLAIN, GRAVE]


def test_one_is_taken_and_the_others_stay_as_they_are(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f"broken\n{LINE}\n\n{LINE}\n  {json.dumps(asdict(GRAVE))}\n")
    with review.taking(path, PLAIN) as there:
        assert there

    assert path.read_text() == f"broken\n\n{LINE}\n  {json.dumps(asdict(GRAVE))}\n"


def test_what_failed_is_not_taken(path: Path) -> None:
    review.append(path, PLAIN)
    with pytest.raises(ZeroDivisionError), review.taking(path, PLAIN):
        raise ZeroDivisionError

    assert review.read(path) == [PLAIN]


def test_what_another_took_is_not_there(path: Path) -> None:
    review.append(path, GRAVE)
    with review.taking(path, PLAIN) as there:
        assert not there

    assert review.read(path) == [GRAVE]


def test_many_write_while_others_take_and_nothing_is_lost(path: Path) -> None:
    everything = [replace(PLAIN, text=f"{number} " + "x" * 9000) for number in range(60)]
    taken: list[Correction] = []

    def take(_: int) -> None:
        for one in review.read(path)[:1]:
            with review.taking(path, one) as there:
                if there:
                    taken.append(one)

    with ThreadPoolExecutor(8) as pool:
        written, looked = pool.map(lambda one: review.append(path, one), everything), pool.map(take, range(60))
        assert len([*written, *looked]) == 120  # and raises what went wrong in any of them

    assert sorted(one.text for one in (*taken, *review.read(path))) == sorted(one.text for one in everything)
    assert taken


def test_the_schema_knows_every_emotion_and_kind() -> None:
    known = json.loads(review.SCHEMA.read_text())["properties"]

    assert known["emotion"]["enum"] == list(EMOTIONS)
    assert known["kind"]["enum"] == [None, *KINDS]
