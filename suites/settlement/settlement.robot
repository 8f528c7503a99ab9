*** Settings ***
Documentation       Settlements, as a lab reads them aloud.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Settlement Balances And Empties The Terminal
    [Tags]    S1    S2    S3    S4    S5    S7    M2    L8
    Open Bench
    Sale    100.00
    Sale    100.00    card=card-2
    ${voucher}=    Last Voucher
    Sale    100.00    card=card-3
    Void    ${voucher}    card=card-2
    Reconcile Slips With Ledger
    Settle
    Expect Outcome    approved
    Expect Slip    kind=settlement    result=balanced
    Expect Slip Row    domestic    sale    2    200.00
    Reconcile Totals With Ledger
    Reprint
    Expect Outcome    not_approved
    Print Detail List
    Expect Outcome    not_approved

Last Settlement Slip Can Be Printed Again
    [Tags]    S5    S7
    Open Bench
    Sale    12.34
    Settle
    Reprint Settlement Slip
    Expect Slip    kind=settlement    is_duplicate=yes

Settlement Cannot Be Cancelled
    [Tags]    S13    S7
    Plan Fault    rx host 0500 #1    press    rules=S13    key=CANCEL
    Plan Fault    tx host 0510 #1    delay    rules=S13    for_s=1
    Open Bench
    Sale    12.34
    Settle
    Sign In
    Sale    5.00
    Settle
    Expect Outcome    approved

Lost Answer Of The Settlement Is Gone On With
    [Tags]    S7    S8    M2
    Plan Fault    tx host 0510 #1    drop    rules=S7,S8
    Open Bench
    Sale    12.34
    Settle
    Sale    5.00
    Expect Outcome    not_approved
    Settle
    Expect Outcome    approved

Sale That Only The Host Knows Is Found
    [Tags]    S4    M5    M8
    Plan Fault    tx host 0210 #1    drop    rules=M8
    Host Answers    0400    1    silent=yes
    Host Answers    0400    2    silent=yes
    Host Answers    0400    3    silent=yes
    Open Bench
    Sale    12.34
    Sale    5.00    card=card-2
    Sale    5.00    card=card-2
    Sale    5.00    card=card-2
    Sale    7.00    card=card-2
    Settle
    Expect Outcome    approved
    Expect Slip    kind=settlement    result=not_balanced

Both Card Groups Are Settled Apart
    [Tags]    S2    S3    S4    S7    M2
    Open Bench
    Sale    100.00
    Sale    70.00    card=card-foreign
    Sale    5.00    card=card-foreign
    ${voucher}=    Last Voucher
    Void    ${voucher}    card=card-foreign
    Settle
    Expect Slip    kind=settlement    result=balanced    foreign_result=balanced
    Expect Slip Row    domestic    sale    1    100.00
    Expect Slip Row    foreign    sale    1    70.00
    Reconcile Totals With Ledger

Foreign Cards Out Of Balance Are Uploaded And Settled
    [Tags]    S3    S4    S7    M2
    Host Answers    0500    1    results=1,2
    Open Bench
    Sale    100.00
    Sale    70.00    card=card-foreign
    Settle
    Expect Outcome    approved
    Expect Slip    kind=settlement    result=balanced    foreign_result=not_balanced

Pending Reversal Goes Before The Settlement
    [Tags]    S1    R5    M2    M5
    Plan Fault    tx host 0210 #2    drop    rules=R5
    Open Bench
    Sale    5.00    card=card-2
    Sale    12.34
    Settle
    Expect Outcome    approved
    Expect Balance Change    card-1    0.00
    Expect Slip Row    domestic    sale    1    5.00

Lost Answer To The End Of The Upload Is Gone On With
    [Tags]    S7    S8    M2
    Plan Fault    tx host 0330 #1    drop    rules=S7,S8
    Open Bench
    Sale    12.34
    Settle
    Sale    5.00
    Expect Outcome    not_approved
    Settle
    Expect Outcome    approved

Power Cut In The Settlement Is Gone On With
    [Tags]    S7    S8    D1    M2
    Plan Fault    tx host 0510 #1    power_off    rules=S7,S8
    Open Bench
    Sale    12.34
    Settle
    Wait    10
    Reprint
    Sale    5.00
    Expect Outcome    not_approved
    Settle
    Expect Outcome    approved

Paper Out On The Settlement Slip Leaves It Settled
    [Tags]    S7    S11    M2
    Plan Fault    print terminal slip #3    paper_out    keep=60    rules=S11
    Open Bench
    Sale    12.34
    Settle
    Load Paper
    Wait    10
    Reprint Settlement Slip
    Expect Slip    kind=settlement    is_duplicate=yes

Batch Over Midnight Is Settled Once And Whole
    [Tags]    S7    S12    M2
    Open Bench
    Sale    12.34
    Next Day
    Sale    5.00    card=card-2
    Settle
    Expect Outcome    approved
    Expect Slip Row    domestic    sale    2    17.34
    Reconcile Totals With Ledger
