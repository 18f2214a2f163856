//! A Graph that lies, from the button to the page: each lie is a failed or partial run with a stable code, nothing is lost or
//! called missing, nothing hangs, and the next sync is as good as ever.

use std::sync::Arc;
use std::time::Duration;

use graph_sim::{Effect, Fault};
use model::run::{CountKey, Outcome, Run, Status};
use model::time::SystemClock;
use ops::{Worker, WorkerOptions};
use outbound::Limits;
use outbound::graph::Graph;
use testkit::browserless::Browserless;
use testkit::graph::TestGraph;
use testkit::html;
use testkit::stores::on_both;
use testkit::world::CANARY_SECRET;

use crate::installation::{all_items, sync_types};
use crate::served::Served;
use crate::silent::Silent;

const LISTS: &str = "/beta/deviceManagement/configurationPolicies";
const TOKENS: &str = "/{tenant}/oauth2/v2.0/token";
/// Some types, the first one in the collection that is lied about.
const TYPES: &[&str] = &["settings_catalog_policy", "assignment_filter", "compliance_policy", "scope_tag"];

/// Short waits and small bounds.
fn limits() -> Limits {
    let short = Duration::from_millis(1);
    Limits {
        base_delay: short,
        throttle_delay: short,
        max_delay: short,
        max_attempts: 3,
        max_body: 2 * 1024 * 1024,
        max_pages: 20,
        ..Limits::default()
    }
}

fn worker(served: &Served, graph: &TestGraph, limits: Limits) -> Worker {
    let client = Graph::new(limits, Arc::new(SystemClock)).unwrap();
    let options = WorkerOptions { retry_base: Duration::ZERO, ..WorkerOptions::default() };
    Worker::new(served.world.store.clone(), client, graph.clouds(), options, "test")
}

