//! Waiting for Graph, which somebody who cancels does not have to wait for.

use std::time::Duration;

use super::records::Records;
use crate::halt::{Halt, Stop};

/// Pauses that grow.
pub(super) struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(Duration::from_millis(250))
    }
}

impl Pause {
    /// The longest one.
    const LONGEST: Duration = Duration::from_secs(16);

    /// Waits. `false`: the run is to stop, and nothing is waited for any more. What was begun is brought to its end as it stands, so that
    /// the record says what there is; nothing new is begun, which is for the next checkpoint to see to.
    ///
    /// # Errors
    /// When nothing may be written any more, or another attempt goes on from the journal.
    pub(super) async fn wait(&mut self, context: &mut impl Records) -> Result<bool, Halt> {
        let waited = context.wait(self.0).await;
        self.0 = (self.0 * 2).min(Self::LONGEST);
        match waited {
            Ok(()) => Ok(true),
            Err(stop) => go_on(Err(stop.into())).map(|()| false),
        }
    }
}

/// What was begun is brought to its end, whoever asks to stop: only who may write nothing any more, or hands the run back, stops at once.
///
/// # Errors
/// Any other failure.
pub(super) fn go_on(told: Result<(), Halt>) -> Result<(), Halt> {
    match told {
        Err(Halt::Stop(Stop::Cancel | Stop::Overdue | Stop::Withdrawn(_))) => Ok(()),
        told => told,
    }
}
