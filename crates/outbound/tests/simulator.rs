//! Against the simulator: every object of a tenant arrives, complete and once, whatever goes wrong on the way.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use graph_sim::{
    AppRegistration, Effect, Fault, Listening, Settings, Sim, Size, TenantProfile, TenantState, Which, generate, load_folders,
};
use model::canonical::canonical;
use model::failure::{Code, Failure};
use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::{Collection, ResourceType, all, collections, find};
use model::time::{Clock, FakeClock, Moment};
use outbound::graph::{Credentials, Graph, GraphSession, Proof};
use outbound::{Endpoints, Limits};
use url::Url;

const SECRET: &str = "a-secret-of-the-test";

struct World {
    sim: Sim,
    tenant: EntraTenantId,
    clock: Arc<FakeClock>,
    listening: Listening,
}

impl World {
    async fn with(state: TenantState, settings: Settings) -> Self {
        let clock = Arc::new(FakeClock::at(now()));
        let sim = Sim::with_settings(clock.clone(), settings);
        let tenant = EntraTenantId::from_uuid(uuid::Uuid::from_u128(0xa71a5));
        let profile = TenantProfile::new(tenant, "Test", "test.example", AppRegistration::new("app", SECRET));
        sim.add_tenant(profile, state);
        let listening = sim.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        Self { sim, tenant, clock, listening }
    }

    /// A small invented tenant.
    async fn small() -> Self {
        Self::with(generate(7, Size { policies: 120, groups: 60 }, now()), Settings::default()).await
    }

    fn session(&self) -> GraphSession {
        self.session_as(self.tenant, "app", SECRET)
    }

    fn session_as(&self, tenant: EntraTenantId, client_id: &str, secret: &str) -> GraphSession {
        let limits = Limits {
            base_delay: Duration::from_millis(1),
            throttle_delay: Duration::from_millis(1),
            max_delay: Duration::from_millis(5),
            request_timeout: Duration::from_secs(20),
            max_body: 16 * 1024 * 1024,
            ..Limits::default()
        };
        let clock: Arc<dyn Clock> = self.clock.clone();
        let endpoints = Endpoints::loopback(&Url::parse(&self.listening.base_url).unwrap()).unwrap().unpaced();
        let credentials = Credentials {
            entra_tenant_id: tenant,
            client_id: client_id.to_owned(),
            proof: Proof::Secret(secret.to_owned().into()),
        };
        Graph::new(limits, clock).unwrap().connect(endpoints, credentials)
    }
}

fn now() -> Moment {
    Moment::parse("2026-11-21T10:00:00Z").unwrap()
}

fn collection(key: &str) -> Collection {
    collections([find(key).unwrap()]).remove(0)
}

