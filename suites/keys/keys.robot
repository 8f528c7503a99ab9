*** Settings ***
Documentation       Working keys, as a lab reads them aloud.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Keys With A Wrong Check Value Are Refused And The Old Ones Stay
    [Tags]    K2    W3    M2
    Host Answers    0800    1    wrong_check_value=yes
    Open Bench
    Sale    12.34
    Sign In
    Expect Outcome    not_approved
    Sale    5.00    card=card-2    # under the old keys, which the host has no more
    Expect Outcome    not_approved
    Sign In
    Sale    5.00    card=card-2
    Expect Outcome    approved
