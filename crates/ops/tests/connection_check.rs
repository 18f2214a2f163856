//! Connection check against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use graph_sim::{AppRegistration, Effect, Fault};
use model::access::can;
use model::connection_check::{CheckKey, CheckReport, CheckStatus, GrantSource, Reason};
use model::failure::Code;
use model::resource_types::find;
use model::run::{CountKey, Outcome, Run, Trigger};
use ops::Worker;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::{CANARY_SECRET, World};

async fn check(world: &World, graph: &TestGraph) -> (Run, Option<CheckReport>) {
    check_by(&graph.worker(&world.store), world).await
}

/// The same by a worker that may hold a token already.
async fn check_by(worker: &Worker, world: &World) -> (Run, Option<CheckReport>) {
    let scope = world.tenant_scope(&world.owner).await;
    let permit = scope.permit::<can::ProvidersRun>().unwrap();
    let run = world.store.runs().verify(&permit, true, Trigger::Manual).await.unwrap().run().id;
    assert_eq!(worker.run_queue_now().await.unwrap(), 1);
    let latest = world.store.connection_checks().latest(&scope, 1).await.unwrap().pop();
    (world.run(run).await, latest.filter(|latest| latest.run_id == Some(run)))
}

async fn served(t: &TestStore) -> (World, TestGraph) {
    let world = World::of(t).await;
    let graph = TestGraph::inventing(&world, 20).await;
    (world, graph)
}

fn status(report: &CheckReport, key: &'static str) -> (CheckStatus, Option<String>) {
    let check = report.report.find(&CheckKey::of(key)).unwrap();
    (check.status, check.code.clone())
}

