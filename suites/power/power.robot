*** Settings ***
Documentation       The power fails in the middle of a sale; after the boot everything agrees.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Power Cut While Waiting Loses No Reversal
    [Tags]    R12    D1    M2    M3    L1    W2
    Plan Fault    tx host 0210 #1    power_off    keep=0    off_s=5    rules=R12,D1
    Open Bench
    Sale    12.34    card=card-1
    Wait    10
    Last Result
    Sale    5.00    card=card-2
    Expect Outcome    approved
    Expect Balance Change    card-1    0.00
