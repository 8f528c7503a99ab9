*** Settings ***
Documentation       Cases through which canaries pass, by the Robot door.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Approved
    [Tags]    M2    L4
    Open Bench
    Sale    12.34    card=card-1
    Sale    5.00    card=card-2
    Expect Slip    5.00    type=sale

Answer Lost
    [Tags]    R3    M2
    Plan Fault    tx host 0210 #1    drop    rules=R3
    Open Bench
    Sale    12.34    card=card-1
    Sale    5.00    card=card-2    pin=wrong

Expected Wrongly
    [Tags]    M2
    Open Bench
    Sale    12.34    card=card-1
    Expect Outcome    not_approved

Never Reached
    [Tags]    M2
    Plan Fault    tx host 0210 #9    drop    rules=M2
    Open Bench
    Sale    12.34    card=card-1

Card Of Nobody
    [Tags]    M2
    Open Bench
    Sale    12.34    card=card-9
