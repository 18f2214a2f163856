//! Walking a list: every next link, each object once, and an end.

use std::collections::HashSet;
use std::fmt;

use model::failure::{Code, Failure};
use model::json::Json;
use model::resource_types::Collection;
use url::Url;

use super::error;
use super::link::{self, NEXT_LINK};
use super::route::Route;
use super::session::GraphSession;
use super::split::Split;
use crate::fingerprint::Fingerprint;

/// How often a list begins anew because a page token had expired.
const MAX_RESTARTS: usize = 2;
/// How many pages in a row may bring nothing new. A service may send empty pages, but not for ever.
const MAX_BARREN: usize = 100;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Objects that no earlier page held, as received.
    pub objects: Vec<Json>,
    /// The number of the page, from 1; it goes on when the list begins anew.
    pub number: usize,
    /// Objects that were left out because an earlier page held their id.
    pub repeated: usize,
    /// Elements that are no objects, and were left out. Not zero: the list was not read completely.
    pub odd: usize,
}

/// A list, page by page. Keeps the ids of what it gave out, nothing else: about 60 bytes for each object.
///
/// A call that is dropped half-way can be repeated. After a failure every further call fails in the same way, so that a list
/// that broke off is never taken for one that ended. `Debug` shows no link.
pub struct Pager {
    session: GraphSession,
    route: Route,
    id_property: String,
    /// Where the list can begin anew; `None` when it was entered by a link.
    first: Option<Url>,
    /// The same without `$expand`, while that was not tried: not every service can expand in a list what its metadata name.
    plain: Option<Url>,
    state: State,
    ids: HashSet<Box<str>>,
    links: HashSet<Fingerprint>,
    number: usize,
    /// Pages since the list began (anew).
    pages: usize,
    /// Pages in a row without a new object, and how many of them are allowed.
    barren: usize,
    barren_allowed: usize,
    restarts: usize,
    /// A page that was read before it was asked for.
    read: Option<Split>,
    /// The address holds one object in place of a list.
    singleton: bool,
}

enum State {
    At(Url),
    Ended,
    Failed(Failure),
}

impl Pager {
    /// The pages of a collection of the catalogue, below the object `parent` where it is such a collection.
    pub(super) fn of_collection(session: GraphSession, collection: &Collection, parent: Option<&str>) -> Self {
        let id_property = collection.types.first().map_or("id", |kind| &kind.id_property);
        let path = parent.map_or_else(|| collection.first_page(), |parent| collection.first_page_below(parent));
        let first = session.registration.endpoints.graph_url(&path);
        let plain = first.as_ref().and_then(link::without_expand);
        let pager = Self::begin(session, Route::of(collection.path), id_property, first);
        Self { singleton: collection.is_singleton(), plain, ..pager }
    }

    /// The pages of a list that begins at `first`.
    pub(super) fn begin(session: GraphSession, route: Route, id_property: &str, first: Option<Url>) -> Self {
        let route = first.as_ref().map_or_else(|| route.clone(), |url| route.clone().asking(url.query().unwrap_or_default()));
        let state = first.clone().map_or(State::Failed(Failure::new(Code::Internal)), State::At);
        Self {
            session,
            route,
            id_property: id_property.to_owned(),
            first,
            plain: None,
            state,
            ids: HashSet::new(),
            links: HashSet::new(),
            number: 0,
            pages: 0,
            barren: 0,
            barren_allowed: MAX_BARREN,
            restarts: 0,
            read: None,
            singleton: false,
        }
    }

    /// The pages of a list whose first page was read already, at that address.
    pub(super) fn begun(
        session: GraphSession,
        route: Route,
        id_property: &str,
        url: Url,
        mut body: Json,
    ) -> Result<Self, Failure> {
        let Some(Json::Array(elements)) = body.remove("value") else { return Err(error::malformed(200)) };
        let mut pager = Self::begin(session, route, id_property, Some(url));
        pager.read = Some(Split { around: body, elements, odd: 0 });
        Ok(pager)
    }

