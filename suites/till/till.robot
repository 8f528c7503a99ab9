*** Settings ***
Documentation       The till's line, as a lab reads it aloud.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Second Command Is Refused As Busy
    [Tags]    E2    M2    M4    L1
    Open Bench
    Ask Meanwhile
    Sale    12.34
    Expect Outcome    approved
    Expect Balance Change    card-1    -12.34

Result That The Till Did Not Hear Is Fetched
    [Tags]    E4    E6    M2    M3
    Plan Fault    tx terminal 040F #1    link_down    keep=0    for_s=200    rules=E4
    Open Bench
    Sale    12.34
    Expect Outcome    unknown
    Wait    60
    Last Result
    Expect Balance Change    card-1    -12.34
