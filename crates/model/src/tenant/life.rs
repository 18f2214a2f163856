//! A tenant's life: draft → onboarding → active ↔ archived, and no other way.

use super::TenantStatus;

/// A step in a tenant's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantMove {
    /// Its connection is being made.
    Onboard,
    /// It is in use from now on.
    Activate,
    /// It is put away.
    Archive,
    /// It is taken out again.
    Unarchive,
}

impl TenantMove {
    /// Every step.
    pub const ALL: [Self; 4] = [Self::Onboard, Self::Activate, Self::Archive, Self::Unarchive];

    /// The status that a tenant must have for it.
    #[must_use]
    pub const fn from(self) -> TenantStatus {
        match self {
            Self::Onboard => TenantStatus::Draft,
            Self::Activate => TenantStatus::Onboarding,
            Self::Archive => TenantStatus::Active,
            Self::Unarchive => TenantStatus::Archived,
        }
    }

    /// The status that it has afterwards.
    #[must_use]
    pub const fn to(self) -> TenantStatus {
        match self {
            Self::Onboard => TenantStatus::Onboarding,
            Self::Activate | Self::Unarchive => TenantStatus::Active,
            Self::Archive => TenantStatus::Archived,
        }
    }

    /// The step from one status to another; `None` when there is none.
    #[must_use]
    pub fn between(from: TenantStatus, to: TenantStatus) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.from() == from && step.to() == to)
    }
}

impl TenantStatus {
    /// Whether it is not in use yet.
    #[must_use]
    pub const fn is_being_onboarded(self) -> bool {
        matches!(self, Self::Draft | Self::Onboarding)
    }

    /// The step forward that somebody who manages the tenant takes; `None` once it is in use.
    #[must_use]
    pub const fn forward(self) -> Option<TenantMove> {
        match self {
            Self::Draft => Some(TenantMove::Onboard),
            Self::Onboarding => Some(TenantMove::Activate),
            Self::Active | Self::Archived | Self::Unknown => None,
        }
    }

    /// The status after a step; `None` when the step begins elsewhere.
    #[must_use]
    pub fn after(self, step: TenantMove) -> Option<Self> {
        (step.from() == self).then(|| step.to())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How far it got; never less than before, but for what is put away and taken out again.
    const fn stage(status: TenantStatus) -> u8 {
        match status {
            TenantStatus::Unknown => 0,
            TenantStatus::Draft => 1,
            TenantStatus::Onboarding => 2,
            TenantStatus::Active | TenantStatus::Archived => 3,
        }
    }

    proptest! {
        #[test]
        fn no_walk_leaves_the_way(steps in proptest::collection::vec(0..4_usize, 0..40)) {
            let mut status = TenantStatus::Draft;
            for step in steps.into_iter().map(|i| TenantMove::ALL[i]) {
                let Some(next) = status.after(step) else { continue };
                prop_assert!(next != status && stage(next) >= stage(status), "{status} to {next}");
                prop_assert!(next != TenantStatus::Archived || status == TenantStatus::Active, "only what was in use is put away");
                prop_assert_eq!(TenantMove::between(status, next), Some(step));
                status = next;
            }
        }
    }

    #[test]
    fn there_are_four_steps_and_none_from_or_to_the_unknown() {
        let mut found = Vec::new();
        let all = TenantStatus::ALL.iter().copied().chain([TenantStatus::Unknown]);
        for (from, to) in all.clone().flat_map(|from| all.clone().map(move |to| (from, to))) {
            found.extend(TenantMove::between(from, to).map(|_| format!("{from} {to}")));
        }
        assert_eq!(found, ["draft onboarding", "onboarding active", "active archived", "archived active"]);
        assert!(TenantStatus::ALL.iter().all(|status| status.forward().is_none_or(|step| step.from() == *status)));
    }
}
