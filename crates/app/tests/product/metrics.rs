//! Metrics and health of real processes: what is told, what is never told, and what is told while the database is away.

use model::metric::{ALL, Kind, Label, Metric};
use testkit::browserless::Browserless;
use testkit::counted::value;
use testkit::eventually::eventually;
use testkit::process::{Program, Signal};

use crate::installation::{Installation, Tenants, assert_no_secret, ended, sync_now};

const SYNC: &str = "{type=\"inventory_sync\"}";

/// Whoever scrapes that process.
pub(crate) async fn watcher(process: &Program) -> Browserless {
    let address = process.line("where its metrics are", |line| Some(line.strip_prefix("Metrics: ")?.to_owned())).await;
    Browserless::at(address.strip_suffix("/metrics").unwrap())
}

async fn scrape(watcher: &Browserless) -> String {
    let answer = watcher.page("/metrics").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    answer.body
}

/// Scrapes until that counter has left 0.
pub(crate) async fn rises(watcher: &Browserless, series: &str) {
    eventually(&format!("{series} to rise"), async || of(&scrape(watcher).await, series).filter(|value| *value > 0.0)).await;
}

/// Scrapes until that series has that value.
async fn becomes(watcher: &Browserless, series: &str, wanted: f64) -> String {
    eventually(&format!("{series} to be {wanted}"), async || {
        let text = scrape(watcher).await;
        (value(&text, &format!("tenantatlas_{series}")) == Some(wanted)).then_some(text)
    })
    .await
}

fn of(text: &str, series: &str) -> Option<f64> {
    value(text, &format!("tenantatlas_{series}"))
}

/// A metric and its labels out of a line of a scrape.
fn read(line: &str) -> (&'static Metric, Vec<(&str, &str)>) {
    let (series, _) = line.rsplit_once(' ').unwrap();
    let (name, labels) = series.trim_end_matches('}').split_once('{').unwrap_or((series, ""));
    let is_of = |metric: &Metric| match metric.kind {
        Kind::Histogram(_) => ["_bucket", "_sum", "_count"].iter().any(|end| name.strip_suffix(end) == Some(metric.name)),
        _ => name == metric.name,
    };
    let metric = ALL.iter().find(|metric| is_of(metric)).unwrap_or_else(|| panic!("{name} is no metric of the list"));
    let labels = labels.split(',').filter(|label| !label.is_empty()).map(|label| {
        let (name, value) = label.split_once('=').unwrap();
        (name, value.trim_matches('"'))
    });
    (metric, labels.filter(|(name, _)| *name != "le").collect())
}

