*** Settings ***
Documentation       Sales on an undisturbed line, as a lab reads them aloud.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Approved Sale Debits The Card And Prints A Slip
    [Tags]    M1    M2    M3    M6    L1    L2    L3    L4    W1    W3    K1    K3
    Open Bench
    Sale    12.34    card=card-1
    Expect Outcome    approved
    Expect Slip    12.34    type=sale    copy=cardholder
    Expect Balance Change    card-1    -12.34

Declined Sale Prints Nothing That Says Approved
    [Tags]    M2    M3    R4    L1
    Open Bench
    Sale    999.00    card=card-poor
    Expect Outcome    not_approved
    Expect No Approval Slip
    Expect Balance Change    card-poor    0.00

Wrong PIN Is Declined And Posts Nothing
    [Tags]    M2    K4    R4    L1
    Open Bench
    Sale    12.34    card=card-1    pin=wrong
    Expect Outcome    not_approved
    Expect Balance Change    card-1    0.00

Balance Inquiry Moves Nothing
    [Tags]    M2
    Open Bench
    Balance Inquiry    card=card-2
    Expect No Approval Slip
    Expect Balance Change    card-2    0.00
