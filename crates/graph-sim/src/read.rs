//! Lists, items, sub-collections.

use model::json::Json;
use model::resource_types::Recognition;

use crate::call::{Answer, Context};
use crate::errors::{GraphError, Service};
use crate::expand::{Expand, shape};
use crate::faults::Effect;
use crate::message::Response;
use crate::query::{Position, encode};
use crate::route::Place;
use crate::shelf::{Shelf, Stored};

impl Context<'_> {
    /// Reads the shelf of a place in the caller's tenant.
    pub(crate) fn with_shelf<T>(&self, of: &Place, read: impl FnOnce(&Shelf) -> T) -> Result<T, GraphError> {
        let tenants = self.sim.tenants_ref();
        let tenant = tenants.get(&self.caller.tenant).ok_or_else(|| GraphError::token("The tenant of the token is gone."))?;
        Ok(read(tenant.state.shelf(of.path).unwrap_or(&Shelf::default())))
    }

    /// The page size that counts.
    fn page_size(&self) -> usize {
        let largest = if self.settings.honour_top { self.settings.max_top } else { self.settings.page_size };
        self.query.top.map_or(self.settings.page_size, |top| top.min(largest)).max(1)
    }

    /// Whether this page is to be empty although there is more.
    fn empties(&self, position: Position) -> bool {
        let asked = self.effect == Some(Effect::EmptyPage) || (self.settings.empty_middle_page && position.after > 0);
        asked && !position.emptied
    }

    fn next_link(&self, position: Position) -> String {
        let carried = if self.query.carried.is_empty() { String::new() } else { format!("{}&", self.query.carried) };
        format!("{}{}?{carried}$skiptoken={}", self.base, self.request.path(), position.token())
    }

    fn context_url(&self, path: &str, expand: &Expand, ending: &str) -> String {
        let version = self.route.version.segment();
        format!("{}/{version}/$metadata#{}{}{ending}", self.base, path.trim_start_matches('/'), expand.context())
    }

    fn asked(&self, allowed: &Expand) -> Result<Expand, GraphError> {
        let Some(text) = &self.query.expand else { return Ok(Expand::default()) };
        let asked = Expand::parse(text)
            .ok_or_else(|| GraphError::bad_request(format!("Term '{text}' is not valid in a $select or $expand expression.")))?;
        match allowed.refused(&asked) {
            None => Ok(asked),
            Some(name) => {
                let message = format!("Parsing OData Select and Expand failed: Could not find a property named '{name}'.");
                Err(GraphError { nested: self.service() == Service::Intune, ..GraphError::bad_request(message) })
            }
        }
    }

    /// A page of a collection.
    pub(crate) fn list(&self, of: &'static Place) -> Answer {
        let expand = self.asked(&shape(of.first()).in_list)?;
        let filter = self.query.filter.as_deref().map(|text| Filter::parse(text, of)).transpose()?;
        let position = self.query.position.unwrap_or_default();
        let size = self.page_size();
        self.with_shelf(of, |shelf| {
            let mut items = Vec::new();
            let mut numbers = Vec::new();
            let mut more = false;
            for (number, stored) in
                shelf.after(position.after).filter(|(_, stored)| filter.as_ref().is_none_or(|f| f.passes(stored)))
            {
                if items.len() == size {
                    more = true;
                    break;
                }
                items.push(self.item_text(of, stored, &expand, true));
                numbers.push(number);
            }
            let next = if self.empties(position) && !items.is_empty() {
                items.clear();
                Some(Position { emptied: true, ..position })
            } else if more {
                // A fault lets the next page begin with the last object of this one.
                let back = usize::from(self.effect == Some(Effect::DuplicateObjects) && numbers.len() > 1);
                let after = numbers.get(numbers.len() - 1 - back).copied().unwrap_or(position.after);
                Some(Position { after, ..position })
            } else {
                None
            };
            let count = (self.query.count && self.counts() && position == Position::default()).then(|| shelf.len());
            Response::json(200, self.page(&self.context_url(of.path, &expand, ""), count, &items, next))
        })
    }

    fn page(&self, context: &str, count: Option<usize>, items: &[String], next: Option<Position>) -> String {
        let mut text = format!("{{\"@odata.context\":{}", Json::text(context).to_text());
        if let Some(count) = count {
            text.push_str(&format!(",\"@odata.count\":{count}"));
        }
        if let Some(next) = next {
            text.push_str(&format!(",\"@odata.nextLink\":{}", Json::text(self.next_link(next)).to_text()));
        }
        text.push_str(",\"value\":[");
        text.push_str(&items.join(","));
        text.push_str("]}");
        text
    }

    /// Whether `$count` counts: directory objects want a header for it.
    fn counts(&self) -> bool {
        self.service() != Service::Directory
            || self.request.header_value("ConsistencyLevel").is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// `/$count` of a collection.
    pub(crate) fn count(&self, of: &'static Place) -> Answer {
        self.count_text(self.with_shelf(of, Shelf::len)? as u64)
    }

    /// A number as text, or the error for a missing header.
    pub(crate) fn count_text(&self, number: u64) -> Answer {
        if !self.counts() {
            return Err(GraphError::new(400, "Request_BadRequest", "$count is not currently supported."));
        }
        Ok(Response::with_body(200, "text/plain", number.to_string().into_bytes()))
    }

    /// An item.
    pub(crate) fn item(&self, of: &'static Place, id: &str) -> Answer {
        let expand = self.asked(&shape(of.first()).on_item)?;
        self.with_shelf(of, |shelf| {
            let stored = shelf.get(id).ok_or_else(|| GraphError::not_found(self.service(), id))?;
            Ok(Response::json(200, self.entity_text(of, stored, &expand)))
        })?
    }

    /// An item with its context.
    pub(crate) fn entity_text(&self, of: &Place, stored: &Stored, expand: &Expand) -> String {
        let item = self.item_text(of, stored, expand, false);
        let context = Json::text(self.context_url(of.path, expand, "/$entity")).to_text();
        format!("{{\"@odata.context\":{context},{}", item.trim_start_matches('{'))
    }

    /// An item's text, with what was expanded and without what lists leave out.
    fn item_text(&self, of: &Place, stored: &Stored, expand: &Expand, in_list: bool) -> String {
        let shape = shape(stored.kind);
        let mut text = self.head_text(stored, in_list);
        for (name, asked) in &expand.0 {
            let Some(below) = shape.navigation.below(name) else { continue };
            let whole = asked.0.len() == below.0.len() && self.settings.expanded_page.is_none();
            let (part, rest) =
                if whole { (stored.part(name).to_owned(), None) } else { self.part_text(of, stored, name, below, asked) };
            text.pop();
            if text.len() > 1 {
                text.push(',');
            }
            if let Some(link) = rest {
                text.push_str(&format!("\"{name}@odata.nextLink\":{},", Json::text(link).to_text()));
            }
            text.push_str(&format!("\"{name}\":{part}}}"));
        }
        text
    }

    fn head_text(&self, stored: &Stored, in_list: bool) -> String {
        let list = &stored.kind.list;
        let left_out = &shape(stored.kind).left_out;
        let changed = in_list && (!list.nulls.is_empty() || !left_out.is_empty());
        if !changed && self.query.select.is_none() {
            return stored.head.to_string();
        }
        let mut head = stored.head_json();
        if in_list {
            left_out.iter().for_each(|name| drop(head.remove(name)));
            list.nulls.iter().filter_map(|name| head.get_mut(name).map(|value| *value = Json::Null)).for_each(drop);
        }
        if let (Some(select), Json::Object(members)) = (&self.query.select, &mut head) {
            let wanted: Vec<&str> = select.split(',').map(str::trim).collect();
            members.retain(|(name, _)| name == "@odata.type" || wanted.contains(&name.as_str()));
        }
        head.to_text()
    }

    /// A navigation property that is pruned or cut, and the link to what was cut off.
    fn part_text(&self, of: &Place, stored: &Stored, name: &str, below: &Expand, asked: &Expand) -> (String, Option<String>) {
        let mut value = stored.part_json(name);
        below.prune(asked, &mut value);
        let mut rest = None;
        if let (Some(size), Json::Array(items)) = (self.settings.expanded_page, &mut value)
            && items.len() > size
        {
            items.truncate(size);
            let head = stored.head_json();
            let id = stored.kind.id_of(&head).unwrap_or_default();
            let position = Position { after: size as u64, ..Position::default() };
            let path = format!("/{}{}/{}/{name}", self.route.version.segment(), of.path, encode(id));
            rest = Some(format!("{}{path}?$skiptoken={}", self.base, position.token()));
        }
        (value.to_text(), rest)
    }

    /// A page of a collection below an item.
    pub(crate) fn children(&self, of: &'static Place, id: &str, name: &str) -> Answer {
        let position = self.query.position.unwrap_or_default();
        let size = self.page_size();
        self.with_shelf(of, |shelf| {
            let stored = shelf.get(id).ok_or_else(|| GraphError::not_found(self.service(), id))?;
            let below = shape(stored.kind).navigation.below(name).ok_or_else(|| GraphError::no_segment(name))?;
            let asked = self.asked(below)?;
            let mut value = stored.part_json(name);
            below.prune(&asked, &mut value);
            let all = value.as_array().unwrap_or_default();
            let start = usize::try_from(position.after).unwrap_or(usize::MAX).min(all.len());
            let end = (start + size).min(all.len());
            let (items, next) = if self.empties(position) && start < all.len() {
                (Vec::new(), Some(Position { emptied: true, ..position }))
            } else {
                let back = usize::from(self.effect == Some(Effect::DuplicateObjects) && end - start > 1);
                let next = (end < all.len()).then_some(Position { after: (end - back) as u64, ..position });
                (all[start..end].iter().map(Json::to_text).collect(), next)
            };
            let context = self.context_url(&format!("{}('{id}')/{name}", of.path), &asked, "");
            Ok(Response::json(200, self.page(&context, None, &items, next)))
        })?
    }
}

