//! One application registration in one tenant, to read from and to write to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::{ApiVersion, Collection, ResourceType};
use model::time::Moment;
use tokio::sync::watch;
use tokio::time::Instant;

use super::connect::{Registration, Shared};
use super::eta::Pace;
use super::hydrate;
use super::meter::Meter;
use super::order::Priority;
use super::page::Pager;
use super::question::Question;
use super::quota::{Cost, Quota};
use super::recorder::Recorder;
use super::route::Route;
use super::service::{self, Access, Service};
use super::turn::{Observer, Waiting};

/// A cheap handle; clones are the same session. Everything may be called concurrently: the session bounds its requests in
/// flight, and dropping a future cancels its request.
#[derive(Clone)]
pub struct GraphSession {
    pub(super) shared: Arc<Shared>,
    pub(super) registration: Arc<Registration>,
    pub(super) meter: Meter,
    pub(super) observer: Observer,
    pub(super) priority: Priority,
}

impl GraphSession {
    pub(super) fn new(shared: Arc<Shared>, registration: Arc<Registration>) -> Self {
        Self { shared, registration, meter: Meter::default(), observer: Observer::default(), priority: Priority::Normal }
    }

    /// The same session, whose requests from now on have that priority. Clones that were made before keep theirs.
    #[must_use]
    pub fn at(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// Whether a token can be had: from the cache, else from the token endpoint.
    ///
    /// # Errors
    /// `connection.credentials_invalid` for a wrong or expired secret, an unknown application or tenant;
    /// `permission.missing` without consent; `graph.unavailable`, `graph.timeout`, `graph.throttled`,
    /// `graph.malformed_response` when the token endpoint does not answer as it should.
    pub async fn check(&self) -> Result<(), Failure> {
        self.token().await.map(drop)
    }

    /// As [`GraphSession::check`], by a new token whatever the cache holds: one carries the roles that were granted when it was made.
    ///
    /// # Errors
    /// As [`GraphSession::check`].
    pub async fn check_anew(&self) -> Result<(), Failure> {
        self.registration.tokens.forget();
        self.token().await.map(drop)
    }

    /// The objects of a collection, page by page. Nothing is asked before the first [`Pager::next`].
    #[must_use]
    pub fn list(&self, collection: &Collection) -> Pager {
        Pager::of_collection(self.clone(), collection, None)
    }

    /// The objects of a collection that is below each object of another type, for one of those.
    #[must_use]
    pub fn list_below(&self, collection: &Collection, parent: &str) -> Pager {
        Pager::of_collection(self.clone(), collection, Some(parent))
    }

    /// The elements of a list that belongs to no type of the catalogue, page by page; each has an `id`. Nothing is asked before the
    /// first [`Pager::next`]. The arguments are those of [`GraphSession::read`].
    #[must_use]
    pub fn walk(&self, path_template: impl Into<Cow<'static, str>>, path_and_query: &str, version: ApiVersion) -> Pager {
        let first = self.address(&Question::new("", path_and_query, version)).ok();
        Pager::begin(self.clone(), Route::of(path_template), "id", first)
    }

    /// The complete object for an object of a list: executes the contract's hydration steps and follows every next link
    /// inside the object (an expanded collection may be paged as well). Without steps and links it gives the object back
    /// unasked. See [`is_complete`](super::is_complete).
    ///
    /// # Errors
    /// The failure of the request that failed; `object.unreadable` when the object has no id;
    /// `graph.malformed_response` when the answer is another object.
    pub async fn hydrate(&self, resource_type: &'static ResourceType, listed: Json) -> Result<Json, Failure> {
        let mut all = hydrate::hydrate_many(self, vec![(resource_type, listed)]).await;
        all.pop().unwrap_or_else(|| Err(Failure::new(Code::Internal)))
    }

    /// As [`GraphSession::hydrate`] for many objects at once, in the order given; each has its own result. Details are asked for
    /// in batches. Bound the number of objects: all of them are held.
    pub async fn hydrate_many(&self, listed: Vec<(&'static ResourceType, Json)>) -> Vec<Result<Json, Failure>> {
        hydrate::hydrate_many(self, listed).await
    }

    /// One answer that belongs to no list of the catalogue: an object, or a number from a path that ends in `/$count`.
    ///
    /// `path_template` is the path without ids, for logs (`/groups/{id}/members/$count`); `path_and_query` the one to ask,
    /// below the version, with a slash in front and every value percent-encoded.
    ///
    /// # Errors
    /// What the request failed with; `internal` when `path_and_query` is no path.
    pub async fn read(
        &self,
        path_template: impl Into<Cow<'static, str>>,
        path_and_query: &str,
        version: ApiVersion,
    ) -> Result<Json, Failure> {
        self.answer(&Question::new(path_template, path_and_query, version)).await
    }

    /// As [`GraphSession::read`] for many questions at once, in the order given; each has its own result. They go in batches.
    pub async fn read_many(&self, questions: Vec<Question>) -> Vec<Result<Json, Failure>> {
        self.answers(questions).await
    }

    /// Scheme and host of Graph in the session's cloud, as links in bodies name it: `https://graph.microsoft.com`.
    #[must_use]
    pub fn graph_root(&self) -> &str {
        self.registration.root.trim_end_matches('/')
    }

    /// What this session asked of Graph so far.
    #[must_use]
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// The same session, watched by that observer from now on. Clones that were made before keep theirs.
    #[must_use]
    pub fn observed_by(self, observer: Observer) -> Self {
        Self { observer, ..self }
    }

    /// What this session asked, call by call.
    #[must_use]
    pub fn recorder(&self) -> Recorder {
        self.observer.recorder.clone()
    }

    /// What this session waits for at present, whether quota or cool-down; `None` while it does not.
    #[must_use]
    pub fn waiting(&self) -> watch::Receiver<Option<Waiting>> {
        self.observer.waiting()
    }

    /// How long that many more requests to each path will take, by the quotas of their services, which do not wait for each other, and
    /// the pace so far. `None` while nothing tells. Other runs that use the same quotas are not foreseen.
    #[must_use]
    pub fn eta<'a>(&self, wanted: impl IntoIterator<Item = (&'a str, u64)>) -> Option<Duration> {
        let mut services: BTreeMap<Service, (u64, u32)> = BTreeMap::new();
        for (path_template, requests) in wanted {
            let service = Service::of(path_template);
            let (all, units) = services.entry(service).or_default();
            *all += requests;
            *units = (*units).max(service::units(service, path_template, ""));
        }
        let mut times =
            services.into_iter().map(|(service, (requests, units))| self.eta_of(service, Access::Read, requests, units));
        times.try_fold(Duration::ZERO, |longest, time| Some(longest.max(time?)))
    }

