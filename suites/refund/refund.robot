*** Settings ***
Documentation       Refunds, as a lab reads them aloud.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Refund Without The Function Is Refused
    [Tags]    F1    M2
    Terminal Parameter    refund_enabled    no
    Open Bench
    Sale    12.34
    ${rrn}    ${date}=    Last Reference
    Settle
    Sign In
    Refund    12.34    ${rrn}    ${date}
    Expect Outcome    not_approved
    Expect Balance Change    card-1    -12.34
