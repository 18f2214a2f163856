//! How a page of the list is read among 200,000 runs: along an index, whatever it is narrowed to.

use std::time::Duration;

use model::page::{Cursor, Direction};
use model::run::{Outcome, Status, Trigger};
use store::Backend;
use store::runs::{RunFilter, RunTab};
use testkit::many_runs::fill;
use testkit::stores::{TestStore, on_both_in_real_time};
use testkit::world::World;

/// Every filter that is offered by itself, and some together: with the index that is to be read.
fn offered(world: &World) -> Vec<(&'static str, RunFilter)> {
    let all = RunFilter::default;
    vec![
        ("list", all()),
        ("list_active", RunFilter { tab: RunTab::Active, ..all() }),
        ("list_attention", RunFilter { tab: RunTab::Attention, ..all() }),
        ("list_outcome", RunFilter { tab: RunTab::Succeeded, ..all() }),
        ("list_tenant", RunFilter { tenant: Some(world.tenant), ..all() }),
        ("list_type", RunFilter { type_code: Some("inventory_sync".to_owned()), ..all() }),
        ("list_active", RunFilter { status: Some(Status::Queued), ..all() }),
        ("list", RunFilter { status: Some(Status::Completed), ..all() }),
        ("list_outcome", RunFilter { outcome: Some(Outcome::Failed), ..all() }),
        ("list_trigger", RunFilter { trigger: Some(Trigger::Retry), ..all() }),
        ("list_trigger", RunFilter { trigger: Some(Trigger::Schedule), ..all() }),
        ("list_user", RunFilter { initiator: Some(world.operator_member.id), ..all() }),
        (
            "list_user",
            RunFilter { initiator: Some(world.owner.id), tenant: Some(world.tenant), trigger: Some(Trigger::Manual), ..all() },
        ),
        ("list_outcome", RunFilter { outcome: Some(Outcome::Blocked), tenant: Some(world.other_tenant), ..all() }),
    ]
}

/// Indexes of what most runs have in common.
const COMMON: [&str; 5] = ["list", "list_tenant", "list_type", "list_trigger", "list_outcome"];

#[tokio::test(flavor = "multi_thread")]
async fn every_offered_filter_is_read_along_its_index() {
    on_both_in_real_time(async |t: TestStore| {
        let world = World::of(&t).await;
        fill(&t, &world, 200_000).await;
        let owner = world.workspace_scope(&world.owner).await;
        let now = t.store.now().await.unwrap();
        let month = now.minus(Duration::from_secs(30 * 86_400));
        let far = t.store.runs().list(&owner, &RunFilter { until: Some(month), ..RunFilter::default() }, None, 1).await.unwrap();
        let deep = far.page.rows.first().map(|run| Cursor { direction: Direction::Forward, key: run.id.to_string() });
        assert!(deep.is_some(), "there are runs of more than a month ago");
        for (index, filter) in offered(&world) {
            for (since, cursor) in [(None, None), (Some(month), None), (None, deep.as_ref())] {
                let filter = RunFilter { since, ..filter.clone() };
                let plan = t.store.runs().explain(&owner, &filter, cursor, 50).await.unwrap();
                // What most runs have in common may as well be sifted from all of them, newest first.
                let common = COMMON.contains(&index) && filter.outcome.is_none() && filter.trigger != Some(Trigger::Retry);
                let names =
                    [format!("operation_runs_{index}"), "operation_runs_list".to_owned(), "operation_runs_pkey".to_owned()];
                let names = &names[..if common { 3 } else { 1 }];
                let reads = |line: &str| line.split([' ', '(', ')']).any(|word| names.iter().any(|name| name == word));
                let inner = plan.split_once("Limit").map_or(plan.as_str(), |(_, inner)| inner);
                assert!(inner.lines().any(reads), "{:?} {filter:?} reads none of {names:?}:\n{plan}", t.store.backend());
                assert!(!inner.contains("Sort"), "{:?} {filter:?} is sorted:\n{plan}", t.store.backend());
                let whole =
                    if t.store.backend() == Backend::Postgres { "Seq Scan on operation_runs" } else { "SCAN operation_runs" };
                assert!(
                    !plan.lines().any(|line| line.trim().trim_start_matches("-> ").starts_with(whole) && !line.contains("USING")),
                    "{plan}"
                );
                // What is read is in the order of the index already, but for the fifty that are shown.
                let page = t.store.runs().list(&owner, &filter, cursor, 50).await.unwrap();
                assert!(page.page.rows.windows(2).all(|pair| pair[0].id > pair[1].id));
            }
        }
        // A member of few tenants reads each of them by itself, in order.
        let reader = world.workspace_scope(&world.readonly).await;
        let plan = t.store.runs().explain(&reader, &RunFilter::default(), None, 50).await.unwrap();
        assert!(plan.matches("Limit").count() >= 2 || plan.contains("operation_runs_list_tenant"), "{plan}");
    })
    .await;
}