    /// As [`GraphSession::eta`] for writes, by the quotas of writes.
    #[must_use]
    pub fn eta_of_writes<'a>(&self, wanted: impl IntoIterator<Item = (&'a str, u64)>) -> Option<Duration> {
        let mut services: BTreeMap<Service, u64> = BTreeMap::new();
        wanted.into_iter().for_each(|(path_template, writes)| *services.entry(Service::of(path_template)).or_default() += writes);
        let mut times = services.into_iter().map(|(service, writes)| self.eta_of(service, Access::Write, writes, 1));
        times.try_fold(Duration::ZERO, |longest, time| Some(longest.max(time?)))
    }

    /// Whether a quota holds back writes to any of these paths.
    #[must_use]
    pub fn paces_writes<'a>(&self, paths: impl IntoIterator<Item = &'a str>) -> bool {
        let services: BTreeSet<Service> = paths.into_iter().map(Service::of).collect();
        services.into_iter().any(|service| !self.lane(service, Access::Write).quotas.is_empty())
    }

    fn eta_of(&self, service: Service, access: Access, requests: u64, units: u32) -> Option<Duration> {
        let lane = self.lane(service, access);
        let cost = Cost { requests: 1, units, write: access == Access::Write };
        let (answered, busy) = self.meter.pace();
        if lane.quotas.is_empty() {
            return Pace::unlimited(answered, busy).until(requests);
        }
        let now = Instant::now();
        let of = |quota: &Arc<Quota>| {
            let mut budget = quota.lock();
            let window = budget.rate().window;
            // Between two shares there is none: then as much as there would be alone.
            let limit = Some(budget.limit(now)).filter(|limit| *limit > 0).unwrap_or_else(|| budget.for_all_of_us(now));
            let cost = quota.cost(cost);
            Pace { cost, limit, window, timetable: budget.timetable(now), answered, busy }.until(requests)
        };
        lane.quotas.iter().map(of).try_fold(Duration::ZERO, |longest, time| Some(longest.max(time?)))
    }

    /// Tells until when the tenant's requests are held back because Graph asked to slow down, by whichever session it was
    /// noticed. `None` before the first time; the moment may have passed.
    #[must_use]
    pub fn throttled_until(&self) -> watch::Receiver<Option<Moment>> {
        self.registration.gate.watch()
    }
}

impl fmt::Debug for GraphSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphSession")
            .field("entra_tenant_id", &self.registration.credentials.entra_tenant_id)
            .field("client_id", &self.registration.credentials.client_id)
            .finish_non_exhaustive()
    }
}
