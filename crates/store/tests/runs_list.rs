//! Lists of runs: tabs, filters, pages and who sees what.

use std::time::Duration;

use model::ids::{RunId, TenantId, UserId};
use model::page::{Cursor, Direction};
use model::run::{Counts, Outcome, Run, Status, Trigger};
use model::user::User;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::access::WorkspaceScope;
use store::runs::{RunFilter, RunTab, WorkerId};
use store::{Backend, Store};
use testkit::stores::{TestStore, on, on_both, on_both_in_real_time};
use testkit::world::World;

use crate::runs_claim::queue_many;

const OUTCOMES: [Outcome; 4] = [Outcome::Succeeded, Outcome::PartiallySucceeded, Outcome::Failed, Outcome::Cancelled];
const TYPES: [&str; 3] = ["inventory_sync", "future_type", "other_type"];

/// A history in which every status, outcome, place, trigger and initiator occurs. Returns all runs of the workspace, newest first.
async fn history(t: &TestStore, world: &World) -> Vec<Run> {
    let ids = queue_many(world, 40).await;
    let places = [Some(world.tenant), Some(world.tenant), Some(world.other_tenant), None];
    let users = [Some(world.owner.id), Some(world.readonly.id), None];
    for (i, id) in ids.iter().enumerate() {
        let tenant = places[i % 4].map_or("null".to_owned(), |tenant| t.literal(tenant.uuid()));
        let user = users[i % 3].map_or("null".to_owned(), |user| t.literal(user.uuid()));
        let (trigger, id) = (Trigger::ALL[i % Trigger::ALL.len()].code(), t.literal(id.uuid()));
        // The first are left to be claimed: a type that is not known would never be.
        let code = if i < 20 { TYPES[0] } else { TYPES[i % 3] };
        t.execute(&format!(
            "update operation_runs set tenant_id = {tenant}, user_id = {user}, trigger = '{trigger}', type = '{code}' where id = {id}"
        ))
        .await;
    }
    // Their notices still stand where the runs were made.
    t.execute("delete from notices").await;
    for i in 0..12 {
        let claim = world.claim(&WorkerId::new("w")).await;
        let scope = match t.store.queue().admit(&claim).await.unwrap() {
            store::runs::Admission::Admitted(scope) | store::runs::Admission::Refused(scope, _) => scope,
        };
        if i < 9 {
            t.store.queue().finish(&scope, OUTCOMES[i % 4], None, &Counts::default(), &[]).await.unwrap();
        }
    }
    let owner = world.workspace_scope(&world.owner).await;
    let all = t.store.runs().list(&owner, &RunFilter::default(), None, 100).await.unwrap().page;
    assert!(all.next.is_none() && all.previous.is_none());
    assert_eq!(all.rows.len(), 40);
    assert!(all.rows.windows(2).all(|pair| pair[0].id > pair[1].id), "newest first");
    all.rows
}

fn matches(filter: &RunFilter, entitled: Option<&[TenantId]>, run: &Run) -> bool {
    let attention = [Outcome::Failed, Outcome::PartiallySucceeded, Outcome::Blocked];
    (match filter.tab {
        RunTab::All => true,
        RunTab::Active => run.is_active(),
        RunTab::Attention => attention.contains(&run.outcome),
        RunTab::Succeeded => run.outcome == Outcome::Succeeded,
    }) && filter.tenant.is_none_or(|tenant| run.tenant_id == Some(tenant))
        && filter.type_code.as_ref().is_none_or(|code| run.type_code == *code)
        && filter.status.is_none_or(|status| run.status == status)
        && filter.outcome.is_none_or(|outcome| run.outcome == outcome)
        && filter.trigger.is_none_or(|trigger| run.trigger == trigger)
        && filter.initiator.is_none_or(|user| run.user_id == Some(user))
        && filter.since.is_none_or(|since| run.created_at >= since)
        && filter.until.is_none_or(|until| run.created_at < until)
        && entitled.is_none_or(|list| run.tenant_id.is_none_or(|tenant| list.contains(&tenant)))
}

