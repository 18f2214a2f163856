//! Sealed values of contents: bound to a version, told to nobody, opened for the attempt of a run.

use model::backup::Selection;
use model::ids::PolicyVersionId;
use model::json::Json;
use model::resource_types::Masked;
use secrecy::{ExposeSecret as _, SecretString};
use store::StoreError;
use store::access::RunScope;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, attempt, captured, end};

fn value(handle: &str, text: &str) -> (Masked, SecretString) {
    (Masked { handle: handle.to_owned(), place: format!("./Device/{handle}") }, SecretString::from(text))
}

/// An attempt, and the versions of a set that is sealed.
async fn prepared(t: &TestStore, world: &World) -> (RunScope, model::ids::BackupSetId, Vec<PolicyVersionId>) {
    let set = captured(t, world).await;
    let run = attempt(world, Selection::of_types([TAGS]).unwrap()).await;
    let owners = t.store.content_secrets().owners(&run, set, &[TAGS], None, 10).await.unwrap();
    (run, set, owners.iter().map(|owner| owner.version_id).collect())
}

async fn opened(t: &TestStore, run: &RunScope, version: PolicyVersionId) -> Vec<(String, String)> {
    let found = t.store.content_secrets().for_run(run, version).await.unwrap();
    found.into_iter().map(|one| (one.masked.handle, one.value.expose_secret().to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_sealed_marked_and_opened_for_a_run_only() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let secrets = t.store.content_secrets();
        let (run, set, versions) = prepared(&t, &world).await;
        let scope = world.tenant_scope(&world.readonly).await;
        assert_eq!(secrets.in_set(&scope, set).await.unwrap(), 0);
        secrets.keep(&run, versions[0], &[value("h2", "canary-two"), value("h1", "canary-one")]).await.unwrap();
        let kept = secrets.of_version(&scope, versions[0]).await.unwrap();
        assert_eq!(kept.iter().map(|one| one.place.as_str()).collect::<Vec<_>>(), ["./Device/h1", "./Device/h2"]);
        assert_eq!(secrets.of_version(&scope, versions[1]).await.unwrap(), []);
        assert_eq!(secrets.in_set(&scope, set).await.unwrap(), 2);
        // What is stored is no text that anybody could read.
        let stored = t.number("select count(*) from content_secrets where length(sealed_value) > 30").await;
        assert_eq!(stored, 2);
        let both = [("h1", "canary-one"), ("h2", "canary-two")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(opened(&t, &run, versions[0]).await, both);
        assert!(!format!("{:?}", secrets.for_run(&run, versions[0]).await.unwrap()).contains("canary"));
        // What was fetched last counts, and is one value.
        secrets.keep(&run, versions[0], &[value("h1", "canary-new")]).await.unwrap();
        assert_eq!(opened(&t, &run, versions[0]).await[0].1, "canary-new");
        assert_eq!(secrets.in_set(&scope, set).await.unwrap(), 2);
        // An attempt that is over gets none, and writes none.
        end(&t, &run).await;
        assert_eq!(opened(&t, &run, versions[0]).await, []);
        assert!(matches!(secrets.keep(&run, versions[0], &[value("h3", "x")]).await, Err(StoreError::LeaseLost)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_stays_with_its_row_its_version_and_its_tenant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let secrets = t.store.content_secrets();
        let (run, set, versions) = prepared(&t, &world).await;
        secrets.keep(&run, versions[0], &[value("h", "canary")]).await.unwrap();
        assert!(matches!(secrets.keep(&run, PolicyVersionId::generate(), &[value("h", "x")]).await, Err(StoreError::NotVisible)));
        // Sealed under another row's id it does not open.
        secrets.keep(&run, versions[1], &[value("h", "other")]).await.unwrap();
        t.execute(
            "update content_secrets set sealed_value = (select c.sealed_value from content_secrets c order by c.id limit 1)",
        )
        .await;
        let results = [secrets.for_run(&run, versions[0]).await, secrets.for_run(&run, versions[1]).await];
        assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
        // Another tenant sees nothing of it.
        t.store
            .members()
            .add_to_tenant(&t.operator, world.other_tenant, world.owner.id, model::access::Role::Owner)
            .await
            .unwrap();
        let who = world.sign_in(&world.owner).await;
        let other = t.store.access().tenant(&who, world.other_tenant).await.unwrap();
        assert_eq!(secrets.of_version(&other, versions[0]).await.unwrap(), []);
        assert_eq!(secrets.in_set(&other, set).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_objects_of_a_set_come_in_pages_with_their_contents() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let secrets = t.store.content_secrets();
        let (run, set, _) = prepared(&t, &world).await;
        let first = secrets.owners(&run, set, &[TAGS], None, 1).await.unwrap();
        let rest = secrets.owners(&run, set, &[TAGS], Some(first[0].item_id), 9).await.unwrap();
        let mut names = [first[0].name.as_str(), rest[0].name.as_str()];
        names.sort_unstable();
        assert_eq!((names, rest.len(), first[0].resource_type.as_str()), (["One", "Two"], 1, TAGS));
        assert!(first[0].content.as_ref().and_then(Json::as_object).is_some());
        assert!(secrets.owners(&run, set, &["named_location"], None, 9).await.unwrap().is_empty());
        // One whose content is damaged is named all the same.
        t.execute("update blobs set plain_size = 1").await;
        let damaged = secrets.owners(&run, set, &[TAGS], None, 9).await.unwrap();
        assert!(damaged.len() == 2 && damaged.iter().all(|owner| owner.content.is_none()));
    })
    .await;
}
