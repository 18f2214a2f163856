//! Drift checks against the simulator: findings are what truly changed, no more and no less.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod baselines;
mod course;
mod folds;
mod golden;
mod hazards;
mod help;
mod references;
mod storm;
mod truth;
mod watch;
