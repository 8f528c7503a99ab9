"""Every effect of a transaction is a place where the power may fail."""

import pytest

from harness.emulator import Store
from harness.emulator.terminal.nv_facts import facts
from harness.wire import zvt
from tests.emulator.terminal.bench import (
    LAST,
    REPRINT,
    SIGN_IN,
    Bench,
    answer_to,
    approve,
    codes,
    config,
    sale,
    silence,
)


class Books:
    """A host that debits what it approves and returns what is reversed."""

    def __init__(self, code="00"):
        self.code, self.debits, self.reversals = code, {}, []

    def __call__(self, request):
        key = request.text(60)[2:8], request.text(11)
        if request.mti == "0400":
            self.reversals.append(key)
            return [answer_to(request, "00" if self.debits.pop(key, None) else "25")]
        if request.mti == "0200" and request.text(4) and self.code == "00":
            self.debits[key] = int(request.text(4))
        return [answer_to(request, self.code if request.text(4) else "00")]


def cut_sale(at, books, *, before=None):
    """Return what is left of a bench whose power fails after `at` effects of a sale."""
    bench = before.reboot() if before else Bench().sign_in()
    bench.host, bench.cut_at = books, bench.applied + at
    bench.order(sale(1234))
    return bench


def count_effects(books, before=None):
    bench = before.reboot() if before else Bench().sign_in()
    bench.host, begin = books, bench.applied
    bench.order(sale(1234))
    return bench.applied - begin


def settle(bench):
    """Push out what is pending by a transaction that moves nothing."""
    fresh = bench.reboot(host=bench.host)
    fresh.order(zvt.Message(zvt.BALANCE))
    return fresh


def check(fresh, books):
    """The sale is either finished or undone, and everybody says the same of it."""
    journal = fresh.memory.journal.vouchers
    assert len(books.debits) == len(journal)
    assert not fresh.memory.is_owing
    told = fresh.order(LAST)
    outcome = fresh.memory.last.outcome
    assert outcome in ("approved", "not_approved", "none")
    assert (outcome == "approved") is bool(journal and journal[-1].ticket == fresh.memory.ticket)
    if journal:
        assert codes(fresh.order(REPRINT)) == [("060F", None)]
        assert fresh.read().amount_minor == 1234
    return outcome, told


SALE_EFFECTS = count_effects(Books())


@pytest.mark.parametrize("at", range(1, SALE_EFFECTS + 1))
def test_a_cut_after_any_effect_finishes_the_sale_or_reverses_it(at):
    books = Books()
    bench = cut_sale(at, books)
    journalled = bool(facts("journal", bench.nv.get("journal", b"")).get("records"))
    fresh = settle(bench)
    outcome, _ = check(fresh, books)
    assert (outcome == "approved") is journalled
    assert bool(books.reversals) is (not journalled and "nv reversal" in bench.log)


@pytest.mark.parametrize("at", range(1, SALE_EFFECTS + 1))
def test_a_cut_in_a_second_sale_leaves_the_first_alone(at):
    books, first = Books(), Bench().sign_in()
    first.host = books
    first.order(sale(700))
    fresh = settle(cut_sale(at, books, before=first))
    journal = fresh.memory.journal.vouchers
    assert journal[0].amount_minor == 700
    assert sorted(books.debits.values()) == sorted(each.amount_minor for each in journal)


@pytest.mark.parametrize("at", range(1, SALE_EFFECTS + 1))
def test_no_stan_is_used_again_after_a_cut(at):
    books = Books()
    bench = cut_sale(at, books)
    used = [message.text(11) for message in bench.sent]
    fresh = settle(bench)
    again = [each.text(11) for each in fresh.sent if each.mti == "0200"]
    assert not set(used) & set(again)


@pytest.mark.parametrize("at", range(1, count_effects(Books("51")) + 1))
def test_a_cut_in_a_declined_sale_debits_nothing(at):
    books = Books("51")
    fresh = settle(cut_sale(at, books))
    assert check(fresh, books)[0] in ("not_approved", "none")


@pytest.mark.parametrize("at", range(1, 60))
def test_a_cut_while_a_reversal_goes_first_undoes_both_or_finishes_one(at):
    books, bench = Books(), Bench().sign_in()
    bench.host = lambda request: books(request) and []
    bench.order(sale(500))
    bench.fire("answer")
    fresh = bench.reboot(host=books)
    fresh.cut_at = fresh.applied + at
    fresh.order(sale(1234))
    after = settle(fresh)
    assert sorted(books.debits.values()) == [
        each.amount_minor for each in after.memory.journal.vouchers
    ]


def torn_writes():
    """Yield each write of a sale: its place among the effects and its size."""
    bench = Bench().sign_in()
    sizes = []
    perform = bench.perform

    def note(effect):
        if isinstance(effect, Store):
            sizes.append((bench.applied + 1, len(effect.data)))
        perform(effect)

    begin, bench.perform = bench.applied, note
    bench.order(sale(1234))
    return [(place - begin, size) for place, size in sizes]


