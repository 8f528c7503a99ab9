"""A case written by hand: signed in, a sale whose answer is cut off, its reversal, a good sale."""

from harness.check import Finding
from harness.check.compose import Ruling, Verdict, Word
from harness.report.case import Case, write_case
from harness.report.run_json import Bench, RunInfo
from tests.check.literal import history

CUT = "tx host 0210 #1"
SLIP = (
    "           POS签购单",
    "--------------------------------",
    "商户存根          MERCHANT COPY",
    "商户名称: 测试商户",
    "商户编号: 898110154110001",
    "终端编号: 10000001  操作员: 01",
    "卡号 CARD NO:",
    "  622588******7890 /S",
    "交易类型 TYPE: 消费 (SALE)",
    "批次号 BATCH NO:  000001",
    "凭证号 VOUCHER NO: 000003",
    "授权码 AUTH NO:   205871",
    "参考号 REFER NO:  102233000003",
    "日期/时间: 2026/11/23 10:24:10",
    "金额 AMOUNT:",
    "        RMB 1.00",
    "持卡人签名 SIGNATURE",
)
BENCH = {
    "kind": "emulated",
    "environment": "test",
    "terminal_id": "10000001",
    "merchant_id": "898110154110001",
    "merchant_name": "测试商户",
}
INFO = RunInfo(
    started="2026-11-23 10:22:33",
    bench="emulated-zvt",
    profile="reference",
    seed=7,
    command="pos-harness run",
    devices={"emulated-zvt": Bench(what="reference terminal (emulated)")},
    versions={"pos-harness": "0.1.0"},
)


def row(actor, kind, address="", value="", /, *, at_s=None, **facts):
    """Return what `history` makes a row of; a fact may be called `kind`."""
    return actor, kind, address, value, at_s, facts


def message(name, stan, **more):
    """Return the facts of a message on the host line."""
    return {"name": name, "stan": stan, "batch": "000001", "F3": "000000", "mac_ok": True} | more


def exchange(mti, facts, answer_mti, answer):
    """Return the four rows of a request and its answer, seen at both ends."""
    return [
        row("terminal", "tx", f"host/{mti}", f"{facts['name']} {facts['stan']:06d}", **facts),
        row("host", "rx", f"terminal/{mti}", f"{facts['name']} {facts['stan']:06d}", **facts),
        row("host", "tx", f"terminal/{answer_mti}", "answer", **answer),
        row("terminal", "rx", f"host/{answer_mti}", "answer", **answer),
    ]


def sign_in():
    """Return the rows of a sign-in."""
    asked, told = message("sign_in", 1), message("sign_in", 1, response_code="00")
    return [
        row("bench", "sees", "host_wire"),
        row("till", "invoke", "sign_in", call=1),
        *exchange("0800", asked, "0810", told),
        row("till", "ok", "sign_in", call=1),
        row("host", "ledger", "balances", when="begin", **{"card-3": 100_000}),
    ]


def cut_sale():
    """Return the rows of a sale whose answer is lost."""
    facts = message("sale", 2, amount_minor=1234, card="card-3")
    answer = facts | {"response_code": "00", "rrn": "102233000002"}
    asked, got, sent, _ = exchange("0200", facts, "0210", answer)
    posted = {"amount_minor": 1234, "card": "card-3", "stan": 2, "reference": "P1"}
    return [
        row("till", "invoke", "sale", call=2, amount_minor=1234, card="card-3", pin="right"),
        row("till", "tx", "ecr/0601", "authorisation", command="0601", amount_minor=1234),
        row("terminal", "rx", "ecr/0601", "authorisation", command="0601", amount_minor=1234),
        row("terminal", "show", "PRESENT_CARD", "请刷卡"),
        row("operator", "act", "card", "card-3", card="card-3"),
        row("terminal", "nv", "reversal", "pending", state="pending", stan=2),
        asked,
        got,
        row("host", "ledger", "sale", "sale", **posted, name="sale", response_code="00",
            entries=("card:card-3 -1234", "clearing 1234")),
        row("host", "notify", "card-3", "debit 12.34", direction="debit", amount_minor=1234),
        row("nemesis", "fault", CUT, "cut, silence", action="cut"),
        (*sent[:5], sent[5] | {"partial": True, "size": 0}),
        row("terminal", "disconnect", "host", "lost", at_s=80.0),
        row("till", "info", "sale", call=2, result_code="6C"),
    ]  # fmt: skip