type Objects = BTreeMap<(&'static str, String), Json>;

/// Every object of a collection, complete.
async fn read(session: &GraphSession, collection: &Collection) -> Result<Objects, Failure> {
    let mut objects = Objects::new();
    let mut pager = session.list(collection);
    while let Some(page) = pager.next().await? {
        assert_eq!(page.odd, 0);
        let listed = page.objects.into_iter().map(|object| (collection.classify(&object).unwrap(), object));
        let hydrated =
            futures_util::stream::iter(listed).map(|(kind, object)| async move { (kind, session.hydrate(kind, object).await) });
        let mut hydrated = std::pin::pin!(hydrated.buffer_unordered(8));
        while let Some((kind, object)) = hydrated.next().await {
            let object = object?;
            let id = kind.id_of(&object).unwrap().to_owned();
            assert!(objects.insert((&kind.key, id), object).is_none(), "an object came twice");
        }
    }
    Ok(objects)
}

async fn read_all(session: &GraphSession) -> Result<Objects, Failure> {
    let mut objects = Objects::new();
    for collection in collections(served()) {
        match read(session, &collection).await {
            Ok(more) => objects.extend(more),
            // A collection that the simulator does not serve; if it holds objects after all, the comparison misses them.
            Err(failure) if failure.code() == Code::GraphNotFound => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(objects)
}

/// What the simulator's tenants hold and an application may read by itself.
fn served() -> impl Iterator<Item = &'static ResourceType> {
    all().iter().filter(|kind| kind.readable() && kind.collection.find("{parent}").is_none() && !kind.is_singleton())
}

/// The stored form of what the contract asks for: a list may ask for some properties only, and an expanded collection that
/// the simulator was given no elements of comes as an empty one.
fn comparable(kind: &ResourceType, mut object: Json) -> String {
    for name in ["assignments", "scheduledActionsForRule"] {
        if object.get(name) == Some(&Json::Array(Vec::new())) {
            object.remove(name);
        }
    }
    if let (Json::Object(members), false) = (&mut object, kind.list.select.is_empty()) {
        members.retain(|(name, _)| kind.list.select.contains(name));
    }
    canonical(kind, object).text
}

/// Every object of the simulated tenant arrived, and has the content that it has there.
fn assert_same(world: &World, objects: &Objects) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for ((key, id), object) in objects {
        *counts.entry(key).or_default() += 1;
        let kind: &'static ResourceType = find(key).unwrap();
        let theirs = world.sim.read_state(world.tenant, |state| state.object(key, id)).unwrap().unwrap();
        assert_eq!(comparable(kind, object.clone()), comparable(kind, theirs), "{key} {id}");
    }
    let mut theirs = world.sim.count_by_type(world.tenant).unwrap();
    theirs.retain(|key, count| *count > 0 && served().any(|kind| kind.key == *key));
    assert_eq!(counts, theirs);
}

#[tokio::test]
async fn every_object_of_a_tenant_arrives_complete() {
    let world = World::small().await;
    let session = world.session();
    let objects = read_all(&session).await.unwrap();
    assert!(objects.len() >= 180, "{}", objects.len());
    assert_same(&world, &objects);
    let reading = session.meter().snapshot();
    assert_eq!(reading.requests + reading.token_requests, world.sim.requests());
    assert_eq!((reading.token_requests, reading.retries), (1, 0));
}

#[tokio::test]
async fn small_pages_empty_pages_and_paged_settings_lose_nothing() {
    let settings = Settings { page_size: 3, empty_middle_page: true, expanded_page: Some(2), ..Settings::default() };
    let world = World::with(generate(7, Size { policies: 120, groups: 60 }, now()), settings).await;
    assert_same(&world, &read_all(&world.session()).await.unwrap());
}

#[tokio::test]
async fn faults_that_pass_lose_nothing() {
    for effect in [
        Effect::Throttled { retry_after: None },
        Effect::Throttled { retry_after: Some("0".to_owned()) },
        Effect::Throttled { retry_after: Some("later".to_owned()) },
        Effect::Expired,
        Effect::ServerError { status: 500 },
        Effect::ServerError { status: 502 },
        Effect::ServerError { status: 503 },
        Effect::ServerError { status: 504 },
        Effect::NestedError { status: 500 },
        Effect::DroppedConnection,
        Effect::DuplicateObjects,
        Effect::EmptyPage,
    ] {
        let world = World::small().await;
        let fault = world.sim.inject(Fault::new(effect.clone()).on("/beta/").which(Which::Every(9)));
        assert_same(&world, &read_all(&world.session()).await.unwrap_or_else(|failure| panic!("{effect:?}: {failure}")));
        assert!(world.sim.times_applied(fault) > 3, "{effect:?}");
    }
}

#[tokio::test]
async fn faults_that_stay_end_in_a_code() {
    let path = "/beta/deviceManagement/configurationPolicies";
    for (effect, code) in [
        (Effect::Throttled { retry_after: None }, Code::GraphThrottled),
        (Effect::Throttled { retry_after: Some("86400".to_owned()) }, Code::GraphThrottled),
        (Effect::Expired, Code::GraphUnauthorized),
        (Effect::Forbidden, Code::GraphForbidden),
        (Effect::NotFound, Code::GraphNotFound),
        (Effect::ServerError { status: 503 }, Code::GraphUnavailable),
        (Effect::NestedError { status: 400 }, Code::GraphBadRequest),
        (Effect::Html, Code::GraphMalformedResponse),
        (Effect::TruncatedJson, Code::GraphMalformedResponse),
        (Effect::ErrorBodyWith200, Code::GraphUnavailable),
        (Effect::ForeignNextLink { base_url: "https://graph.example.org".to_owned() }, Code::GraphForeignLink),
        (Effect::LoopingNextLink, Code::GraphEndlessPaging),
        (Effect::EndlessNextLink, Code::GraphEndlessPaging),
        (Effect::DroppedConnection, Code::GraphUnavailable),
        (Effect::OversizedBody { bytes: 20 * 1024 * 1024 }, Code::GraphResponseTooLarge),
    ] {
        let world = World::small().await;
        let session = world.session();
        world.sim.inject(Fault::new(effect.clone()).on(path));
        let failure = read(&session, &collection("settings_catalog_policy")).await.unwrap_err();
        assert_eq!(failure.code(), code, "{effect:?}");
        assert!(read(&session, &collection("named_location")).await.is_ok(), "{effect:?} ends other collections as well");
        world.sim.clear_faults();
        if !matches!(effect, Effect::Throttled { .. }) {
            assert!(read(&session, &collection("settings_catalog_policy")).await.is_ok(), "{effect:?} leaves traces");
        }
    }
}

#[tokio::test]
async fn hostile_strings_are_read_like_any_other() {
    let world = World::small().await;
    world.sim.inject(Fault::new(Effect::HostileStrings).on("/beta/deviceManagement/assignmentFilters"));
    let objects = read(&world.session(), &collection("assignment_filter")).await.unwrap();
    assert!(objects.values().all(|object| object.get("displayName").unwrap().as_str().unwrap().contains("<script>")));
}

#[tokio::test]
async fn a_token_that_expires_between_pages_is_replaced() {
    let world = World::small().await;
    let session = world.session();
    let mut pager = session.list(&collection("group"));
    let mut count = 0;
    while let Some(page) = pager.next().await.unwrap() {
        count += page.objects.len();
        world.sim.expire_tokens(world.tenant);
    }
    assert_eq!(count, 60);
    assert!(session.meter().snapshot().token_requests > 1);
}

#[tokio::test]
async fn a_missing_permission_concerns_only_its_types() {
    let world = World::small().await;
    let permission = find("conditional_access_policy").unwrap().permissions.read.as_ref().unwrap().recommended.clone();
    let lacking = |app: &mut AppRegistration| app.roles.retain(|role| *role != permission && !role.contains("ConditionalAccess"));
    world.sim.change_apps(world.tenant, |apps| apps.iter_mut().for_each(lacking)).unwrap();
    let session = world.session();
    let failure = read(&session, &collection("conditional_access_policy")).await.unwrap_err();
    assert_eq!(failure.code(), Code::GraphForbidden);
    assert!(read(&session, &collection("group")).await.is_ok());
}

#[tokio::test]
async fn wrong_credentials_are_told_apart_from_an_unreachable_graph() {
    let world = World::small().await;
    let stranger = EntraTenantId::from_uuid(uuid::Uuid::from_u128(9));
    for (session, code) in [
        (world.session_as(world.tenant, "app", "another-secret"), Code::CredentialsInvalid),
        (world.session_as(world.tenant, "another-app", SECRET), Code::ApplicationMissing),
        (world.session_as(stranger, "app", SECRET), Code::TenantUnknown),
    ] {
        assert_eq!(session.check().await.unwrap_err().code(), code, "{session:?}");
    }
    world.sim.change_apps(world.tenant, |apps| apps[0].secret_expired = true).unwrap();
    assert_eq!(world.session().check().await.unwrap_err().code(), Code::CredentialExpired);
    world.sim.change_apps(world.tenant, |apps| apps[0].secret_expired = false).unwrap();
    assert_eq!(world.session().check().await, Ok(()));
}

#[tokio::test]
async fn a_real_export_arrives_complete() {
    let data = std::env::var_os("TENANTATLAS_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/graph"), PathBuf::from);
    let folder = data.join("tenants/modern-workplace");
    if !folder.is_dir() {
        println!("SKIPPED: a_real_export_arrives_complete (no tenants/modern-workplace in TENANTATLAS_TEST_DATA)");
        return;
    }
    let (state, report) = load_folders([folder]).unwrap();
    assert_eq!(report.objects(), 709);
    let world = World::with(state, Settings::default()).await;
    let objects = read_all(&world.session()).await.unwrap();
    assert!(objects.len() >= 709, "what every tenant has comes on top");
    assert_same(&world, &objects);
}
