"""What commands say where the terminal is narrow, knows few letters, or a person slips."""

from decimal import Decimal

import pytest
from click.testing import CliRunner
from rich.console import Console

from app.cli import main
from app.commands.common import show
from app.commands.tables import widths
from app.demo import show as shown
from app.demo.judge import Verdict
from app.demo.shelf import Offer
from tests.app.test_cli import one_sentence

APART = "2,326.09 / 1,221.98\n(-1,104.11)"
SUMS = (
    ("day", "currency", "orders", "sold", "tax", "refunded", "money kept"),
    [("2026-11-22", "GBP", "5", APART, "280.86 / not told", "0.00", APART)],
)
HELD = (
    ("connection", "record", "why", "what", "what to do"),
    [("main", "orders 1003", "email-missing", "the field cf_" + "x" * 60, "Set orders.walk_in_name")],
)


@pytest.mark.parametrize("room", [200, 80])
@pytest.mark.parametrize("table", [SUMS, HELD], ids=["sums", "held"])
def test_a_table_of_80_letters_keeps_every_figure_and_name_whole(monkeypatch, capsys, table, room):
    monkeypatch.setenv("COLUMNS", str(room))
    show(*table)
    said = capsys.readouterr().out
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= room
    words = {word for cell in table[1][0] for word in cell.split() if len(word) <= 20}
    assert words - set(said.split()) == set()


@pytest.mark.parametrize("room", [60, 40, 20])
def test_a_narrower_table_breaks_words_and_loses_no_letter(monkeypatch, capsys, room):
    monkeypatch.setenv("COLUMNS", str(room))
    show(*HELD)
    assert capsys.readouterr().out.count("x") == 60


@pytest.mark.parametrize(
    ("cells", "room", "expected"),
    [
        ([["ab"], ["c d"]], 20, (True, [2, 3])),  # 2 + 3 + 2 x 3 + 1 = 12: as wide as they want to be
        ([["ab"], ["c d e f g h"]], 14, (True, [2, 5])),  # 14 - 7 of frames = 7, 2 of them for "ab"
        ([["abcd"], ["efgh"]], 14, (False, [4, 4])),  # framed 15: the frames go, 4 + 2 + 4 = 10
        ([["abcdefgh"], ["cd"]], 10, (False, [6, 2])),  # 8 + 2 + 2 = 12: the longest is broken
        ([[""]], 80, (True, [1])),
    ],
)
def test_columns_share_what_their_words_leave(cells, room, expected):
    assert widths(cells, room) == expected


def test_a_terminal_that_lacks_a_letter_shows_a_question_mark_for_it(shop):
    told = CliRunner(charset="latin-1").invoke(main, ["check"], env={**shop.env, "CARTBOOKS_KEY": ""})
    assert (told.exit_code, "? set this variable" in told.stdout) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("reconcile", "--from", "0001-01-01"),
        ("reconcile", "--to", "9999-12-31"),
        ("backfill", "orders", "--since", "0001-01-01", "--dry-run"),
        ("backfill", "orders", "--since", "2026-01-01", "--until", "9999-12-31", "--dry-run"),
        ("sync", "orders", "--since", "9999-12-31T23:59:59"),
    ],
    ids=" ".join,
)
def test_a_day_beyond_every_calendar_is_told_in_a_sentence(shop, words):
    one_sentence(shop.run(*words), "from 1971-01-01 to 2999-12-31", code=2)


def test_a_file_that_cannot_be_written_is_told_before_anything_is_compared(shop):
    one_sentence(shop.run("reconcile", "--csv", "nowhere/proof.csv"), "there is no directory", code=2)
    assert shop.calls() == []
    one_sentence(shop.run("reconcile", "--csv", "/dev/full"), "/dev/full", "could not be written")


def test_the_demo_shows_every_price_and_number_in_80_letters(monkeypatch, capsys):
    price = Decimal("28996.00")
    jug = Offer(
        "Enamel Jug Blue L", "JUG-BLUE-L", "", "2014", "Enamel Jug (JUG-507)", price, price, True, True, ""
    )
    papers = ("INV-000004", "CN-000001")
    order = Verdict("1018", "guest", "held", "email-missing", papers, price, price, Decimal(0), True, 2.0, "")
    monkeypatch.setenv("COLUMNS", "80")
    for table in (shown.products([jug]), shown.table([order], {"1018": 14})):
        Console().print(table)
    words = set(capsys.readouterr().out.replace("│", " ").split())
    assert {"28996.00", "JUG-BLUE-L", "INV-000004,", "CN-000001", "email-missing", "0.00"} <= words
