//! Rollouts: one source restored to many tenants, ring by ring. The next ring begins when every restore of the one before came out as it
//! was planned; the first that does not stops it.
//!
//! Each tenant has a restore of its own, with its own mapping, checks and plan. What a person confirms is which plan of which restore is in
//! which ring, by one [`hash`].

use std::collections::BTreeSet;

use crate::codes::codes;
use crate::ids::{RestoreId, TenantId};
use crate::restore::RestoreState;
use crate::time::Moment;

/// Tenants of one rollout, at most.
pub const MAX_TENANTS: usize = 200;
/// Rings of one rollout, at most.
pub const MAX_RINGS: u32 = 9;
/// Objects of all its restores together, at most.
pub const MAX_OBJECTS: usize = 20_000;

codes! {
    /// Where a rollout stands.
    RolloutState {
        /// Its restores are prepared; nothing was carried out.
        Draft = "draft",
        /// Ring after ring is carried out.
        Running = "running",
        /// A ring did not come out as planned, or its run ended: the rest is as it was previewed.
        Stopped = "stopped",
        /// Every restore that was not left out came out as planned.
        Completed = "completed",
        /// Somebody ended it; what was not carried out is not.
        Ended = "ended",
    }
}

impl RolloutState {
    /// Whether it can be confirmed, or ended.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Stopped)
    }

    /// Whether nothing more comes of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Ended)
    }
}

codes! {
    /// How one tenant of a rollout stands.
    Standing {
        /// Nothing was confirmed of it, or its restore is not previewed yet.
        Open = "open",
        /// Its plan is confirmed and still the same; it waits for its ring.
        Ready = "ready",
        /// Its restore is queued or at work.
        Active = "active",
        /// Everything that was planned came out so.
        Good = "good",
        /// Something did not come out as planned, or it could not be started.
        Bad = "bad",
        /// It goes on without it.
        LeftOut = "left_out",
    }
}

/// What is known of one tenant's restore.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Whether a confirmation goes on without it.
    pub left_out: bool,
    /// Whether it could not be started.
    pub refused: bool,
    /// Where its restore stands; `None` when that is gone.
    pub state: Option<RestoreState>,
    /// What was confirmed of it: revision and plan.
    pub confirmed: Option<(i64, String)>,
    /// What its restore is now: revision and plan.
    pub present: Option<(i64, String)>,
    /// Whether its ring has begun since that confirmation.
    pub begun: bool,
    /// Items of which the plan says that they are written and that are not verified.
    pub unsettled: i64,
}

impl Known {
    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.state {
            _ if self.left_out => Standing::LeftOut,
            // "Completed" says that nothing failed; what was left alone although it was to be written is not as planned.
            Some(RestoreState::Completed) if self.unsettled == 0 => Standing::Good,
            Some(RestoreState::Queued | RestoreState::Running) => Standing::Active,
            _ if self.refused => Standing::Bad,
            Some(RestoreState::Draft | RestoreState::Scoped | RestoreState::Checked) if self.confirmed.is_none() => {
                Standing::Open
            }
            Some(RestoreState::Previewed) => match &self.confirmed {
                None => Standing::Open,
                // It was started, and given back before it wrote anything.
                Some(_) if self.begun => Standing::Bad,
                Some(_) if self.confirmed == self.present => Standing::Ready,
                Some(_) => Standing::Bad,
            },
            _ => Standing::Bad,
        }
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// What is ready of that ring begins.
    Begin(u32),
    /// Restores of that ring are at work.
    Wait(u32),
    /// That ring did not come out as planned.
    Stop(u32),
    /// All rings came out as planned.
    Done,
}

/// What comes next of tenants in rings. Nothing begins while a ring before is not wholly good, nor beside something that failed.
#[must_use]
pub fn next(tenants: &[(u32, Standing)]) -> Next {
    let rings: BTreeSet<u32> = tenants.iter().map(|(ring, _)| *ring).collect();
    for ring in rings {
        let has = |wanted: Standing| tenants.iter().any(|(of, standing)| *of == ring && *standing == wanted);
        if has(Standing::Active) {
            return Next::Wait(ring);
        }
        if has(Standing::Bad) || has(Standing::Open) || has(Standing::Unknown) {
            return Next::Stop(ring);
        }
        if has(Standing::Ready) {
            return Next::Begin(ring);
        }
    }
    Next::Done
}

/// One line of what is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The ring.
    pub ring: u32,
    /// The tenant.
    pub tenant: TenantId,
    /// Its restore.
    pub restore: RestoreId,
    /// The revision of that.
    pub revision: i64,
    /// The hash of its plan.
    pub plan: String,
    /// When that was frozen: another preview is another plan.
    pub previewed_at: Moment,
}

