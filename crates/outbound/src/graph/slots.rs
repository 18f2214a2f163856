//! Requests in flight for one connection: so many, and who waits goes by priority.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::order::{Order, Priority};

/// The places in flight.
#[derive(Debug)]
pub(crate) struct Slots {
    free: AtomicUsize,
    order: Order,
}

/// A place in flight, given up when dropped.
#[derive(Debug)]
pub(crate) struct Slot<'a>(&'a Slots);

impl Slots {
    pub(crate) fn new(count: usize) -> Self {
        Self { free: AtomicUsize::new(count.max(1)), order: Order::default() }
    }

    /// Waits for a place.
    pub(crate) async fn take(&self, priority: Priority) -> Slot<'_> {
        let place = self.order.place(priority);
        loop {
            let changed = self.order.changed();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if place.is_first() && self.free.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |free| free.checked_sub(1)).is_ok()
            {
                return Slot(self);
            }
            changed.await;
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.free.fetch_add(1, Ordering::SeqCst);
        self.0.order.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_is_in_a_hurry_gets_the_next_place() {
        let slots = Arc::new(Slots::new(2));
        let came = Arc::new(std::sync::Mutex::new(Vec::new()));
        let go = |name: &'static str, priority| {
            let (slots, came) = (Arc::clone(&slots), Arc::clone(&came));
            tokio::spawn(async move {
                let _slot = slots.take(priority).await;
                came.lock().unwrap().push(name);
                tokio::time::sleep(Duration::from_secs(1)).await;
            })
        };
        let first = [go("1", Priority::Background), go("2", Priority::Background), go("3", Priority::Background)];
        tokio::time::sleep(Duration::from_millis(500)).await;
        let urgent = go("urgent", Priority::Urgent);
        for task in first.into_iter().chain([urgent]) {
            task.await.unwrap();
        }
        assert_eq!(*came.lock().unwrap(), ["1", "2", "urgent", "3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_no_longer_waits_is_in_nobodys_way() {
        let slots = Slots::new(1);
        let held = slots.take(Priority::Urgent).await;
        let gone = tokio::time::timeout(Duration::from_secs(1), slots.take(Priority::Urgent)).await;
        assert!(gone.is_err());
        drop(held);
        slots.take(Priority::Background).await;
    }
}
