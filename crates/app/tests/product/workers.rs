//! Worker processes on PostgreSQL: they share the work, and one that dies, is asked to go, or freezes loses nothing.

use std::time::Duration;

use graph_sim::{Effect, Fault};
use model::ids::EntraTenantId;
use store::Store;
use testkit::browserless::Browserless;
use testkit::eventually::eventually;
use testkit::process::{Program, Signal};

use crate::installation::{
    Installation, Tenants, assert_no_secret, assert_whole, binary, ended, number, sync_now, sync_types, texts,
};
use crate::metrics::{rises, watcher};

/// Near the end of what a sync reads.
const LATE: &str = "/beta/deviceManagement/roleScopeTags";
/// What is read in the middle of a sync.
const MIDDLE: &str = "/beta/deviceManagement/deviceCompliancePolicies";
/// Leases in seconds: one that runs out while a test looks on, and one that does not.
const SHORT: &str = "1";
pub(crate) const LONG: &str = "60";
const CODES: &str = "select code from operation_run_events where code not in ('phase', 'queued') order by id";
const CLAIMS: &str = "select e.message from operation_run_events e join operation_runs r on r.id = e.run_id
  where e.code = 'claimed' and r.type <> 'drift_generate_findings' order by e.id";

/// A server that serves pages only, and a look into its database.
pub(crate) struct Site {
    pub(crate) place: Installation,
    pub(crate) store: Store,
    pub(crate) owner: Browserless,
    /// Where it is served.
    pub(crate) base: String,
    pub(crate) serve: Program,
}

impl Site {
    pub(crate) async fn at(graph: &str, lease_seconds: &str) -> Self {
        Self::of(Installation::postgres().await, graph, lease_seconds).await
    }

    pub(crate) async fn of(mut place: Installation, graph: &str, lease_seconds: &str) -> Self {
        place.graph(graph);
        place.set("WORKER_LEASE_SECONDS", lease_seconds);
        place.set_up().await;
        let serve = place.start(&["serve", "--no-worker"]);
        let base = serve.ready().await;
        let owner = place.owner_at(&base).await;
        Self { store: place.store().await, owner, base, serve, place }
    }

    /// A worker process and its name.
    pub(crate) async fn worker(&self, slots: &str) -> (Program, String) {
        let worker = self.place.start(&["worker", "--slots", slots, "--metrics-listen", "127.0.0.1:0"]);
        let name = worker.line("its name", |line| Some(line.strip_prefix("Working as ")?.to_owned())).await;
        (worker, name)
    }

    /// Which of two workers holds the one run: first that one, then the other.
    async fn holder(&self, workers: [(Program, String); 2]) -> [(Program, String); 2] {
        let owner = "select lease_owner from operation_runs where status = 'running' and lease_owner is not null";
        let holds = eventually("one of them to hold it", async || texts(&self.store, owner).await.pop()).await;
        let [a, b] = workers;
        if a.1 == holds { [a, b] } else { [b, a] }
    }

    /// Freezes a worker while it holds no lock in the database: what it holds there, others wait for.
    async fn freeze(&self, worker: &Program) {
        const IN_TRANSACTION: &str = "select count(*) from pg_stat_activity
            where datname = current_database() and clock_timestamp() - xact_start > interval '300 milliseconds'";
        let mut looks = 0;
        worker.signal(Signal::Stop).await;
        eventually("the worker to be caught between two transactions", async || {
            looks += 1;
            if looks < 30 {
                return None;
            }
            if number(&self.store, IN_TRANSACTION).await == 0 {
                return Some(());
            }
            worker.signal(Signal::Continue).await;
            looks = 0;
            worker.signal(Signal::Stop).await;
            None
        })
        .await;
    }

    /// Ends everything and removes the database.
    pub(crate) async fn remove(mut self, workers: impl IntoIterator<Item = Program>) {
        for mut worker in workers {
            worker.kill().await;
        }
        self.serve.kill().await;
        self.store.close().await;
        self.place.remove().await;
    }
}

