//! Delta queries of directory objects: a first round through everything, then what changed since.
//!
//! A collection keeps a log of changes from the first delta query on; what changed before costs nothing. A page takes as long as its
//! own objects, however many there are.

mod log;
mod settings;
mod token;

use model::json::Json;

pub(crate) use log::{ChangeLog, Logged, differing, restorable};
pub use settings::{DeltaEnd, DeltaSettings};
pub(crate) use token::MARK;

use crate::call::{Answer, Context};
use crate::errors::GraphError;
use crate::faults::Effect;
use crate::message::Response;
use crate::query::encode;
use crate::route::Place;
use crate::shelf::{Shelf, Stored};
use token::DeltaToken;

/// Collections of which Graph tells the changes.
const FOLLOWED: [&str; 5] = ["/groups", "/users", "/applications", "/servicePrincipals", "/directory/administrativeUnits"];

/// Whether Graph tells the changes of a collection.
pub(crate) fn is_followed(collection: &str) -> bool {
    FOLLOWED.contains(&collection)
}

/// A page of the answer and what comes after it.
struct Page {
    items: Vec<Json>,
    next: Option<DeltaToken>,
}

impl Context<'_> {
    /// A page of a delta query.
    pub(crate) fn delta(&self, of: &'static Place) -> Answer {
        if self.query.top.is_some() || self.query.expand.is_some() {
            return Err(GraphError::new(400, "Request_UnsupportedQuery", "The query option is not supported by delta queries."));
        }
        let epoch = self.follow(of)?;
        let mut token = match self.query.delta.as_deref() {
            None | Some("") => self.first(of, epoch, false)?,
            Some("latest") => self.first(of, epoch, true)?,
            Some(text) => DeltaToken::read(text)
                .ok_or_else(|| GraphError::new(400, "Request_BadRequest", "Badly formed content: the token is not valid."))?,
        };
        if token.epoch != epoch || token.is_older_than(self.settings.delta.life, self.now) {
            return Ok(self.ended(&token));
        }
        if token.full_after.is_none() && token.until == 0 {
            token.until = self.with_shelf(of, |shelf| shelf.log.as_ref().map_or(0, |log| log.last()))?;
            token.from = token.since;
        }
        let latest = self.query.delta.as_deref() == Some("latest");
        let page = self
            .with_shelf(of, |shelf| if latest { Page { items: Vec::new(), next: None } } else { self.cut(of, shelf, &token) })?;
        Ok(self.delta_page(of, &token, page))
    }

    /// Begins to log changes, if nobody did before. Returns which log it is.
    fn follow(&self, of: &'static Place) -> Result<u64, GraphError> {
        if let Some(epoch) = self.with_shelf(of, |shelf| shelf.log.as_ref().map(|log| log.epoch))? {
            return Ok(epoch);
        }
        self.with_shelf_mut(of.first(), |shelf| shelf.log.get_or_insert_with(|| ChangeLog::new(self.exchange).into()).epoch)
    }

    fn first(&self, of: &'static Place, epoch: u64, latest: bool) -> Result<DeltaToken, GraphError> {
        let until = self.with_shelf(of, |shelf| shelf.log.as_ref().map_or(0, |log| log.last()))?;
        let ids = self.query.filter.as_deref().map(ids).transpose()?.unwrap_or_default();
        Ok(DeltaToken {
            full_after: (!latest).then_some(0),
            since: until,
            from: until,
            until,
            epoch,
            given: self.now.seconds(),
            select: self.query.select.clone(),
            ids,
            emptied: false,
        })
    }

    /// The answer to a token that is no longer taken.
    fn ended(&self, token: &DeltaToken) -> Response {
        let (status, code, message) = match self.settings.delta.end {
            DeltaEnd::Gone => (410, "resyncRequired", "Resync required. The delta token is expired or no longer known."),
            DeltaEnd::SyncStateNotFound => (404, "syncStateNotFound", "The sync state generation is not found."),
            DeltaEnd::ResyncRequired => (400, "resyncRequired", "Resync is required."),
        };
        let stamp = crate::errors::Stamp {
            number: self.exchange,
            request_id: self.sim.request_id().1,
            client_request_id: String::new(),
            at: self.now,
        };
        let response = GraphError::new(status, code, message).response(&stamp);
        if self.settings.delta.end != DeltaEnd::Gone {
            return response;
        }
        let select = token.select.as_ref().map(|select| format!("$select={}&", encode(select))).unwrap_or_default();
        response.header("Location", &format!("{}{}?{select}$deltatoken=", self.base, self.request.path()))
    }

    fn delta_size(&self) -> usize {
        let wished = self.request.header_value("prefer").and_then(|prefer| {
            prefer.split([',', ';']).find_map(|part| part.trim().strip_prefix("odata.maxpagesize=")?.parse::<usize>().ok())
        });
        let wished = wished.filter(|_| self.settings.honour_top).map(|size| size.min(self.settings.max_top));
        wished.unwrap_or(self.settings.page_size).max(1)
    }

    fn cut(&self, of: &Place, shelf: &Shelf, token: &DeltaToken) -> Page {
        let empties = self.effect == Some(Effect::EmptyPage) || (self.settings.empty_middle_page && token.full_after != Some(0));
        if empties && !token.emptied && (token.full_after.is_some() || token.since < token.until) {
            return Page { items: Vec::new(), next: Some(DeltaToken { emptied: true, ..token.clone() }) };
        }
        let mut page = match token.full_after {
            Some(after) => self.everything(shelf, token, after),
            None => self.changes(of, shelf, token),
        };
        if self.settings.delta.backwards {
            page.items.reverse();
        }
        page
    }

    /// A page of the first round.
    fn everything(&self, shelf: &Shelf, token: &DeltaToken, after: u64) -> Page {
        let size = self.delta_size();
        let (mut items, mut numbers) = (Vec::new(), Vec::new());
        for (number, stored) in shelf.after(after) {
            if items.len() == size {
                let back = usize::from(self.effect == Some(Effect::DuplicateObjects) && numbers.len() > 1);
                let after = numbers.get(numbers.len() - 1 - back).copied().unwrap_or(after);
                return Page { items, next: Some(DeltaToken { full_after: Some(after), emptied: false, ..token.clone() }) };
            }
            let object = whole(stored, token);
            if token.ids.is_empty() || object.get("id").and_then(Json::as_str).is_some_and(|id| token.ids.iter().any(|w| w == id))
            {
                items.push(object);
                numbers.push(number);
            }
        }
        if let (true, Some(log)) = (self.settings.delta.removed_in_first_round, &shelf.log) {
            items.extend(log.between(0, token.until).filter_map(|(_, id, change)| match change {
                Logged::Removed { restorable } => Some(removed(id, *restorable)),
                _ => None,
            }));
        }
        Page { items, next: None }
    }

    /// A page of what changed.
    fn changes(&self, of: &Place, shelf: &Shelf, token: &DeltaToken) -> Page {
        let Some(log) = &shelf.log else { return Page { items: Vec::new(), next: None } };
        let settings = &self.settings.delta;
        let minimal = self.request.header_value("prefer").is_some_and(|prefer| prefer.contains("return=minimal"));
        let size = self.delta_size();
        let mut items = Vec::new();
        let mut given = token.since;
        for (number, id, change) in log.between(token.since, token.until) {
            if items.len() >= size {
                return Page { items, next: Some(DeltaToken { since: given, emptied: false, ..token.clone() }) };
            }
            given = number;
            let wanted = token.ids.is_empty() || token.ids.iter().any(|known| known == id);
            if !wanted || !(settings.repeats || log.is_latest(id, number, token.until)) {
                continue;
            }
            items.push(match (change, shelf.get(id)) {
                (Logged::Removed { restorable }, _) => removed(id, settings.reason.unwrap_or(*restorable)),
                // Gone since this round began.
                (_, None) => removed(id, settings.reason.unwrap_or(restorable(of.path, &Json::Null))),
                (_, Some(stored)) => {
                    let mut object = whole(stored, token);
                    // Of everything that changed in this round, wherever its pages are cut.
                    let names = if settings.partial || minimal { log.names(id, token.from, token.until) } else { None };
                    if let (Some(names), Json::Object(members)) = (names, &mut object) {
                        members.retain(|(name, _)| name == "id" || names.contains(&name.as_str()));
                    }
                    object
                }
            });
        }
        Page { items, next: None }
    }

    fn delta_page(&self, of: &Place, token: &DeltaToken, page: Page) -> Response {
        let path = self.request.path();
        let names = token.select.as_ref().map(|select| format!("({select})")).unwrap_or_default();
        let context =
            format!("{}/{}/$metadata#{}{names}/$delta", self.base, self.route.version.segment(), of.path.trim_start_matches('/'));
        let link = match page.next {
            Some(next) => ("@odata.nextLink", format!("{}{path}?$skiptoken={}", self.base, next.text())),
            None => {
                let replayed = if token.full_after.is_some() { 0 } else { self.settings.delta.replays };
                let since = token.until.saturating_sub(replayed);
                let end = DeltaToken {
                    full_after: None,
                    since,
                    from: since,
                    until: 0,
                    emptied: false,
                    given: self.now.seconds(),
                    ..token.clone()
                };
                ("@odata.deltaLink", format!("{}{path}?$deltatoken={}", self.base, end.text()))
            }
        };
        let body = Json::from([
            ("@odata.context", Json::text(context)),
            (link.0, Json::text(link.1)),
            ("value", Json::Array(page.items)),
        ]);
        Response::json(200, body.to_text())
    }

    /// After a PATCH or PUT: whoever follows the collection hears of it.
    pub(crate) fn log_update(&self, of: &'static Place, id: &str) -> Result<(), GraphError> {
        if !is_followed(of.path) {
            return Ok(());
        }
        let names: Box<[Box<str>]> = self
            .body()?
            .as_object()
            .unwrap_or_default()
            .iter()
            .filter(|(name, _)| !name.starts_with('@'))
            .map(|(name, _)| name.as_str().into())
            .collect();
        self.with_shelf_mut(of.first(), |shelf| {
            if let Some(log) = &mut shelf.log {
                log.add(id, Logged::Changed(names));
            }
        })
    }
}

/// The object with what was selected.
fn whole(stored: &Stored, token: &DeltaToken) -> Json {
    let mut object = stored.head_json();
    if let (Some(select), Json::Object(members)) = (&token.select, &mut object) {
        let wanted: Vec<&str> = select.split(',').map(str::trim).collect();
        members.retain(|(name, _)| name == "id" || name == "@odata.type" || wanted.contains(&name.as_str()));
    }
    object
}

fn removed(id: &str, restorable: bool) -> Json {
    let reason = if restorable { "changed" } else { "deleted" };
    Json::from([("id", Json::text(id)), ("@removed", Json::from([("reason", Json::text(reason))]))])
}

/// The ids of `id eq '…' or id eq '…'`: the only filter.
fn ids(filter: &str) -> Result<Vec<String>, GraphError> {
    let id = |part: &str| {
        let literal = part.trim().strip_prefix("id eq ")?.trim();
        Some(literal.strip_prefix('\'')?.strip_suffix('\'')?.to_owned())
    };
    let parsed: Option<Vec<String>> = filter.split(" or ").map(id).collect();
    parsed.ok_or_else(|| GraphError::new(400, "Request_UnsupportedQuery", "Filter is supported on the id only."))
}
