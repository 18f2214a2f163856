//! A second person approves the plan of a restore before it is carried out, where the settings ask for one.

use model::access::{Capability, can};
use model::restore::{Decision, RestoreState};
use model::run::{Counts, Outcome, Started, Trigger};
use model::settings::Key;
use model::user::User;
use store::access::{Confirmed, Permit};
use store::{NewChoice, Restore, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::restores::{checked, permit};
use crate::restores_run::{claimed, ended, previewed, work};

async fn switch(t: &TestStore, world: &World, value: &str, revision: i64) {
    let choice = NewChoice { key: Key::SecondPerson, value: Some(Key::SecondPerson.parse(value).unwrap()), revision };
    let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
    t.store.settings().save_workspace(&permit, &[choice]).await.unwrap();
}

async fn of(world: &World, user: &User) -> Permit<can::RestoreExecute> {
    world.tenant_scope(user).await.permit().unwrap()
}

async fn confirmed(world: &World, user: &User, restore: &Restore) -> Confirmed<can::RestoreExecute> {
    Confirmed::typed(of(world, user).await, restore, &restore.tenant_name).unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>, words: &str) {
    assert!(matches!(&result, Err(StoreError::Conflict(said)) if said.contains(words)), "{words}: {result:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_carried_out_only_when_somebody_else_approved_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = previewed(&t, &world).await;
        let (store, plan, revision) = (t.store.restores(), restore.plan_hash.clone().unwrap(), restore.revision);
        let mine = confirmed(&world, &world.owner, &restore).await;
        refused(store.ask_approval(&mine, revision, &plan).await, "nobody has to approve");
        switch(&t, &world, "second", 0).await;
        assert!(store.needs_second_person(&scope).await.unwrap());
        refused(store.execute(&mine, revision, &plan, Trigger::Manual).await, "second person");
        let manager = of(&world, &world.manager).await;
        let approve = async |permit: &Permit<can::RestoreExecute>, reason: &str| {
            store.decide_approval(permit, restore.id, revision, &plan, Decision::Approved, reason).await
        };
        refused(approve(&manager, "fine").await, "nobody asked");
        refused(store.ask_approval(&mine, revision, "0000").await, "another one");
        store.ask_approval(&mine, revision, &plan).await.unwrap();
        refused(store.ask_approval(&mine, revision, &plan).await, "already");
        let open = store.approval(&scope, restore.id).await.unwrap().unwrap();
        assert!(open.is_open() && open.asked_by == Some(world.owner.id) && open.asked_by_name == "owner");
        let waiting = store.waiting_for_approval(&scope, std::slice::from_ref(&restore)).await.unwrap();
        assert_eq!(waiting.into_iter().collect::<Vec<_>>(), [restore.id]);
        refused(store.execute(&mine, revision, &plan, Trigger::Manual).await, "second person");
        refused(approve(&of(&world, &world.owner).await, "I am sure").await, "whoever asked");
        // The same person by a token of theirs is the same person.
        let token = crate::api_tokens::able(&[Capability::WorkspaceView, Capability::TenantView, Capability::RestoreExecute]);
        let made =
            t.store.api_tokens().create(&world.workspace_scope(&world.owner).await.permit().unwrap(), &token).await.unwrap();
        let (program, _) = t.store.api_tokens().find(&made.1).await.unwrap().unwrap();
        let by_token = t.store.access().tenant(&program, world.tenant).await.unwrap().permit().unwrap();
        refused(approve(&by_token, "I am sure").await, "whoever asked");
        for reason in ["", "  ", &"x".repeat(501)] {
            refused(approve(&manager, reason).await, "reason");
        }
        let before = t.number("select count(*) from audit_entries where action = 'restore.approve'").await;
        approve(&manager, " Looked at it. ").await.unwrap();
        refused(approve(&manager, "again").await, "decided");
        let said = store.approval(&scope, restore.id).await.unwrap().unwrap();
        assert_eq!((said.decision, said.reason.as_str()), (Some(Decision::Approved), "Looked at it."));
        assert_eq!(said.decided_by_name, "manager");
        assert_eq!(t.number("select count(*) from audit_entries where action = 'restore.approve'").await, before + 1);
        assert!(store.waiting_for_approval(&scope, std::slice::from_ref(&restore)).await.unwrap().is_empty());
        let started = store.execute(&mine, revision, &plan, Trigger::Manual).await.unwrap();
        assert!(matches!(started, Started::Accepted(_)));
        let again = store.execute(&mine, revision, &plan, Trigger::Manual).await.unwrap();
        assert!(matches!(again, Started::Deduplicated(_)), "a double click is no second execution, and no refusal");
        // Refused before it wrote anything: another execution wants another approval.
        let attempt = claimed(&world).await;
        t.store.queue().finish(&attempt, Outcome::Blocked, None, &Counts::default(), &[]).await.unwrap();
        assert_eq!(store.find(&scope, restore.id).await.unwrap().state, RestoreState::Previewed);
        assert_eq!(store.approval(&scope, restore.id).await.unwrap(), None);
        refused(store.execute(&mine, revision, &plan, Trigger::Manual).await, "second person");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_and_a_new_preview_want_another_approval_and_a_declined_plan_is_not_asked_about_again() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        switch(&t, &world, "second", 0).await;
        let (scope, restore) = previewed(&t, &world).await;
        let (store, plan, revision) = (t.store.restores(), restore.plan_hash.clone().unwrap(), restore.revision);
        let mine = confirmed(&world, &world.owner, &restore).await;
        let manager = of(&world, &world.manager).await;
        let decide = async |now: &Restore, decision| {
            store.decide_approval(&manager, now.id, now.revision, now.plan_hash.as_deref().unwrap(), decision, "r").await
        };
        refused(decide(&restore, Decision::Unknown).await, "either");
        store.ask_approval(&mine, revision, &plan).await.unwrap();
        decide(&restore, Decision::Declined).await.unwrap();
        refused(decide(&restore, Decision::Approved).await, "decided");
        refused(store.execute(&mine, revision, &plan, Trigger::Manual).await, "second person");
        refused(store.ask_approval(&mine, revision, &plan).await, "already");
        // The same once more, later: an equal plan, which is asked about anew.
        t.clock.advance(std::time::Duration::from_secs(60));
        let again = previewed_again(&t, &world, &restore).await;
        assert_eq!((again.revision, again.plan_hash.as_deref()), (revision, Some(plan.as_str())), "an equal plan");
        assert_eq!(store.approval(&scope, restore.id).await.unwrap(), None);
        store.ask_approval(&mine, revision, &plan).await.unwrap();
        decide(&again, Decision::Approved).await.unwrap();
        // Another preview of the same: what was approved was not that one.
        t.clock.advance(std::time::Duration::from_secs(60));
        previewed_again(&t, &world, &restore).await;
        refused(store.execute(&mine, revision, &plan, Trigger::Manual).await, "second person");
        store.ask_approval(&mine, revision, &plan).await.unwrap();
        let now = store.find(&scope, restore.id).await.unwrap();
        decide(&now, Decision::Approved).await.unwrap();
        // An edit.
        let edited = store.set_prune(&permit(&world).await, restore.id, revision, false).await.unwrap();
        refused(store.execute(&mine, edited, &plan, Trigger::Manual).await, "another one");
        assert_eq!(store.approval(&scope, restore.id).await.unwrap(), None);
        refused(store.ask_approval(&mine, edited, &plan).await, "another one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_counts_is_the_setting_at_the_moment_of_the_start() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, restore) = previewed(&t, &world).await;
        let (store, plan, revision) = (t.store.restores(), restore.plan_hash.clone().unwrap(), restore.revision);
        let mine = confirmed(&world, &world.owner, &restore).await;
        switch(&t, &world, "second", 0).await;
        store.ask_approval(&mine, revision, &plan).await.unwrap();
        // A tenant cannot do without what its workspace asks for.
        let choice = NewChoice { key: Key::SecondPerson, value: Some(Key::SecondPerson.parse("one").unwrap()), revision: 0 };
        t.store.settings().save_tenant(&scope.permit().unwrap(), &[choice]).await.unwrap();
        assert!(store.needs_second_person(&scope).await.unwrap());
        refused(store.execute(&mine, revision, &plan, Trigger::Manual).await, "second person");
        // Whoever approved and was removed since vouches for nothing.
        let manager = of(&world, &world.manager).await;
        store.decide_approval(&manager, restore.id, revision, &plan, Decision::Approved, "r").await.unwrap();
        t.execute("update restore_approvals set decided_by = null").await;
        refused(store.execute(&mine, revision, &plan, Trigger::Manual).await, "second person");
        // Switched off: what waits is let go.
        switch(&t, &world, "one", 1).await;
        assert!(!store.needs_second_person(&scope).await.unwrap());
        let started = store.execute(&mine, revision, &plan, Trigger::Manual).await.unwrap();
        assert!(matches!(started, Started::Accepted(_)));
        // Switched on again: what was confirmed under the rule of then goes on.
        switch(&t, &world, "second", 2).await;
        let attempt = claimed(&world).await;
        assert!(store.begin(&attempt, restore.id, &plan).await.unwrap());
        t.store.queue().finish(&attempt, Outcome::Failed, None, &Counts::default(), &[]).await.unwrap();
        let theirs = of(&world, &world.manager).await;
        let late = store.decide_approval(&theirs, restore.id, revision, &plan, Decision::Approved, "r").await;
        refused(late, "another one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_restore_neither_asks_nor_decides_nor_sees() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        switch(&t, &world, "second", 0).await;
        let (_, restore) = checked(&t, &world).await;
        for user in [&world.operator_member, &world.readonly] {
            let permit = world.tenant_scope(user).await.permit::<can::RestoreExecute>();
            assert!(matches!(permit, Err(StoreError::Forbidden(Capability::RestoreExecute))));
        }
        // Whoever runs the program on its machine is nobody who could be a second person, and cannot do without one.
        let operated = t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap().permit().unwrap();
        let decided = t.store.restores().decide_approval(&operated, restore.id, 1, "", Decision::Approved, "r").await;
        refused(decided, "only a person");
    })
    .await;
}

/// Another preview of it, which decides the same.
async fn previewed_again(t: &TestStore, world: &World, restore: &Restore) -> Restore {
    let store = t.store.restores();
    let scope = world.tenant_scope(&world.owner).await;
    store.start_preview(&permit(world).await, restore.id, restore.revision, Trigger::Manual).await.unwrap();
    let run = claimed(world).await;
    let items = store.items_for_run(&run, restore.id).await.unwrap();
    let again: Vec<_> = items
        .iter()
        .map(|item| store::PlannedWork {
            target_id: item.target_id.clone(),
            before: item.before.clone(),
            before_semantic: item.before_semantic.clone(),
            needs: item.needs.clone(),
            ..work(item, item.action.unwrap())
        })
        .collect();
    store.freeze(&run, restore.id, restore.revision, &again).await.unwrap();
    ended(t, &run).await;
    store.find(&scope, restore.id).await.unwrap()
}
