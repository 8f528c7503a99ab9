*** Settings ***
Documentation       The harness itself does no harm: no secret, no stranger's card, no text as it came.
Library             harness.robot_library.PosHarness


*** Test Cases ***
No Secret Is In What We Write
    [Tags]    C1    X2    X3
    Plan Fault    tx host 0210 #2    drop    rules=C1
    Open Bench
    Sale    12.34    card=card-1
    Sale    5.00    card=card-2
    Sale    7.00    card=card-1    pin=wrong
    Reprint

What A Device Writes Is Escaped Wherever We Show It
    [Tags]    X4    X2    L1
    Host Answers    0200    1    f44=<b>&[i]ISS </p>[/b]
    Open Bench
    Sale    12.34
    Expect Outcome    approved

Only Those That We Name May Call Our Ports
    [Tags]    X1    X3
    Open Bench
    Sale    12.34
    Expect Outcome    approved
