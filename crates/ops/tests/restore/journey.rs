//! The way of a restore: chosen, checked, previewed, confirmed, carried out, read back.

use model::json::Json;
use model::restore::{Action, Hindrance, Outcome as ItemOutcome, RestoreState};
use model::run::{CountKey, Outcome, Started, Trigger};
use store::access::Confirmed;
use store::{CandidateFilter, Choice, StoreError};
use testkit::stores::{TestStore, on_both};

use crate::help::*;
use crate::objects::CATALOG;

pub(crate) const FILTER: &str = "assignment_filter";

pub(crate) fn of_types(types: &[&str]) -> Choice {
    let types = types.iter().map(|key| (*key).to_owned()).collect();
    Choice::Matching(CandidateFilter { types, ..CandidateFilter::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_or_changed_is_put_back_and_read_back() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 60).await;
        let before = ids(&graph, CATALOG);
        let mut all = before.iter();
        let (gone, changed) = (all.next().unwrap(), all.next().unwrap());
        let was = object(&graph, CATALOG, changed);
        disturb(&graph, gone, changed);
        let restore = checked(&world, &source, &of_types(&[CATALOG])).await;
        assert_eq!(restore.state, RestoreState::Checked);
        let (run, previewed) = preview(&world, &graph, restore.id).await;
        assert_eq!((run.outcome, previewed.state), (Outcome::Succeeded, RestoreState::Previewed), "{:?}", run.failures);
        let of = |action: Action, items: &[store::RestoreItem]| items.iter().filter(|item| item.action == Some(action)).count();
        let planned = items(&world, restore.id).await;
        assert_eq!((of(Action::Recreate, &planned), of(Action::Update, &planned)), (1, 1), "{planned:?}");
        assert_eq!(of(Action::Unchanged, &planned), planned.len() - 2);
        let (run, done) = execute(&world, &graph, restore.id).await;
        assert_eq!(
            (run.outcome, done.state),
            (Outcome::Succeeded, RestoreState::Completed),
            "{:?} {:?}",
            run.failures,
            items(&world, restore.id).await
        );
        assert_eq!((run.counts.get(CountKey::Created), run.counts.get(CountKey::Updated)), (Some(1), Some(1)));
        let done = items(&world, restore.id).await;
        let written: Vec<_> = done.iter().filter(|item| item.action.is_some_and(Action::writes)).collect();
        assert!(written.iter().all(|item| item.outcome == Some(ItemOutcome::Verified) && item.after.is_some()), "{written:?}");
        assert_eq!(object(&graph, CATALOG, changed).get("description"), was.get("description"));
        assert_eq!(ids(&graph, CATALOG).len(), before.len());
        // It was executed: never again, whoever asks.
        let scope = scope(&world).await;
        let over = t.store.restores().find(&scope, restore.id).await.unwrap();
        let confirmed = Confirmed::typed(permit(&world).await, &over, &over.tenant_name).unwrap();
        let again =
            t.store.restores().execute(&confirmed, over.revision, over.plan_hash.as_deref().unwrap(), Trigger::Manual).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_is_one_execution() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 30).await;
        let restore = checked(&world, &source, &of_types(&[CATALOG])).await;
        let (_, previewed) = preview(&world, &graph, restore.id).await;
        let first = confirm(&world, restore.id).await;
        let confirmed = Confirmed::typed(permit(&world).await, &previewed, &previewed.tenant_name).unwrap();
        let plan = previewed.plan_hash.clone().unwrap();
        let second = t.store.restores().execute(&confirmed, previewed.revision, &plan, Trigger::Manual).await.unwrap();
        assert!(matches!(&second, Started::Deduplicated(run) if run.id == first.id), "{second:?}");
        graph.worker(&t.store).run_queue_now().await.unwrap();
        assert_eq!(world.run(first.id).await.outcome, Outcome::Succeeded);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_after_the_preview_is_left_alone() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 30).await;
        let id = ids(&graph, CATALOG).into_iter().next().unwrap();
        touch(&graph, &id, |policy| policy.set("description", Json::text("changed by hand")));
        let restore = checked(&world, &source, &of_types(&[CATALOG])).await;
        preview(&world, &graph, restore.id).await;
        touch(&graph, &id, |policy| policy.set("description", Json::text("and changed again")));
        let (run, _) = execute(&world, &graph, restore.id).await;
        assert_ne!(run.outcome, Outcome::Succeeded);
        let item = items(&world, restore.id).await.into_iter().find(|item| item.source_id == id).unwrap();
        assert_eq!((item.outcome, item.code.as_deref()), (Some(ItemOutcome::Skipped), Some("restore.object_changed")));
        assert_eq!(object(&graph, CATALOG, &id).get("description").and_then(Json::as_str), Some("and changed again"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_alone_is_only_a_suggestion_until_a_person_says_so() {
    on_both(async |t: TestStore| {
        let (world, graph, source) = backed_up(&t, 30).await;
        let id = ids(&graph, CATALOG).into_iter().next().unwrap();
        let mut twin = object(&graph, CATALOG, &id);
        graph.sim.remove_object(graph.tenant, CATALOG, &id).unwrap();
        twin.set("id", Json::text("00000000-0000-4000-8000-00000000abcd"));
        twin.set("description", Json::text("somebody else's"));
        put(&graph, CATALOG, twin);
        let restore = checked(&world, &source, &of_types(&[CATALOG])).await;
        preview(&world, &graph, restore.id).await;
        let find = |items: Vec<store::RestoreItem>| items.into_iter().find(|item| item.source_id == id).unwrap();
        let item = find(items(&world, restore.id).await);
        assert_eq!((item.action, item.hindrance), (Some(Action::Skip), Some(Hindrance::NameTaken)));
        let (said, _) = item.suggested.first().cloned().unwrap();
        let (permit, scope) = (permit(&world).await, scope(&world).await);
        let now = t.store.restores().find(&scope, restore.id).await.unwrap();
        let revision = t.store.restores().say_target(&permit, restore.id, now.revision, item.number, Some(&said)).await.unwrap();
        t.store.restores().check(&permit, &scope, restore.id, revision).await.unwrap();
        preview(&world, &graph, restore.id).await;
        let item = find(items(&world, restore.id).await);
        assert_eq!((item.action, item.target_id.as_deref()), (Some(Action::Update), Some(said.as_str())));
        let (run, _) = execute(&world, &graph, restore.id).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
    })
    .await;
}
