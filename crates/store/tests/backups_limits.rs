//! Limits of backup sets: where too much could not be read to be named.

use model::backup::{BackupStatus, Selection};
use model::coverage::TypeState;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, attempt, end, whole};
use crate::inventory::seen;

#[tokio::test(flavor = "multi_thread")]
async fn a_type_of_which_more_is_unread_than_is_named_is_left_out_as_a_whole() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let tags = Selection::of_types([TAGS]).unwrap();
        let run = attempt(&world, tags.clone()).await;
        let set = t.store.backups().open(&run, &tags, "").await.unwrap().id;
        let data = serde_json::json!({ "unread": [["2", "graph.unavailable"]], "unread_many": true });
        whole(&t, &run, TAGS, vec![seen(TAGS, "1", "One", 1), seen(TAGS, "2", "Two", 1)], data).await;
        let sealed = t.store.backups().seal(&run).await.unwrap();
        assert_eq!((sealed.status, sealed.items, sealed.missing, sealed.left_out), (BackupStatus::Partial, 0, 1, 2));
        let certificate = t.store.backups().certificate(&scope, set).await.unwrap();
        let line = &certificate[0];
        assert_eq!((line.state, line.items, line.left_out), (TypeState::Complete, 0, 2), "which of them were read nothing tells");
        let found = t.store.backups().find(&scope, set).await.unwrap();
        assert_eq!((found.missing, found.left_out, found.holds.as_str()), (1, 2, "1 type"));
        end(&t, &run).await;
    })
    .await;
}
