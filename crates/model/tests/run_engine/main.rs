//! The protocol of the run engine, checked in every interleaving within small bounds: claims, leases, heartbeats, rescues, deadlines,
//! ends, cancels, pauses, starts, retention, and the firing of schedules, with processes that crash, stop and go on.
//!
//! Each property is named after the invariant that it proves. Each rule that the engine follows is also left out once, and the
//! check must then find a history that breaks the invariant which the rule is there for.

mod check;
mod dispatch;
mod invariant;
mod observer;
mod people;
mod process;
mod properties;
mod row;
mod scope;
mod state;
mod sweeper;

use check::{holds_everywhere, is_caught, never_breaks};
use dispatch::{Dispatch, Flaw};
use scope::{Broken, Budget, Scope};
use state::Engine;

/// Crashes, workers that stop and go on, sweepers that take their time, and all ways of giving a run back.
fn leases() -> Scope {
    let budget = Budget { crashes: 1, freezes: 2, hand_backs: 1, retries: 1, slow_sweeps: 1, ..Budget::default() };
    Scope::of("leases", budget)
}

/// Cancelling in every state, and forcing.
fn cancels() -> Scope {
    Scope::of(
        "cancels",
        Budget { crashes: 1, freezes: 1, hand_backs: 1, cancels: 1, forces: 1, slow_sweeps: 1, ..Budget::default() },
    )
}

/// Handlers that take longer than they may.
fn deadlines() -> Scope {
    let scope = Scope::of("deadlines", Budget { freezes: 2, retries: 1, slow_sweeps: 1, ..Budget::default() });
    Scope { deadline: true, ..scope }
}

/// Starts at once, of an identity whose runs are cancelled, end and are removed.
fn starts() -> Scope {
    let scope = Scope::of("starts", Budget { cancels: 1, prunes: 1, ..Budget::default() });
    Scope { processes: 1, runs: 3, starters: 2, starts: 2, ..scope }
}

/// Runs that wait: behind a pause, or for a worker that does not come.
fn waits() -> Scope {
    let scope = Scope::of("waits", Budget { crashes: 1, pauses: 2, cancels: 1, slow_sweeps: 1, ..Budget::default() });
    Scope { processes: 1, runs: 2, starters: 1, starts: 2, stale: true, ..scope }
}

fn holds(scope: Scope) {
    holds_everywhere(scope.name, Engine(scope));
}

fn caught(scope: Scope, rule: Broken, by: &str) {
    is_caught(&format!("{rule:?} ({})", scope.name), Engine(scope.without(rule)), by);
}

#[test]
fn leases_hold_i1_l1_l2_l3_l4_r1_r2_r4_r6() {
    holds(leases());
}

#[test]
fn cancels_hold_c1_c2_c3_l3_l4() {
    holds(cancels());
}

#[test]
fn deadlines_hold_r1_r2_r3() {
    holds(deadlines());
}

#[test]
fn starts_hold_i1_i2_i3_v4() {
    holds(starts());
}

#[test]
fn waits_hold_c4_r7() {
    holds(waits());
}

#[test]
fn broken_writes_not_fenced_are_caught_by_l3() {
    caught(leases(), Broken::WritesAreNotFenced, "L3");
}

#[test]
fn broken_finish_without_expecting_running_is_caught_by_l4() {
    caught(cancels(), Broken::FinishDoesNotExpectRunning, "L4");
}

#[test]
fn broken_token_reset_on_hand_back_is_caught_by_l2_and_by_l3() {
    caught(leases(), Broken::HandBackResetsToken, "L2");
    caught(leases(), Broken::HandBackResetsToken, "L3");
}

#[test]
fn broken_claim_at_the_old_token_is_caught_by_l2_and_by_l3() {
    caught(leases(), Broken::ClaimKeepsToken, "L2");
    caught(leases(), Broken::ClaimKeepsToken, "L3");
}

#[test]
fn broken_rescue_that_forgets_the_lease_is_caught_by_r2() {
    caught(leases(), Broken::RescueForgetsLease, "R2");
}

#[test]
fn broken_rescue_that_forgets_the_token_is_caught_by_r6() {
    caught(leases(), Broken::RescueForgetsToken, "R6");
}

#[test]
fn broken_rescue_that_forgets_attempts_is_caught_by_r4() {
    caught(leases(), Broken::RescueForgetsAttempts, "R4");
}

#[test]
fn broken_leases_kept_by_run_are_caught_by_r2() {
    caught(leases(), Broken::LeasesAreKeptByRun, "R2");
}

#[test]
fn broken_claim_that_forgets_queued_is_caught_by_l1_c1_s1_and_s2() {
    caught(cancels(), Broken::ClaimForgetsQueued, "S1");
    caught(cancels(), Broken::ClaimForgetsQueued, "S2");
    caught(cancels(), Broken::ClaimForgetsQueued, "L1");
    caught(cancels(), Broken::ClaimForgetsQueued, "C1");
}

#[test]
fn broken_claim_that_forgets_pauses_is_caught_by_c4() {
    caught(waits(), Broken::ClaimForgetsPause, "C4");
}

#[test]
fn broken_start_without_index_is_caught_by_i1() {
    caught(starts(), Broken::StartHasNoIndex, "I1");
}