/// The timeline of a run whose worker was lost. A lease of a second may run out once more on a machine that has other things to do;
/// the run then changes hands again, but it never ends twice.
async fn taken_over_once(store: &Store) -> Vec<String> {
    let codes = texts(store, CODES).await;
    assert_eq!(codes[..3], ["claimed", "lease_lost", "claimed"], "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "completed").count(), 1, "{codes:?}");
    assert_eq!(codes.last().map(String::as_str), Some("completed"), "{codes:?}");
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_share_the_queue() {
    let arguments = ["sim", "--policies", "90", "--latency-ms", "150", "--seed", "5"];
    let sim = Program::start(binary(), &arguments, &[]);
    let graph = sim.ready().await;
    let said = async |what: &'static str| sim.line(what, |line| Some(line.strip_prefix(what)?.trim().to_owned())).await;
    let id: EntraTenantId = said("Tenant:").await.parse().unwrap();
    let app = graph_sim::AppRegistration::new(said("Client id:").await, said("Client secret:").await);
    let site = Site::at(&graph, LONG).await;
    let tenant = site.place.add_tenant_with("Contoso", id, &app).await;
    let workers = [site.worker("1").await, site.worker("1").await];
    let mut runs = Vec::new();
    for selection in [
        &["settings_catalog_policy", "scope_tag"][..],
        &["device_configuration", "compliance_policy"],
        &["administrative_template", "conditional_access_policy"],
        &["device_management_script", "assignment_filter"],
        &["endpoint_security_policy", "named_location"],
        &["mobile_app", "notification_template"],
    ] {
        runs.push(sync_types(&site.owner, tenant, selection).await);
    }
    for run in &runs {
        assert_eq!(ended(&site.owner, run).await, "Completed Succeeded");
    }
    let claims = texts(&site.store, CLAIMS).await;
    let shares = workers.each_ref().map(|(_, name)| claims.iter().filter(|claim| claim.contains(name.as_str())).count());
    assert!(shares.iter().all(|share| *share > 0), "one of them did nothing: {shares:?}");
    assert_eq!(shares.iter().sum::<usize>(), runs.len(), "each run was claimed once: {claims:?}");
    println!("{} runs, shared {} : {}", runs.len(), shares[0], shares[1]);
    site.remove(workers.map(|(worker, _)| worker)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_is_replaced_and_the_run_completes_whole() {
    let graph = Tenants::invented(1, 120).await;
    let site = Site::at(graph.base(), SHORT).await;
    let tenant = site.place.add_tenant("Contoso", graph.ids[0]).await;
    let workers = [site.worker("2").await, site.worker("2").await];
    let hang = graph.sim.inject(Fault::new(Effect::Hang).on(LATE).times(1));
    let run = sync_now(&site.owner, tenant).await;
    eventually("the run to be in the middle", async || (graph.sim.times_applied(hang) > 0).then_some(())).await;
    let [(mut victim, _), (other, heir)] = site.holder(workers).await;
    victim.kill().await;
    assert_eq!(ended(&site.owner, &run).await, "Completed Succeeded");
    assert_whole(&site.store, graph.objects()).await;
    let codes = taken_over_once(&site.store).await;
    let claims = texts(&site.store, CLAIMS).await;
    assert!(claims.last().unwrap().contains(&heir), "{claims:?}");
    assert_no_secret(&victim.said());
    assert_no_secret(&other.said());
    println!("kill -9 mid-run: {codes:?}; {} objects, none twice", graph.objects());
    site.remove([other]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_while_it_captures_leaves_a_set_that_is_visibly_unfinished_until_another_seals_it() {
    let graph = Tenants::invented(1, 120).await;
    let site = Site::at(graph.base(), SHORT).await;
    let tenant = site.place.add_tenant("Contoso", graph.ids[0]).await;
    let workers = [site.worker("2").await, site.worker("2").await];
    let hang = graph.sim.inject(Fault::new(Effect::Hang).on(LATE).times(1));
    let list = pages::href::backups(tenant);
    let form = site.owner.page(&pages::href::new_backup(tenant)).await;
    let token = form.form(&list).field("csrf").unwrap().to_owned();
    let fields = [("csrf", token.as_str()), ("what", "all")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(site.owner.post(&list, &fields).await.status, 303);
    eventually("the run to be in the middle", async || (graph.sim.times_applied(hang) > 0).then_some(())).await;
    const SETS: &str = "select status || ' ' || items || ' ' || (select count(*) from backup_set_items) from backup_sets";
    assert_eq!(texts(&site.store, SETS).await, ["capturing 0 0"]);
    let [(mut victim, _), (other, _)] = site.holder(workers).await;
    victim.kill().await;
    assert_eq!(texts(&site.store, SETS).await, ["capturing 0 0"], "nothing of it looks whole");
    assert!(site.owner.page(&list).await.body.contains("Capturing"));
    eventually("another worker to seal it", async || (texts(&site.store, SETS).await != ["capturing 0 0"]).then_some(())).await;
    let whole = format!("complete {0} {0}", graph.objects());
    assert_eq!(texts(&site.store, SETS).await, [whole], "one set, with everything");
    let ended = "select status from operation_runs where status = 'completed'";
    eventually("the run to end", async || texts(&site.store, ended).await.pop()).await;
    taken_over_once(&site.store).await;
    site.remove([other]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_asked_to_go_hands_its_run_back() {
    let graph = Tenants::invented(1, 60).await;
    let site = Site::at(graph.base(), LONG).await;
    let tenant = site.place.add_tenant("Contoso", graph.ids[0]).await;
    let (mut worker, _) = site.worker("2").await;
    let hang = graph.sim.inject(Fault::new(Effect::Hang).on(LATE).times(1));
    let run = sync_now(&site.owner, tenant).await;
    eventually("the run to be in the middle", async || (graph.sim.times_applied(hang) > 0).then_some(())).await;
    worker.signal(Signal::Terminate).await;
    let begun = std::time::Instant::now();
    assert_eq!(worker.ended().await.code, Some(0));
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(10), "it waited for a request that hangs: {took:?}");
    assert_eq!(number(&site.store, "select count(*) from operation_runs where status = 'queued'").await, 1);
    let (next, _) = site.worker("2").await;
    assert_eq!(ended(&site.owner, &run).await, "Completed Succeeded");
    assert_whole(&site.store, graph.objects()).await;
    let codes = texts(&site.store, CODES).await;
    assert_eq!(codes, ["claimed", "handed_back", "claimed", "completed"]);
    println!("SIGTERM mid-run: exit 0 after {took:?}; {codes:?}");
    site.remove([next]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_worker_that_wakes_up_writes_nothing() {
    let graph = Tenants::invented(1, 120).await;
    let site = Site::at(graph.base(), SHORT).await;
    let tenant = site.place.add_tenant("Contoso", graph.ids[0]).await;
    let workers = [site.worker("2").await, site.worker("2").await];
    // Frozen while a list arrives: when it wakes up, there is something to be written.
    let slow = graph.sim.inject(Fault::new(Effect::SlowBody { pause_ms: 10 }).on(MIDDLE).times(1));
    let run = sync_now(&site.owner, tenant).await;
    eventually("the run to be in the middle", async || (graph.sim.times_applied(slow) > 0).then_some(())).await;
    let [(zombie, sleeper), (mut other, heir)] = site.holder(workers).await;
    site.freeze(&zombie).await;
    assert_eq!(ended(&site.owner, &run).await, "Completed Succeeded");
    assert_whole(&site.store, graph.objects()).await;
    let rows = "select concat_ws(' ', status, outcome, attempt, lease_token, updated_at, summary_counts) from operation_runs";
    let events = "select count(*) from operation_run_events";
    let items = "select md5(string_agg(t::text, ',' order by id)) from inventory_items t";
    let before = (texts(&site.store, rows).await, number(&site.store, events).await, texts(&site.store, items).await);
    zombie.signal(Signal::Continue).await;
    zombie.log_line("that its lease was lost", |line| line.contains("lease was lost").then_some(())).await;
    rises(&watcher(&zombie).await, "leases_lost_total{type=\"inventory_sync\"}").await;
    rises(&watcher(&other).await, "runs_rescued_total{kind=\"requeued\"}").await;
    let after = (texts(&site.store, rows).await, number(&site.store, events).await, texts(&site.store, items).await);
    assert_eq!(before, after, "the woken worker wrote something");
    let codes = taken_over_once(&site.store).await;
    let claims = texts(&site.store, CLAIMS).await;
    assert!(claims[0].contains(&sleeper) && claims.last().unwrap().contains(&heir), "{claims:?}");

    // What was frozen is as good as new.
    other.kill().await;
    let again = sync_now(&site.owner, tenant).await;
    assert_eq!(ended(&site.owner, &again).await, "Completed Succeeded");
    assert!(texts(&site.store, CLAIMS).await.last().unwrap().contains(&sleeper));
    println!("SIGSTOP past the lease, SIGCONT: {codes:?}, no row changed by the woken worker");
    site.remove([zombie]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_verified_again_while_a_stopped_worker_holds_the_first_check() {
    let graph = Tenants::invented(1, 30).await;
    // The lease is no help: it lasts longer than the test.
    let site = Site::at(graph.base(), LONG).await;
    let tenant = site.place.add_tenant("Contoso", graph.ids[0]).await;
    let check = pages::href::connection_check(tenant);
    let workers = [site.worker("2").await, site.worker("2").await];
    let hang = graph.sim.inject(Fault::new(Effect::Hang).on(LATE).times(1));
    let first = press(&site.owner, &check).await;
    eventually("the check to be in the middle", async || (graph.sim.times_applied(hang) > 0).then_some(())).await;
    let [(zombie, sleeper), (other, heir)] = site.holder(workers).await;
    site.freeze(&zombie).await;

    let second = press(&site.owner, &check).await;
    assert_ne!(first, second, "a new run took the place of the one that hangs");
    assert_eq!(ended(&site.owner, &second).await, "Completed Succeeded");
    assert_eq!(ended(&site.owner, &first).await, "Completed Cancelled");
    let claims = texts(&site.store, CLAIMS).await;
    assert!(claims[0].contains(&sleeper) && claims.last().unwrap().contains(&heir), "{claims:?}");
    let page = site.owner.page(&check).await;
    assert!(testkit::html::text(&page.body).contains("The connection works"), "the report of the second check is shown");

    // The worker that slept wakes up, and writes nothing any more.
    let rows = "select concat_ws(' ', id, status, outcome, reason_code, lease_token, updated_at) from operation_runs order by id";
    let reports = "select count(*) from connection_checks";
    let before = (texts(&site.store, rows).await, number(&site.store, reports).await);
    assert_eq!(before.1, 1, "the check that was superseded left no report");
    zombie.signal(Signal::Continue).await;
    zombie.log_line("that its lease was lost", |line| line.contains("lease was lost").then_some(())).await;
    assert_eq!(before, (texts(&site.store, rows).await, number(&site.store, reports).await));
    site.remove([zombie, other]).await;
}

/// Presses the button of the check and gives the run that it led to.
async fn press(browser: &Browserless, check: &str) -> String {
    let form = browser.page(check).await.form(check);
    let answer = browser.submit(&form).await;
    let page = browser.follow(&answer).await;
    crate::installation::view_run(&page).expect("a link to the run")
}
