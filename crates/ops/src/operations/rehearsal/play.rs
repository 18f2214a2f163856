//! Playing: on a thread and a runtime of its own, whose clock goes on only when everybody waits. That is how hours of quota pass in no
//! time, and why nothing of the database may be asked there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use graph_sim::{AppRegistration, Limits as Quota, Settings, Sim, TenantProfile};
use model::connection::Cloud;
use model::failure::{Code, Failure};
use model::ids::EntraTenantId;
use model::resource_types;
use model::restore::Action;
use outbound::graph::{Credentials, Graph, GraphSession, Proof};
use outbound::{Endpoints, Limits};
use store::RestoreItem;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::super::inventory_sync::one;
use super::super::restore_execute::{Desk, carry_out};
use super::super::restore_live::{Address, read_many};
use super::bridge::{Served, Virtual};
use super::pages::{Pages, Played};
use super::stage::Stage;
use crate::context::Context;
use crate::halt::Halt;

/// How often it is looked how far it is, and whether somebody asks to stop.
const LOOK: Duration = Duration::from_millis(200);
/// The application of the simulated tenant. Neither name nor secret is anybody's.
const APPLICATION: &str = "rehearsal";
/// How long an answer may take, by a clock that hurries.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Asks to stop when it is dropped: also when the run goes away.
struct StopWhenGone(Arc<AtomicBool>);

impl Drop for StopWhenGone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Plays a stage. The run tells how far it is meanwhile, and may be stopped.
pub(in crate::operations) async fn play(context: &mut Context, stage: Stage) -> Result<Played, Halt> {
    let total = stage.items.len();
    let (told, done) = watch::channel(0);
    let gone = StopWhenGone(Arc::default());
    let stop = Arc::clone(&gone.0);
    let mut work = tokio::task::spawn_blocking(move || by_its_own_clock(stage, told, stop));
    loop {
        tokio::select! {
            played = &mut work => return played.map_err(|_| Failure::new(Code::Internal))?,
            () = sleep(LOOK) => {
                context.checkpoint()?;
                context.now_doing(format!("Rehearsing: {} of {total} objects done.", *done.borrow()));
                context.report().await?;
            }
        }
    }
}

fn by_its_own_clock(stage: Stage, told: watch::Sender<usize>, stop: Arc<AtomicBool>) -> Result<Played, Halt> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|_| Failure::new(Code::Internal))?;
    runtime.block_on(on(stage, told, stop))
}

async fn on(stage: Stage, told: watch::Sender<usize>, stop: Arc<AtomicBool>) -> Result<Played, Halt> {
    let clock = Virtual::from(stage.began);
    let endpoints = Endpoints::of(Cloud::Global).ok_or(Failure::new(Code::Internal))?;
    let root = endpoints.graph().as_str().trim_end_matches('/').to_owned();
    let settings = Settings {
        base_url: Some(root.clone()),
        honour_top: true,
        token_lifetime: Duration::from_secs(24 * 3600),
        // What is made in the copy gets ids that nothing in it has: the tenant may be a simulated one, too.
        seed: stage.about.id.uuid().as_u64_pair().1,
        ..Settings::default()
    };
    let sim = Sim::with_settings(clock.clone(), settings);
    let tenant = EntraTenantId::from_uuid(Uuid::from_u128(1));
    let app = AppRegistration::new(APPLICATION, APPLICATION);
    sim.add_tenant(TenantProfile::new(tenant, "Rehearsal", "rehearsal.example", app), stage.state);
    let session = |endpoints: Endpoints| -> Result<GraphSession, Failure> {
        let limits = Limits { request_timeout: PATIENCE, ..Limits::default() };
        let graph = Graph::in_process(limits, clock.clone(), Arc::new(Served(sim.clone())), None)?;
        let proof = Proof::Secret(APPLICATION.to_owned().into());
        Ok(graph.connect(endpoints, Credentials { entra_tenant_id: tenant, client_id: APPLICATION.to_owned(), proof }))
    };
    let mut items = stage.items;
    as_it_shows(&session(endpoints.clone().unpaced())?, &mut items, |item, id| {
        stage.known.get(&(item.resource_type.clone(), id.to_lowercase())).cloned()
    })
    .await;
    sim.change_settings(|settings| settings.limits = Some(Quota::published()));
    let session = session(endpoints)?;
    let mut desk = Desk::set(stage.about, items, stage.mapping, &[], session.clone(), root);
    let mut pages = Pages::new(stage.settle, clock.clone(), stage.contents, told, stop);
    let began = Instant::now();
    desk.settle_the_rest(&mut pages).await?;
    carry_out(&mut desk, &mut pages, &mut |_, _| {}).await?;
    Ok(Played { items: pages.items, took: began.elapsed(), requests: session.meter().snapshot().requests })
}

/// An object that is stored as the preview saw it counts as unchanged, however the copy shows it: what the simulator adds to it is nobody's
/// change. One that was stored otherwise since is another one, and stays so.
async fn as_it_shows(session: &GraphSession, items: &mut [RestoreItem], stored: impl Fn(&RestoreItem, &str) -> Option<String>) {
    let mut places = Vec::new();
    let mut addresses = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let there = matches!(item.action, Some(Action::Update | Action::Delete));
        let Some((id, kind)) = item.target_id.clone().filter(|_| there).zip(resource_types::find(&item.resource_type)) else {
            continue;
        };
        if stored(item, &id).is_some_and(|semantic| item.before_semantic.as_deref() == Some(semantic.as_str())) {
            places.push((at, kind, id.clone()));
            addresses.push(Address { kind, id, concrete: None });
        }
    }
    for ((at, kind, id), answer) in places.into_iter().zip(read_many(session, addresses).await) {
        if let (Ok(raw), Some(item)) = (answer, items.get_mut(at)) {
            item.before_semantic = Some(one::observed(kind, &id, model::time::Moment::from_micros(0), raw).content.semantic);
        }
    }
}
