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
    RuleText("M7", "Merchants are paid what their settled batches come to, neither more nor less.",
             "商户到账与结算金额一致", MERCHANT),
    RuleText("M8", "What the host approved and a settled batch lacks is found and closed by hand.",
             "对账发现漏账并人工处理", f"{MERCHANT}; {CUP}"),
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
    RuleText("R10", "The host counts a reversal once, however often it comes.",
             "重复冲正只记一次", LAB),
    RuleText("R11", "An original that comes after its own reversal is refused by the host.",
             "冲正先到则拒绝迟到的原交易", BOOKS),
    RuleText("R12", "A power cut loses no pending reversal and invents none.",
             "断电不丢失也不多出冲正", CUP),
    RuleText("R13", "A reversed void or completion leaves what was there before it.",
             "撤销被冲正则原交易恢复", CUP),
    RuleText("R14", "Trouble with the printer never reverses a sale.",
             "打印故障不引起冲正", MERCHANT),
    RuleText("R16", "While its reversal is pending, a transaction counts nowhere as approved.",
             "待冲正交易不得视为成功", MERCHANT),
    RuleText("V1", "Only a live sale of the same terminal, batch and day can be voided.",
             "仅当批当日有效消费可撤销", MERCHANT),
    RuleText("V2", "A sale is voided as a whole; one approved in part, for that part.",
             "撤销须为原批准全额", MERCHANT),
    RuleText("V3", "A void names the voucher of a sale that can be voided, else the terminal "
             "refuses it.", "撤销须凭原凭证号", CUP),
    RuleText("V4", "A void carries the card presented for it, and another card is refused.",
             "撤销须用原卡", MERCHANT),
    RuleText("V5", "A voided sale is neither voided again nor refunded.",
             "已撤销交易不可再撤销或退货", LAB),
    RuleText("V6", "After settlement the terminal refuses a void; sent all the same, the host "
             "does.", "结算后不可撤销", MERCHANT),
    RuleText("V7", "Supervisor and PIN are asked for as the profile wants it.",
             "撤销按参数验主管密码和持卡人密码", CUP),
    RuleText("V8", "The slip of a void has its own number, says VOID, and names sale and amount.",
             "撤销单注明原凭证号和金额", SLIPS),
    RuleText("V9", "Till, slip, wire, journal and books agree on amount, number and card of a "
             "void.", "撤销各方记录一致", LAB),
    RuleText("F1", "Without the refund function a refund is clearly refused; with it, it works.",
             "未开通退货须明确拒绝", MERCHANT),
    RuleText("F2", "A refund names its sale and date, and gives back at most what is left of it.",
             "退货不超过原交易余额", CUP),
    RuleText("F3", "A refund is never reversed; one without an answer is an open item.",
             "退货不冲正，无应答须列为待处理", CUP),
    RuleText("F4", "What is voided, reversed, too old or of the same batch is not refunded.",
             "已撤销、已冲正、超期交易不可退货", CUP),
    RuleText("F5", "A refund is a credit of the batch in which it was made.",
             "退货计入当批贷记", CUP),
    RuleText("S1", "A settlement does one thing after the other, and nothing in between.",
             "结算步骤按序进行", CUP),
    RuleText("S2", "The totals of a settlement are the batch's, gross of voids, by card group.",
             "结算总额与流水一致", CUP),
    RuleText("S3", "The settlement slip says what the batch holds, net of voids, and the result.",
             "结算单与总额、结果一致", CUP),
    RuleText("S4", "Balanced ends with 207; anything else uploads, ends with 202, and goes on.",
             "对账不平须上送并继续结算", CUP),
    RuleText("S5", "After settlement the terminal is empty; only the settlement slip remains.",
             "结算后流水清空", MERCHANT),
    RuleText("S6", "A settlement moves no money, and the back office finds every transaction.",
             "结算不影响已入账交易", MERCHANT),
    RuleText("S7", "The batch number rises by one with each settlement and at no other time.",
             "批次号每次结算加一", CUP),
    RuleText("S8", "An interrupted settlement goes on at its stage before anything else is begun.",
             "结算中断后续传", CUP),
    RuleText("S9", 'A full journal is refused with "settle first" before the card is touched.',
             "流水已满须先结算", CUP),
    RuleText("S10", "An empty batch is settled at the terminal or with an empty 0500, as agreed.",
             "空批次结算符合参数", CUP),
    RuleText("S11", "Paper that ends at the settlement slip does not undo the settlement.",
             "缺纸不影响结算", CUP),
    RuleText("S12", "A batch that spans a change of day is settled once and whole.",
             "跨日批次一次结清", LAB),
    RuleText("S13", "CANCEL before the 0500 changes nothing, and after it nothing can be undone.",
             "结算不可撤销", MERCHANT),
    RuleText("L1", "There is an approval slip exactly when the transaction is approved.",
             "批准才有签购单", MERCHANT),
    RuleText("L2", "A slip has all the items it must have.", "签购单要素齐全", SLIPS),
    RuleText("L3", "What a slip prints is what wire, till and ledger say.",
             "签购单与报文、账务一致", LAB),
    RuleText("L4", "Card numbers are masked on every copy; no track, PIN or PIN block is printed.",
             "卡号按规定屏蔽", f"{SLIPS}; {PCI}"),
    RuleText("L5", "Copies are as many as there must be, with their captions, and rightly signed.",
             "联次与签名栏正确", SLIPS),
    RuleText("L6", "A reprint says that it is one and is the same slip otherwise.",
             "重打印有标记且内容一致", LAB),
    RuleText("L7", "The reprint after a printer fault shows that very transaction.",
             "打印故障后重打最后一笔", MERCHANT),
    RuleText("L8", "A slip can be read, fits the paper and is fed or cut at its end.",
             "签购单可读且完整", LAB),
    RuleText("L9", "Fault slips and slips of totals cannot be taken for receipts or settlements.",
             "故障单与总计单不得混淆", CUP),
    RuleText("Q1", "The back office's answer on a transaction is final, or says that it is open.",
             "查询结果与最终结果一致", MERCHANT),
    RuleText("W1", "Frames, fields and lengths are as the message table has them.",
             "报文格式符合规范", CUP),
    RuleText("W2", "STANs rise, and one is used again only by its own reversal or repeat.",
             "流水号递增不重用", CUP),
    RuleText("W3", "The MAC is right wherever there is one.", "MAC 正确", CUP),
    RuleText("W4", "Only an answer that fits its request in all named fields is accepted.",
             "应答须与请求匹配", CUP),
    RuleText("W5", "What a header asks for is done after the running transaction, never inside.",
             "报文头处理要求于交易后执行", CUP),
    RuleText("W6", "Date and time of the terminal are those of the host.",
             "日期时间以主机为准", CUP),
    RuleText("K1", "No payment before sign-in, nor after the host demands a new one.",
             "签到后方可交易", CUP),
    RuleText("K2", "Keys with a wrong check value are refused, and the old ones stay.",
             "密钥校验值错误须拒绝", CUP),
    RuleText("K3", "A PIN travels only as an encrypted block, with the fields that announce it.",
             "密码仅以密文传送", CUP),
    RuleText("K4", "A wrong PIN is declined and nothing is posted.", "密码错误不入账", CODES),
    RuleText("E1", "A spoiled frame on the till's line makes a repeat, never a second transaction.",
             "收银链路错帧不产生重复交易", LAB),
    RuleText("E2", "A command that comes while the terminal is busy is refused as busy.",
             "忙时拒绝新指令", LAB),
    RuleText("E3", "Messages of the terminal restart the till's timer, and silence ends the "
             "waiting.", "进度报文重置收银计时", LAB),
    RuleText("E4", "A till link lost after approval changes nothing; the result can be fetched.",
             "收银断线不影响已批准交易", LAB),
    RuleText("E5", "The till never sends a financial command again on its own.",
             "收银机不得自行重发交易指令", LAB),
    RuleText("E6", "Asked for the last result, the terminal gives the one true outcome.",
             "末笔查询结果唯一", LAB),
    RuleText("D1", "After a power cut anywhere, what the terminal keeps agrees with the ledger.",
             "断电后记录与账务一致", LAB),
    RuleText("D2", "A torn write is found out at the next start, and never read as data.",
             "残缺写入不得当作数据", LAB),
    RuleText("D3", "Power that bounces or sags does no more harm than one clean cut.",
             "电源抖动不比断电一次更坏", LAB),
    RuleText("T1", "Time-outs are as configured, and reversals leave in time.",
             "超时与冲正时限符合参数", LAB),
    RuleText("T2", "Once all faults are healed every flow ends, and nothing is retried for ever.",
             "故障排除后流程必须结束", LAB),
    RuleText("C1", "No card number, track, PIN or key stands readable in any output of ours.",
             "输出不含敏感信息", PCI),
    RuleText("C2", "The terminal prints, shows and tells no card number or track in clear.",
             "终端输出不含完整卡号", PCI),
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