/// What names exactly these plans in these rings; the order of the lines is nothing.
#[must_use]
pub fn hash(lines: &[Line]) -> String {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort();
    let mut hasher = blake3::Hasher::new();
    for line in lines {
        let of = (line.ring, line.tenant, line.restore, line.revision, &line.plan, line.previewed_at.micros());
        hasher.update(serde_json::json!(of).to_string().as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(state: RestoreState) -> Known {
        let plan = Some((3, "p".to_owned()));
        Known { state: Some(state), confirmed: plan.clone(), present: plan, ..Known::default() }
    }

    #[test]
    fn only_what_came_out_as_planned_is_good() {
        use RestoreState as S;
        assert_eq!(known(S::Completed).standing(), Standing::Good);
        let skipped = Known { unsettled: 1, ..known(S::Completed) };
        assert_eq!(skipped.standing(), Standing::Bad, "left alone because it was changed after the preview");
        for state in [S::Partial, S::Failed, S::Cancelled, S::Unknown] {
            assert_eq!(known(state).standing(), Standing::Bad, "{state}");
            assert_eq!(Known { left_out: true, ..known(state) }.standing(), Standing::LeftOut);
        }
        for state in [S::Queued, S::Running] {
            assert_eq!(known(state).standing(), Standing::Active);
        }
        assert_eq!(known(S::Previewed).standing(), Standing::Ready);
        assert_eq!(Known { begun: true, ..known(S::Previewed) }.standing(), Standing::Bad, "blocked before it wrote anything");
        let other = Known { present: Some((4, "p".to_owned())), ..known(S::Previewed) };
        assert_eq!(other.standing(), Standing::Bad, "changed after the confirmation");
        assert_eq!(Known { present: None, ..known(S::Checked) }.standing(), Standing::Bad, "the same");
        assert_eq!(Known { confirmed: None, ..known(S::Previewed) }.standing(), Standing::Open);
        assert_eq!(Known { confirmed: None, ..known(S::Scoped) }.standing(), Standing::Open);
        assert_eq!(Known { state: None, ..known(S::Draft) }.standing(), Standing::Bad, "the tenant is gone");
    }

    #[test]
    fn a_ring_begins_when_the_one_before_is_wholly_good() {
        use Standing::{Active, Bad, Good, LeftOut, Open, Ready};
        assert_eq!(next(&[(1, Ready), (2, Ready)]), Next::Begin(1));
        assert_eq!(next(&[(1, Active), (1, Good), (2, Ready)]), Next::Wait(1));
        assert_eq!(next(&[(1, Active), (1, Bad), (2, Ready)]), Next::Wait(1), "what is at work is waited for");
        assert_eq!(next(&[(1, Good), (1, Bad), (2, Ready)]), Next::Stop(1));
        assert_eq!(next(&[(1, Good), (1, LeftOut), (2, Ready)]), Next::Begin(2));
        assert_eq!(next(&[(1, Good), (2, Ready), (2, Bad)]), Next::Stop(2), "nothing begins beside something that cannot");
        assert_eq!(next(&[(1, Good), (2, Open)]), Next::Stop(2));
        assert_eq!(next(&[(2, Ready), (1, Good), (3, Ready)]), Next::Begin(2));
        assert_eq!(next(&[(1, Good), (2, LeftOut)]), Next::Done);
        assert_eq!(next(&[]), Next::Done);
    }

    #[test]
    fn the_hash_names_the_plans_and_their_rings() {
        let line = |ring, plan: &str| Line {
            ring,
            tenant: TenantId::from_uuid(uuid::Uuid::from_u128(u128::from(ring))),
            restore: RestoreId::from_uuid(uuid::Uuid::from_u128(7)),
            revision: 1,
            plan: plan.to_owned(),
            previewed_at: Moment::from_micros(5),
        };
        let of = hash(&[line(1, "a"), line(2, "b")]);
        assert_eq!(of, hash(&[line(2, "b"), line(1, "a")]));
        assert_ne!(of, hash(&[line(1, "a"), line(2, "c")]));
        assert_ne!(of, hash(&[line(1, "a")]));
        assert_ne!(of, hash(&[line(1, "a"), Line { ring: 3, ..line(2, "b") }]));
        assert_ne!(of, hash(&[line(1, "a"), Line { previewed_at: Moment::from_micros(6), ..line(2, "b") }]));
        assert_ne!(of, hash(&[line(1, "a"), Line { revision: 2, ..line(2, "b") }]));
    }
}
