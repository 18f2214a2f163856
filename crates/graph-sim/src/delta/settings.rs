//! Which of the permitted habits delta queries show.

use std::time::Duration;

/// How Graph says that a token is not taken any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeltaEnd {
    /// 410, with `Location` of a fresh start.
    #[default]
    Gone,
    /// 404 `syncStateNotFound`.
    SyncStateNotFound,
    /// 400 `resyncRequired`.
    ResyncRequired,
}

/// How delta queries behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeltaSettings {
    /// Changed objects come with their id and what changed; else with everything that was selected. Either is also given when
    /// asked for by `Prefer: return=minimal`.
    pub partial: bool,
    /// An object that changed several times comes several times.
    pub repeats: bool,
    /// Each page in the opposite order.
    pub backwards: bool,
    /// So many of the latest changes come again in the next round.
    pub replays: u64,
    /// Objects that were removed earlier are named as removed in a first round too.
    pub removed_in_first_round: bool,
    /// Whether removed objects can be restored (`changed`) or not (`deleted`), whatever their kind.
    pub reason: Option<bool>,
    /// How long a token is taken.
    pub life: Duration,
    /// What is said to an older one.
    pub end: DeltaEnd,
}

impl Default for DeltaSettings {
    fn default() -> Self {
        Self {
            partial: true,
            repeats: false,
            backwards: false,
            replays: 0,
            removed_in_first_round: false,
            reason: None,
            life: Duration::from_secs(7 * 24 * 3600),
            end: DeltaEnd::Gone,
        }
    }
}