#[test]
fn broken_start_that_reuses_ended_runs_is_caught_by_i2_and_by_i3() {
    caught(starts(), Broken::StartReusesEnded, "I2");
    caught(starts(), Broken::StartReusesEnded, "I3");
}

#[test]
fn broken_requeue_that_forgets_a_cancel_is_caught_by_c2() {
    caught(cancels(), Broken::RequeueForgetsCancel, "C2");
}

#[test]
fn broken_cancel_that_looks_once_is_caught_by_c1() {
    caught(cancels(), Broken::CancelLooksOnce, "C1");
}

#[test]
fn broken_force_that_waits_for_the_worker_is_caught_by_c3() {
    caught(cancels(), Broken::ForceWaitsForWorker, "C3");
}

#[test]
fn broken_sweep_without_leases_is_caught_by_r1() {
    caught(leases(), Broken::SweepForgetsLost, "R1");
}

#[test]
fn broken_sweep_without_deadlines_is_caught_by_r3() {
    caught(deadlines(), Broken::SweepForgetsDeadline, "R3");
}

#[test]
fn broken_sweep_without_start_deadlines_is_caught_by_r7() {
    caught(waits(), Broken::SweepForgetsStale, "R7");
}

#[test]
fn broken_retention_of_whatever_is_old_is_caught_by_v4() {
    caught(starts(), Broken::RetentionTakesActive, "V4");
}

#[test]
fn dispatch_holds_i5_t1_t2_t7_t8() {
    holds_everywhere("dispatch", Dispatch::with(&[]));
}

/// The ledger and the last fire guard against a second run independently of each other.
#[test]
fn dispatch_holds_i5_with_either_guard_alone() {
    survives(&[Flaw::LedgerGoesWithRuns]);
    survives(&[Flaw::EditTrustsClock]);
    survives(&[Flaw::ClockAloneDecides]);
}

#[test]
fn broken_dispatch_without_both_guards_is_caught_by_i5() {
    fires(&[Flaw::LedgerGoesWithRuns, Flaw::EditTrustsClock], "I5");
    fires(&[Flaw::LedgerGoesWithRuns, Flaw::ClockAloneDecides], "I5");
    fires(&[Flaw::NoLock, Flaw::LedgerIsNotAsked], "I5");
}

#[test]
fn broken_dispatch_of_runs_before_fires_is_caught_by_t2_and_by_i5() {
    fires(&[Flaw::RunsBeforeFires], "T2");
    fires(&[Flaw::RunsBeforeFires], "I5");
}

#[test]
fn broken_dispatch_of_fires_before_runs_is_caught_by_t2_and_by_t1() {
    fires(&[Flaw::FiresBeforeRuns], "T2");
    fires(&[Flaw::FiresBeforeRuns], "T1");
}

#[test]
fn broken_dispatch_without_lock_is_caught_by_t7_and_by_t1() {
    fires(&[Flaw::NoLock], "T7");
    fires(&[Flaw::NoLock], "T1");
}

#[test]
fn broken_edit_that_starts_over_is_caught_by_t7() {
    fires(&[Flaw::EditStartsOver], "T7");
}

#[test]
fn broken_dispatch_by_the_clock_alone_is_caught_by_t1_and_by_t8() {
    fires(&[Flaw::LedgerGoesWithRuns, Flaw::ClockAloneDecides], "T8");
    fires(&[Flaw::ClockAloneDecides], "T1");
}

#[test]
fn broken_edit_that_trusts_the_clock_is_caught_by_t1() {
    fires(&[Flaw::EditTrustsClock], "T1");
}

#[test]
fn broken_dispatch_that_ignores_the_switch_is_caught_by_t7() {
    fires(&[Flaw::SwitchIsNotAsked], "T7");
}

#[test]
#[ignore = "a minute or more; part of the soak"]
fn soak_of_larger_bounds() {
    let budget = Budget { crashes: 2, freezes: 2, hand_backs: 1, retries: 1, slow_sweeps: 1, ..Budget::default() };
    holds(Scope { max_attempts: 3, ..Scope::of("leases, larger", budget) });
    let budget =
        Budget { crashes: 1, freezes: 1, hand_backs: 1, retries: 1, cancels: 2, forces: 1, slow_sweeps: 1, ..Budget::default() };
    holds(Scope { deadline: true, ..Scope::of("cancels, larger", budget) });
    let scope = starts();
    holds(Scope { name: "starts, larger", budget: Budget { crashes: 1, freezes: 1, ..scope.budget }, ..scope });
    let dispatch = Dispatch::with(&[]);
    let budget = dispatch::Budget { crashes: 2, edits: 1, switches: 2, steps_back: 2, prunes: 2 };
    holds_everywhere("dispatch, larger", Dispatch { dispatchers: 3, until: 4, budget, ..dispatch });
}

fn survives(flaws: &'static [Flaw]) {
    never_breaks(&format!("{flaws:?}"), Dispatch::with(flaws), "I5");
}

fn fires(flaws: &'static [Flaw], by: &str) {
    is_caught(&format!("{flaws:?}"), Dispatch::with(flaws), by);
}
