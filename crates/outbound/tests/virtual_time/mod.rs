//! A simulated tenant that is asked in this process, on tokio's paused clock: hours pass in no time, and every figure repeats.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use graph_sim::{AppRegistration, Delivery, Limits as Quota, Settings, Sim, Size, TenantProfile, generate};
use model::ids::EntraTenantId;
use model::quota::{Allowance, Answer, Claim, Holder, Learned, Share, VALID, divide};
use model::resource_types::ApiVersion;
use model::time::{Clock, Moment};
use outbound::graph::{Credentials, Graph, GraphSession, Proof, Question};
use outbound::{Endpoints, InProcess, Limits, LocalAnswer, LocalRequest};
use tokio::time::Instant;
use url::Url;

/// How long every answer takes.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);

/// Tokio's clock, told as moments.
#[derive(Debug)]
pub(crate) struct Ticking(Moment, Instant);

impl Ticking {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Moment::parse("2026-11-21T10:00:00Z").unwrap(), Instant::now()))
    }
}

impl Clock for Ticking {
    fn now(&self) -> Moment {
        self.0.plus(self.1.elapsed())
    }
}

#[derive(Debug)]
struct Served(Sim);

impl InProcess for Served {
    fn answer(&self, request: LocalRequest) -> Pin<Box<dyn Future<Output = LocalAnswer> + Send + '_>> {
        Box::pin(async move {
            tokio::time::sleep(LATENCY).await;
            let path = request.url[url::Position::BeforePath..].to_owned();
            let mut ask = graph_sim::Request::new(request.method, &path).header("Host", "graph.example");
            for (name, value) in &request.headers {
                ask = ask.header(name, value);
            }
            ask.body = request.body;
            let answer = self.0.call(&ask);
            match answer.delivery {
                Delivery::Hang => std::future::pending().await,
                Delivery::Lost | Delivery::Dropped => LocalAnswer::default(),
                Delivery::Late(by) | Delivery::Slow(by) => {
                    tokio::time::sleep(by).await;
                    local(answer)
                }
                Delivery::Whole => local(answer),
            }
        })
    }
}

fn local(answer: graph_sim::Response) -> LocalAnswer {
    let body = answer.body.into_bytes(u64::MAX).unwrap_or_default();
    LocalAnswer { status: answer.status, headers: answer.headers, body: body.into() }
}

/// A tenant with policies, throttled by some quota.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: Arc<Ticking>,
    pub(crate) policies: Vec<String>,
    pub(crate) tenant: EntraTenantId,
    /// Another one, with the same application.
    pub(crate) other: EntraTenantId,
}

impl World {
    pub(crate) fn limited(quota: Quota) -> Self {
        let clock = Ticking::new();
        let settings = Settings {
            limits: Some(quota),
            base_url: Some("https://graph.example".to_owned()),
            honour_top: true,
            token_lifetime: Duration::from_secs(86_000),
            ..Settings::default()
        };
        let sim = Sim::with_settings(clock.clone(), settings);
        let tenant = EntraTenantId::from_uuid(uuid::Uuid::from_u128(0xa71a5));
        let other = EntraTenantId::from_uuid(uuid::Uuid::from_u128(0xb71a5));
        for (tenant, domain) in [(tenant, "test.example"), (other, "other.example")] {
            let apps = AppRegistration::new("app", "secret");
            let state = generate(7, Size { policies: 60, groups: 5 }, clock.now());
            sim.add_tenant(TenantProfile::new(tenant, "Test", domain, apps), state);
        }
        let policies = sim.read_state(tenant, |state| state.ids("settings_catalog_policy")).unwrap();
        Self { sim, clock, policies, tenant, other }
    }

    /// The client of one process.
    pub(crate) fn graph(&self, allowance: Option<Arc<dyn Allowance>>) -> Graph {
        let limits = Limits { request_timeout: Duration::from_secs(3600), ..Limits::default() };
        Graph::in_process(limits, self.clock.clone(), Arc::new(Served(self.sim.clone())), allowance).unwrap()
    }

    pub(crate) fn session(&self, graph: &Graph) -> GraphSession {
        self.session_in(graph, self.tenant)
    }

    pub(crate) fn session_in(&self, graph: &Graph, entra_tenant_id: EntraTenantId) -> GraphSession {
        let base = Url::parse("https://graph.example").unwrap();
        let proof = Proof::Secret("secret".to_owned().into());
        let credentials = Credentials { entra_tenant_id, client_id: "app".to_owned(), proof };
        graph.connect(Endpoints::custom(&base, &base).unwrap(), credentials)
    }

    /// A session for which nothing is limited.
    pub(crate) fn unlimited(&self, graph: &Graph) -> GraphSession {
        self.sim.change_settings(|settings| settings.limits = None);
        let base = Url::parse("https://graph.example").unwrap();
        let proof = Proof::Secret("secret".to_owned().into());
        let credentials = Credentials { entra_tenant_id: self.tenant, client_id: "app".to_owned(), proof };
        graph.connect(Endpoints::custom(&base, &base).unwrap().unpaced(), credentials)
    }

    /// That many detail reads of policies.
    pub(crate) fn details(&self, count: usize) -> Vec<Question> {
        let template = "/deviceManagement/configurationPolicies/{id}";
        let path = |id: &String| format!("/deviceManagement/configurationPolicies/{id}?$select=id,name");
        let ids = self.policies.iter().cycle().take(count);
        ids.map(|id| Question::new(template, path(id), ApiVersion::Beta)).collect()
    }

