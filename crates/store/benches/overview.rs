//! How long what the page of the overview asks of the database takes with 1,000 tenants, on both: each with 5,000 items of which 25 are
//! missing, a complete reading of every type, 30 backups, 10 drills, 60 findings, 5 checks of its connection, 60 runs of the last days, two
//! tags and a group; in every order, narrowed to every trouble, by text, tag and group, and turning pages.
//!
//! `cargo xtask postgres` prints the URL to set; then `cargo bench -p store --bench overview`. Prints p50 and p99 in milliseconds, and the
//! worst of them in the end. Tenants and items can be made fewer with `TENANTATLAS_TENANTS` and `TENANTATLAS_ITEMS`.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]

use std::time::{Duration, Instant};

use model::finding::Severity;
use model::ids::TenantId;
use model::overview::{OverviewFilter, OverviewSort, RUNS_WITHIN, Trouble};
use model::resource_types;
use model::time::Moment;
use store::access::WorkspaceScope;
use store::runs::{RunFilter, RunTab};
use store::{Backend, Effort, TypeList};
use testkit::stores::{TestStore, on};
use testkit::world::{self, World};

const ROWS: u32 = 50;
const GROUPS: u64 = 20;
const CALLS: usize = 300;
const HOUR: u64 = 3_600;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        runtime.block_on(on(backend, false, &|t| async move { measure(&t).await }));
    }
}

/// How many there are: as the variable says, or so many.
fn many(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn tenants() -> u64 {
    many("TENANTATLAS_TENANTS", 1_000)
}

fn items() -> u64 {
    many("TENANTATLAS_ITEMS", 5_000)
}

/// What every row of a tenant begins with, and how this database writes things.
struct Filler<'a> {
    t: &'a TestStore,
    workspace: String,
    tenant: String,
    number: u64,
    now: Moment,
}

