*** Settings ***
Documentation       Days of a shop, as a lab reads them aloud.
Library             harness.robot_library.PosHarness


*** Test Cases ***
Day Of 200 Transactions With 40 Faults Reconciles To The Cent
    [Tags]    M1    M2    M3    M4    M5    M6    M7    M8    L1    S2    S3    S7    D1
    Terminal Parameter    refund_enabled    yes
    Open Bench
    Work A Day    seed=7    transactions=200    faults=40
    Rest
    Reconcile Slips With Ledger
    Reconcile Till With Ledger
    Reconcile Till With Slips
    Reconcile Everything
    Reconcile Totals With Ledger
    Reconcile Sums
    Reconcile Everything    day=20260105
