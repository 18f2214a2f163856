//! What a real process tells a collector, what it never tells, and that it does without one.

use model::metric::{ALL, Kind};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use serde_json::Value as Json;
use testkit::process::Signal;

use crate::collector::{Collector, attribute};
use crate::installation::{Installation, Tenants, assert_no_secret, ended, sync_now, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_hears_of_runs_requests_and_counts_and_of_nothing_secret() {
    let collector = Collector::listen();
    let graph = Tenants::invented(1, 60).await;
    let mut place = Installation::sqlite().await;
    place.graph(graph.base());
    place.set("TELEMETRY_ENDPOINT", collector.base());
    place.set("TELEMETRY_INTERVAL_SECONDS", "1");
    place.set("LOG_JSON", "true");
    place.set_up().await;
    let tenant = place.add_tenant("Canary tenant of nobody", graph.ids[0]).await;
    let mut server = place.start(&["serve"]);
    let owner = place.owner_at(&server.ready().await).await;
    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    owner.page("/admin/search?q=canary-query").await;
    server.signal(Signal::Terminate).await;
    let ended = server.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let id = run.rsplit('/').next().unwrap();

    // Spans: the run by its id, and what it asked Graph below it.
    let spans = collector.spans();
    let of_run = spans.iter().find(|span| span.name == "run" && attribute(&span.attributes, "run").as_deref() == Some(id));
    let of_run = of_run.expect("a span of the run");
    assert_eq!(attribute(&of_run.attributes, "operation").as_deref(), Some("inventory_sync"));
    let asked: Vec<_> = spans.iter().filter(|span| span.name == "graph_request" && span.trace_id == of_run.trace_id).collect();
    assert!(asked.len() > 50, "{} requests to Graph are told of", asked.len());
    for request in &asked {
        let path = attribute(&request.attributes, "path").expect("the template of the path");
        assert!(!path.contains('?') && !path.contains("%20"), "{path}");
    }
    let pages: Vec<_> = spans.iter().filter(|span| span.name == "request").collect();
    assert!(pages.iter().any(|span| attribute(&span.attributes, "route").as_deref() == Some("/admin/search")));

    // Metrics: those of the list, by their names and labels.
    let metrics = collector.metrics();
    for metric in &metrics {
        assert!(ALL.iter().any(|known| known.name == metric.name), "{} is not in the list", metric.name);
    }
    let counters = ALL.iter().filter(|metric| metric.kind == Kind::Counter);
    let missing: Vec<_> = counters.filter(|known| !metrics.iter().any(|metric| metric.name == known.name)).collect();
    assert!(missing.is_empty(), "never told: {missing:?}");
    let last = metrics.iter().rfind(|metric| metric.name == "tenantatlas_runs_completed_total").unwrap();
    let Some(Data::Sum(sum)) = &last.data else { panic!("a counter is a sum: {last:?}") };
    let done = sum.data_points.iter().find(|point| {
        attribute(&point.attributes, "type").as_deref() == Some("inventory_sync")
            && attribute(&point.attributes, "outcome").as_deref() == Some("succeeded")
    });
    assert_eq!(done.and_then(|point| point.value), Some(Value::AsInt(1)));
    assert!(metrics.iter().any(|metric| metric.name == "tenantatlas_workers_alive"), "figures of the database are told too");

    // Nothing of the tenant, of people or of what they typed; in log lines neither.
    let told = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert_no_secret(&told);
    let said = format!("{}{}", ended.out, ended.err);
    assert_no_secret(&said);
    let store = place.store().await;
    let mut names = texts(&store, "select name from inventory_items where length(name) > 11").await;
    assert!(names.len() > 20);
    names.extend(["canary-query", "Canary tenant", "owner@example.test", collector.base()].map(str::to_owned));
    for name in &names {
        assert!(!told.contains(name.as_str()) && !said.contains(name.as_str()), "{name:?} was told");
    }
    store.close().await;

    // Log lines are objects, and those of the run carry it.
    let lines: Vec<Json> =
        ended.err.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    assert!(lines.iter().all(|line| line["timestamp"].is_string() && line["level"].is_string()), "{}", ended.err);
    let paths = collector.paths();
    assert!(paths.iter().all(|path| path == "/v1/traces" || path == "/v1/metrics"), "{paths:?}");
    println!(
        "{} spans, {} of them requests of the run; {} metrics in {} exports",
        spans.len(),
        asked.len(),
        metrics.len(),
        paths.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_costs_a_line_and_nothing_else() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let graph = Tenants::invented(1, 10).await;
    let mut place = Installation::sqlite().await;
    place.graph(graph.base());
    place.set("TELEMETRY_ENDPOINT", &format!("http://{nowhere}"));
    place.set("TELEMETRY_INTERVAL_SECONDS", "1");
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let mut server = place.start(&["serve"]);
    let owner = place.owner_at(&server.ready().await).await;
    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    server.signal(Signal::Terminate).await;
    let ended = server.ended().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(ended.err.matches("the collector takes no telemetry").count(), 1, "{}", ended.err);
}