impl Filler<'_> {
    fn id(&self) -> String {
        self.t.literal(model::ids::RunId::generate().uuid())
    }

    fn ago(&self, hours: u64) -> String {
        format!("'{}'", self.now.minus(Duration::from_secs(hours * HOUR)).to_fixed_text())
    }

    async fn insert(&self, columns: &str, rows: impl Iterator<Item = String>) {
        let rows: Vec<String> = rows.collect();
        self.t.execute(&format!("insert into {columns} values {}", rows.join(", "))).await;
    }

    async fn fill(&self, group: &str) {
        let Self { workspace, tenant, number, .. } = self;
        let yes = if self.t.store.backend() == Backend::Postgres { "true" } else { "1" };
        let kept = resource_types::all().iter().filter(|kind| kind.in_inventory()).map(|kind| kind.key.as_str());
        let read = self.ago(number % 120);
        self.insert(
            "inventory_coverage (tenant_id, resource_type, workspace_id, complete_from, complete_at, complete_clean, objects, pages,
               attempted_at, state)",
            kept.map(|key| format!("({tenant}, '{key}', {workspace}, {read}, {read}, {yes}, 80, 1, {read}, 'complete')")),
        )
        .await;
        let no = if yes == "1" { "0" } else { "false" };
        // Without the row it would be worked out of the coverage, as after an upgrade that keeps other types.
        self.t.execute(&format!("insert into tenant_inventories select {tenant}, {workspace}, (select min(kept_types) from tenant_inventories), {read}, {}", items())).await;
        self.insert(
            "backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, created_by_name, started_at, completed_at, items,
               bytes, missing, left_out, pinned)",
            (0..30).map(|day| {
                let at = self.ago(day * 24 + number % 240);
                let status = if (number + day) % 7 == 0 { "partial" } else { "complete" };
                format!("({}, {workspace}, {tenant}, 'n', '{status}', '{{}}', 'Everything', '', {at}, {at}, 1, 1, 0, 0, {no})", self.id())
            }),
        )
        .await;
        self.insert(
            "restore_drills (id, workspace_id, tenant_id, set_name, taken_at, score, objects, restorable, verified, requests, writes,
               placeholders, takes_ms, drilled_at)",
            (0..10).map(|week| {
                let (at, score) = (self.ago(week * 168), 70 + (number + week) % 31);
                format!("({}, {workspace}, {tenant}, 'n', {at}, {score}, 9, 9, 9, 1, 1, 0, 1, {at})", self.id())
            }),
        )
        .await;
        self.insert(
            "drift_readings (tenant_id, resource_type, workspace_id, compared_at)",
            (0..10).map(|n| format!("({tenant}, 't{n}', {workspace}, {read})")),
        )
        .await;
        self.insert(
            "findings (id, workspace_id, tenant_id, against, fingerprint, resource_type, object_id, name, name_key, kind, property, severity,
               state, evidence, occurrences, first_seen_at, last_seen_at, opened_at, state_at, revision)",
            (0..60).map(|n| {
                let severity = Severity::ALL[usize::try_from((number + n) % 4).unwrap()];
                let state = if n < 30 { "new" } else { "resolved" };
                format!(
                    "({}, {workspace}, {tenant}, 'previous', 'f{n}', 't', 'o{n}', 'n', 'n', 'changed', 'p', '{severity}', '{state}', '{{}}', 1,
                     {read}, {read}, {read}, {read}, 1)",
                    self.id()
                )
            }),
        )
        .await;
        self.insert(
            "connection_checks (id, workspace_id, tenant_id, connection_id, revision, report, worst, made_at)",
            (0..5).map(|day| {
                let worst = ["pass", "pass", "warn", "fail"][usize::try_from(number % 4).unwrap()];
                format!(
                    "({}, {workspace}, {tenant}, (select id from provider_connections where tenant_id = {tenant}), 1, '{{}}', '{worst}', {})",
                    self.id(),
                    self.ago(day * 24)
                )
            }),
        )
        .await;
        let ends = self.now.plus(Duration::from_secs(number % 400 * 24 * HOUR)).to_fixed_text();
        self.t
            .execute(&format!("update provider_connections set credential_expires_at = '{ends}' where tenant_id = {tenant}"))
            .await;
        self.insert(
            "tenant_tags (tenant_id, tag_key, tag, workspace_id)",
            [number % 3, 3 + number % 7].iter().map(|n| format!("({tenant}, 'tag {n}', 'Tag {n}', {workspace})")),
        )
        .await;
        let member = format!("({group}, {tenant}, {workspace})");
        self.insert("tenant_group_members (group_id, tenant_id, workspace_id)", std::iter::once(member)).await;
        self.runs().await;
        self.items().await;
    }

    async fn runs(&self) {
        let Self { workspace, tenant, number, .. } = self;
        self.insert(
            "operation_runs (id, workspace_id, tenant_id, type, status, outcome, run_identity_hash, trigger, initiator_name, summary_counts,
               failure_summary, context, priority, attempt, max_attempts, available_at, lease_token, created_at, started_at, completed_at,
               updated_at)",
            (0..60).map(|n| {
                let at = self.ago(n * 6);
                let outcome = if (number + n) % 12 == 0 { "failed" } else { "succeeded" };
                let hash = if self.t.store.backend() == Backend::Postgres { "'\\x00'" } else { "x'00'" };
                format!(
                    "({}, {workspace}, {tenant}, 'inventory_sync', 'completed', '{outcome}', {hash}, 'manual', '', '{{}}', '[]', '{{}}', 1, 1, 1,
                     {at}, 1, {at}, {at}, {at}, {at})",
                    self.id()
                )
            }),
        )
        .await;
    }

    /// In the order in which a sync writes them: ids ascend, as those of the product do.
    async fn items(&self) {
        let Self { workspace, tenant, number, .. } = self;
        let postgres = self.t.store.backend() == Backend::Postgres;
        let n = format!("{} + i", (number + 1) * 10_000_000);
        let id = if postgres { format!("lpad(to_hex({n}), 32, '0')::uuid") } else { format!("unhex(printf('%032x', {n}))") };
        let (yes, no) = if postgres { ("true", "false") } else { ("1", "0") };
        // In a select of its own a text does not become a time by itself.
        let moment = |text: String| if postgres { format!("{text}::timestamptz") } else { text };
        let (before, at, many) = (moment(self.ago(200)), moment(self.ago(0)), items());
        // Every 200th was not in the latest list.
        let text = format!(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < {many})
             insert into inventory_items (id, workspace_id, tenant_id, resource_type, object_id, name, name_key, platform, content_hash,
               semantic_hash, first_seen_at, last_seen_at, changed_at, latest_version, absent)
             select {id}, {workspace}, {tenant}, 'settings_catalog_policy', 'o' || i, 'Policy ' || i, 'policy ' || i, 'windows', 'h', 'h',
               {before}, case when i % 200 = 0 then {before} else {at} end, {before}, 1, case when i % 200 = 0 then {yes} else {no} end from n"
        );
        self.t.execute(&text).await;
    }
}

