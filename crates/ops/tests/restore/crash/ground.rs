//! What a plan is carried out on: a database with a restore that is confirmed and that nobody works on yet, and the tenant. Each restore
//! that is killed has copies of both.

use std::sync::Arc;
use std::time::Instant;

use graph_sim::{Size, TenantState, generate};
use model::ids::{RestoreId, RunId};
use model::json::Json;
use model::restore::{Action, Hindrance, Source};
use store::{Backend, Options, RestoreItem, Store};
use tempfile::TempDir;
use testkit::graph::TestGraph;
use testkit::stores::start_of_time;
use testkit::world::World;

use super::scene::{Blow, Scene};
use super::worker;
use crate::help::*;
use crate::journey::of_types;
use crate::portrait::{Portrait, portrait};

const FILTER: &str = "assignment_filter";
const CATALOG: &str = "settings_catalog_policy";
const COMPLIANCE: &str = "compliance_policy";
const CONFIGURATION: &str = "device_configuration";
const TYPES: [&str; 4] = [FILTER, CATALOG, COMPLIANCE, CONFIGURATION];

/// It, and what a restore that nobody kills makes of it.
pub(crate) struct Ground {
    pub(crate) backend: Backend,
    pub(crate) url: String,
    pub(crate) world: World,
    pub(crate) state: TenantState,
    pub(crate) restore: RestoreId,
    pub(crate) run: RunId,
    /// Items that are written.
    pub(crate) writes: usize,
    /// Before the plan is carried out, and after it.
    pub(crate) before: Portrait,
    pub(crate) wanted: Portrait,
    /// Commits that are counted of a worker whom nobody kills, and its requests by POST, parts of batches among them.
    pub(crate) commits: u64,
    pub(crate) posts: usize,
    folder: TempDir,
}

/// Six objects: two that belong together and one more were removed, two were changed, one is too many.
fn little(graph: &TestGraph) {
    let mut catalog = ids(graph, CATALOG).into_iter();
    let (gone, changed) = (catalog.next().unwrap(), catalog.next().unwrap());
    let mut more = object(graph, CATALOG, &catalog.next().unwrap());
    let used = object(graph, CATALOG, &gone)
        .get("assignments")
        .and_then(Json::as_array)
        .and_then(|all| all.first()?.at(&["target", FILTER_ID])?.as_str().map(str::to_owned));
    for (key, id) in [(CATALOG, gone), (FILTER, used.unwrap()), (COMPLIANCE, ids(graph, COMPLIANCE).into_iter().next().unwrap())]
    {
        assert!(graph.sim.remove_object(graph.tenant, key, &id).unwrap());
    }
    for (key, id) in [(CATALOG, changed), (CONFIGURATION, ids(graph, CONFIGURATION).into_iter().next().unwrap())] {
        describe(graph, key, &id);
    }
    more.remove("id");
    more.set("name", Json::text("One too many"));
    graph.sim.put_object(graph.tenant, CATALOG, more).unwrap().unwrap();
}

const FILTER_ID: &str = "deviceAndAppManagementAssignmentFilterId";

fn describe(graph: &TestGraph, key: &'static str, id: &str) {
    let mut other = object(graph, key, id);
    other.set("description", Json::text("changed by hand"));
    put(graph, key, other);
}

/// A filter that only one policy uses.
fn with_a_filter_of_its_own(graph: &TestGraph) {
    let mut filter = object(graph, FILTER, &ids(graph, FILTER).into_iter().next().unwrap());
    filter.remove("id");
    filter.set("displayName", Json::text("Only one policy uses it"));
    let filter = graph.sim.put_object(graph.tenant, FILTER, filter).unwrap().unwrap();
    let id = ids(graph, CATALOG).into_iter().next().unwrap();
    let mut policy = object(graph, CATALOG, &id);
    let target = Json::from([
        ("@odata.type", Json::text("#microsoft.graph.allDevicesAssignmentTarget")),
        (FILTER_ID, Json::text(filter)),
        ("deviceAndAppManagementAssignmentFilterType", Json::text("include")),
    ]);
    policy.set("assignments", Json::Array(vec![Json::from([("id", Json::text(format!("{id}_all"))), ("target", target)])]));
    put(graph, CATALOG, policy);
}

/// More than two hundred: every second one was changed, the others were removed, filters among them.
fn much(graph: &TestGraph) {
    for key in TYPES {
        for (at, id) in ids(graph, key).into_iter().enumerate() {
            if at % 2 == 0 {
                graph.sim.remove_object(graph.tenant, key, &id).unwrap();
            } else {
                describe(graph, key, &id);
            }
        }
    }
}

impl Ground {
    /// Six items, one of them a removal.
    pub(crate) async fn small(backend: Backend) -> Self {
        Self::lay(backend, Size { policies: 60, groups: 4 }, with_a_filter_of_its_own, little, true).await
    }

