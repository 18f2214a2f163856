//! Where a restore stands.

use crate::codes::codes;

codes! {
    /// Where a restore stands. Up to [`RestoreState::Previewed`] it can be edited, which takes it back to the last step that still
    /// holds; from [`RestoreState::Queued`] on it is a record of what was done.
    RestoreState {
        /// It has a source; nothing is chosen.
        Draft = "draft",
        /// Its objects are chosen.
        Scoped = "scoped",
        /// References are mapped and the checks have been run.
        Checked = "checked",
        /// A run read the live state and froze the plan.
        Previewed = "previewed",
        /// It was confirmed; its run waits for a worker.
        Queued = "queued",
        /// Its run is writing.
        Running = "running",
        /// Every item that was to be written is verified.
        Completed = "completed",
        /// Some items are verified, some are not.
        Partial = "partial",
        /// No item is verified.
        Failed = "failed",
        /// It was stopped; its items say what was done.
        Cancelled = "cancelled",
    }
}

impl RestoreState {
    /// Whether its choices may still be changed.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Scoped | Self::Checked | Self::Previewed)
    }

    /// Whether nothing more comes of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Partial | Self::Failed | Self::Cancelled)
    }

    /// Whether it may become `next`. Edits go back; nothing leaves an end.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Draft => matches!(next, Self::Scoped | Self::Cancelled),
            Self::Scoped => matches!(next, Self::Draft | Self::Checked | Self::Cancelled),
            Self::Checked => matches!(next, Self::Draft | Self::Scoped | Self::Previewed | Self::Cancelled),
            Self::Previewed => {
                matches!(next, Self::Draft | Self::Scoped | Self::Checked | Self::Queued | Self::Cancelled)
            }
            // A run that is refused before it wrote anything gives the restore back.
            Self::Queued => matches!(next, Self::Running | Self::Previewed | Self::Cancelled | Self::Failed),
            Self::Running => matches!(next, Self::Completed | Self::Partial | Self::Failed | Self::Cancelled),
            Self::Completed | Self::Partial | Self::Failed | Self::Cancelled | Self::Unknown => false,
        }
    }

    /// The word for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Scoped => "Objects chosen",
            Self::Checked => "Checked",
            Self::Previewed => "Previewed",
            Self::Queued => "Queued",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Partial => "Partly done",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
            Self::Unknown => "Unknown",
        }
    }
}

codes! {
    /// What a restore is for.
    Purpose {
        /// A person chose what to put back.
        Restore = "restore",
        /// The items of another restore that failed, once more, by its plan.
        Retry = "retry",
        /// Back to what was before another restore.
        Undo = "undo",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_so_and_what_is_written_is_no_longer_edited() {
        for state in RestoreState::ALL {
            assert!(!state.is_over() || RestoreState::ALL.iter().all(|next| !state.may_become(*next)), "{state}");
            assert!(!(state.is_over() && state.is_editable()));
            if !state.is_editable() {
                for earlier in [RestoreState::Draft, RestoreState::Scoped, RestoreState::Checked] {
                    assert!(!state.may_become(earlier), "{state} {earlier}");
                }
            }
        }
        assert!(!RestoreState::Checked.may_become(RestoreState::Queued), "nothing is executed that was not previewed");
    }
}