    pub(crate) fn refused(&self) -> u64 {
        self.sim.throttles_given()
    }
}

/// Reads details; returns how long it took.
pub(crate) async fn read(session: &GraphSession, questions: Vec<Question>) -> Duration {
    let started = Instant::now();
    let answers = session.read_many(questions).await;
    answers.into_iter().for_each(|answer| drop(answer.unwrap()));
    started.elapsed()
}

/// How long the database takes to answer.
const ROUND_TRIP: Duration = Duration::from_millis(5);

/// What the database keeps of quotas, kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    shares: HashMap<(String, String), Row>,
    learned: HashMap<String, (u32, Instant)>,
    cool_downs: HashMap<String, Instant>,
}

#[derive(Debug)]
struct Row {
    held: u32,
    passed: u32,
    valid_until: Instant,
    expires_at: Instant,
}

/// One process that asks it.
#[derive(Debug)]
pub(crate) struct Process {
    ledger: Arc<Ledger>,
    name: String,
    clock: Arc<Ticking>,
}

impl Ledger {
    /// A process of the installation.
    pub(crate) fn process(self: &Arc<Self>, name: &str, clock: &Arc<Ticking>) -> Arc<dyn Allowance> {
        Arc::new(Process { ledger: Arc::clone(self), name: name.to_owned(), clock: Arc::clone(clock) })
    }

    /// What all processes together hold of the quotas whose scope holds that text: never more than a quota has.
    pub(crate) fn held(&self, scope: &str) -> u32 {
        let now = Instant::now();
        let kept = self.0.lock().unwrap();
        kept.shares.iter().filter(|((of, _), row)| of.contains(scope) && row.expires_at > now).map(|(_, row)| row.held).sum()
    }
}

impl Allowance for Process {
    fn share(&self, claim: Claim) -> Answer<'_, Share> {
        Box::pin(async move {
            tokio::time::sleep(ROUND_TRIP).await;
            let share = {
                let mut kept = self.ledger.0.lock().unwrap();
                let now = Instant::now();
                kept.shares.retain(|_, row| row.expires_at > now);
                let others: Vec<Holder> = kept
                    .shares
                    .iter()
                    .filter(|((scope, name), _)| *scope == claim.scope && *name != self.name)
                    .map(|((_, name), row)| Holder {
                        name: name.clone(),
                        held: row.held,
                        passed: row.passed,
                        active: row.valid_until > now,
                    })
                    .collect();
                let known = kept.learned.get(&claim.scope);
                let known = known.map(|(units, at)| Learned { units: *units, age: now.saturating_duration_since(*at) });
                let division = divide(&claim, &self.name, &others, known, self.clock.now());
                match division.learned {
                    Some(new) => kept.learned.insert(claim.scope.clone(), (new.units, now.checked_sub(new.age).unwrap())),
                    None => kept.learned.remove(&claim.scope),
                };
                let (valid_until, expires_at) = (now + VALID, now + VALID + claim.window);
                let row = Row { held: division.held, passed: claim.passed, valid_until, expires_at };
                kept.shares.insert((claim.scope, self.name.clone()), row);
                let others = others.iter().map(|other| other.passed).sum();
                Share { units: division.units, valid: VALID, others, learned: division.learned }
            };
            tokio::time::sleep(ROUND_TRIP).await;
            Some(share)
        })
    }

    fn give_back(&self, claim: Claim) -> Answer<'_, ()> {
        Box::pin(async move {
            tokio::time::sleep(ROUND_TRIP).await;
            let now = Instant::now();
            let window = if claim.used == 0 { Duration::ZERO } else { claim.window };
            let row = Row { held: claim.used, passed: claim.passed, valid_until: now, expires_at: now + window };
            self.ledger.0.lock().unwrap().shares.insert((claim.scope, self.name.clone()), row);
            Some(())
        })
    }

    fn cool_down(&self, scope: String, wait: Duration) -> Answer<'_, ()> {
        Box::pin(async move {
            tokio::time::sleep(ROUND_TRIP).await;
            let until = Instant::now() + wait;
            let mut kept = self.ledger.0.lock().unwrap();
            let slot = kept.cool_downs.entry(scope).or_insert(until);
            *slot = until.max(*slot);
            Some(())
        })
    }

    fn cooling(&self, scope: String) -> Answer<'_, Duration> {
        Box::pin(async move {
            tokio::time::sleep(ROUND_TRIP).await;
            let until = self.ledger.0.lock().unwrap().cool_downs.get(&scope).copied();
            Some(until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now())))
        })
    }
}

/// A database that does not answer.
#[derive(Debug)]
pub(crate) struct Away;

impl Allowance for Away {
    fn share(&self, _: Claim) -> Answer<'_, Share> {
        Box::pin(async { None })
    }

    fn give_back(&self, _: Claim) -> Answer<'_, ()> {
        Box::pin(async { None })
    }

    fn cool_down(&self, _: String, _: Duration) -> Answer<'_, ()> {
        Box::pin(async { None })
    }

    fn cooling(&self, _: String) -> Answer<'_, Duration> {
        Box::pin(async { None })
    }
}
