//! Restores: what is chosen, mapped and checked; each edit names what it saw, and takes later steps back.

use std::collections::BTreeSet;

use model::access::can;
use model::ids::{RestoreId, ThingId};
use model::restore::{CheckKind, Part, Purpose, Reference, RestoreState, Source, Target};
use secrecy::SecretString;
use store::access::{Permit, TenantScope};
use store::{CandidateFilter, Choice, ItemFilter, Restore, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, captured};

pub(crate) async fn permit(world: &World) -> Permit<can::RestoreExecute> {
    world.tenant_scope(&world.owner).await.permit().unwrap()
}

/// A draft of the set with two scope tags.
pub(crate) async fn draft(t: &TestStore, world: &World) -> (TenantScope, Restore) {
    let set = captured(t, world).await;
    let scope = world.tenant_scope(&world.owner).await;
    let id = t.store.restores().create(&permit(world).await, &scope, &Source::BackupSet { set }, "").await.unwrap();
    let restore = t.store.restores().find(&scope, id).await.unwrap();
    (scope, restore)
}

/// Both scope tags chosen and checked.
pub(crate) async fn checked(t: &TestStore, world: &World) -> (TenantScope, Restore) {
    let (scope, restore) = draft(t, world).await;
    let (permit, store) = (permit(world).await, t.store.restores());
    let revision = store.choose(&permit, &scope, restore.id, restore.revision, &Choice::everything()).await.unwrap();
    store.check(&permit, &scope, restore.id, revision).await.unwrap();
    let restore = store.find(&scope, restore.id).await.unwrap();
    (scope, restore)
}

