//! Who goes first among those that wait for the same.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

/// By how much a step of priority goes before: who has waited this much longer goes first whatever the step, so that nobody starves.
pub(crate) const STEP: Duration = Duration::from_secs(30);

/// How urgent a session's requests are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// A person waits for it: a restore, a check of a connection.
    Urgent,
    /// Started by a person, or part of something that somebody will look at soon.
    #[default]
    Normal,
    /// Nobody waits for it: what schedules start.
    Background,
}

/// Those that wait, by the moment that their priority makes of their arrival.
#[derive(Debug, Default)]
pub(crate) struct Order {
    queue: Mutex<Queue>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    waiting: Vec<(Instant, u64)>,
}

impl Order {
    /// A place in the order, given up when dropped.
    pub(crate) fn place(&self, priority: Priority) -> Place<'_> {
        let steps = match priority {
            Priority::Urgent => 0,
            Priority::Normal => 1,
            Priority::Background => 2,
        };
        let mut queue = self.queue();
        queue.next += 1;
        let key = (Instant::now() + STEP * steps, queue.next);
        queue.waiting.push(key);
        Place { order: self, key }
    }

    /// Ends when somebody should look again whether it is their turn. What changes from the moment at which the result is enabled
    /// is not missed.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Somebody should look again.
    pub(crate) fn wake(&self) {
        self.changed.notify_waiters();
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the order.
pub(crate) struct Place<'a> {
    order: &'a Order,
    key: (Instant, u64),
}

impl Place<'_> {
    pub(crate) fn is_first(&self) -> bool {
        self.order.queue().waiting.iter().min() == Some(&self.key)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.order.queue().waiting.retain(|key| *key != self.key);
        self.order.wake();
    }
}