async fn filled(t: &TestStore, world: &World) {
    let workspace = t.literal(world.workspace.uuid());
    let bytes = if t.store.backend() == Backend::Postgres { "'\\x00'" } else { "x'00'" };
    let now = t.store.now().await.unwrap();
    let at = now.to_fixed_text();
    t.execute(&format!(
        "insert into blobs (workspace_id, hash, bytes, plain_size, created_at) values ({workspace}, 'h', {bytes}, 1, '{at}')"
    ))
    .await;
    // A sync of one tenant tells how this version writes down since when everything is known.
    let run = world.attempt(&["scope_tag"]).await;
    let effort = Effort { objects: 0, pages: 1, details: 0, requests: 1, took: Duration::ZERO, every_detail: true };
    let list = TypeList { resource_type: "scope_tag", from: now, effort };
    t.store.inventory().types_complete(&run, &[list]).await.unwrap();
    let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
    let mut groups = Vec::new();
    for n in 0..GROUPS {
        groups.push(t.literal(t.store.tenant_groups().create(&permit, &format!("Group {n}")).await.unwrap().uuid()));
    }
    for number in 0..tenants() {
        let name = format!("Customer {:04}", number * 7_919 % tenants());
        let tenant: TenantId = world::tenant(&t.store, &t.operator, world.workspace, &name).await;
        t.store.connections().save(&t.operator, tenant, &world::connection()).await.unwrap();
        let group = &groups[usize::try_from(number % GROUPS).unwrap()];
        Filler { t, workspace: workspace.clone(), tenant: t.literal(tenant.uuid()), number, now }.fill(group).await;
    }
    t.settle().await;
}

/// What the page asks for: the tenants, the latest run of each, what can be chosen of, and what needs attention. Gives the p99.
async fn asked(t: &TestStore, scope: &WorkspaceScope, what: &str, filter: &OverviewFilter) -> Duration {
    let (mut times, mut cursor, mut found) = (Vec::with_capacity(CALLS), None, 0);
    let attention = RunFilter { tab: RunTab::Attention, ..RunFilter::default() };
    for _ in 0..CALLS {
        let began = Instant::now();
        let page = t.store.overview().list(scope, filter, cursor.as_ref(), ROWS).await.unwrap();
        let ids: Vec<TenantId> = page.rows.iter().map(|row| row.tenant.id).collect();
        t.store.runs().latest_of_tenants(scope, &ids).await.unwrap();
        t.store.overview().tags(scope).await.unwrap();
        t.store.tenant_groups().list(scope).await.unwrap();
        let since = Some(t.store.now().await.unwrap().minus(RUNS_WITHIN));
        t.store.runs().list(scope, &RunFilter { since, ..attention.clone() }, None, 5).await.unwrap();
        times.push(began.elapsed());
        found = found.max(page.rows.len());
        cursor = page.next;
    }
    times.sort();
    let (p50, p99) = (times[CALLS / 2 - 1], times[(CALLS * 99).div_ceil(100) - 1]);
    println!("  {what}: p50 {:.1} ms, p99 {:.1} ms ({found} rows)", ms(p50), ms(p99));
    p99
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

async fn measure(t: &TestStore) {
    let world = World::build(&t.store, &t.operator).await;
    let began = Instant::now();
    filled(t, &world).await;
    let (tenants, items, took) = (tenants(), items(), began.elapsed().as_secs_f64());
    println!("{:?}, {tenants} tenants with {items} items each, made in {took:.0} s", t.store.backend());
    let scope = world.workspace_scope(&world.owner).await;
    let any = OverviewFilter::default;
    let sorts = OverviewSort::ALL.iter().map(|sort| (format!("by {sort}"), OverviewFilter { sort: Some(*sort), ..any() }));
    let troubles = Trouble::ALL
        .iter()
        .map(|trouble| (format!("in trouble with {trouble}"), OverviewFilter { trouble: Some(*trouble), ..any() }));
    let group = t.store.tenant_groups().list(&scope).await.unwrap().first().map(|group| group.id);
    let narrowed = [
        ("by text".to_owned(), OverviewFilter { text: Some("00".to_owned()), ..any() }),
        ("by tag".to_owned(), OverviewFilter { tag: Some("Tag 1".to_owned()), ..any() }),
        ("of a group".to_owned(), OverviewFilter { group, ..any() }),
    ];
    let mut worst = Duration::ZERO;
    for (what, filter) in sorts.chain(troubles).chain(narrowed) {
        worst = worst.max(asked(t, &scope, &what, &filter).await);
    }
    println!("  worst p99 {:.1} ms (goal: 100 ms)", ms(worst));
}
