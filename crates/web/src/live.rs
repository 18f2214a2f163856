//! "Run N changed", on its way from the store to the open streams of this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::ids::{RunId, SessionId, UserId};
use model::time::Moment;
use store::changes::RunChanged;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::state::WebState;

/// How often the runs of other processes are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many streams one person may have open: one per tab.
const STREAMS_EACH: usize = 20;
/// Hints that wait for a slow stream; one that lags behind more ends, and its page looks at everything again.
const WAITING: usize = 1024;

/// Something that streams want to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// A run's row changed.
    Run(RunChanged),
    /// Somebody signed out.
    SessionEnded(SessionId),
    /// The roles of a person changed.
    Standing(UserId),
}

/// The open streams of this process.
#[derive(Debug)]
pub(crate) struct Live {
    hints: broadcast::Sender<Hint>,
    open: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self { hints: broadcast::channel(WAITING).0, open: Arc::default() }
    }
}

impl Live {
    /// Tells all streams; none is fine.
    pub(crate) fn tell(&self, hint: Hint) {
        let _ = self.hints.send(hint);
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Hint> {
        self.hints.subscribe()
    }

    /// Counts a stream of that person until the seat is dropped; `None` when they have too many.
    pub(crate) fn seat(&self, user: UserId) -> Option<Seat> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user).or_default();
        (*count < STREAMS_EACH).then(|| {
            *count += 1;
            Seat { user, open: Arc::clone(&self.open) }
        })
    }
}

/// An open stream of a person.
#[derive(Debug)]
pub(crate) struct Seat {
    user: UserId,
    open: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

/// Feeds the streams until shutdown: what this process changes comes at once, what others change within a second. A process that
/// serves pages runs it once; without it pages are right but do not follow.
pub async fn watch(state: WebState, shutdown: CancellationToken) {
    let mut changes = state.store().changes().subscribe();
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut known = HashMap::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            change = changes.recv() => match change {
                Ok(change) => state.live().tell(Hint::Run(change)),
                // What was lost is found by the next look.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = look.tick() => {
                if state.live().hints.receiver_count() > 0 {
                    look_around(&state, &mut known).await;
                }
            }
        }
    }
}

/// Compares the active runs with those of the last look.
async fn look_around(state: &WebState, known: &mut HashMap<RunId, (RunChanged, Moment)>) {
    let active = match state.store().queue().active().await {
        Ok(active) => active,
        Err(error) => {
            tracing::warn!(%error, "live pages cannot follow the runs of other processes");
            return;
        }
    };
    let now: HashMap<RunId, (RunChanged, Moment)> =
        active.into_iter().map(|run| (run.changed.run_id, (run.changed, run.updated_at))).collect();
    for hint in differences(known, &now) {
        state.live().tell(Hint::Run(hint));
    }
    *known = now;
}

/// Runs that are new, that changed, or that are no longer active.
fn differences(before: &HashMap<RunId, (RunChanged, Moment)>, now: &HashMap<RunId, (RunChanged, Moment)>) -> Vec<RunChanged> {
    let changed = now.iter().filter(|(id, seen)| before.get(id) != Some(seen)).map(|(_, (change, _))| *change);
    let gone = before.iter().filter(|(id, _)| !now.contains_key(id)).map(|(_, (change, _))| *change);
    changed.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::WorkspaceId;

    fn run() -> RunChanged {
        RunChanged {
            run_id: RunId::generate(),
            workspace_id: WorkspaceId::generate(),
            tenant_id: None,
            queued: true,
            stopping: false,
        }
    }

    #[test]
    fn a_look_finds_what_is_new_what_moved_and_what_ended() {
        let [same, moved, ended, new] = [run(), run(), run(), run()];
        let at = Moment::from_micros;
        let map =
            |list: &[(RunChanged, i64)]| list.iter().map(|(run, t)| (run.run_id, (*run, at(*t)))).collect::<HashMap<_, _>>();
        let before = map(&[(same, 1), (moved, 1), (ended, 1)]);
        let now = map(&[(same, 1), (moved, 2), (new, 2)]);
        let mut found: Vec<RunId> = differences(&before, &now).iter().map(|change| change.run_id).collect();
        found.sort();
        let mut expected = vec![moved.run_id, ended.run_id, new.run_id];
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_person_has_a_bounded_number_of_streams() {
        let (live, ada, grace) = (Live::default(), UserId::generate(), UserId::generate());
        let mut seats: Vec<Seat> = (0..STREAMS_EACH).map(|_| live.seat(ada).unwrap()).collect();
        assert!(live.seat(ada).is_none() && live.seat(grace).is_some());
        seats.pop();
        assert!(live.seat(ada).is_some());
        drop(seats);
        assert!(live.open.lock().unwrap().is_empty(), "nobody is remembered who has gone");
    }
}
