//! The list of operations among many runs: the database's part and the whole page, for every filter that is offered.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p web --bench operations`. `TENANTATLAS_BENCH_RUNS` says how many
//! runs (otherwise 10,000,000 on PostgreSQL, 1,000,000 on SQLite). Pages are begun at random places of the list.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

#[path = "../tests/web/browser.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod browser;

use std::time::{Duration, Instant};

use browser::Product;
use model::ids::RunId;
use model::page::{Cursor, Direction};
use model::run::{Outcome, Status, Trigger};
use store::Backend;
use store::runs::{RunFilter, RunTab};
use testkit::many_runs::{DAYS, fill};
use testkit::stores::{TestStore, on};
use testkit::world::World;

/// Pages of each filter.
const PAGES: u64 = 200;

fn offered(world: &World) -> Vec<(&'static str, RunFilter, String)> {
    let all = RunFilter::default;
    let of = |filter, query: &str| (filter, query.to_owned());
    let (tenant, owner) = (world.tenant, world.owner.id);
    [
        ("all", of(all(), "")),
        ("active", of(RunFilter { tab: RunTab::Active, ..all() }, "&tab=active")),
        ("needs attention", of(RunFilter { tab: RunTab::Attention, ..all() }, "&tab=attention")),
        ("succeeded", of(RunFilter { tab: RunTab::Succeeded, ..all() }, "&tab=succeeded")),
        ("tenant", of(RunFilter { tenant: Some(tenant), ..all() }, &format!("&tenant={tenant}"))),
        ("type", of(RunFilter { type_code: Some("inventory_sync".to_owned()), ..all() }, "&type=inventory_sync")),
        ("status", of(RunFilter { status: Some(Status::Completed), ..all() }, "&status=completed")),
        ("outcome failed", of(RunFilter { outcome: Some(Outcome::Failed), ..all() }, "&outcome=failed")),
        ("outcome cancelled", of(RunFilter { outcome: Some(Outcome::Cancelled), ..all() }, "&outcome=cancelled")),
        ("trigger", of(RunFilter { trigger: Some(Trigger::Retry), ..all() }, "&trigger=retry")),
        ("started by", of(RunFilter { initiator: Some(owner), ..all() }, &format!("&initiator={owner}"))),
        (
            "tenant, outcome, trigger",
            of(
                RunFilter { tenant: Some(tenant), outcome: Some(Outcome::Succeeded), trigger: Some(Trigger::Manual), ..all() },
                &format!("&tenant={tenant}&outcome=succeeded&trigger=manual"),
            ),
        ),
        (
            "type, started by, failed",
            of(
                RunFilter {
                    type_code: Some("inventory_sync".to_owned()),
                    initiator: Some(owner),
                    outcome: Some(Outcome::Failed),
                    ..all()
                },
                &format!("&type=inventory_sync&initiator={owner}&outcome=failed"),
            ),
        ),
    ]
    .map(|(name, (filter, query))| (name, filter, query))
    .into()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let given = std::env::var("TENANTATLAS_BENCH_RUNS").ok().and_then(|text| text.parse::<i64>().ok());
    for (backend, usual) in [(Backend::Sqlite, 1_000_000), (Backend::Postgres, 10_000_000)] {
        let count = given.unwrap_or(usual);
        runtime.block_on(on(backend, false, &|t| async move { measure(t, count).await }));
    }
}

async fn measure(t: TestStore, count: i64) {
    let product = Product::over(t).await;
    let begin = Instant::now();
    fill(&product.test, &product.world, count).await;
    eprintln!("{count} runs made in {:.0} s", begin.elapsed().as_secs_f64());
    let scope = product.world.workspace_scope(&product.world.owner).await;
    let mut owner = product.browser_of(&product.world.owner).await;
    let now = product.test.store.now().await.unwrap();
    println!("\n{count} runs on {:?}, {PAGES} pages of each filter at random places\n", product.test.store.backend());
    println!("| filter | database p50 | p99 | page p50 | p99 |\n|---|---|---|---|---|");
    for (name, filter, query) in offered(&product.world) {
        let (mut reads, mut pages) = (Vec::new(), Vec::new());
        for n in 0..PAGES {
            // Spread over the whole history, in no order.
            let back = Duration::from_secs((n * 7_919 % PAGES) * DAYS.unsigned_abs() * 86_400 / PAGES);
            let id = RunId::from_uuid(uuid::Uuid::from_u128(u128::from(now.minus(back).micros().unsigned_abs() / 1000) << 80));
            let cursor = Cursor { direction: Direction::Forward, key: id.to_string() };
            let begin = Instant::now();
            product.test.store.runs().list(&scope, &filter, Some(&cursor), 50).await.unwrap();
            reads.push(begin.elapsed());
            let address = format!("/admin/operations?days=3650{query}&cursor={}", cursor.to_token());
            let begin = Instant::now();
            assert_eq!(owner.get(&address).await.status.as_u16(), 200);
            pages.push(begin.elapsed());
        }
        let cell = |times: &mut Vec<Duration>, share: f64| {
            times.sort_unstable();
            times[((times.len() as f64 * share) as usize).min(times.len() - 1)].as_secs_f64() * 1000.0
        };
        println!(
            "| {name} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms |",
            cell(&mut reads, 0.5),
            cell(&mut reads, 0.99),
            cell(&mut pages, 0.5),
            cell(&mut pages, 0.99)
        );
    }
}