class Tearing(Bench):
    """The last effect before the cut is a write of which only the first bytes come through."""

    keep = 0

    def perform(self, effect):
        if not (isinstance(effect, Store) and self.applied + 1 == self.cut_at):
            super().perform(effect)
            return
        old = self.nv.get(effect.label, b"")
        self.nv[effect.label] = effect.data[: self.keep] + old[self.keep :]


@pytest.mark.parametrize(("at", "size"), torn_writes())
def test_a_torn_write_is_as_good_as_none(at, size):
    for keep in {1, 2, 9, 11, 60, size // 2 - 1, size // 2 + 9, size - 1}:
        books = Books()
        bench = Tearing().sign_in()
        bench.host, bench.keep, bench.cut_at = books, keep, bench.applied + at
        bench.order(sale(1234))
        assert not bench.is_on
        check(settle(bench), books)


def test_a_cut_between_journal_and_clearing_is_a_finished_sale():
    books = Books()
    places = [place for place, _ in torn_writes()]
    bench = cut_sale(places[3], books)
    fresh = bench.reboot()
    assert bench.log[-1] == "nv journal"
    assert fresh.log == ["nv reversal", "show REPRINT"]
    assert facts("reversal", fresh.nv["reversal"])["state"] == "clear"


def test_a_command_that_comes_while_it_recovers_waits():
    bench = cut_sale([place for place, _ in torn_writes()][3], Books())
    fresh = bench.reboot(fails=("reversal",))
    assert codes(fresh.order(sale(5))) == [("061E", 0xB1)]


def test_the_till_learns_after_a_cut_while_printing_that_it_is_approved():
    bench = Bench().sign_in()
    bench.host = Books()
    bench.print = lambda _data: None
    bench.order(sale(1234))
    told = bench.reboot().order(LAST)
    assert codes(told) == [("040F", 0), ("060F", None)]
    assert told[0].fields["amount_minor"] == 1234


def test_a_cut_before_the_card_counts_as_not_approved():
    bench = Bench().sign_in()
    bench.order(sale(700))
    bench.card = None
    bench.order(sale(1234))
    told = bench.reboot().order(LAST)
    assert told[0].fields == {"result_code": 0x6C, "amount_minor": 1234}


@pytest.mark.parametrize("at", range(1, 22))
def test_a_cut_sign_in_leaves_old_keys_or_new_ones(at):
    bench = Bench().sign_in()
    bench.cut_at = bench.applied + at
    bench.order(SIGN_IN)
    fresh = bench.reboot()
    assert fresh.memory.is_signed_in
    assert fresh.memory.keys.generation in (1, 2)
    assert codes(fresh.order(sale()))[-1] == ("060F", None)


def test_a_terminal_whose_master_key_was_changed_has_to_sign_in():
    bench = Bench().sign_in()
    other = bench.reboot(config=config(tmk=bytes(range(16))))
    assert not other.memory.is_signed_in
    assert codes(other.order(sale())) == [("061E", 0x6B)]


@pytest.mark.parametrize("data", [b"", b"\x00" * 1536, b"\xff" * 1536, b"garbage"])
def test_areas_of_any_bytes_boot(data):
    areas = ("reversal", "journal", "counters", "keys", "last")
    bench = Bench(nv=dict.fromkeys(areas, data))
    assert bench.shown == ["SIGN_IN_FIRST"]
    assert bench.sign_in().order(sale())[-1].command == zvt.COMPLETION


@pytest.mark.parametrize("keep", [1, 9, 11, 20, 30, 777, 788, 798])
def test_a_torn_count_of_attempts_loses_no_reversal(keep):
    bench = Tearing().sign_in()
    bench.host = silence
    bench.order(sale(500))
    bench.fire("answer")
    fresh = bench.reboot()
    trial = bench.reboot()
    trial.order(sale(99))
    fresh.keep, fresh.cut_at = keep, trial.log.index("nv reversal") + 1
    fresh.order(sale(99))
    assert not fresh.is_on
    assert fresh.reboot().memory.is_owing


def test_numbers_go_on_where_the_counters_are_lost():
    bench = Bench().sign_in()
    bench.order(sale())
    assert bench.reboot(nv={**bench.nv, "counters": b""}).memory.number == 2
    for other in ("journal", "reversal"):
        left = {**bench.nv, "counters": b"", other: b""}
        assert bench.reboot(nv=left).memory.number == 2


def test_a_reversal_survives_until_it_is_concluded():
    bench = Bench().sign_in()
    bench.host = silence
    bench.order(sale(500))
    for _ in range(3):
        bench = bench.reboot()
    assert bench.memory.is_owing
    bench.host = approve
    bench.order(sale(99))
    assert bench.mtis == ["0400", "0200"]