/// Starts a sync in the browser, works on it, and gives the run.
async fn sync(served: &Served, graph: &TestGraph, owner: &Browserless, limits: Limits) -> Run {
    let link = sync_types(owner, served.world.tenant, TYPES).await;
    let worker = worker(served, graph, limits);
    let working = worker.run_queue_now();
    tokio::time::timeout(Duration::from_secs(60), working).await.expect("the run hangs").unwrap();
    // A check for drift may follow it.
    let run = served.runs().await.into_iter().find(|run| pages::href::run(run.id) == link).unwrap();
    assert_eq!(run.status, Status::Completed);
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lie_is_a_failure_with_a_stable_code_and_loses_nothing() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = TestGraph::inventing(&served.world, 60).await;
        let owner = served.session(&served.world.owner).await;
        let tenant = served.world.tenant;
        let first = sync(&served, &graph, &owner, limits()).await;
        assert_eq!(first.outcome, Outcome::Succeeded, "{:?}", first.failures);
        let whole = all_items(&owner, tenant, "").await;
        assert!(whole.len() > 10);
        let elsewhere = Silent::listening().await;
        let foreign = Effect::ForeignNextLink { base_url: elsewhere.base.clone() };
        let throttled = || Effect::Throttled { retry_after: None };
        let (partial, failed) = (Outcome::PartiallySucceeded, Outcome::Failed);
        for (effect, path, outcome, code) in [
            (Effect::Html, LISTS, partial, "graph.malformed_response"),
            (Effect::TruncatedJson, LISTS, partial, "graph.malformed_response"),
            (foreign, LISTS, partial, "graph.foreign_link"),
            (Effect::LoopingNextLink, LISTS, partial, "graph.endless_paging"),
            (Effect::EndlessNextLink, LISTS, partial, "graph.endless_paging"),
            (Effect::ErrorBodyWith200, LISTS, partial, "graph.unavailable"),
            (throttled(), LISTS, partial, "graph.throttled"),
            (Effect::DroppedConnection, LISTS, partial, "graph.unavailable"),
            (Effect::OversizedBody { bytes: 3 * 1024 * 1024 }, LISTS, partial, "graph.response_too_large"),
            (Effect::Forbidden, LISTS, partial, "graph.forbidden"),
            (Effect::Html, TOKENS, failed, "graph.malformed_response"),
            (Effect::TruncatedJson, TOKENS, failed, "graph.malformed_response"),
            (throttled(), TOKENS, failed, "graph.throttled"),
            (Effect::DroppedConnection, TOKENS, failed, "graph.unavailable"),
        ] {
            let what = format!("{effect:?} on {path}");
            test.clock.advance(Duration::from_secs(60));
            let fault = graph.sim.inject(Fault::new(effect).on(path));
            let run = sync(&served, &graph, &owner, limits()).await;
            assert!(graph.sim.times_applied(fault) > 0, "{what} was not asked for");
            assert_eq!((run.outcome, run.reason_code.as_deref()), (outcome, Some(code)), "{what}: {:?}", run.failures);
            assert!(run.failures.iter().any(|line| line.code == code), "{what}: {:?}", run.failures);
            let page = owner.page(&pages::href::run(run.id)).await;
            assert!(html::text(&page.body).contains(code), "{what}: the run's page names {code}");
            assert_eq!(all_items(&owner, tenant, "").await, whole, "{what}: something is lost");
            assert!(all_items(&owner, tenant, "?missing=yes").await.is_empty(), "{what}: something is called missing");
            graph.sim.clear_faults();
        }
        assert_eq!(elsewhere.connections(), 0, "a foreign link was followed");
        test.clock.advance(Duration::from_secs(60));
        let last = sync(&served, &graph, &owner, limits()).await;
        assert_eq!(last.outcome, Outcome::Succeeded, "{:?}", last.failures);
        assert_eq!(last.counts.get(CountKey::Unchanged), i64::try_from(whole.len()).ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graph_that_never_answers_is_given_up() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = TestGraph::inventing(&served.world, 20).await;
        let owner = served.session(&served.world.owner).await;
        graph.sim.inject(Fault::new(Effect::Hang).on(LISTS));
        let impatient = Limits { request_timeout: Duration::from_secs(2), max_attempts: 1, ..limits() };
        let run = sync(&served, &graph, &owner, impatient).await;
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::PartiallySucceeded, Some("graph.timeout")));
        graph.sim.clear_faults();
        assert_eq!(sync(&served, &graph, &owner, limits()).await.outcome, Outcome::Succeeded);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_fails_the_run_and_the_right_one_mends_it() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = TestGraph::inventing(&served.world, 20).await;
        let owner = served.session(&served.world.owner).await;
        graph.sim.change_apps(graph.tenant, |apps| apps[0].secret = "rotated".to_owned()).unwrap();
        let run = sync(&served, &graph, &owner, limits()).await;
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Failed, Some("connection.credentials_invalid")));
        let page = html::text(&owner.page(&pages::href::run(run.id)).await.body);
        assert!(page.contains("credentials were refused"), "{page}");
        graph.sim.change_apps(graph.tenant, |apps| apps[0].secret = CANARY_SECRET.to_owned()).unwrap();
        assert_eq!(sync(&served, &graph, &owner, limits()).await.outcome, Outcome::Succeeded);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_kept_and_shown_harmless() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = TestGraph::inventing(&served.world, 12).await;
        let owner = served.session(&served.world.owner).await;
        let tenant = served.world.tenant;
        graph.sim.inject(Fault::new(Effect::HostileStrings));
        let run = sync(&served, &graph, &owner, Limits { max_body: Limits::default().max_body, ..limits() }).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        let items = all_items(&owner, tenant, "").await;
        assert!(!items.is_empty());
        let list = pages::href::inventory(tenant);
        for path in
            [list.clone(), format!("{list}?q=%3Cscript"), "/admin/search?q=script".to_owned()].iter().chain(items.iter().take(3))
        {
            let page = owner.page(path).await;
            assert!(page.body.contains("&lt;script&gt;alert"), "{path} shows the name");
            for raw in ["<script>alert", "<img src=x", "\u{202e}", "\u{2066}", "\u{0}", "\u{7}"] {
                assert!(!page.body.contains(raw), "{path} holds {raw:?} raw");
            }
            assert!(page.body.len() < 4 * 1024 * 1024, "{path}: {} bytes", page.body.len());
        }
        let next = sync(&served, &graph, &owner, Limits { max_body: Limits::default().max_body, ..limits() }).await;
        assert_eq!((next.outcome, next.counts.get(CountKey::Created).unwrap_or(0)), (Outcome::Succeeded, 0));
    })
    .await;
}
