*** Settings ***
Documentation       The printer fails, not the sale: the slip can be had by a reprint.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Paper Out Keeps The Sale And The Reprint Shows It
    [Tags]    R14    L1    L6    L7    M2    M3
    Plan Fault    print terminal slip #1    paper_out    keep=200    rules=R14,L7
    Open Bench
    Sale    12.34    card=card-1
    Expect Balance Change    card-1    -12.34
    Load Paper
    Wait    10
    Reprint
    Expect Slip    12.34    type=sale    is_duplicate=yes
