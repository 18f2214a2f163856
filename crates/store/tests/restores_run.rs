//! The runs of restores: a plan is frozen and confirmed, carried out once, and recorded line by line.

use std::collections::BTreeSet;

use model::failure::Code;
use model::restore::{Action, Effect, JournalKind, Outcome as ItemOutcome, Reference, RestoreState};
use model::run::{Counts, Outcome, Started, Trigger};
use store::access::{Confirmed, NotItsName, RunScope, TenantScope};
use store::runs::WorkerId;
use store::{AskedApproval, ItemFilter, NewLine, PlannedWork, Recorded, Restore, RestoreItem, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::seen;
use crate::restores::{checked, permit};

pub(crate) async fn claimed(world: &World) -> RunScope {
    let claim = world.claim(&WorkerId::new("restore")).await;
    world.admit(&claim).await
}

pub(crate) async fn ended(t: &TestStore, run: &RunScope) {
    t.store.queue().finish(run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

pub(crate) fn work(item: &RestoreItem, action: Action) -> PlannedWork {
    PlannedWork {
        number: item.number,
        resource_type: item.resource_type.clone(),
        source_id: item.source_id.clone(),
        name: item.name.clone(),
        action,
        target_id: (action == Action::Update).then(|| item.source_id.clone()),
        before_semantic: None,
        before: None,
        hindrance: None,
        needs: Vec::new(),
        suggested: vec![("9".to_owned(), "Nine".to_owned())],
        reach: None,
    }
}

async fn all(t: &TestStore, scope: &TenantScope, restore: &Restore) -> Vec<RestoreItem> {
    t.store.restores().items(scope, restore.id, &ItemFilter::default(), None, 10).await.unwrap().rows
}

/// Frozen: one is made, one is changed.
pub(crate) async fn previewed(t: &TestStore, world: &World) -> (TenantScope, Restore) {
    let (scope, restore) = checked(t, world).await;
    let store = t.store.restores();
    let started = store.start_preview(&permit(world).await, restore.id, restore.revision, Trigger::Manual).await.unwrap();
    assert!(matches!(started, Started::Accepted(_)));
    let run = claimed(world).await;
    assert_eq!(store.for_run(&run, restore.id).await.unwrap().preview_run, Some(run.run_id()));
    let items = store.items_for_run(&run, restore.id).await.unwrap();
    let known = store.known(&run, "scope_tag").await.unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(store.open_references(&run, restore.id, 10).await.unwrap(), [], "nothing is open");
    store.decide_same(&run, restore.id, restore.revision, &[Reference::new("scope_tag", "7")]).await.unwrap();
    let stale = store.decide_same(&run, restore.id, restore.revision - 1, &[]).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "it was changed since");
    let before = seen("scope_tag", "2", "Two", 1).content;
    store.keep(&run, restore.id, std::slice::from_ref(&before)).await.unwrap();
    let (first, second) = (work(&items[0], Action::Create), work(&items[1], Action::Update));
    let second = PlannedWork {
        before: Some(before.hash.clone()),
        before_semantic: Some(before.semantic.clone()),
        needs: vec![1],
        ..second
    };
    let stale = store.freeze(&run, restore.id, restore.revision - 1, std::slice::from_ref(&first)).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))), "it was changed since");
    let frozen = store.freeze(&run, restore.id, restore.revision, &[first, second]).await.unwrap();
    assert_eq!(frozen.writes, 2);
    ended(t, &run).await;
    let now = store.find(&scope, restore.id).await.unwrap();
    assert_eq!((now.state, now.plan_hash.as_ref()), (RestoreState::Previewed, Some(&frozen.hash)));
    assert_eq!(store.plan(&scope, restore.id).await.unwrap().hash(), frozen.hash);
    (scope, now)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_confirmed_by_the_tenants_name_and_executed_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = previewed(&t, &world).await;
        let store = t.store.restores();
        let wrong = Confirmed::typed(permit(&world).await, &restore, "another tenant");
        assert_eq!(wrong.err(), Some(NotItsName));
        let meant = Confirmed::typed(permit(&world).await, &restore, &restore.tenant_name).unwrap();
        let other = store.execute(&meant, restore.revision, "0000", Trigger::Manual).await;
        assert!(matches!(other, Err(StoreError::Conflict(_))), "another plan than what was confirmed");
        let plan = restore.plan_hash.clone().unwrap();
        let run = match store.execute(&meant, restore.revision, &plan, Trigger::Manual).await.unwrap() {
            Started::Accepted(run) => run,
            other => panic!("{other:?}"),
        };
        let queued = store.find(&scope, restore.id).await.unwrap();
        assert_eq!((queued.state, queued.executions, queued.run), (RestoreState::Queued, 1, Some(run.id)));
        assert_eq!(queued.confirmed_by_name.as_deref(), Some("owner"));
        let again = store.execute(&meant, restore.revision, &plan, Trigger::Manual).await.unwrap();
        assert!(matches!(&again, Started::Deduplicated(same) if same.id == run.id));
        let attempt = claimed(&world).await;
        assert!(store.begin(&attempt, restore.id, &plan).await.unwrap());
        assert_eq!(store.find(&scope, restore.id).await.unwrap().state, RestoreState::Running);
        let planned: Vec<_> = all(&t, &scope, &restore).await.iter().map(|item| item.planned().action).collect();
        assert_eq!(planned, [Action::Create, Action::Update]);
        assert!(store.items_with_secrets(&attempt, restore.id).await.unwrap().is_empty());
        assert!(store.secrets_for_run(&attempt, restore.id, 1).await.unwrap().is_empty());
        assert!(store.mapping_for_run(&attempt, restore.id).await.unwrap().0.is_empty());
        let hashes: Vec<String> = all(&t, &scope, &restore).await.into_iter().filter_map(|item| item.wanted).collect();
        assert_eq!(store.contents_for_run(&attempt, restore.id, &hashes).await.unwrap().len(), 2);
        let intent = NewLine { effect: Some(Effect::Create), ..NewLine::of(Some(1), JournalKind::Intent) };
        let result = NewLine { object_id: Some("10".to_owned()), ..NewLine { kind: JournalKind::Result, ..intent.clone() } };
        // The other write left a request for approval.
        let asked = NewLine {
            code: Some(Code::GraphApprovalRequired.code()),
            data: Some(AskedApproval::kept("the write", "a code")),
            ..NewLine::of(Some(2), JournalKind::Result)
        };
        store.note(&attempt, restore.id, &[intent, result, asked.clone()]).await.unwrap();
        assert_eq!(AskedApproval::code_in(asked.data.as_ref().unwrap()), Some("a code"));
        let asked = AskedApproval { number: 2, write: "the write".to_owned(), code: "a code".to_owned() };
        assert_eq!(store.approvals_for_run(&attempt, restore.id).await.unwrap(), std::slice::from_ref(&asked));
        let lines = store.journal_for_run(&attempt, restore.id).await.unwrap();
        assert_eq!(
            lines.iter().map(|line| (line.sequence, line.kind)).collect::<Vec<_>>(),
            [(1, JournalKind::Intent), (2, JournalKind::Result), (3, JournalKind::Result)]
        );
        assert_eq!(lines[1].object_id.as_deref(), Some("10"));
        let after = seen("scope_tag", "10", "One", 1).content;
        let made = Recorded {
            number: 1,
            outcome: ItemOutcome::Verified,
            code: None,
            result_id: Some("10".to_owned()),
            after: Some(after),
            stripped: vec!["isBuiltIn".to_owned()],
        };
        let failed = Recorded {
            number: 2,
            outcome: ItemOutcome::Refused,
            code: Some(Code::GraphForbidden.code()),
            result_id: Some("2".to_owned()),
            after: None,
            stripped: Vec::new(),
        };
        store.record(&attempt, restore.id, &[made, failed], &[NewLine::of(Some(1), JournalKind::ReadBack)]).await.unwrap();
        let (state, counts) = store.end(&attempt, restore.id, false).await.unwrap();
        assert_eq!((state, counts.verified, counts.refused, counts.unsettled()), (RestoreState::Partial, 1, 1, 1));
        let goes_on = store.begin(&attempt, restore.id, &plan).await.unwrap();
        assert!(!goes_on, "an attempt that follows one that was lost after the end writes nothing any more");
        ended(&t, &attempt).await;
        let (actions, outcomes) = store.counts(&scope, restore.id).await.unwrap();
        assert_eq!((actions, outcomes), (vec![(Action::Create, 1), (Action::Update, 1)], counts));
        assert_eq!(store.journal(&scope, restore.id, Some(1), None, 10).await.unwrap().rows.len(), 3);
        assert_eq!(store.item(&scope, restore.id, 1).await.unwrap().stripped, ["isBuiltIn"]);
        assert!(store.item_contents(&scope, restore.id, 1).await.unwrap().after.is_some());
        let late = store.execute(&meant, restore.revision, &plan, Trigger::Manual).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "never again");
        // What failed is tried again by a restore of its own; what was there before comes back by another.
        let permit = permit(&world).await;
        let retry = store.retry(&permit, restore.id).await.unwrap();
        let undo = store.undo(&permit, restore.id, true).await.unwrap();
        let kept = store.undo(&permit, restore.id, false).await.unwrap();
        let of = async |id| all(&t, &scope, &store.find(&scope, id).await.unwrap()).await;
        let ids = |items: &[RestoreItem]| {
            items.iter().map(|item| (item.said_target.clone(), item.wanted.is_some())).collect::<BTreeSet<_>>()
        };
        assert_eq!(ids(&of(retry).await), BTreeSet::from([(Some("2".to_owned()), true)]));
        assert_eq!(ids(&of(undo).await), BTreeSet::from([(Some("10".to_owned()), false), (Some("2".to_owned()), true)]));
        assert_eq!(ids(&of(kept).await), BTreeSet::from([(Some("2".to_owned()), true)]));
        assert_eq!(store.children(&scope, restore.id).await.unwrap().len(), 3);
        // In the retry the same object has another number; an undo writes something else.
        let inherited = store.approvals_for_run(&attempt, retry).await.unwrap();
        assert_eq!(inherited, [AskedApproval { number: 1, ..asked }]);
        assert!(store.approvals_for_run(&attempt, undo).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_whose_run_is_over_is_not_shown_as_running() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = previewed(&t, &world).await;
        let store = t.store.restores();
        let meant = Confirmed::typed(permit(&world).await, &restore, &restore.tenant_name).unwrap();
        let plan = restore.plan_hash.clone().unwrap();
        store.execute(&meant, restore.revision, &plan, Trigger::Manual).await.unwrap();
        // Refused before it wrote anything: it may be confirmed once more, under another number.
        let attempt = claimed(&world).await;
        t.store.queue().finish(&attempt, Outcome::Blocked, None, &Counts::default(), &[]).await.unwrap();
        assert_eq!(store.find(&scope, restore.id).await.unwrap().state, RestoreState::Previewed);
        let started = store.execute(&meant, restore.revision, &plan, Trigger::Manual).await.unwrap();
        assert!(matches!(started, Started::Accepted(_)), "{started:?}");
        let attempt = claimed(&world).await;
        assert!(store.begin(&attempt, restore.id, &plan).await.unwrap());
        t.store.queue().finish(&attempt, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        let now = store.find(&scope, restore.id).await.unwrap();
        assert_eq!((now.state, now.executions), (RestoreState::Failed, 2));
        let over = store.begin(&attempt, restore.id, &plan).await;
        assert!(matches!(over, Err(StoreError::LeaseLost)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_was_cancelled_while_queued_keeps_nothing_and_is_never_executed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = previewed(&t, &world).await;
        let store = t.store.restores();
        let meant = Confirmed::typed(permit(&world).await, &restore, &restore.tenant_name).unwrap();
        let plan = restore.plan_hash.clone().unwrap();
        let started = store.execute(&meant, restore.revision, &plan, Trigger::Manual).await.unwrap();
        let in_use = async || t.store.backups().list(&scope, None, None, 1).await.unwrap().rows[0].in_use;
        assert!(in_use().await, "it is going to be executed");
        let sight = t.store.access().run(&world.sign_in(&world.owner).await, started.run().id).await.unwrap();
        t.store.runs().cancel(&sight).await.unwrap();
        assert_eq!(store.find(&scope, restore.id).await.unwrap().state, RestoreState::Cancelled);
        assert!(!in_use().await, "its set may go");
        t.execute("delete from operation_runs where type = 'restore.execute'").await;
        assert_eq!(store.find(&scope, restore.id).await.unwrap().state, RestoreState::Cancelled, "also when the run is pruned");
        let again = store.execute(&meant, restore.revision, &plan, Trigger::Manual).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    })
    .await;
}
