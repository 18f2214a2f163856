//! How the installation is, in numbers.

use std::time::Duration;

use model::operations::Operation;
use store::Health;
use store::runs::{LEASE, WorkerId};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::runs_claim::queue_many;

#[tokio::test(flavor = "multi_thread")]
async fn the_check_counts_what_waits_what_runs_and_what_waits_too_long() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let health = async || t.store.health(&t.operator).await.unwrap();
        let fine = Health { queued: 0, running: 0, stale: 0, bypasses_row_security: false };
        assert_eq!(health().await, fine);
        queue_many(&world, 5).await;
        t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 2, LEASE).await.unwrap();
        assert_eq!(health().await, Health { queued: 3, running: 2, ..fine });
        t.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(health().await, Health { queued: 3, running: 2, stale: 3, ..fine });
    })
    .await;
}
