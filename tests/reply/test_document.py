"""Whatever a designer saves, the answer is plain data or a sentence with a line."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attune.errors import InvalidFile
from attune.reply.document import read


@given(st.text(alphabet=st.sampled_from("ab1:-{}[]&*!|>'\"#%@`,? \n\t\\~0x._=\u00e9\x00")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_text_is_data_or_a_named_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "any.yml"
    file.write_text(text, encoding="utf-8")

    try:
        document = read(file)
    except InvalidFile as error:
        assert error.line >= 1
    else:
        assert document.line("nowhere") >= 1


def test_lines_are_counted_from_one_down_to_the_last_known_part(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("a:\n  b:\n  - c: 1\n    d: 2026-01-02\n  - e\n")

    document = read(file)

    assert document.data == {"a": {"b": [{"c": 1, "d": "2026-01-02"}, "e"]}}
    assert [document.line(), document.line("a", "b", 0, "d"), document.line("a", "b", 1), document.line("a", "x")] == [
        1, 4, 5, 1]


@pytest.mark.parametrize(("content", "line"), [
    (b"a: 1\nb: [1\nc: 2\n", 3), (b"a: 1\na: 2\n", 2), (b"a: \xff\xfe\n", 1), (b"a:\n\t- b\n", 2),
])
def test_what_is_no_yaml_is_refused_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(content)

    with pytest.raises(InvalidFile) as error:
        read(file)
    assert error.value.line == line


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="missing"):
        read(tmp_path / "none.yml")