    /// Two hundred items and some.
    pub(crate) async fn large(backend: Backend) -> Self {
        Self::lay(backend, Size { policies: 400, groups: 6 }, |_| {}, much, false).await
    }

    async fn lay(backend: Backend, size: Size, first: fn(&TestGraph), then: fn(&TestGraph), prune: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let url = empty(backend, &folder).await;
        let made = Store::open(&url, testkit::stores::options(None)).await.unwrap();
        let world = World::build(&made.store, &Arc::new(made.operator)).await;
        let graph = TestGraph::serving(&world, generate(7, size, start_of_time())).await;
        first(&graph);
        directory(&world, &graph).await;
        let set = backup(&world, &graph, &TYPES).await;
        then(&graph);
        let draft = checked(&world, &Source::BackupSet { set: set.id }, &of_types(&TYPES)).await;
        if prune {
            let (permit, scope, store) = (permit(&world).await, scope(&world).await, world.store.restores());
            let revision = store.set_prune(&permit, draft.id, draft.revision, true).await.unwrap();
            store.check(&permit, &scope, draft.id, revision).await.unwrap();
        }
        let (run, restore) = preview(&world, &graph, draft.id).await;
        assert!(restore.plan_hash.is_some(), "{:?}", run.failures);
        let planned = items(&world, restore.id).await;
        let writes = planned.iter().filter(|item| item.action.is_some_and(Action::writes)).count();
        // What holds a secret is made anew only by who knows it.
        let said = |item: &&RestoreItem| item.action == Some(Action::Skip) && item.hindrance != Some(Hindrance::SecretMissing);
        let skipped: Vec<_> = planned.iter().filter(said).map(|item| (&item.name, item.hindrance)).collect();
        assert!(skipped.is_empty(), "{skipped:?}");
        let run = confirm(&world, restore.id).await.id;
        let (before, state) = (portrait(&graph), graph.sim.read_state(graph.tenant, Clone::clone).unwrap());
        made.store.close().await;
        let wanted = before.clone();
        let restore = restore.id;
        let mut ground = Self { backend, url, world, state, restore, run, writes, before, wanted, commits: 0, posts: 0, folder };
        ground.unkilled().await;
        assert_eq!(ground.survives(&[]).await, 0);
        ground
    }

    /// Lets a worker carry it out whom nobody kills.
    async fn unkilled(&mut self) {
        let scene = Scene::on(self).await;
        let first = store::testing::commits(worker::counted());
        scene.goes_on().await;
        let (commits, posts, wanted) =
            (store::testing::commits(worker::counted()) - first, scene.posts(), portrait(&scene.graph));
        scene.remove().await;
        (self.commits, self.posts, self.wanted) = (commits, posts, wanted);
    }

    /// Carries it out while these blows fall, one worker after the other; how many did before the plan was done.
    pub(crate) async fn survives(&self, blows: &[Blow]) -> usize {
        let begun = Instant::now();
        let scene = Scene::on(self).await;
        let ready = begun.elapsed();
        let mut fell = 0;
        for blow in blows {
            if !scene.falls(*blow).await {
                break;
            }
            fell += 1;
            scene.taken_back().await;
        }
        let killed = begun.elapsed();
        scene.goes_on().await;
        let over = begun.elapsed();
        scene.judge(&format!("{blows:?} on {:?}", self.backend)).await;
        scene.remove().await;
        eprintln!(
            "{blows:?}: {fell} fell; ready, killed, over, judged after {ready:.1?}, {killed:.1?}, {over:.1?}, {:.1?}",
            begun.elapsed()
        );
        fell
    }

    pub(crate) async fn remove(self) {
        drop_copy(self.backend, &self.url).await;
        drop(self.folder);
    }
}

/// An empty database, in that folder where it is a file.
pub(super) async fn empty(backend: Backend, folder: &TempDir) -> String {
    match backend {
        Backend::Sqlite => format!("sqlite:{}", folder.path().join("ground.db").display()),
        Backend::Postgres => store::testing::create_migrated_database(testkit::postgres::server().await.unwrap()).await.unwrap(),
    }
}

/// A copy of a database that nobody has open, in that folder where it is a file.
pub(super) async fn copy(backend: Backend, url: &str, folder: &TempDir) -> String {
    match backend {
        Backend::Sqlite => {
            let file = folder.path().join("killed.db");
            std::fs::copy(url.trim_start_matches("sqlite:"), &file).unwrap();
            format!("sqlite:{}", file.display())
        }
        Backend::Postgres => store::testing::copy_database(testkit::postgres::server().await.unwrap(), url).await.unwrap(),
    }
}

/// Removes a database that is no file in a folder.
pub(crate) async fn drop_copy(backend: Backend, url: &str) {
    if backend == Backend::Postgres {
        store::testing::drop_database(testkit::postgres::server().await.unwrap(), url).await.unwrap();
    }
}

/// The options of whoever looks on.
pub(crate) fn looking_on() -> Options {
    Options { exclusive: false, migrate: false, ..testkit::stores::options(None) }
}
