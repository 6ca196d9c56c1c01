"""Whatever moves stock on either side, whatever is lost on the way and whoever dies at it: when all is quiet both
sides agree, every piece is accounted for, and looking again writes nothing.
"""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ledger import work
from tests.tasks.checks import written
from tests.tasks.trade import CHANGES, PLENTY, SCARCE, Trade

DAYS = {"one_way": 3, "two_way": 3, "scheduled": 2, "two_stages": 5}
PIECES = st.integers(1, 4)
CHANGE = st.sampled_from(CHANGES)
FEW = settings(
    stateful_step_count=8,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
ROUNDS = 5  # sweeps until all is quiet, at most


def trade_in(new_lab, method, seed, **rules):
    """A shop that is paired and agreed, before anything happens."""
    lab = new_lab(patience=0.0, lease=0.4, seed=seed)
    lab.set(stock_on=True, many_falls=100.0)  # nobody is asked here, and there is nobody to answer
    if method == "two_stages":
        lab.rules(invoice_when="shipped")
        method = "one_way"
    lab.set(stock_rules=replace(lab.connection.stock_rules, method=method, **rules))
    # what is counted and sold out between two looks shows the same as what was sold below nothing
    return Trade(lab, seed, PLENTY if method == "two_way" else SCARCE)


def quiet_at_last(trade):
    """The storm is over and the day is new; what no callback told is found by sweeps."""
    trade.calm()
    trade.killer.share = 0.0
    trade.midnight()
    for _ in range(ROUNDS):
        before = len(written(trade.lab))
        trade.sweep_orders()
        trade.sweep()
        trade.lab.quiet()
        unclear = [row for row in work.held(trade.lab.ledger, "main") if row.reason == "stock-unclear"]
        for row in unclear:
            trade.counts_anew(row)
        if len(written(trade.lab)) == before and not unclear:
            return
    raise AssertionError("every sweep finds something to write")


def check(trade, method):
    trade.check_agreed()
    trade.check_accounted(counts=method == "two_way")
    every = work.held(
        trade.lab.ledger, "main"
    )  # an order that was cancelled after it was posted is a person's
    held = [(row.flow, row.record, row.reason, row.what) for row in every if row.flow != "orders"]
    assert held == []
    before = len(written(trade.lab))
    trade.sweep()
    trade.lab.quiet()
    assert written(trade.lab)[before:] == []


class Day(RuleBasedStateMachine):
    """What may happen in a shop, in any order; `new_trade` is told by whoever lets it happen."""

    new_trade = None
    method = ""
    quiet = None

    @initialize(seed=st.integers(0, 99))
    def opens(self, seed):
        """After a calm morning everything goes wrong, until it clears up."""
        self.trade = self.new_trade(seed)
        self.trade.lives(5)
        self.trade.worst_hour()
        self.trade.lives(6)
        self.trade.spends_the_day()
        self.trade.lives(2)
        self.trade.midnight()

    @rule()
    def a_busy_hour_goes_by(self):
        self.trade.lives(6)

    @rule(pieces=PIECES, twice=st.booleans())
    def shoppers_buy(self, pieces, twice):
        for _ in range(1 + twice):
            self.trade.sells(pieces)

    @rule()
    def an_order_is_cancelled(self):
        self.trade.cancels()

    @rule(pieces=CHANGE)
    def somebody_counts_in_the_store(self, pieces):
        self.trade.counts(pieces)

    @rule(pieces=CHANGE)
    def somebody_adjusts_in_zoho(self, pieces):
        self.trade.adjusts(pieces)

    @rule(pieces=PIECES)
    def goods_are_bought(self, pieces):
        self.trade.buys(pieces)

    @rule(pieces=PIECES)
    def goods_come_back_over_the_counter(self, pieces):
        self.trade.takes_back(pieces)

    @rule(pieces=PIECES)
    def goods_are_sold_over_the_counter(self, pieces):
        self.trade.sells_otherwise(pieces)

    @rule()
    def an_item_is_edited(self):
        self.trade.edits()

    @rule(lost=st.sampled_from([0.0, 0.4]), doubled=st.sampled_from([0.0, 0.4]))
    def the_post_comes(self, lost, doubled):
        self.trade.delivers(lost, doubled)

    @rule(turns=st.integers(1, 3))
    def workers_work(self, turns):
        self.trade.works(turns)

    @rule()
    def a_sweep_looks(self):
        self.trade.sweep()

    @rule()
    def a_storm_comes(self):
        self.trade.storm()

    @rule()
    def workers_begin_to_die(self):
        self.trade.killer.share = 0.15

    @rule()
    def it_clears_up(self):
        self.trade.calm()
        self.trade.killer.share = 0.0

    @rule()
    def the_day_is_spent(self):
        self.trade.spends_the_day()

    @rule()
    def a_new_day_begins(self):
        self.trade.midnight()

    @invariant()
    def no_level_is_below_nothing(self):
        assert all(self.trade.level(one) >= 0 for one in self.trade.goods.values())
        self.trade.check_emptied()
        self.trade.writes_letters()

    def teardown(self):
        self.quiet(self.trade)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("method", DAYS)
def test_both_sides_agree_and_every_piece_is_accounted_for_when_all_is_quiet(new_lab, method):

    def ends(trade):
        quiet_at_last(trade)
        check(trade, method)

    told = {"new_trade": partial(trade_in, new_lab, method), "quiet": staticmethod(ends), "method": method}
    if method == "two_stages":
        told["an_order_ships"] = rule()(lambda day: day.trade.ships())
    run_state_machine_as_test(type("Day", (Day,), told), settings=settings(FEW, max_examples=DAYS[method]))