/// Follows the links forward to the end, then back to the beginning; both must give the same rows.
async fn walk(store: &Store, scope: &WorkspaceScope, filter: &RunFilter, rows: u32) -> Vec<RunId> {
    let all = walk_reading(store, scope, filter, rows, 5_000).await;
    // However little is read at a time, going on finds the same.
    assert_eq!(walk_reading(store, scope, filter, rows, rows).await, all, "in small steps, {filter:?}");
    all
}

async fn walk_reading(store: &Store, scope: &WorkspaceScope, filter: &RunFilter, rows: u32, read: u32) -> Vec<RunId> {
    let (mut forward, mut steps, mut cursor) = (Vec::new(), 0, None::<Cursor>);
    let last = loop {
        let found = store.runs().list_reading(scope, filter, cursor.as_ref(), rows, read).await.expect("a page");
        let page = found.page;
        assert!(page.rows.len() <= rows as usize);
        assert!(page.next.is_none() || found.further.is_none(), "one way on");
        assert_eq!(page.previous.is_some(), steps > 0 && !page.rows.is_empty(), "the first page has nothing before it");
        forward.extend(page.rows.iter().map(|run| run.id));
        steps += 1;
        assert!(steps < 1000, "it ends");
        match page.next.clone().or(found.further) {
            // A cursor survives being a link.
            Some(next) => cursor = Some(Cursor::parse(&next.to_token()).expect("our own token")),
            None => break page,
        }
    };
    let Some(first) = last.rows.first().map(|run| run.id).or_else(|| forward.last().copied()) else { return forward };
    let mut backward: Vec<RunId> = last.rows.iter().rev().map(|run| run.id).collect();
    let ended_empty = last.rows.is_empty();
    let at = |id: RunId| Cursor { direction: Direction::Backward, key: id.to_string() };
    let mut cursor = if ended_empty { None } else { last.previous.or_else(|| Some(at(first))) };
    if ended_empty {
        backward.push(first);
        cursor = Some(at(first));
    }
    while let Some(from) = cursor {
        assert_eq!(from.direction, Direction::Backward);
        let found = store.runs().list_reading(scope, filter, Some(&from), rows, read).await.expect("a page");
        assert!(found.page.next.is_some() || found.page.rows.is_empty(), "one came from there");
        backward.extend(found.page.rows.iter().rev().map(|run| run.id));
        cursor = found.page.previous.or(found.further);
    }
    backward.reverse();
    assert_eq!(backward, forward, "the way back shows the same rows");
    forward
}

fn filters(tenants: [TenantId; 3], users: [UserId; 2]) -> impl Strategy<Value = RunFilter> {
    let tab = prop::sample::select(vec![RunTab::All, RunTab::Active, RunTab::Attention, RunTab::Succeeded]);
    (
        (tab, prop::option::weighted(0.3, prop::sample::select(tenants.to_vec()))),
        prop::option::weighted(0.3, prop::sample::select(TYPES.to_vec())),
        prop::option::weighted(0.2, prop::sample::select(Status::ALL.to_vec())),
        prop::option::weighted(0.2, prop::sample::select(Outcome::ALL.to_vec())),
        prop::option::weighted(0.2, prop::sample::select(Trigger::ALL.to_vec())),
        prop::option::weighted(0.2, prop::sample::select(users.to_vec())),
    )
        .prop_map(|((tab, tenant), code, status, outcome, trigger, initiator)| RunFilter {
            tab,
            tenant,
            type_code: code.map(str::to_owned),
            status,
            outcome,
            trigger,
            initiator,
            until: None,
            since: None,
        })
}

