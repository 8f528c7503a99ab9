*** Settings ***
Documentation       Voids, as a lab reads them aloud.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Void Gives The Money Back
    [Tags]    V1    V2    V8    V9    M2    M3    M6    L1
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${voucher}
    Expect Outcome    approved
    Expect Slip    12.34    type=void    original_voucher=${voucher}
    Expect Balance Change    card-1    0.00

Second Void Is Refused
    [Tags]    V3    V5    M2
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${voucher}
    Void    ${voucher}
    Expect Outcome    not_approved
    Expect Balance Change    card-1    0.00

Part Of A Sale Cannot Be Voided
    [Tags]    V2    M2
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${voucher}    amount=10.00
    Expect Outcome    not_approved
    Expect Balance Change    card-1    -12.34

Another Card Cannot Void
    [Tags]    V4    M2
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${voucher}    card=card-2
    Expect Outcome    not_approved
    Expect Balance Change    card-1    -12.34

After Settlement Nothing Can Be Voided
    [Tags]    V6    S5    M2
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Settle
    Sign In
    Void    ${voucher}
    Expect Outcome    not_approved
    Expect Balance Change    card-1    -12.34

On The Next Day Nothing Can Be Voided
    [Tags]    V1    M2
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Next Day
    Void    ${voucher}
    Expect Outcome    not_approved
    Expect Balance Change    card-1    -12.34

Lost Answer Of A Void Leaves The Sale Live
    [Tags]    R3    R5    R13    M2    M3
    Plan Fault    tx host 0210 #2    drop    rules=R3,R5
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${voucher}
    Expect Outcome    not_approved
    Sale    5.00    card=card-2
    Void    ${voucher}
    Expect Outcome    approved
    Expect Balance Change    card-1    0.00

Reversal Of A Void Given Up Leaves The Sale Live
    [Tags]    R8    M2    M3
    Plan Fault    tx host 0210 #2    drop    rules=R8
    Host Answers    0400    1    silent=yes
    Host Answers    0400    2    silent=yes
    Host Answers    0400    3    silent=yes
    Open Bench
    Sale    12.34
    ${voucher}=    Last Voucher
    Void    ${voucher}
    Expect Outcome    not_approved
    Sale    5.00    card=card-2
    Sale    5.00    card=card-2
    Sale    5.00    card=card-2
    Sale    5.00    card=card-2
    Expect Outcome    approved
    Rest
    Expect Balance Change    card-1    -12.34

Another Terminal's Sale Cannot Be Voided Here
    [Tags]    V3    M2    M3
    Open Bench
    ${voucher}=    Sell Elsewhere    12.34
    Sale    5.00    card=card-2
    Void    ${voucher}
    Expect Outcome    not_approved