    /// The further pages of a list whose beginning is held already.
    pub(super) fn go_on(session: GraphSession, route: Route, id_property: &str, link: Url, held: &[Json]) -> Self {
        let mut pager = Self::begin(session, route, id_property, Some(link));
        pager.first = None;
        pager.ids = held.iter().filter_map(|object| Some(object.get(id_property)?.as_str()?.into())).collect();
        pager
    }

    /// The next page; `None` after the last one.
    ///
    /// # Errors
    /// What the request failed with; `graph.foreign_link`, `graph.endless_paging` or `graph.malformed_response` when the
    /// list leads elsewhere, nowhere, or is none. Objects of the page that held the bad link were given out before.
    pub async fn next(&mut self) -> Result<Option<Page>, Failure> {
        loop {
            let url = match &self.state {
                State::At(url) => url.clone(),
                State::Ended => return Ok(None),
                State::Failed(failure) => return Err(failure.clone()),
            };
            let read = match self.read.take() {
                Some(read) => Ok(read),
                None if self.singleton => self.session.get(&url, &self.route).await.map(Split::of_one),
                None => self.session.get_elements(&url, &self.route).await,
            };
            match read {
                Ok(read) => return Ok(Some(self.take(&url, read))),
                Err(failure) if self.pages == 0 && self.plain.is_some() && error::is_bad_request(&failure) => {
                    self.expand_nothing()
                }
                Err(failure) => match self.first.clone() {
                    Some(first) if self.pages > 0 && self.restarts < MAX_RESTARTS && error::is_expired_page(&failure) => {
                        self.restart(first);
                    }
                    _ => return Err(self.fail(failure)),
                },
            }
        }
    }

    /// Every object of the remaining pages.
    pub(super) async fn collect(mut self) -> Result<Vec<Json>, Failure> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            if page.odd > 0 {
                return Err(error::malformed(200));
            }
            all.extend(page.objects);
        }
        Ok(all)
    }

    fn take(&mut self, url: &Url, read: Split) -> Page {
        let Split { around, elements, odd } = read;
        self.links.insert(self.session.shared.fingerprints.of(url.as_str()));
        self.number += 1;
        self.pages += 1;
        let mut page = Page { objects: Vec::with_capacity(elements.len()), number: self.number, repeated: 0, odd };
        for value in elements {
            let id = value.get(&self.id_property).and_then(Json::as_str);
            if value.as_object().is_none() {
                page.odd += 1;
            } else if id.is_some_and(|id| !self.ids.insert(id.into())) {
                page.repeated += 1;
            } else {
                page.objects.push(value);
            }
        }
        self.barren = if page.objects.is_empty() { self.barren + 1 } else { 0 };
        self.state = match link::follow(&self.session.registration.endpoints, around.get(NEXT_LINK)) {
            Ok(None) => State::Ended,
            Ok(Some(next)) if self.is_endless(&next) => State::Failed(Failure::new(Code::GraphEndlessPaging)),
            Ok(Some(next)) => State::At(next),
            Err(failure) => State::Failed(failure),
        };
        page
    }

    fn is_endless(&self, next: &Url) -> bool {
        self.links.contains(&self.session.shared.fingerprints.of(next.as_str()))
            || self.pages >= self.session.shared.limits.max_pages
            || self.barren > self.barren_allowed
    }

    fn restart(&mut self, first: Url) {
        tracing::info!(path = %self.route.template, page = self.number, "a page token had expired; the list begins anew");
        self.restarts += 1;
        self.links.clear();
        // The pages read so far come again and bring nothing new.
        self.barren_allowed = MAX_BARREN + self.pages;
        self.barren = 0;
        self.pages = 0;
        self.state = State::At(first);
    }

    /// Asks once more, for the bare objects: what they lack is then read object by object.
    fn expand_nothing(&mut self) {
        let Some(plain) = self.plain.take() else { return };
        tracing::info!(path = %self.route.template, "the list was refused; it is read without what was to be expanded in it");
        self.first = Some(plain.clone());
        self.state = State::At(plain);
    }

    fn fail(&mut self, failure: Failure) -> Failure {
        self.state = State::Failed(failure.clone());
        failure
    }
}

impl fmt::Debug for Pager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager").field("route", &self.route).field("number", &self.number).finish_non_exhaustive()
    }
}
