"""What each rule of this release says, in English and Chinese, and where it comes from."""

from dataclasses import dataclass

MERCHANT = "card acceptance practice in China, as merchants are told it"
CUP = "UnionPay POS specification (Q/CUP 009 family), as public terminal programs carry it out"
CODES = "UnionPay response codes (Q/CUP 006.6)"
SLIPS = "JR/T 0001-2001, elements of a sales slip"
BOOKS = "conservation of money"
LAB = "practice of terminal certification laboratories"
PCI = "PCI DSS 3.4 and 3.5, PCI PTS"
OURS = "safety of the harness itself"


@dataclass(frozen=True, slots=True)
class RuleText:
    """What people read of a rule."""

    id: str
    text: str
    chinese: str
    source: str


CATALOGUE: tuple[RuleText, ...] = (
    RuleText("M1", "Each posting balances, and holds stay within what was authorised.",
             "每笔记账借贷平衡", BOOKS),
    RuleText("M2", "Balances have moved by exactly what was approved and not undone.",
             "持卡人余额与有效交易一致", BOOKS),
    RuleText("M3", "Till, slip, journal and ledger tell one story of each transaction.",
             "收银、签购单、流水、账务四方一致", LAB),
    RuleText("M4", "One terminal, batch and STAN is posted once, however often it is sent.",
             "重复报文不重复入账", LAB),
    RuleText("M5", "A sale without a slip costs nobody anything, or is listed and closed by hand.",
             "无签购单则款项退回", MERCHANT),
    RuleText("M6", "The cardholder hears once of a debit and once of its return.",
             "扣款与退款各通知一次", MERCHANT),
    RuleText("M9", "One purchase is debited once at most, however often the cashier tries.",
             "同一笔消费只扣一次", MERCHANT),
    RuleText("R1", "The reversal is stored for good before the request can leave.",
             "先存冲正再发请求", CUP),
    RuleText("R2", "Only transactions that can be reversed are; a reversal never is.",
             "仅可冲正类交易冲正", CUP),
    RuleText("R3", "A request without a valid answer leaves a pending reversal.",
             "无有效应答必留冲正", CUP),
    RuleText("R4", "A valid answer that declines leaves no pending reversal.",
             "有效拒绝不产生冲正", CODES),
    RuleText("R5", "A pending reversal is concluded before the next card transaction and before "
             "settlement.", "下一笔交易前先完成冲正", CUP),
    RuleText("R6", "A reversal repeats the original's fields, gives its reason and no secret.",
             "冲正报文内容与原交易一致", CUP),
    RuleText("R7", "Only the concluding answers 00, 12 and 25 end a reversal.",
             "仅 00、12、25 结束冲正", CUP),
    RuleText("R8", "A reversal is tried as often as allowed, then reported; never lost in silence.",
             "冲正次数用尽须告知", CUP),
    RuleText("R9", "A late answer completes nothing, neither its own sale nor a later one.",
             "迟到应答一律丢弃", CUP),
    RuleText("R12", "A power cut loses no pending reversal and invents none.",
             "断电不丢失也不多出冲正", CUP),
    RuleText("R14", "Trouble with the printer never reverses a sale.",
             "打印故障不引起冲正", MERCHANT),
    RuleText("R16", "While its reversal is pending, a transaction counts nowhere as approved.",
             "待冲正交易不得视为成功", MERCHANT),
    RuleText("L1", "There is an approval slip exactly when the transaction is approved.",
             "批准才有签购单", MERCHANT),
    RuleText("L2", "A slip has all the items it must have.", "签购单要素齐全", SLIPS),
    RuleText("L3", "What a slip prints is what wire, till and ledger say.",
             "签购单与报文、账务一致", LAB),
    RuleText("L4", "Card numbers are masked on every copy; no track, PIN or PIN block is printed.",
             "卡号按规定屏蔽", f"{SLIPS}; {PCI}"),
    RuleText("L6", "A reprint says that it is one and is the same slip otherwise.",
             "重打印有标记且内容一致", LAB),
    RuleText("L7", "The reprint after a printer fault shows that very transaction.",
             "打印故障后重打最后一笔", MERCHANT),
    RuleText("Q1", "The back office's answer on a transaction is final, or says that it is open.",
             "查询结果与最终结果一致", MERCHANT),
    RuleText("W1", "Frames, fields and lengths are as the message table has them.",
             "报文格式符合规范", CUP),
    RuleText("W2", "STANs rise, and one is used again only by its own reversal or repeat.",
             "流水号递增不重用", CUP),
    RuleText("W3", "The MAC is right wherever there is one.", "MAC 正确", CUP),
    RuleText("W4", "Only an answer that fits its request in all named fields is accepted.",
             "应答须与请求匹配", CUP),
    RuleText("K1", "No payment before sign-in, nor after the host demands a new one.",
             "签到后方可交易", CUP),
    RuleText("K3", "A PIN travels only as an encrypted block, with the fields that announce it.",
             "密码仅以密文传送", CUP),
    RuleText("K4", "A wrong PIN is declined and nothing is posted.", "密码错误不入账", CODES),
    RuleText("E4", "A till link lost after approval changes nothing; the result can be fetched.",
             "收银断线不影响已批准交易", LAB),
    RuleText("E6", "Asked for the last result, the terminal gives the one true outcome.",
             "末笔查询结果唯一", LAB),
    RuleText("D1", "After a power cut anywhere, what the terminal keeps agrees with the ledger.",
             "断电后记录与账务一致", LAB),
    RuleText("T1", "Time-outs are as configured, and reversals leave in time.",
             "超时与冲正时限符合参数", LAB),
    RuleText("T2", "Once all faults are healed every flow ends, and nothing is retried for ever.",
             "故障排除后流程必须结束", LAB),
    RuleText("C1", "No card number, track, PIN or key stands readable in any output of ours.",
             "输出不含敏感信息", PCI),
    RuleText("X1", "We listen on loopback only, or to peers on a list.",
             "仅监听本机或白名单", OURS),
    RuleText("X2", "Real devices run in a test environment, with declared test cards only.",
             "仅限测试环境与测试卡", f"{OURS}; {PCI}"),
    RuleText("X3", "Secrets come from guarded files; a foreign ledger is only read.",
             "密钥来自受保护文件", OURS),
    RuleText("X4", "What a device wrote is escaped wherever we show it.", "设备文本一律转义", OURS),
)  # fmt: skip
CASES = RuleText("EXPECT", "What the author of a case expects at a place in it is so.",
                 "用例的期望成立", "the case itself")  # fmt: skip
_PLACES = {rule.id: place for place, rule in enumerate(CATALOGUE)}


def text_of(rule_id: str) -> RuleText:
    """Return the rule's texts; a rule of a third party has none but its id."""
    if rule_id == CASES.id:
        return CASES
    place = _PLACES.get(rule_id)
    return RuleText(rule_id, "", "", "") if place is None else CATALOGUE[place]


def in_order(rule_ids: set[str]) -> list[str]:
    """Return rules in the order of the catalogue, those of third parties behind it."""
    return sorted(rule_ids, key=lambda rule_id: (_PLACES.get(rule_id, len(_PLACES)), rule_id))
