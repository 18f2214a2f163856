//! Backups into a Git folder, read by the program `git`, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use graph_sim::{AuditActor, Effect, Fault, Size};
use model::access::can;
use model::backup::{BackupSet, BackupStatus, Selection};
use model::json::Json;
use model::operations::{Operation, audit_events_sync, backup_set_capture};
use model::run::{Outcome, Run, RunRequest, Status, Trigger};
use model::settings::Key;
use ops::WorkerOptions;
use store::NewChoice;
use store::runs::RunFilter;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both, start_of_time};
use testkit::world::World;

const POLICIES: &str = "settings_catalog_policy";
const HOUR: Duration = Duration::from_secs(3600);

struct Place<'a> {
    t: &'a TestStore,
    world: World,
    graph: TestGraph,
    root: tempfile::TempDir,
}

impl<'a> Place<'a> {
    async fn of(t: &'a TestStore) -> Self {
        let world = World::build(&t.store, &t.operator).await;
        let state = graph_sim::generate(7, Size { policies: 30, groups: 5 }, start_of_time());
        let graph = TestGraph::serving_at(&world, state, Arc::clone(&t.clock) as _).await;
        Self { t, world, graph, root: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join(self.world.workspace.to_string()).join("contoso")
    }

    async fn choose(&self, choices: &[(Key, &str)]) {
        let permit = self.world.tenant_scope(&self.world.owner).await.permit().unwrap();
        let new: Vec<NewChoice> = choices
            .iter()
            .map(|(key, text)| NewChoice { key: *key, value: Some(key.parse(text).unwrap()), revision: 0 })
            .collect();
        self.t.store.settings().save_tenant(&permit, &new).await.unwrap();
    }

    async fn work_with(&self, options: WorkerOptions) -> usize {
        let options = WorkerOptions { retry_base: Duration::ZERO, ..options };
        self.graph.worker_with(&self.t.store, options).run_queue_now().await.unwrap()
    }

    async fn work(&self) -> usize {
        let mirror_folder = Some(self.root.path().to_owned());
        self.work_with(WorkerOptions { mirror_folder, ..WorkerOptions::default() }).await
    }

    async fn start(&self, request: &RunRequest) {
        let scope = self.world.tenant_scope(&self.world.owner).await;
        match request.operation() {
            Operation::AuditEventsSync => {
                let permit = scope.permit::<can::DriftRun>().unwrap();
                self.t.store.runs().start(&permit, request, Trigger::Manual).await.unwrap();
            }
            _ => {
                let permit = scope.permit::<can::BackupsRun>().unwrap();
                self.t.store.runs().start(&permit, request, Trigger::Manual).await.unwrap();
            }
        }
    }

    /// Captures the policies, and does what follows.
    async fn backup(&self) -> BackupSet {
        let selection = Selection::of_types([POLICIES]).unwrap();
        self.start(&backup_set_capture::Arguments::of(selection).request(self.world.tenant)).await;
        self.work().await;
        self.set().await
    }

    /// The newest set.
    async fn set(&self) -> BackupSet {
        let scope = self.world.tenant_scope(&self.world.owner).await;
        self.t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0)
    }

    /// Runs of the mirror, newest first.
    async fn mirrors(&self) -> Vec<Run> {
        let scope = self.world.workspace_scope(&self.world.owner).await;
        let filter = RunFilter { type_code: Some(Operation::BackupSetMirror.code().to_owned()), ..RunFilter::default() };
        self.t.store.runs().list(&scope, &filter, None, 50).await.unwrap().page.rows
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.folder(), arguments)
    }

    fn policy(&self) -> (String, Json) {
        let id = self.graph.sim.read_state(self.graph.tenant, |state| state.ids(POLICIES)).unwrap()[0].clone();
        let policy = self.graph.sim.read_state(self.graph.tenant, |state| state.object(POLICIES, &id)).unwrap().unwrap();
        (id, policy)
    }

    fn change(&self, text: &str) {
        let (_, mut policy) = self.policy();
        policy.set("description", Json::text(text));
        self.graph.sim.put_object(self.graph.tenant, POLICIES, policy).unwrap().unwrap();
    }
}

