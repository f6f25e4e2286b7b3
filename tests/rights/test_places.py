"""No table that names a conversation is forgotten by an erasure (CON-8)."""

import ast
from collections.abc import Iterator

import pytest

from architecture.house import modules
from attune.rights.places import PLACES
from attune.rights.wishes import WISHES

NAMING = {"conversation_id", "handoff_id"}


def tables(source: str) -> Iterator[tuple[str, set[str]]]:
    """Every SQLAlchemy table a source defines, with the names of its columns."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Table" and isinstance(node.args[0], ast.Constant):
            columns = [part.args[0] for part in node.args if isinstance(part, ast.Call)
                       and ast.unparse(part.func) == "Column" and part.args]
            yield str(node.args[0].value), {one.value for one in columns if isinstance(one, ast.Constant)}


FOUND = {name: columns for module in modules() for name, columns in tables(module.text)}


def test_every_table_that_names_a_conversation_is_erased() -> None:
    naming = {name for name, columns in FOUND.items() if columns & NAMING}

    assert naming == {place.table for place in PLACES} | {WISHES.name}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.table)
def test_every_place_has_the_columns_it_is_looked_up_by(place: object) -> None:
    needed = {place.by, *({"handoff_id"} if place.kept_as == "handoff" else ())}

    assert needed | place.withheld <= FOUND[place.table]


def test_con_7_every_column_that_names_staff_is_withheld() -> None:
    staff = {"agent", "seen_by", "name"}

    for place in PLACES:
        assert FOUND[place.table] & staff == place.withheld, place.table


def test_a_new_table_is_seen() -> None:
    source = 'X = Table("attune_new", METADATA, Column("conversation_id", Text), Column("words", Text), sqlite=True)'

    assert dict(tables(source)) == {"attune_new": {"conversation_id", "words"}}