#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::result_large_err, reason = "the closure's error type is proptest's")]
async fn v2_pages_of_any_filter_lose_and_repeat_no_row_and_show_none_that_is_not_theirs() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let all = history(&t, &world).await;
        let mut readers: Vec<(&User, WorkspaceScope)> = Vec::new();
        for user in [&world.owner, &world.operator_member, &world.outsider] {
            readers.push((user, world.workspace_scope(user).await));
        }
        let strategy = (
            filters([world.tenant, world.other_tenant, world.foreign_tenant], [world.owner.id, world.readonly.id]),
            1..9_u32,
            0..3_usize,
        );
        let runner = Config { cases: 60, failure_persistence: None, ..Config::default() };
        tokio::task::block_in_place(|| {
            TestRunner::new(runner).run(&strategy, |(filter, rows, reader)| {
                let (user, scope) = &readers[reader];
                let seen = tokio::runtime::Handle::current().block_on(walk(&t.store, scope, &filter, rows));
                let entitled = scope.entitled();
                let expected: Vec<RunId> =
                    all.iter().filter(|run| matches(&filter, entitled.as_deref(), run)).map(|run| run.id).collect();
                assert_eq!(seen, expected, "{} with {:?}", user.name, filter);
                Ok(())
            })
        })
        .unwrap();
    })
    .await;
}

