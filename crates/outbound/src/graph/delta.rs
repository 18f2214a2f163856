//! Walking what changed of a kind of directory object since the last time, or all of it.
//!
//! Microsoft gives a link at the end that stands for that moment; it lives for seven days and is followed as it is. Objects may repeat,
//! in any order; a changed one has its id and what changed, one that is gone has `@removed`.

use std::collections::HashSet;
use std::fmt;

use model::failure::{Code, Failure};
use model::json::Json;
use url::Url;

use super::error;
use super::link::{self, NEXT_LINK};
use super::route::Route;
use super::session::GraphSession;
use crate::fingerprint::Fingerprint;

/// The annotation that ends a round and begins the next one.
const DELTA_LINK: &str = "@odata.deltaLink";
/// How many pages in a row may bring nothing. A service may send empty pages, but not for ever.
const MAX_BARREN: usize = 100;
/// The longest link that is kept, in bytes; Microsoft's have some thousand at most.
const MAX_LINK: usize = 32 * 1024;

/// A link of Microsoft's to go on from: to the next page, or to what changes from now on. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct DeltaLink(String);

impl DeltaLink {
    /// A link as it was stored. It is checked when it is followed.
    #[must_use]
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// To be stored, and shown to nobody.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DeltaLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeltaLink(…)")
    }
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaStep {
    /// Objects, and where to go on after them.
    Page(DeltaPage),
    /// All was told; the link stands for this moment.
    Done(DeltaLink),
    /// Microsoft no longer takes the link: begin anew, with all objects.
    Resync,
}

/// A page of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeltaPage {
    /// Objects as received, repetitions included.
    pub objects: Vec<Json>,
    /// Elements that are no objects, and were left out. Not zero: not all was read.
    pub odd: usize,
    /// Where to go on; `None` after the last page, when [`DeltaStep::Done`] comes next.
    pub next: Option<DeltaLink>,
}

/// A round, page by page. Keeps nothing of what it gave out. A call that is dropped half-way can be repeated; after a failure every
/// further call fails in the same way.
pub struct DeltaPager {
    session: GraphSession,
    route: Route,
    state: State,
    /// Whether the address that is asked next came from Microsoft.
    by_link: bool,
    links: HashSet<Fingerprint>,
    pages: usize,
    barren: usize,
}

enum State {
    At(Url),
    Done(DeltaLink),
    Resync,
    Failed(Failure),
}

impl GraphSession {
    /// What changed below a path of the catalogue (`/v1.0/groups`) since the link was given; without one, all objects, with these
    /// properties. Nothing is asked before the first [`DeltaPager::next`]. A link that leads elsewhere, or nowhere, is not followed:
    /// the first answer is [`DeltaStep::Resync`].
    #[must_use]
    pub fn delta(&self, version_and_path: &str, select: &[&str], start: Option<&DeltaLink>) -> DeltaPager {
        let endpoints = &self.registration.endpoints;
        let path = format!("{version_and_path}/delta");
        let template = path.trim_start_matches('/').split_once('/').map_or(String::new(), |(_, path)| format!("/{path}"));
        let state = match start {
            Some(link) => match link::follow(endpoints, Some(&Json::text(link.as_str()))) {
                Ok(Some(url)) => State::At(url),
                Ok(None) | Err(_) => State::Resync,
            },
            None => match endpoints.graph_url(&format!("{path}?$select={}", select.join(","))) {
                Some(url) => State::At(url),
                None => State::Failed(Failure::new(Code::Internal)),
            },
        };
        DeltaPager {
            session: self.clone(),
            route: Route::of(template),
            state,
            by_link: start.is_some(),
            links: HashSet::new(),
            pages: 0,
            barren: 0,
        }
    }
}

impl DeltaPager {
    /// The next step. After [`DeltaStep::Done`] and [`DeltaStep::Resync`] the same again.
    ///
    /// # Errors
    /// What the request failed with; `graph.foreign_link`, `graph.endless_paging` or `graph.malformed_response` when the round
    /// leads elsewhere, nowhere, or is none. Objects of the page that held the bad link were given out before.
    pub async fn next(&mut self) -> Result<DeltaStep, Failure> {
        let url = match &self.state {
            State::At(url) => url.clone(),
            State::Done(link) => return Ok(DeltaStep::Done(link.clone())),
            State::Resync => return Ok(DeltaStep::Resync),
            State::Failed(failure) => return Err(failure.clone()),
        };
        match self.session.get(&url, &self.route).await {
            Ok(body) => self.take(&url, body),
            // 410, or 40x with `syncStateNotFound` or `resyncRequired`; and a link that is not understood at all.
            Err(failure) if self.by_link && matches!(failure.code(), Code::GraphBadRequest | Code::GraphNotFound) => {
                tracing::info!(path = %self.route.template, code = failure.code().code(), "a delta link is not taken any more");
                self.state = State::Resync;
                Ok(DeltaStep::Resync)
            }
            Err(failure) => Err(self.fail(failure)),
        }
    }

    fn take(&mut self, url: &Url, mut body: Json) -> Result<DeltaStep, Failure> {
        let Some(Json::Array(values)) = body.remove("value") else { return Err(self.fail(error::malformed(200))) };
        self.links.insert(self.session.shared.fingerprints.of(url.as_str()));
        self.pages += 1;
        self.by_link = true;
        let found = values.len();
        let objects: Vec<Json> = values.into_iter().filter(|value| value.as_object().is_some()).collect();
        let odd = found - objects.len();
        self.barren = if objects.is_empty() { self.barren + 1 } else { 0 };
        let endpoints = &self.session.registration.endpoints;
        let next = link::follow(endpoints, body.get(NEXT_LINK));
        let done = link::follow(endpoints, body.get(DELTA_LINK));
        let mut onward = None;
        self.state = match (next, done) {
            (Err(failure), _) | (Ok(None), Err(failure)) => State::Failed(failure),
            (Ok(Some(next)), _) if self.is_endless(&next) => State::Failed(Failure::new(Code::GraphEndlessPaging)),
            (Ok(Some(next)), _) => {
                onward = Some(DeltaLink(next.as_str().to_owned()));
                State::At(next)
            }
            (Ok(None), Ok(Some(done))) if done.as_str().len() <= MAX_LINK => State::Done(DeltaLink(done.as_str().to_owned())),
            // A round that just stops was not told to its end.
            (Ok(None), Ok(_)) => State::Failed(error::malformed(200)),
        };
        Ok(DeltaStep::Page(DeltaPage { objects, odd, next: onward }))
    }

    fn is_endless(&self, next: &Url) -> bool {
        self.links.contains(&self.session.shared.fingerprints.of(next.as_str()))
            || self.pages >= self.session.shared.limits.max_pages
            || self.barren > MAX_BARREN
            || next.as_str().len() > MAX_LINK
    }

    fn fail(&mut self, failure: Failure) -> Failure {
        self.state = State::Failed(failure.clone());
        failure
    }
}

impl fmt::Debug for DeltaPager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeltaPager").field("route", &self.route).field("pages", &self.pages).finish_non_exhaustive()
    }
}
