"""The benches of ledger, report, alarms and trials run, and print what the pages in docs show."""

import re
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner

import audit_ledger
import drift_report
import quiet_years
import wordings_on_trial

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("bench", "arguments", "printed"), [
    (audit_ledger.main, ["--records", "600", "--repeats", "1", "--no-postgres"], r"appended .* of the plain INSERT"),
    (drift_report.main, ["--records", "1500"], r"records: SELECT and count .* report .* times as long"),
    (wordings_on_trial.main, ["--runs", "5", "--conversations", "400"], r"errs, bets(.*\n)*0\.50  0\.70 "),
    (quiet_years.main, ["--years", "1"], r"a day  alarms a year, of 60  urgent\n(.*\n)*.*mix of 8     2000 "),
])
def test_a_bench_measures_and_prints(bench: click.Command, arguments: Sequence[str], printed: str) -> None:
    result = CliRunner().invoke(bench, list(arguments))

    assert result.exit_code == 0, result.output
    assert re.search(printed, result.output)