/// What git says, without anybody's settings.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .current_dir(folder)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim_end().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_backup_becomes_a_commit_and_what_is_gone_goes_only_with_a_whole_list() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t).await;
        place.backup().await;
        assert!(place.mirrors().await.is_empty() && place.set().await.mirrored.is_none(), "nobody wants a mirror");
        place.choose(&[(Key::MirrorFolder, "contoso")]).await;
        t.clock.advance(HOUR);
        let first = place.backup().await;
        let run = place.mirrors().await.remove(0);
        assert_eq!((run.outcome, run.trigger, run.user_id), (Outcome::Succeeded, Trigger::FollowUp, None), "{:?}", run.failures);
        assert_eq!(run.caused_by_run_id, first.run_id);
        let mirrored = first.mirrored.clone().unwrap();
        assert_eq!((mirrored.commit, mirrored.run_id), (place.git(&["rev-parse", "HEAD"]), Some(run.id)));
        assert_eq!(place.git(&["status", "--porcelain"]), "");
        assert_eq!(place.git(&["fsck", "--strict"]), "");
        let files = place.git(&["ls-files"]);
        // The list of objects is a file more.
        assert_eq!(i64::try_from(files.lines().count()).unwrap(), first.items + 1);

        // One changes, one goes: the same file, and one less.
        t.clock.advance(HOUR);
        place.change("changed");
        let gone = place.graph.sim.read_state(place.graph.tenant, |state| state.ids(POLICIES)).unwrap()[1].clone();
        assert!(place.graph.sim.remove_object(place.graph.tenant, POLICIES, &gone).unwrap());
        let second = place.backup().await;
        assert_eq!(place.git(&["diff", "--name-status", "HEAD^", "HEAD"]).matches("M\tsettings_catalog_policy/").count(), 1);
        assert_eq!(place.git(&["diff", "--diff-filter=D", "--name-only", "HEAD^", "HEAD"]).lines().count(), 1);
        assert_eq!(place.git(&["log", "-1", "--format=%an|%s"]), format!("TenantAtlas|{}", second.name));
        assert_eq!(place.git(&["log", "-1", "--format=%(trailers:key=Backup-Set,valueonly)"]), second.id.to_string());

        // A list that is refused takes nothing away.
        t.clock.advance(HOUR);
        place.graph.sim.inject(Fault::new(Effect::Forbidden).on("/beta/deviceManagement/configurationPolicies"));
        let partial = place.backup().await;
        assert_eq!(partial.status, BackupStatus::Partial);
        assert_eq!(place.git(&["diff", "--name-only", "HEAD^", "HEAD"]), "tenantatlas.json");
        assert_eq!(place.git(&["rev-list", "--count", "HEAD"]), "3");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_waits_for_the_audit_log_is_by_whoever_changed_it() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t).await;
        let events = audit_events_sync::request(place.world.tenant);
        place.choose(&[(Key::MirrorFolder, "contoso"), (Key::MirrorAuthors, "wait")]).await;
        // Nobody reads the audit log of this tenant yet: there is nothing to wait for.
        place.backup().await;
        assert_eq!(place.mirrors().await[0].outcome, Outcome::Succeeded);
        place.start(&events).await;
        place.work().await;
        t.clock.advance(HOUR);
        place.graph.sim.act_as(AuditActor::Person { name: "ann@contoso.com".to_owned(), app: "Intune portal".to_owned() });
        place.change("by Ann");
        t.clock.advance(HOUR);
        let set = place.backup().await;
        assert_eq!((place.mirrors().await[0].status, set.mirrored), (Status::Queued, None), "the log is not read that far");
        // The set after it waits its turn.
        t.clock.advance(Duration::from_secs(60));
        place.backup().await;
        assert_eq!(place.git(&["rev-list", "--count", "HEAD"]), "1");
        t.clock.advance(2 * HOUR);
        place.start(&events).await;
        place.work().await;
        for _ in 0..2 {
            t.clock.advance(HOUR);
            place.work().await;
        }
        let told = place.git(&["log", "--reverse", "--format=%an <%ae>|%(trailers:key=Backup-Set,valueonly,separator=)"]);
        let told: Vec<&str> = told.lines().collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("TenantAtlas <") && told[2].starts_with("TenantAtlas <"), "{told:?}");
        assert_eq!(told[1], format!("ann@contoso.com <ann@contoso.com>|{}", set.id));
        assert!(place.git(&["show", "HEAD^"]).contains("by Ann"));

        // Of a log that is not read any more nothing is expected after a day.
        t.clock.advance(HOUR);
        place.change("by somebody");
        place.backup().await;
        for _ in 0..2 {
            t.clock.advance(13 * HOUR);
            place.work().await;
        }
        assert_eq!(place.git(&["log", "-1", "--format=%an"]), "TenantAtlas");
        assert_eq!(place.git(&["rev-list", "--count", "HEAD"]), "4");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_used_is_left_alone_and_the_run_says_why() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t).await;
        place.choose(&[(Key::MirrorFolder, "contoso")]).await;
        std::fs::create_dir_all(place.folder()).unwrap();
        std::fs::write(place.folder().join("notes.txt"), "mine").unwrap();
        let set = place.backup().await;
        let run = place.mirrors().await.remove(0);
        assert_eq!((run.outcome, run.reason_code.as_deref()), (Outcome::Failed, Some("mirror.refused")));
        assert_eq!((set.status, set.mirrored), (BackupStatus::Complete, None), "the backup is as good as ever");
        assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 1);
        let said = t.texts("select message from operation_run_events where code = 'mirror_refused'").await;
        assert!(said[0].starts_with("Refused: the folder is not empty"), "{said:?}");

        // Without a folder on this server nothing is written anywhere.
        t.clock.advance(HOUR);
        place
            .start(&backup_set_capture::Arguments::of(Selection::of_types([POLICIES]).unwrap()).request(place.world.tenant))
            .await;
        assert_eq!(place.work_with(WorkerOptions::default()).await, 2);
        assert_eq!(place.mirrors().await[0].reason_code.as_deref(), Some("mirror.not_configured"));

        // With the folder put right the latest can be repeated: it becomes the first commit.
        std::fs::remove_file(place.folder().join("notes.txt")).unwrap();
        let again = place.mirrors().await[0].clone();
        let request = Operation::BackupSetMirror.again(&again, None).unwrap();
        place.start(&request).await;
        assert_eq!(place.work().await, 1);
        assert_eq!(
            place.git(&["log", "--format=%(trailers:key=Backup-Set,valueonly,separator=)"]),
            place.set().await.id.to_string()
        );
        // An older one would take contents back in time.
        let older = place.mirrors().await.pop().unwrap();
        place.start(&Operation::BackupSetMirror.again(&older, None).unwrap()).await;
        assert_eq!(place.work().await, 1);
        assert_eq!(
            (place.mirrors().await[0].outcome, place.git(&["rev-list", "--count", "HEAD"]).as_str()),
            (Outcome::Succeeded, "1")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_that_was_taken_back_or_whose_set_was_removed_does_nothing() {
    const CAPTURE: &[Operation] = &[Operation::BackupSetCapture];
    on_both(async |t: TestStore| {
        let place = Place::of(&t).await;
        place.choose(&[(Key::MirrorFolder, "contoso")]).await;
        let request = backup_set_capture::Arguments::of(Selection::of_types([POLICIES]).unwrap()).request(place.world.tenant);
        for _ in 0..2 {
            t.clock.advance(HOUR);
            place.start(&request).await;
            assert_eq!(place.work_with(WorkerOptions { types: CAPTURE, ..WorkerOptions::default() }).await, 1);
        }
        t.execute(&format!("delete from backup_sets where id = {}", t.literal(place.set().await.id.uuid()))).await;
        let permit = place.world.tenant_scope(&place.world.owner).await.permit().unwrap();
        t.store.settings().save_tenant(&permit, &[NewChoice { key: Key::MirrorFolder, value: None, revision: 1 }]).await.unwrap();
        assert_eq!(place.work().await, 2);
        let told: Vec<_> = place.mirrors().await.into_iter().map(|run| (run.outcome, run.reason_code)).collect();
        assert_eq!(told, [(Outcome::Failed, Some("backup.gone".to_owned())), (Outcome::Succeeded, None)]);
        assert!(!place.folder().exists());
    })
    .await;
}
