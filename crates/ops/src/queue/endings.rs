//! Runs that end at the same time are written together: whoever comes first writes for all that wait. A run that ends alone is
//! written at once.

use std::sync::{Mutex, PoisonError};

use store::access::RunScope;
use store::runs::End;
use store::{Store, StoreError};
use tokio::sync::oneshot;

/// Runs that are written together at most.
const TOGETHER: usize = 40;

struct Waiting {
    scope: RunScope,
    end: End,
    /// Whether the attempt still held its lease.
    answer: oneshot::Sender<bool>,
}

/// Shared by the attempts of a worker.
#[derive(Default)]
pub(super) struct Endings {
    waiting: Mutex<Vec<Waiting>>,
    writing: tokio::sync::Mutex<()>,
}

impl Endings {
    fn waiting<T>(&self, what: impl FnOnce(&mut Vec<Waiting>) -> T) -> T {
        what(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends a run.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer held its lease; [`StoreError`] when it could not be written.
    pub(super) async fn write(&self, store: &Store, scope: RunScope, end: End) -> Result<(), StoreError> {
        let (answer, mut mine) = oneshot::channel();
        self.waiting(|waiting| waiting.push(Waiting { scope: scope.clone(), end: end.clone(), answer }));
        let _turn = self.writing.lock().await;
        // Somebody else may have written it meanwhile. If not, it still waits: whoever writes answers before the next one's turn.
        let mut held = mine.try_recv();
        while held == Err(oneshot::error::TryRecvError::Empty) {
            self.write_some(store).await;
            held = mine.try_recv();
        }
        match held {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::LeaseLost),
            // Those that were written together were refused together: each by itself then.
            Err(_) => {
                let End { outcome, reason, counts, failures } = &end;
                store.queue().finish(&scope, *outcome, reason.as_ref(), counts, failures).await.map(|_| ())
            }
        }
    }

    async fn write_some(&self, store: &Store) {
        let (ends, answers): (Vec<_>, Vec<_>) = self.waiting(|waiting| {
            let many = waiting.len().min(TOGETHER);
            waiting.drain(..many).map(|one| ((one.scope, one.end), one.answer)).unzip()
        });
        match store.queue().finish_many(&ends).await {
            Ok(held) => {
                for (answer, held) in answers.into_iter().zip(held) {
                    // Nobody listens any more where an attempt was given up.
                    let _ = answer.send(held);
                }
            }
            Err(error) => tracing::debug!(%error, runs = ends.len(), "runs could not be ended together"),
        }
    }
}