/// Each filter alone, with each of its values.
fn single_filters(world: &World) -> Vec<RunFilter> {
    let none = RunFilter::default;
    let tabs = [RunTab::All, RunTab::Active, RunTab::Attention, RunTab::Succeeded].map(|tab| RunFilter { tab, ..none() });
    let tenants = [world.tenant, world.other_tenant].map(|tenant| RunFilter { tenant: Some(tenant), ..none() });
    let types = TYPES.map(|code| RunFilter { type_code: Some(code.to_owned()), ..none() });
    let users = [&world.owner, &world.readonly].map(|user| RunFilter { initiator: Some(user.id), ..none() });
    let status = Status::ALL.iter().map(|status| RunFilter { status: Some(*status), ..none() });
    let outcome = Outcome::ALL.iter().map(|outcome| RunFilter { outcome: Some(*outcome), ..none() });
    let trigger = Trigger::ALL.iter().map(|trigger| RunFilter { trigger: Some(*trigger), ..none() });
    tabs.into_iter().chain(tenants).chain(types).chain(users).chain(status).chain(outcome).chain(trigger).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_each_filter_alone_finds_all_that_match_however_short_the_page() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let all = history(&t, &world).await;
        for user in [&world.owner, &world.operator_member] {
            let scope = world.workspace_scope(user).await;
            let entitled = scope.entitled();
            for filter in single_filters(&world) {
                let expected: Vec<RunId> =
                    all.iter().filter(|run| matches(&filter, entitled.as_deref(), run)).map(|run| run.id).collect();
                assert_eq!(walk(&t.store, &scope, &filter, 3).await, expected, "{} with {filter:?}", user.name);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_tab_shows_something_and_they_add_up() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let all = history(&t, &world).await;
        let owner = world.workspace_scope(&world.owner).await;
        let mut sizes = Vec::new();
        for tab in [RunTab::Active, RunTab::Attention, RunTab::Succeeded] {
            let filter = RunFilter { tab, ..RunFilter::default() };
            sizes.push(walk(&t.store, &owner, &filter, 7).await.len());
        }
        let cancelled = all.iter().filter(|run| run.outcome == Outcome::Cancelled).count();
        assert!(sizes.iter().all(|size| *size > 0) && cancelled > 0, "{sizes:?}");
        assert_eq!(sizes.iter().sum::<usize>() + cancelled, all.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_begin_while_somebody_turns_pages_disturb_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let ids = queue_many(&world, 9).await;
        let owner = world.workspace_scope(&world.owner).await;
        let list =
            async |cursor: Option<&Cursor>| t.store.runs().list(&owner, &RunFilter::default(), cursor, 4).await.unwrap().page;
        let first = list(None).await;
        let new = queue_many(&world, 12).await[9..].to_vec();
        let second = list(first.next.as_ref()).await;
        let seen: Vec<RunId> = first.rows.iter().chain(&second.rows).map(|run| run.id).collect();
        assert_eq!(seen, ids.iter().rev().take(8).copied().collect::<Vec<_>>());
        let back = list(second.previous.as_ref()).await;
        assert_eq!(back.rows, first.rows);
        let newest = list(back.previous.as_ref()).await;
        assert_eq!(newest.rows.iter().map(|run| run.id).collect::<Vec<_>>(), new.iter().rev().copied().collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn since_goes_by_the_databases_clock() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let owner = world.workspace_scope(&world.owner).await;
        let mut created = Vec::new();
        for key in ["scope_tag", "named_location", "assignment_filter"] {
            created.push(world.queued(&[key]).await);
            t.clock.advance(Duration::from_secs(3600));
        }
        for (i, run) in created.iter().enumerate() {
            let filter = |since| RunFilter { since: Some(since), ..RunFilter::default() };
            let from = walk(&t.store, &owner, &filter(run.created_at), 2).await;
            assert_eq!(from, created[i..].iter().rev().map(|run| run.id).collect::<Vec<_>>());
            let after = walk(&t.store, &owner, &filter(run.created_at.plus(Duration::from_micros(1))), 2).await;
            assert_eq!(after.len(), created.len() - i - 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_in_the_past_ends_where_it_ends() {
    // Ids tell the time of the process, so that here the clock goes on.
    on_both_in_real_time(async |t: TestStore| {
        let world = World::of(&t).await;
        let owner = world.workspace_scope(&world.owner).await;
        let ids = queue_many(&world, 9).await;
        let all = t.store.runs().list(&owner, &RunFilter::default(), None, 50).await.unwrap().page.rows;
        let middle = all.iter().find(|run| run.id == ids[4]).unwrap().created_at;
        let before = RunFilter { until: Some(middle), ..RunFilter::default() };
        let expected: Vec<RunId> = all.iter().filter(|run| run.created_at < middle).map(|run| run.id).collect();
        assert_eq!(expected.len(), 4);
        assert_eq!(walk(&t.store, &owner, &before, 2).await, expected);
        let rest = RunFilter { since: Some(middle), ..RunFilter::default() };
        assert_eq!(walk(&t.store, &owner, &rest, 2).await.len(), 5);
        let none = RunFilter { since: Some(middle), until: Some(middle), ..RunFilter::default() };
        assert_eq!(walk(&t.store, &owner, &none, 2).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_cursors_and_filters_are_harmless() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let ids = queue_many(&world, 2).await;
        let owner = world.workspace_scope(&world.owner).await;
        for key in ["", "nonsense", "' or 1=1 --", "\0", "00000000"] {
            for direction in [Direction::Forward, Direction::Backward] {
                let cursor = Cursor { direction, key: key.to_owned() };
                let page = t.store.runs().list(&owner, &RunFilter::default(), Some(&cursor), 9).await.unwrap().page;
                assert_eq!(
                    page.rows.iter().map(|run| run.id).collect::<Vec<_>>(),
                    [ids[1], ids[0]],
                    "{key:?}: from the beginning"
                );
            }
        }
        for code in ["", "\0", "inventory_sync\0", "' or 1=1 --", "%"] {
            let filter = RunFilter { type_code: Some(code.to_owned()), ..RunFilter::default() };
            let page = t.store.runs().list(&owner, &filter, None, 9).await.unwrap().page;
            assert_eq!(page.rows, [], "{code:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_another_workspace_sees_nothing_whatever_it_asks_for() {
    let test = async |t: TestStore| {
        let world = World::of(&t).await;
        queue_many(&world, 3).await;
        let who = world.sign_in(&world.stranger).await;
        let scope = t.store.access().workspace(&who, world.foreign_workspace).await.unwrap();
        for tenant in [None, Some(world.tenant), Some(world.foreign_tenant)] {
            let filter = RunFilter { tenant, ..RunFilter::default() };
            assert_eq!(walk(&t.store, &scope, &filter, 5).await, Vec::<RunId>::new());
        }
    };
    on(Backend::Sqlite, true, &test).await;
    on(Backend::Postgres, true, &test).await;
}
