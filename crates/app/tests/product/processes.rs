//! The binary as an operator runs it: the demo with real objects, and a server that is killed and started again.

use graph_sim::{Effect, Fault};
use testkit::browserless::Browserless;
use testkit::eventually::eventually;
use testkit::graph::test_data;
use testkit::html;
use testkit::process::{Program, Signal};

use crate::installation::{
    Installation, Tenants, all_items, assert_no_secret, assert_whole, binary, ended, number, sync_now, texts,
};

/// Near the end of what a sync reads.
const LATE: &str = "/beta/deviceManagement/roleScopeTags";

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_finds_all_709_real_objects_by_type() {
    let Some(data) = test_data("the_demo_finds_all_709_real_objects_by_type") else { return };
    let folder = data.join("tenants/modern-workplace");
    let index: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("index.json")).unwrap()).unwrap();
    let folder = folder.display().to_string();
    let arguments = ["demo", "--load", &folder, "--listen", "127.0.0.1:0", "--quiet-tenants", "--policies", "10"];
    let mut demo = Program::start(binary(), &arguments, &[]);
    let base = demo.ready().await;
    let password = demo.line("the password", |line| Some(line.split_once("password ")?.1.trim_end_matches(':').to_owned())).await;
    let owner = Browserless::at(&base);
    owner.sign_in("owner@demo.example", &password).await;

    let home = owner.page("/admin").await;
    let tenants = html::links(&home.body).into_iter().filter(|link| link.starts_with("/admin/t/"));
    let mut loaded = None;
    for link in tenants {
        let page = owner.page(&link).await;
        if html::text(page.body.split("</h1>").next().unwrap()).ends_with("modern-workplace") {
            loaded = link.strip_prefix("/admin/t/").and_then(|id| id.get(..36)?.parse().ok());
        }
    }
    let tenant = loaded.expect("the loaded tenant is among those of the first page");
    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    let found = all_items(&owner, tenant, "").await;
    // And what every tenant has beside them: its organisation, and the service principals of Graph and of the app itself.
    assert_eq!(found.len(), 709 + 3);
    let mut by_type = Vec::new();
    for (key, count) in index["counts"].as_object().unwrap() {
        let items = all_items(&owner, tenant, &format!("?type={key}")).await.len();
        assert_eq!(Some(items), count.as_u64().and_then(|count| usize::try_from(count).ok()), "{key}");
        by_type.push(format!("{key} {items}"));
    }
    println!("demo: {run} {} objects: {}", found.len(), by_type.join(", "));
    demo.signal(Signal::Terminate).await;
    assert_eq!(demo.ended().await.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_goes_on_with_its_run_at_once_after_the_restart() {
    let graph = Tenants::invented(1, 120).await;
    let mut place = Installation::sqlite().await;
    place.graph(graph.base());
    // Nobody can wait for this lease to run out: only the restart itself can free the run.
    place.set("WORKER_LEASE_SECONDS", "3600");
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let hang = graph.sim.inject(Fault::new(Effect::Hang).on(LATE).times(1));
    let mut first = place.start(&["serve"]);
    let owner = place.owner_at(&first.ready().await).await;
    let run = sync_now(&owner, tenant).await;
    eventually("the run to be in the middle", async || (graph.sim.times_applied(hang) > 0).then_some(())).await;
    first.kill().await;

    let store = place.store().await;
    let running = "select count(*) from operation_runs where status = 'running'";
    assert_eq!(number(&store, running).await, 1, "the killed process could not say anything");
    let halfway = number(&store, "select count(*) from inventory_items").await;
    assert!(halfway > 0, "what was read before the kill is kept");
    store.close().await;

    let second = place.start(&["serve"]);
    // The session outlives the process.
    let owner = owner.moved_to(&second.ready().await);
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    let store = place.store().await;
    assert_whole(&store, graph.objects()).await;
    let codes =
        texts(&store, "select code from operation_run_events where code in ('claimed', 'lease_lost', 'completed') order by id")
            .await;
    assert_eq!(codes, ["claimed", "lease_lost", "claimed", "completed"]);
    assert_eq!(number(&store, "select count(*) from notices").await, 1, "one run, one notice");
    store.close().await;
    assert_no_secret(&first.said());
    assert_no_secret(&second.said());
    println!("kill -9 at {halfway} of {} objects, restart: {codes:?}", graph.objects());
}