/// Every line is of the list, and every label's value one that was known when the product was built: so no name and no id.
fn assert_only_what_is_documented(text: &str) {
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (metric, labels) = read(line);
        assert_eq!(labels.len(), metric.labels.len(), "{line}");
        for label in metric.labels {
            let (_, value) = labels.iter().find(|(name, _)| *name == label.name()).unwrap_or_else(|| panic!("{line}"));
            let known = match label {
                Label::Fixed(_) => *value == env!("CARGO_PKG_VERSION"),
                _ => label.values().contains(value),
            };
            assert!(known, "{line}: {} may not be {value}", label.name());
        }
    }
    for metric in ALL {
        let help = format!("# HELP {} {}\n", metric.name, metric.help);
        let typed = format!("# TYPE {} {}\n", metric.name, metric.kind.word());
        assert_eq!(text.contains(&help), text.contains(&typed), "{}", metric.name);
        if metric.kind == Kind::Counter {
            assert!(text.contains(&help), "{} is there from the beginning", metric.name);
            assert_eq!(text.matches(&format!("\n{}", metric.name)).count(), metric.series().len(), "{}", metric.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_tells_its_work_and_nothing_of_whom_it_is_for() {
    let graph = Tenants::invented(1, 20).await;
    let mut place = Installation::sqlite().await;
    place.graph(graph.base());
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let serve = place.start(&["serve", "--metrics-listen", "127.0.0.1:0"]);
    let pages = serve.ready().await;
    let owner = place.owner_at(&pages).await;
    let watcher = watcher(&serve).await;
    let before = scrape(&watcher).await;
    assert_only_what_is_documented(&before);
    assert_eq!(of(&before, "runs_completed_total{type=\"inventory_sync\",outcome=\"succeeded\"}"), Some(0.0));
    assert_eq!(of(&before, "build_info{version=\"0.1.0\",database=\"sqlite\"}"), Some(1.0));
    assert_eq!(of(&before, "database_oldest_transaction_seconds"), None, "SQLite has no such thing");

    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    let after = becomes(&watcher, "runs_completed_total{type=\"inventory_sync\",outcome=\"succeeded\"}", 1.0).await;
    assert_only_what_is_documented(&after);
    assert_eq!(of(&after, &format!("runs_claimed_total{SYNC}")), Some(1.0));
    assert_eq!(of(&after, &format!("run_wait_seconds_count{SYNC}")), Some(1.0));
    assert_eq!(of(&after, "run_duration_seconds_count{type=\"inventory_sync\",outcome=\"succeeded\"}"), Some(1.0));
    assert!(of(&after, "graph_requests_total").unwrap() > 10.0);
    assert_eq!((of(&after, "worker_slots"), of(&after, "worker_runs")), (Some(8.0), Some(0.0)));
    let idle = becomes(&watcher, "workers_alive", 1.0).await;
    assert_eq!((of(&idle, &format!("queue_depth{SYNC}")), of(&idle, &format!("runs_running{SYNC}"))), (Some(0.0), Some(0.0)));
    let (entra, ours) = (graph.ids[0].to_string(), tenant.to_string());
    for never in ["Contoso", "contoso", "Northwind", entra.as_str(), ours.as_str(), "owner@"] {
        assert!(!idle.contains(never), "{never} is in the metrics");
    }
    assert_no_secret(&idle);

    // Health is on both addresses, metrics on one, pages on the other.
    let public = Browserless::at(&pages);
    for asked in [&watcher, &public] {
        assert_eq!(asked.page("/healthz").await.body, "alive\n");
        assert_eq!(asked.page("/readyz").await.body, "ready\n");
    }
    assert_eq!(public.get("/metrics").await.status, 404);
    for page in ["/", "/sign-in", "/admin", "/admin/operations"] {
        assert_eq!(watcher.get(page).await.status, 404, "{page}");
    }
    serve.signal(Signal::Terminate).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_of_an_installation_is_watched_also_while_the_database_is_away() {
    let graph = Tenants::invented(1, 20).await;
    let mut place = Installation::postgres().await;
    place.graph(graph.base());
    place.set("SERVER_METRICS_LISTEN", "127.0.0.1:0");
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let serve = place.start(&["serve", "--no-worker"]);
    let owner = place.owner_at(&serve.ready().await).await;
    let of_serve = watcher(&serve).await;
    let run = sync_now(&owner, tenant).await;
    let waiting = becomes(&of_serve, &format!("queue_depth{SYNC}"), 1.0).await;
    assert_only_what_is_documented(&waiting);
    assert!(of(&waiting, &format!("queue_oldest_seconds{SYNC}")).is_some_and(|oldest| oldest > 0.0 && oldest < 60.0));
    assert_eq!(of(&waiting, "workers_alive"), Some(0.0));
    assert!(of(&waiting, "database_oldest_transaction_seconds").is_some_and(|age| age < 60.0));
    assert_eq!(of(&waiting, "worker_slots"), None, "nobody works here");

    let worker = place.start(&["worker", "--slots", "3"]);
    let of_worker = watcher(&worker).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    let worked = becomes(&of_worker, &format!("runs_claimed_total{SYNC}"), 1.0).await;
    assert_only_what_is_documented(&worked);
    assert_eq!(of(&worked, "worker_slots"), Some(3.0));
    assert_eq!(of(&scrape(&of_serve).await, &format!("runs_claimed_total{SYNC}")), Some(0.0));
    for asked in [&of_serve, &of_worker] {
        assert_eq!(asked.page("/readyz").await.body, "ready\n");
    }

    // A schema of another version, then no database at all.
    let store = place.store().await;
    let newer = "insert into _sqlx_migrations select version + 1, 'contract of the future', installed_on, success, checksum, execution_time
        from _sqlx_migrations order by version desc limit 1";
    store::testing::execute(&store, newer).await.unwrap();
    store.close().await;
    let unready = of_worker.get("/readyz").await;
    assert_eq!((unready.status, unready.body.as_str()), (503, "the database schema is none that this version can work with\n"));
    place.remove().await;
    for asked in [&of_serve, &of_worker] {
        let unready = asked.get("/readyz").await;
        assert_eq!((unready.status, unready.body.as_str()), (503, "the database does not answer\n"));
        assert_eq!(asked.page("/healthz").await.body, "alive\n");
        let away = becomes(asked, "database_answers", 0.0).await;
        assert!(of(&away, &format!("queue_depth{SYNC}")).is_some_and(f64::is_nan), "an old figure is no figure");
        assert!(of(&away, "database_oldest_snapshot_seconds").is_some_and(f64::is_nan));
    }
    for part in ["claim", "heartbeat", "sweep", "schedules"] {
        rises(&of_worker, &format!("worker_failures_total{{part=\"{part}\"}}")).await;
    }
    let still = scrape(&of_worker).await;
    assert_eq!(of(&still, &format!("runs_claimed_total{SYNC}")), Some(1.0), "what the process counted is told all the same");
    assert_only_what_is_documented(&still);
    assert_no_secret(&serve.said());
    assert_no_secret(&worker.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_there_are_no_metrics_and_the_address_must_be_free_and_another() {
    let mut place = Installation::sqlite().await;
    place.set_up().await;
    let serve = place.start(&["serve", "--no-worker"]);
    let pages = serve.ready().await;
    assert_eq!(Browserless::at(&pages).get("/metrics").await.status, 404);
    assert!(!serve.said().contains("Metrics:"));

    let taken = pages.strip_prefix("http://").unwrap();
    let refused = place.run(&["worker", "--metrics-listen", taken], "").await;
    assert!(refused.code == Some(1) && refused.err.contains("choose another port with --metrics-listen"), "{}", refused.err);
    place.set("SERVER_LISTEN", "127.0.0.1:4711");
    let refused = place.run(&["serve", "--metrics-listen", "127.0.0.1:4711"], "").await;
    assert!(refused.code == Some(1) && refused.err.contains("needs an address of its own"), "{}", refused.err);
}
