//! Contents that are damaged: named, mended by the next reading, and never called whole.

use std::time::Duration;

use model::backup::{BackupStatus, ItemProblem, Selection};
use model::canonical::canonical;
use model::failure::Code;
use model::json::Json;
use model::resource_types;
use store::ObservedItem;
use store::access::RunScope;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, attempt, captured, end, whole};
use crate::inventory::seen;

/// Damages every content that is stored.
async fn rot(t: &TestStore) {
    t.execute("update blobs set plain_size = 3").await;
}

async fn damaged(t: &TestStore, run: &RunScope, set: model::ids::BackupSetId) -> Vec<ItemProblem> {
    let found = t.store.backups().verify(run, set, None).await.unwrap();
    t.store.backups().verified(run, set).await.unwrap();
    found.wrong.into_iter().map(|(problem, ..)| problem).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_backup_mends_what_a_verification_found_damaged() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let tags = Selection::of_types([TAGS]).unwrap();
        let first = captured(&t, &world).await;
        rot(&t).await;
        t.execute("update inventory_items set list_fingerprint = 'as before'").await;
        let run = attempt(&world, tags.clone()).await;
        assert_eq!(damaged(&t, &run, first).await, [ItemProblem::Unreadable; 2]);
        let told = t.number("select count(*) from inventory_items where list_fingerprint is not null").await;
        assert_eq!(told, 0, "they are read again whatever their list tells");
        end(&t, &run).await;
        // The same bytes come by: they are stored again, for every set that holds them.
        let run = attempt(&world, tags.clone()).await;
        let second = t.store.backups().open(&run, &tags, "").await.unwrap().id;
        whole(&t, &run, TAGS, vec![seen(TAGS, "1", "One", 1), seen(TAGS, "2", "Two", 1)], serde_json::json!({})).await;
        let sealed = t.store.backups().seal(&run).await.unwrap();
        assert_eq!((sealed.status, sealed.items, sealed.missing), (BackupStatus::Complete, 2, 0));
        let of_first = t.store.backups().find(&scope, first).await.unwrap().verified.unwrap();
        assert_eq!(of_first.corrupt, 0, "nothing of it is damaged any more");
        for set in [first, second] {
            assert_eq!(damaged(&t, &run, set).await, []);
            assert_eq!(t.store.backups().items(&scope, set, None, true, None, 9).await.unwrap().rows, []);
        }
        assert_eq!(t.number("select count(*) from policy_versions").await, 2, "no version is written for it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_and_did_not_come_by_again_is_left_out_and_named() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let tags = Selection::of_types([TAGS]).unwrap();
        let listed = |order: [&str; 2]| {
            let members = order.map(Json::text).to_vec();
            let object = Json::Object(vec![
                ("id".to_owned(), Json::text("1")),
                ("displayName".to_owned(), Json::text("One")),
                ("roleScopeTagIds".to_owned(), Json::Array(members)),
            ]);
            ObservedItem {
                content: canonical(resource_types::find("compliance_policy").unwrap(), object),
                ..seen(TAGS, "1", "One", 1)
            }
        };
        let capture = async |items: Vec<ObservedItem>| {
            t.clock.advance(Duration::from_secs(60));
            let run = attempt(&world, tags.clone()).await;
            t.store.backups().open(&run, &tags, "").await.unwrap();
            whole(&t, &run, TAGS, items, serde_json::json!({})).await;
            let sealed = t.store.backups().seal(&run).await.unwrap();
            (run, sealed)
        };
        let (run, first) = capture(vec![listed(["1", "2"]), seen(TAGS, "2", "Two", 1)]).await;
        rot(&t).await;
        assert_eq!(damaged(&t, &run, first.id).await, [ItemProblem::Unreadable; 2]);
        end(&t, &run).await;
        // Microsoft now tells a list in another order: it means the same, and is not the content that was lost.
        let (run, second) = capture(vec![listed(["2", "1"]), seen(TAGS, "2", "Two", 1)]).await;
        assert_eq!((second.status, second.items, second.missing), (BackupStatus::Partial, 1, 1));
        let missing = t.store.backups().missing(&scope, second.id, None, 9).await.unwrap().rows;
        assert_eq!((missing[0].name.as_str(), missing[0].code.as_str()), ("One", Code::ContentCorrupt.code()));
        assert_eq!(damaged(&t, &run, second.id).await, []);
        assert_eq!(damaged(&t, &run, first.id).await, [ItemProblem::Unreadable]);
        let verified = t.store.backups().find(&scope, first.id).await.unwrap().verified.unwrap();
        assert_eq!(verified.corrupt, 1);
        end(&t, &run).await;
        let (run, third) = capture(vec![listed(["1", "2"]), seen(TAGS, "2", "Two", 1)]).await;
        assert_eq!((third.status, third.items), (BackupStatus::Complete, 2), "it came by as it was");
        end(&t, &run).await;
    })
    .await;
}
