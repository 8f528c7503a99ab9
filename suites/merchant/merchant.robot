*** Settings ***
Documentation       What merchants are told about their terminal, point by point, as a lab reads it aloud.
...                 Of points 4, 8 and 9 what this release has: no holds, transfers or tickets yet.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Point 1 A Sale Is Voided Whole, On Its Day, By Its Voucher And Card
    [Documentation]    A void needs a sale that succeeded, its voucher and its card, and is for all of it.
    [Tags]    V1    V2    V3    V4    V5    V8    V9    M2    M6
    Open Bench
    ${elsewhere}=    Sell Elsewhere    12.34    card=card-3
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${elsewhere}    card=card-3
    Expect Outcome    not_approved
    Void    ${voucher}    amount=10.00
    Expect Outcome    not_approved
    Void    ${voucher}    card=card-2
    Expect Outcome    not_approved
    Expect Balance Change    card-1    -12.34
    Void    ${voucher}
    Expect Outcome    approved
    Expect Slip    12.34    type=void    original_voucher=${voucher}
    Expect Balance Change    card-1    0.00
    Void    ${voucher}
    Expect Outcome    not_approved

Point 1 A Void Whose Answer Was Lost Leaves The Sale As It Was
    [Tags]    R3    R5    R13    V1    M2    M6
    Plan Fault    tx host 0210 #2    drop    rules=R3,R13
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${voucher}
    Expect Outcome    not_approved
    Sale    5.00    card=card-2
    Expect Balance Change    card-1    -12.34
    Void    ${voucher}
    Expect Outcome    approved
    Expect Balance Change    card-1    0.00

Point 2 After Settlement Only A Refund Gives Money Back
    [Documentation]    And a refund only where the provider has opened it; the merchant may ask for that.
    [Tags]    V6    F1    F2    S5    M2    M6
    Terminal Parameter    refund_enabled    yes
    Open Bench
    Close Refunds
    Sale    12.34
    ${voucher}=    Last Voucher
    ${rrn}    ${date}=    Last Reference
    Settle
    Expect Outcome    approved
    Sign In
    Void    ${voucher}
    Expect Outcome    not_approved
    Refund    12.34    ${rrn}    ${date}
    Expect Outcome    not_approved
    Expect Balance Change    card-1    -12.34
    Open Refunds
    Refund    12.34    ${rrn}    ${date}
    Expect Outcome    approved
    Expect Balance Change    card-1    0.00

Point 2 A Settlement Cannot Be Cancelled
    [Tags]    S13    S7    S6
    Plan Fault    rx host 0500 #1    press    rules=S13    key=CANCEL
    Plan Fault    tx host 0510 #1    delay    rules=S13    for_s=1
    Open Bench
    Sale    12.34
    Settle
    Expect Outcome    approved
    Expect Slip    kind=settlement    result=balanced
    Expect Balance Change    card-1    -12.34

Point 3 Settlement Empties The Terminal And The Back Office Finds All
    [Tags]    S5    S6    S7    V6    M2
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    ${rrn}    ${date}=    Last Reference
    Sale    5.00    card=card-2
    Settle
    Expect Outcome    approved
    Sign In
    Reprint
    Expect Outcome    not_approved
    Reprint Voucher    ${voucher}
    Expect Outcome    not_approved
    Print Detail List
    Expect Outcome    not_approved
    Void    ${voucher}
    Expect Outcome    not_approved
    Reprint Settlement Slip
    Expect Slip    kind=settlement    is_duplicate=yes
    ${all}=    Look Up    terminal
    Length Should Be    ${all}    2
    ${one}=    Look Up    rrn    rrn=${rrn}
    Length Should Be    ${one}    1
    ${of card}=    Look Up    card    card=card-2
    Length Should Be    ${of card}    1
    Expect Balance Change    card-1    -12.34

Point 4 Settlement Moves No Cardholder's Money
    [Documentation]    A hold would stay too; pre-authorisations come with a later release.
    [Tags]    S6    S7    M1    M2
    Open Bench
    Sale    12.34
    Settle
    Expect Balance Change    card-1    -12.34
    Next Day
    Expect Balance Change    card-1    -12.34
    Expect Balance Change    card-2    0.00

Point 5 No Slip Means That The Sale Did Not Succeed
    [Documentation]    The card may be debited; whatever comes next, even a wrong PIN, sends the reversal first.
    [Tags]    R3    R5    R6    M2    M5    M6    L1    Q1
    Plan Fault    tx host 0210 #1    drop    rules=R3,R5,Q1
    Open Bench
    Sale    12.34
    Expect Outcome    not_approved
    Expect No Approval Slip
    Expect Balance Change    card-1    -12.34
    Sale    7.00    card=card-2    pin=wrong
    Expect Outcome    not_approved
    Expect Balance Change    card-1    0.00
    ${answer}=    Enquire    card=card-1    question=after
    Should Be Equal    ${answer}    not_succeeded

Point 5 CANCEL In The Middle Of A Sale Reverses It
    [Tags]    R3    R5    M2    M5    L1
    Plan Fault    rx host 0200 #1    press    rules=R3    key=CANCEL
    Plan Fault    tx host 0210 #1    drop    rules=R5
    Open Bench
    Sale    12.34
    Expect No Approval Slip
    Sale    5.00    card=card-2
    Expect Balance Change    card-1    0.00

Point 6 Only The Printer Failed, And The Sale Is Good
    [Tags]    R14    L1    L6    L7    Q1    M2    M3
    Plan Fault    print terminal slip #1    paper_out    keep=200    rules=R14,L7
    Open Bench
    Sale    12.34
    Load Paper
    Wait    10
    Reprint
    Expect Slip    12.34    type=sale    is_duplicate=yes    card=card-1
    Sale    5.00    card=card-2
    ${answer}=    Enquire    card=card-1    question=hotline
    Should Be Equal    ${answer}    succeeded

Point 7 The Merchant Is Paid The Next Day
    [Tags]    M7    M1    M2
    Open Bench
    Sale    12.34
    Sale    5.00    card=card-2
    ${voucher}=    Last Voucher
    Void    ${voucher}    card=card-2
    Settle
    Expect Paid    0.00
    Next Day
    Expect Paid    12.34

Point 7 The Merchant Is Paid At Once, And What Is Voided Is Taken Back
    [Tags]    M7    M1    M2
    Terminal Parameter    payout    D+0
    Open Bench
    Sale    12.34
    Expect Paid    12.34
    Sale    5.00    card=card-2
    ${voucher}=    Last Voucher
    Expect Paid    17.34
    Void    ${voucher}    card=card-2
    Expect Paid    12.34

Point 8 Sale And Balance Inquiry By Stripe, The PIN By The Cardholder
    [Tags]    K3    K4    M2    L1    W1
    Open Bench
    Balance Inquiry    card=card-2
    Expect Outcome    approved
    Sale    12.34    pin=wrong
    Expect Outcome    not_approved
    Sale    12.34
    Expect Outcome    approved
    Sale    2.50    card=card-3
    Expect Outcome    approved
    Expect Balance Change    card-1    -12.34
    Expect Balance Change    card-2    0.00

Point 9 The Till's Tender Is Taken Once, However Often It Is Tried
    [Tags]    M9    M2    M3    R3    E6
    Plan Fault    tx host 0210 #1    drop    rules=M9,R3
    Open Bench
    Tender    12.34
    Expect Balance Change    card-1    -12.34
    Reconcile Till With Slips
    Reconcile Slips With Ledger
