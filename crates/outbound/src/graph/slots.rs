//! Requests in flight for one connection: so many, and who waits goes by priority. A batch takes the room of two: what it asks for is
//! refused together when somebody else used up the quota.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::order::{Order, Priority};

/// The places in flight.
#[derive(Debug)]
pub(crate) struct Slots {
    all: usize,
    free: AtomicUsize,
    order: Order,
}

/// Places in flight, given up when dropped.
#[derive(Debug)]
pub(crate) struct Slot<'a>(&'a Slots, usize);

impl Slots {
    pub(crate) fn new(count: usize) -> Self {
        let all = count.max(1);
        Self { all, free: AtomicUsize::new(all), order: Order::default() }
    }

    /// Waits for so many places, or for all where there are fewer.
    pub(crate) async fn take(&self, priority: Priority, places: usize) -> Slot<'_> {
        let places = places.min(self.all);
        let place = self.order.place(priority);
        loop {
            let changed = self.order.changed();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if place.is_first()
                && self.free.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |free| free.checked_sub(places)).is_ok()
            {
                return Slot(self, places);
            }
            changed.await;
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.free.fetch_add(self.1, Ordering::SeqCst);
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
                let _slot = slots.take(priority, 1).await;
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
        let held = slots.take(Priority::Urgent, 1).await;
        let gone = tokio::time::timeout(Duration::from_secs(1), slots.take(Priority::Urgent, 1)).await;
        assert!(gone.is_err());
        drop(held);
        slots.take(Priority::Background, 1).await;
    }
}
