"""The benches of the ledger and of the report run, and print what docs/audit.md and docs/report.md show."""

import re
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner

import audit_ledger
import drift_report

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("bench", "arguments", "printed"), [
    (audit_ledger.main, ["--records", "600", "--repeats", "1", "--no-postgres"], r"appended .* of the plain INSERT"),
    (drift_report.main, ["--records", "1500"], r"records: SELECT and count .* report .* times as long"),
])
def test_a_bench_measures_and_prints(bench: click.Command, arguments: Sequence[str], printed: str) -> None:
    result = CliRunner().invoke(bench, list(arguments))

    assert result.exit_code == 0, result.output
    assert re.search(printed, result.output)
