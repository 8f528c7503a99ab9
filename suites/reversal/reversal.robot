*** Settings ***
Documentation       A sale is interrupted: no slip means that it did not succeed, and the money returns.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Lost Answer Is Reversed Before The Next Sale
    [Tags]    R3    R5    R6    R7    M2    M3    M5    M6    L1
    Plan Fault    tx host 0210 #1    drop    rules=R3,R5
    Open Bench
    Sale    12.34    card=card-1
    Expect Outcome    not_approved
    Expect No Approval Slip
    Expect Balance Change    card-1    -12.34
    Sale    5.00    card=card-2
    Expect Outcome    approved
    Expect Balance Change    card-1    0.00

Line Cut In The Middle Of The Answer Is Reversed
    [Tags]    R3    R5    R6    M2    M5    L1
    Plan Fault    tx host 0210 #1    cut    keep=50    how=rst    rules=R3,R5
    Open Bench
    Sale    12.34    card=card-1
    Expect No Approval Slip
    Sale    5.00    card=card-2    pin=wrong
    Expect Balance Change    card-1    0.00

Enquiry Is Open Before The Reversal And Not Succeeded After It
    [Tags]    Q1    R3    R5    M2
    Plan Fault    tx host 0210 #1    drop    rules=Q1,R3
    Open Bench
    Sale    12.34    card=card-1
    ${before} =    Enquire    card=card-1    question=before
    Should Be Equal    ${before}    open
    Sale    5.00    card=card-2
    ${after} =    Enquire    card=card-1    question=after
    Should Be Equal    ${after}    not_succeeded

Reversal Answered 96 Is Sent Again
    [Tags]    R7    R5    M2
    Plan Fault    tx host 0210 #1    drop    rules=R7
    Host Answers    0400    1    response_code=96
    Open Bench
    Sale    12.34    card=card-1
    Sale    5.00    card=card-2
    Sale    5.00    card=card-2
    Expect Balance Change    card-1    0.00