def reversal_and_sale():
    """Return the rows of the reversal and of the sale that pushed it out."""
    undo = message("reversal", 2, amount_minor=1234, reason="98")
    sale = message("sale", 3, amount_minor=100, card="card-3")
    return [
        row("nemesis", "heal", "host/terminal", "line up", action="cut"),
        row("till", "invoke", "sale", call=3, amount_minor=100, card="card-3", pin="right"),
        *exchange("0400", undo, "0410", undo | {"response_code": "00"}),
        row("host", "ledger", "reversal", "reversal", name="reversal", stan=2, amount_minor=1234,
            card="card-3", original="P1", entries=("card:card-3 1234", "clearing -1234")),
        row("terminal", "nv", "reversal", "clear", state="clear", stan=2),
        *exchange("0200", sale, "0210", sale | {"response_code": "00"}),
        row("host", "ledger", "sale", "sale", name="sale", stan=3, amount_minor=100,
            card="card-3", entries=("card:card-3 -100", "clearing 100")),
        row("terminal", "print", "slip", "receipt sale merchant 000003", kind="receipt",
            type="sale", copy="merchant", voucher=3, amount_minor=100, text=SLIP,
            is_complete=True, is_duplicate=False),
        row("till", "ok", "sale", call=3, voucher=3, amount_minor=100, result_code="00"),
        row("host", "ledger", "balances", when="end", **{"card-3": 99_900}),
    ]  # fmt: skip


def quick(rows):
    """Return the rows 4 ms apart, but for those that say when they are."""
    now_s, found = 0.0, []
    for actor, kind, address, value, at_s, facts in rows:
        now_s = now_s + 0.004 if at_s is None else at_s
        found.append((actor, kind, address, value, now_s, facts))
    return found


def whole_case(*more_rows, **header):
    """Return the history of the case, with rows of one's own behind it."""
    rows = [*sign_in(), *cut_sale(), *reversal_and_sale(), *more_rows]
    plan = [(CUT, "Cut(keep=0, how='silence')", ("R3",)), ("rx host 0400 #2", "Drop()", ("R8",))]
    return history(
        *quick(rows), plan=plan, **{"bench": BENCH, "due": ("R3",), "case": "answer lost"} | header
    )


PASSED = Verdict(Word.PASS, (Ruling("R3", Word.PASS, 2), Ruling("M4", Word.PASS, 3)))
FOUND = Finding("R3", "the answer of sale 000002 was lost", "a reversal", "none", (14, 18))
FAILED = Verdict(Word.FAIL, (Ruling("R3", Word.FAIL, 2, (FOUND,)), Ruling("M4", Word.PASS, 3)))
UNSURE = Verdict(
    Word.INCONCLUSIVE, (Ruling("R8", Word.INCONCLUSIVE, 0, (), ("due, but never evaluated",)),),
    ("D1",), ("V7",),
)  # fmt: skip
STALLED = Verdict(Word.INCONCLUSIVE, (Ruling("T1", Word.INCONCLUSIVE, 1),), is_stalled=True)


def case(name="answer lost, next sale pushes the reversal out", verdict=PASSED, **more):
    """Return a case as a door makes it."""
    known = {"suite": "reversal", "door": "pytest", "rules": ("R3",), "took_s": 0.25}
    return Case(**known | {"name": name, "verdict": verdict, "history": whole_case()} | more)


def judged_by_name(verdicts):
    """Return a judge that knows the verdict of each case by the name in its history."""
    return lambda whole: verdicts[whole.header.case]


def written(folder, verdicts):
    """Write a case for each verdict and return the judge that finds them again."""
    for name, verdict in verdicts.items():
        write_case(folder, case(name, verdict, history=whole_case(case=name)))
    return judged_by_name(verdicts)
