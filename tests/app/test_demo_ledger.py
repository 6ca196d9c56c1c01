"""Whose ledger a demo takes."""

import pytest
from click.testing import CliRunner

from app.commands.demo import demo
from app.demo import stage
from ledger import work
from ledger.store import close_ledger, migrate, open_ledger

AWAY = "postgresql://me@127.0.0.1:1/db"


def test_a_demo_does_not_play_in_a_ledger_that_is_in_use(tmp_path):
    """Somebody has a merchant's variables in his shell, or names the database of the last demo once more."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    stage.nobodys(url)  # not there yet
    migrate(url)
    stage.nobodys(url)
    ledger = open_ledger(url)
    work.note(ledger, "shop", "orders", ["1"], 1.0)
    close_ledger(ledger)
    with pytest.raises(RuntimeError, match="CARTBOOKS_LEDGER_URL"):
        stage.nobodys(url)


@pytest.mark.processes
def test_a_demo_whose_ledger_is_away_says_so_in_a_sentence():
    told = CliRunner().invoke(demo, ["--once", "--json"], env={"CARTBOOKS_LEDGER_URL": AWAY})
    assert (told.exit_code, type(told.exception)) == (1, SystemExit)
    assert "the ledger is locked or away" in " ".join(told.output.split())
