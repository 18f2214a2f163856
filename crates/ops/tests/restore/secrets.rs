//! Secrets that Microsoft does not give out: asked for, sealed, used once, gone after, and in no row in clear.

use std::time::Duration;

use model::restore::{Action, CheckKind, Hindrance, Outcome as ItemOutcome, RestoreState, Source};
use model::run::Outcome;
use secrecy::SecretString;
use store::{Backend, Restore};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::objects::*;

const CANARY: &str = "canary-of-a-restore-91c4";
const PLACE: &str = "/omaSettings/0/value";

/// A custom profile with a masked value was removed; what is written is masked again, as Intune does it.
async fn removed(t: &TestStore) -> (World, TestGraph, Source) {
    let world = World::of(t).await;
    let graph = serving(&world, &[custom(10, "Custom"), custom(11, "Stays")]).await;
    graph.sim.change_settings(|settings| settings.masks_secrets = true);
    let set = backup(&world, &graph, &[CUSTOM]).await;
    t.clock.advance(Duration::from_secs(3600));
    graph.sim.remove_object(graph.tenant, CUSTOM, &id(10)).unwrap();
    (world, graph, Source::BackupSet { set: set.id })
}

/// Every row of every table, as text.
async fn rows(t: &TestStore) -> String {
    if t.store.backend() == Backend::Sqlite {
        let path = t.url.strip_prefix("sqlite:").unwrap();
        let files = ["", "-wal"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default());
        return files.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    }
    let mut all = String::new();
    for table in t.texts("select tablename::text from pg_tables where schemaname = current_schema()").await {
        all.push_str(&t.texts(&format!("select t::text from {table} t")).await.join("\n"));
    }
    all
}

/// No row, and no content of an item, has the secret; what is sealed is sealed.
async fn kept_nowhere(t: &TestStore, world: &World, restore: &Restore) {
    let rows = rows(t).await;
    assert!(rows.contains("omaSettings") || rows.len() > 10_000, "the rows were read");
    let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!rows.contains(CANARY) && !rows.contains(&hex));
    for item in items(world, restore.id).await {
        let contents = t.store.restores().item_contents(&scope(world).await, restore.id, item.number).await.unwrap();
        for content in [contents.wanted, contents.before, contents.after].into_iter().flatten() {
            assert!(!content.to_text().contains(CANARY), "{}", item.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_asked_for_sealed_used_and_gone() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = removed(&t).await;
        let (permit, scope, store) = (permit(&world).await, scope(&world).await, t.store.restores());
        let draft = checked(&world, &source, &every(CUSTOM)).await;
        let asks = draft.checks.as_ref().unwrap().iter().any(|check| check.kind() == CheckKind::SecretMissing);
        assert!(asks, "{:?}", draft.checks);
        let wanted = store.wanted_secrets(&scope, draft.id, 10).await.unwrap();
        let places: Vec<&str> = wanted.iter().map(|one| one.secret.pointer.as_str()).collect();
        assert_eq!((places, wanted[0].secret.needed), (vec![PLACE, PLACE], true));
        // Without it the object is left alone, and the mask is never written in its place.
        preview(&world, &graph, draft.id).await;
        let number = wanted.iter().find(|one| one.name == "Custom").unwrap().number;
        let item = store.item(&scope, draft.id, number).await.unwrap();
        assert_eq!((item.action, item.hindrance), (Some(Action::Skip), Some(Hindrance::SecretMissing)));
        store.enter_secret(&permit, draft.id, number, PLACE, &SecretString::from(CANARY)).await.unwrap();
        let entered = store.entered_secrets(&scope, draft.id).await.unwrap();
        assert_eq!((entered.len(), entered[0].number, entered[0].place.as_str()), (1, number, PLACE));
        let restore = store.find(&scope, draft.id).await.unwrap();
        kept_nowhere(&t, &world, &restore).await;
        let (run, restore) = preview(&world, &graph, draft.id).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        assert_eq!(store.item(&scope, draft.id, number).await.unwrap().action, Some(Action::Recreate), "{restore:?}");
        let (run, restore) = execute(&world, &graph, draft.id).await;
        assert_eq!((run.outcome, restore.state), (Outcome::Succeeded, RestoreState::Completed), "{:?}", run.failures);
        let item = store.item(&scope, draft.id, number).await.unwrap();
        assert_eq!(item.outcome, Some(ItemOutcome::Verified));
        assert_eq!(graph.sim.hidden_values(), [CANARY], "Microsoft got it, once");
        let made = object(&graph, CUSTOM, &item.result_id.unwrap()).to_text();
        assert!(made.contains("****") && !made.contains("handle-10"), "{made}");
        // It served one execution.
        assert!(store.entered_secrets(&scope, draft.id).await.unwrap().is_empty());
        assert_eq!(t.number("select count(*) from restore_secrets").await, 0);
        kept_nowhere(&t, &world, &restore).await;
        let journal = store.journal(&scope, draft.id, None, None, 200).await.unwrap().rows;
        assert!(!journal.is_empty() && !format!("{journal:?}").contains(CANARY));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_goes_with_a_restore_that_is_given_up() {
    on_both(async |t: TestStore| {
        let (world, _, source) = removed(&t).await;
        let (permit, store) = (permit(&world).await, t.store.restores());
        let draft = checked(&world, &source, &every(CUSTOM)).await;
        store.enter_secret(&permit, draft.id, 1, PLACE, &SecretString::from(CANARY)).await.unwrap();
        assert_eq!(t.number("select count(*) from restore_secrets").await, 1);
        store.give_up(&permit, draft.id, draft.revision).await.unwrap();
        assert_eq!(t.number("select count(*) from restore_secrets").await, 0);
    })
    .await;
}