/// A `$filter` that is understood: the contract's own, or comparisons for equality joined by `and`.
enum Filter {
    InUse,
    Equal(Vec<(Vec<String>, Json)>),
}

impl Filter {
    fn parse(text: &str, of: &Place) -> Result<Self, GraphError> {
        // The one filter of a contract: apps that are more than rows of the store's catalogue.
        if of.kinds.iter().any(|kind| kind.list.filter.as_deref() == Some(text))
            && of.first().recognition == Recognition::Collection
        {
            return Ok(Self::InUse);
        }
        let comparison = |part: &str| {
            let (name, literal) = part.trim().split_once(" eq ")?;
            let path = name.trim().split('/').map(str::to_owned).collect();
            let literal = literal.trim();
            let value = match literal.strip_prefix('\'').and_then(|quoted| quoted.strip_suffix('\'')) {
                Some(quoted) => Json::text(quoted.replace("''", "'")),
                None => Json::parse(literal.as_bytes()).ok()?,
            };
            Some((path, value))
        };
        let parsed: Option<Vec<_>> = text.split(" and ").map(comparison).collect();
        parsed.map(Self::Equal).ok_or_else(|| GraphError::bad_request(format!("Invalid filter clause: {text}")))
    }

    fn passes(&self, stored: &Stored) -> bool {
        let head = stored.head_json();
        match self {
            Self::InUse => {
                let availability = head.get("appAvailability").and_then(Json::as_str);
                availability.is_none_or(|text| text == "lineOfBusiness")
                    || head.get("isAssigned").and_then(Json::as_bool) == Some(true)
            }
            Self::Equal(comparisons) => comparisons.iter().all(|(path, value)| {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                head.at(&path).unwrap_or(&Json::Null) == value
            }),
        }
    }
}
