//! The live stream of a tab: which run changed, of those that its person may see. Hints only; the page reads the rows again.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use model::ids::{RunId, WorkspaceId};
use serde_json::json;
use store::access::{Standing, WorkspaceScope};
use store::changes::RunChanged;
use store::{Store, StoreError};
use tokio::sync::broadcast;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::auth::SignedIn;
use crate::error::Error;
use crate::live::{Hint, Seat};
use crate::state::WebState;

/// How long it may take until a lost membership, or a session that ended elsewhere, is noticed, unless the options say otherwise.
const CHECK_EVERY: Duration = Duration::from_secs(30);
/// Hints are gathered for so long and sent together, each run once.
const GATHER: Duration = Duration::from_millis(200);
const HEARTBEAT: Duration = Duration::from_secs(15);
/// When a browser tries again after the stream ended.
const RETRY: Duration = Duration::from_secs(3);

/// `GET /admin/events`
pub(crate) async fn events(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    let seat = web.live().seat(signed.who.user().id).ok_or(Error::TooMany(RETRY))?;
    let check_every = web.options().recheck_every.unwrap_or(CHECK_EVERY);
    // Listens before it looks, so that no change falls in between.
    let hints = web.live().listen();
    let standing = web.store().access().standing(&signed.who).await?;
    let follower = Follower {
        hints,
        store: web.store().clone(),
        who: signed.who,
        standing,
        shutdown: web.options().shutdown.clone(),
        places: HashMap::new(),
        waiting: VecDeque::from([Event::default().comment("open").retry(RETRY)]),
        check_every,
        check_at: Instant::now() + check_every,
        _seat: seat,
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

/// One open stream.
struct Follower {
    hints: broadcast::Receiver<Hint>,
    store: Store,
    who: store::access::SignedIn,
    /// The person's roles when the stream began. It ends when they change: the page asks for itself again, and a new stream begins.
    standing: Standing,
    shutdown: CancellationToken,
    /// Memberships as they were read, and when; `None`: no member.
    places: HashMap<WorkspaceId, (Instant, Option<WorkspaceScope>)>,
    waiting: VecDeque<Event>,
    check_every: Duration,
    check_at: Instant,
    _seat: Seat,
}

impl Follower {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            tokio::select! {
                () = self.shutdown.cancelled() => return None,
                () = tokio::time::sleep_until(self.check_at) => {
                    // A database that does not answer ends no session.
                    if matches!(self.store.sessions().alive(&self.who).await, Ok(false)) || self.stands_otherwise().await {
                        return None;
                    }
                    self.check_at = Instant::now() + self.check_every;
                }
                hint = self.hints.recv() => self.gather(hint.ok()?).await?,
            }
        }
    }

    /// Takes this hint and those that follow shortly; `None` when the session ended.
    async fn gather(&mut self, first: Hint) -> Option<()> {
        let mut changes: BTreeMap<RunId, RunChanged> = BTreeMap::new();
        self.take(first, &mut changes).await?;
        if changes.is_empty() {
            return Some(());
        }
        tokio::time::sleep(GATHER).await;
        loop {
            match self.hints.try_recv() {
                Ok(hint) => self.take(hint, &mut changes).await?,
                Err(broadcast::error::TryRecvError::Empty) => break,
                // Too slow: the page looks at everything again once it has connected anew.
                Err(_) => return None,
            }
        }
        for change in changes.values() {
            if self.sees(change).await {
                let data = json!({ "run": change.run_id, "tenant": change.tenant_id });
                self.waiting.push_back(Event::default().event("run").data(data.to_string()));
            }
        }
        Some(())
    }

    async fn take(&self, hint: Hint, changes: &mut BTreeMap<RunId, RunChanged>) -> Option<()> {
        match hint {
            Hint::SessionEnded(session) if session == self.who.session() => return None,
            Hint::Standing(user) if user == self.who.user().id && self.stands_otherwise().await => return None,
            Hint::SessionEnded(_) | Hint::Standing(_) => {}
            Hint::Run(change) => _ = changes.insert(change.run_id, change),
        }
        Some(())
    }

    /// Whether the person's roles are not those with which the stream began. Not known: as they were.
    async fn stands_otherwise(&self) -> bool {
        self.store.access().standing(&self.who).await.is_ok_and(|now| now != self.standing)
    }

    /// Whether the run belongs to a tenant, or workspace, that the person may see. Decided by a membership that was read less than
    /// `check_every` ago.
    async fn sees(&mut self, change: &RunChanged) -> bool {
        let fresh = self.places.get(&change.workspace_id).is_some_and(|(read, _)| read.elapsed() < self.check_every);
        if !fresh {
            let scope = match self.store.access().workspace(&self.who, change.workspace_id).await {
                Ok(scope) => Some(scope),
                Err(StoreError::NotVisible) => None,
                // Not known: nothing is told, and asked again next time.
                Err(_) => return false,
            };
            self.places.insert(change.workspace_id, (Instant::now(), scope));
        }
        let Some((_, Some(scope))) = self.places.get(&change.workspace_id) else { return false };
        change.tenant_id.is_none_or(|tenant| scope.role_in(tenant).is_some())
    }
}