fn of_type<'a>(report: &'a CheckReport, key: &str) -> &'a model::connection_check::Check {
    report.report.find(&CheckKey::of_type(key)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_with_everything_granted_passes_by_real_reads() {
    on_both(async |t: TestStore| {
        let (world, graph) = served(&t).await;
        let (run, report) = check(&world, &graph).await;
        let report = report.unwrap();
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        for key in [CheckKey::SIGN_IN, CheckKey::TENANT, CheckKey::PERMISSIONS] {
            assert_eq!(status(&report, key), (CheckStatus::Pass, None), "{key}");
        }
        assert_eq!(of_type(&report, "scope_tag").status, CheckStatus::Pass);
        assert_eq!(report.report.granted_from.as_deref(), Some(GrantSource::Directory.code()));
        assert!(report.report.granted.as_ref().unwrap().contains(&"Organization.Read.All".to_owned()));
        assert_eq!(run.counts.get(CountKey::Total), run.counts.get(CountKey::Processed));
        // One question for each collection, and not a list of anything.
        let requests = usize::try_from(run.counts.get(CountKey::Requests).unwrap()).unwrap();
        assert!(requests <= model::resource_types::all().len() + 10, "{requests} requests");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_named_by_type_and_the_rest_is_read_all_the_same() {
    on_both(async |t: TestStore| {
        let (world, graph) = served(&t).await;
        let lost = "DeviceManagementApps.Read.All";
        let roles: BTreeSet<String> = AppRegistration::every_permission();
        let roles: Vec<&str> = roles.iter().map(String::as_str).filter(|role| !role.contains("DeviceManagementApps")).collect();
        graph
            .sim
            .change_apps(graph.tenant, |apps| *apps = vec![AppRegistration::new("client-1", CANARY_SECRET).with_roles(roles)])
            .unwrap();
        let (run, report) = check(&world, &graph).await;
        let report = report.unwrap();
        assert_eq!(run.outcome, Outcome::PartiallySucceeded);
        let refused = of_type(&report, "mobile_app");
        assert_eq!((refused.status, refused.code.as_deref()), (CheckStatus::Fail, Some(Code::PermissionMissing.code())));
        assert_eq!(refused.missing, [lost]);
        assert!(report.report.missing().contains(&lost));
        assert_eq!(of_type(&report, "settings_catalog_policy").status, CheckStatus::Pass);
        assert_eq!(status(&report, CheckKey::PERMISSIONS).0, CheckStatus::Warn);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_to_look_at_itself_the_tokens_claims_are_read() {
    on_both(async |t: TestStore| {
        let (world, graph) = served(&t).await;
        let roles = AppRegistration::every_permission();
        let blind = ["Application.Read", "Application.ReadWrite", "Directory.Read"];
        let organization = find("organization").unwrap().permissions.read.as_ref().unwrap();
        let sees =
            |role: &str| organization.accepted.iter().any(|one| one == role) || blind.iter().any(|word| role.starts_with(word));
        let roles: Vec<&str> = roles.iter().map(String::as_str).filter(|role| !sees(role)).collect();
        graph
            .sim
            .change_apps(graph.tenant, |apps| *apps = vec![AppRegistration::new("client-1", CANARY_SECRET).with_roles(roles)])
            .unwrap();
        let (_, report) = check(&world, &graph).await;
        let report = report.unwrap();
        assert_eq!(status(&report, CheckKey::TENANT), (CheckStatus::Pass, Some(Reason::TenantByToken.code().to_owned())));
        assert_eq!(report.report.granted_from.as_deref(), Some(GrantSource::Token.code()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_one_failed_check_and_nothing_more_is_asked() {
    on_both(async |t: TestStore| {
        let (world, graph) = served(&t).await;
        graph.sim.change_apps(graph.tenant, |apps| *apps = vec![AppRegistration::new("client-1", "another-secret")]).unwrap();
        let (run, report) = check(&world, &graph).await;
        let report = report.unwrap();
        assert_eq!(run.reason_code.as_deref(), Some(Code::CredentialsInvalid.code()));
        assert_eq!(
            run.outcome,
            Outcome::Failed,
            "nothing of the tenant was checked: that the secret has time left is no success"
        );
        assert_eq!(status(&report, CheckKey::SIGN_IN).0, CheckStatus::Fail);
        assert_eq!(status(&report, CheckKey::TENANT), (CheckStatus::Skip, Some(Reason::NeedsSignIn.code().to_owned())));
        assert_eq!(report.report.granted, None);
        assert!(report.report.checks.iter().all(|check| check.key.type_key().is_none()));
        let text = serde_json::to_string(&report.report).unwrap();
        assert!(!text.contains(CANARY_SECRET) && !text.contains("another-secret"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_answers_otherwise_never_stops_the_others() {
    on_both(async |t: TestStore| {
        let (world, graph) = served(&t).await;
        let odd = |path: &str, effect| graph.sim.inject(Fault::new(effect).on(path));
        odd("/beta/deviceManagement/assignmentFilters", Effect::NotFound);
        odd("/beta/deviceManagement/roleScopeTags", Effect::Forbidden);
        odd("/beta/deviceManagement/configurationPolicies", Effect::ServerError { status: 500 });
        let (run, report) = check(&world, &graph).await;
        let report = report.unwrap();
        assert_eq!(run.outcome, Outcome::PartiallySucceeded);
        let code = |key: &str| of_type(&report, key).code.clone().unwrap();
        assert_eq!(code("assignment_filter"), Reason::NotOffered.code());
        assert_eq!(code("scope_tag"), Reason::NotLicensed.code(), "the permission is there");
        assert_eq!(code("settings_catalog_policy"), Code::GraphUnavailable.code());
        graph.sim.clear_faults();
        let (_, next) = check(&world, &graph).await;
        let next = next.unwrap();
        let fixed: Vec<&str> = next.report.since(&report.report).fixed.iter().map(|check| check.key.as_str()).collect();
        assert!(fixed.contains(&"type:scope_tag") && fixed.contains(&"type:settings_catalog_policy"), "{fixed:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_granted_or_withdrawn_since_the_last_check_is_found_by_the_next() {
    on_both(async |t: TestStore| {
        let (world, graph) = served(&t).await;
        // One process, and so one store of tokens: one that was given before the consent has none of its permissions.
        let worker = graph.worker(&world.store);
        let app = || AppRegistration::new("client-1", CANARY_SECRET);
        let all = AppRegistration::every_permission();
        let few: Vec<&str> = all.iter().map(String::as_str).filter(|role| !role.contains("DeviceManagementApps")).collect();
        let now_is = |apps: Vec<AppRegistration>| graph.sim.change_apps(graph.tenant, |have| *have = apps).unwrap();
        now_is(vec![app().with_roles(few)]);
        let (_, before) = check_by(&worker, &world).await;
        assert_eq!(of_type(before.as_ref().unwrap(), "mobile_app").status, CheckStatus::Fail);
        now_is(vec![app().with_roles(all.iter().map(String::as_str))]);
        let (run, granted) = check_by(&worker, &world).await;
        let granted = granted.unwrap();
        assert_eq!(of_type(&granted, "mobile_app").status, CheckStatus::Pass);
        assert_eq!((run.outcome, granted.report.missing().len()), (Outcome::Succeeded, 0));
        now_is(vec![AppRegistration::new("client-1", "another-secret")]);
        let (_, withdrawn) = check_by(&worker, &world).await;
        assert_eq!(status(&withdrawn.unwrap(), CheckKey::SIGN_IN).0, CheckStatus::Fail);
    })
    .await;
}