async fn numbers(t: &TestStore, scope: &TenantScope, id: RestoreId) -> Vec<(u32, String)> {
    let page = t.store.restores().items(scope, id, &ItemFilter::default(), None, 10).await.unwrap();
    page.rows.into_iter().map(|item| (item.number, item.name)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_chosen_from_and_every_edit_names_what_it_saw() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, made) = draft(&t, &world).await;
        let (permit, store) = (permit(&world).await, t.store.restores());
        assert_eq!((made.state, made.purpose, made.items, made.revision), (RestoreState::Draft, Purpose::Restore, 0, 1));
        assert_eq!((made.name.as_str(), made.source_tenant), ("Backup set “One”", Some(world.tenant)));
        let set = t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0);
        assert!(set.in_use, "its set stays");
        assert_eq!(store.list(&scope, None, 10).await.unwrap().rows, vec![made.clone()]);
        let filter = CandidateFilter { text: Some("tw".to_owned()), ..CandidateFilter::default() };
        let page = store.candidates(&scope, &made.source, &filter, None, 10).await.unwrap();
        assert_eq!(page.rows.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Two"]);
        assert_eq!(store.candidate_types(&scope, &made.source).await.unwrap(), [(TAGS.to_owned(), 2)]);
        let these = Choice::These(BTreeSet::from([page.rows[0].key]));
        let revision = store.choose(&permit, &scope, made.id, made.revision, &these).await.unwrap();
        assert_eq!(numbers(&t, &scope, made.id).await, [(1, "Two".to_owned())]);
        let late = store.choose(&permit, &scope, made.id, made.revision, &these).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "somebody else was faster");
        // What is chosen already stays; only then is everything of its type chosen.
        let revision = store.choose(&permit, &scope, made.id, revision, &Choice::everything()).await.unwrap();
        assert_eq!(numbers(&t, &scope, made.id).await.len(), 2);
        let now = store.find(&scope, made.id).await.unwrap();
        assert_eq!((now.state, now.items, now.prune_types.as_slice()), (RestoreState::Scoped, 2, &[TAGS.to_owned()][..]));
        let revision = store.set_prune(&permit, made.id, revision, true).await.unwrap();
        let part = Part::Properties { names: vec!["description".to_owned(), "description".to_owned()] };
        let revision = store.set_part(&permit, made.id, revision, &BTreeSet::from([1]), &part).await.unwrap();
        assert_eq!(
            store.item(&scope, made.id, 1).await.unwrap().part,
            Part::Properties { names: vec!["description".to_owned()] }
        );
        let nothing = store.set_part(&permit, made.id, revision, &BTreeSet::new(), &Part::Properties { names: vec![] }).await;
        assert!(matches!(nothing, Err(StoreError::Conflict(_))));
        let revision = store.say_target(&permit, made.id, revision, 1, Some("7")).await.unwrap();
        assert_eq!(store.item(&scope, made.id, 1).await.unwrap().said_target.as_deref(), Some("7"));
        let revision = store.leave_out(&permit, made.id, revision, &BTreeSet::from([2])).await.unwrap();
        let now = store.find(&scope, made.id).await.unwrap();
        assert_eq!((now.items, now.prune, now.prune_types.len(), now.revision), (1, true, 0, revision));
        let contents = store.item_contents(&scope, made.id, 1).await.unwrap();
        assert!(contents.wanted.is_some() && contents.before.is_none() && contents.after.is_none());
        store.give_up(&permit, made.id, revision).await.unwrap();
        assert_eq!(store.find(&scope, made.id).await.unwrap().state, RestoreState::Cancelled);
        let set = t.store.backups().find(&scope, set.id).await.unwrap();
        assert!(!set.in_use, "it may go now");
        let over = store.choose(&permit, &scope, made.id, revision, &Choice::everything()).await;
        assert!(matches!(over, Err(StoreError::Conflict(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_are_made_and_an_edit_takes_them_back() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = checked(&t, &world).await;
        let (permit, store) = (permit(&world).await, t.store.restores());
        assert_eq!(restore.state, RestoreState::Checked);
        let kinds: Vec<CheckKind> = restore.checks.clone().unwrap().iter().map(model::restore::Check::kind).collect();
        assert!(kinds.contains(&CheckKind::PermissionsUnknown) && kinds.contains(&CheckKind::TakesAtLeast), "{kinds:?}");
        assert!(
            store.mappings(&scope, restore.id, false, None, 10).await.unwrap().rows.is_empty(),
            "scope tags refer to nothing"
        );
        let revision = store.set_prune(&permit, restore.id, restore.revision, false).await.unwrap();
        let now = store.find(&scope, restore.id).await.unwrap();
        assert_eq!((now.state, now.checks, now.revision), (RestoreState::Scoped, None, revision));
        let revision = store.map_references(&permit, &scope, restore.id, revision).await.unwrap();
        let revision = store.take_suggested(&permit, restore.id, revision).await.unwrap();
        let unknown = Reference { resource_type: "group".to_owned(), id: "g".to_owned() };
        let decided = store.decide(&permit, restore.id, revision, &unknown, Some(&Target::Object { id: "g".to_owned() })).await;
        assert!(matches!(decided, Err(StoreError::NotVisible)), "nothing has that reference");
        assert_eq!(store.find(&scope, restore.id).await.unwrap().revision, revision);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_sealed_and_only_their_places_are_shown() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = checked(&t, &world).await;
        let (permit, store) = (permit(&world).await, t.store.restores());
        let secret = SecretString::from("canary-restore-secret");
        store.enter_secret(&permit, restore.id, 1, "/value", &secret).await.unwrap();
        let entered = store.entered_secrets(&scope, restore.id).await.unwrap();
        assert_eq!((entered.len(), entered[0].number, entered[0].place.as_str()), (1, 1, "/value"));
        assert_eq!(t.number("select count(*) from restore_secrets").await, 1);
        let unknown = store.enter_secret(&permit, restore.id, 99, "/value", &secret).await;
        assert!(matches!(unknown, Err(StoreError::NotVisible)));
        store.enter_secret(&permit, restore.id, 1, "/value", &SecretString::from("")).await.unwrap();
        assert!(store.entered_secrets(&scope, restore.id).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_look_into_the_other_tenant_does_not_see_the_restore() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let owner = world.sign_in(&world.owner).await;
        let other = t.store.access().tenant(&owner, world.other_tenant).await.unwrap();
        let at = t.store.now().await.unwrap();
        let source = Source::Instant { tenant: world.other_tenant, at };
        let permit = permit(&world).await;
        let id = t.store.restores().create(&permit, &other, &source, "Promotion").await.unwrap();
        let scope = world.tenant_scope(&world.owner).await;
        assert_eq!(t.store.restores().find(&scope, id).await.unwrap().source_tenant, Some(world.other_tenant));
        let theirs = world.tenant_scope(&world.readonly).await;
        assert!(matches!(t.store.restores().find(&theirs, id).await, Err(StoreError::NotVisible)));
        assert!(t.store.restores().list(&theirs, None, 10).await.unwrap().rows.is_empty());
        let wrong = t.store.restores().create(&permit, &scope, &source, "").await;
        assert!(matches!(wrong, Err(StoreError::NotVisible)), "the scope is not of the source's tenant");
        let future = Source::Instant { tenant: world.tenant, at: at.plus(std::time::Duration::from_secs(60)) };
        assert!(matches!(t.store.restores().create(&permit, &scope, &future, "").await, Err(StoreError::Conflict(_))));
        let unknown = Choice::These(BTreeSet::from([ThingId::generate()]));
        let revision = t.store.restores().choose(&permit, &other, id, 1, &unknown).await.unwrap();
        let empty = t.store.restores().check(&permit, &other, id, revision).await;
        assert!(matches!(empty, Err(StoreError::Conflict(_))), "nothing is chosen");
    })
    .await;
}
