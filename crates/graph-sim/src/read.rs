//! Lists, items, sub-collections.

use model::json::Json;
use model::resource_types::{Form, Recognition, find};

use crate::call::{Answer, Context};
use crate::errors::{GraphError, Service};
use crate::expand::{Expand, shape};
use crate::faults::Effect;
use crate::message::Response;
use crate::query::{Position, encode};
use crate::route::{Place, place};
use crate::shelf::{Shelf, Stored};

impl Context<'_> {
    /// Reads the shelf of a place in the caller's tenant.
    pub(crate) fn with_shelf<T>(&self, of: &Place, read: impl FnOnce(&Shelf) -> T) -> Result<T, GraphError> {
        let tenants = self.sim.tenants_ref();
        let tenant = tenants.get(&self.caller.tenant).ok_or_else(|| GraphError::token("The tenant of the token is gone."))?;
        Ok(read(tenant.state.shelf(of.path).unwrap_or(&Shelf::default())))
    }

    /// The page size that counts.
    pub(crate) fn page_size(&self) -> usize {
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

    pub(crate) fn context_url(&self, path: &str, expand: &Expand, ending: &str) -> String {
        let version = self.route.version.segment();
        let path = self.of_parent(path.trim_start_matches('/'));
        format!("{}/{version}/$metadata#{path}{}{ending}", self.base, expand.context())
    }

    /// A path with the object in it that the request is below.
    fn of_parent(&self, path: &str) -> String {
        path.replace("{parent}", &encode(self.route.parent.as_deref().unwrap_or_default()))
    }

    pub(crate) fn asked(&self, allowed: &Expand) -> Result<Expand, GraphError> {
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

    /// Below which object the request looks.
    ///
    /// # Errors
    /// 404 when there is no such object.
    pub(crate) fn below(&self, of: &Place) -> Result<Below, GraphError> {
        let (Some(parent), Form::Below { parent: key }) = (&self.route.parent, &of.first().form) else {
            return Ok(Below { parent: None, first: true });
        };
        let above = find(key).and_then(|kind| place(&kind.collection));
        let first =
            above.map(|above| self.with_shelf(above, |shelf| shelf.iter().next().map(|(id, _)| id.to_owned()))).transpose()?;
        let known = above.map(|above| self.with_shelf(above, |shelf| shelf.get(parent).is_some())).transpose()?;
        if known != Some(true) {
            return Err(GraphError::not_found(self.service(), parent));
        }
        Ok(Below { parent: Some(parent.clone()), first: first.flatten().as_deref() == Some(parent) })
    }

    /// A page of a collection.
    pub(crate) fn list(&self, of: &'static Place) -> Answer {
        let expand = self.asked(&shape(of.first()).in_list)?;
        let filter = self.query.filter.as_deref().map(|text| Filter::parse(text, of)).transpose()?;
        if filter.is_none() && of.first().list.filter_required {
            return Err(GraphError::bad_request("The filter parameter is required, with the scope's id and type."));
        }
        let below = self.below(of)?;
        let position = self.query.position.unwrap_or_default();
        let size = self.page_size();
        self.with_shelf(of, |shelf| {
            let mut items = Vec::new();
            let mut numbers = Vec::new();
            let mut more = false;
            for (number, stored) in shelf
                .after(position.after)
                .filter(|(_, stored)| below.has(stored) && filter.as_ref().is_none_or(|f| f.passes(stored)))
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

    pub(crate) fn page(&self, context: &str, count: Option<usize>, items: &[String], next: Option<Position>) -> String {
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
        let below = self.below(of)?;
        self.with_shelf(of, |shelf| {
            let stored =
                shelf.get(id).filter(|stored| below.has(stored)).ok_or_else(|| GraphError::not_found(self.service(), id))?;
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
        let parts = &shape(stored.kind).properties;
        let changed = in_list && (!list.nulls.is_empty() || !left_out.is_empty());
        if !changed && parts.is_empty() && self.query.select.is_none() {
            return stored.head.to_string();
        }
        let mut head = stored.head_json();
        parts.iter().filter_map(|name| head.get_mut(name).map(|value| *value = Json::Null)).for_each(drop);
        if in_list {
            left_out.iter().for_each(|name| drop(head.remove(name)));
            list.nulls.iter().filter_map(|name| head.get_mut(name).map(|value| *value = Json::Null)).for_each(drop);
        }
        if let (Some(select), Json::Object(members)) = (&self.query.select, &mut head) {
            let mut wanted: Vec<&str> = select.split(',').map(str::trim).collect();
            // Intune gives the id all the same: peers that ask for names alone rely on it.
            if self.service() == Service::Intune {
                wanted.push(&stored.kind.id_property);
            }
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
            let path = format!("/{}{}/{}/{name}", self.route.version.segment(), self.of_parent(of.path), encode(id));
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
            let shape = shape(stored.kind);
            if shape.properties.iter().any(|known| known == name) {
                return self.property(of, id, name, stored);
            }
            let none = Expand::default();
            let below = shape.navigation.below(name).unwrap_or(&none);
            let asked = self.asked(below)?;
            let inside = shape.navigation.below(name).is_none();
            let mut value = if inside { stored.head_json().remove(name).unwrap_or(Json::Null) } else { stored.part_json(name) };
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

impl Context<'_> {
    /// A property that is read by a path of its own; nothing there is 404.
    fn property(&self, of: &Place, id: &str, name: &str, stored: &Stored) -> Answer {
        match stored.head_json().remove(name) {
            Some(mut value @ Json::Object(_)) => {
                let context = self.context_url(&format!("{}('{id}')/{name}", of.path), &Expand::default(), "");
                if let Json::Object(members) = &mut value {
                    members.insert(0, ("@odata.context".to_owned(), Json::text(context)));
                }
                Ok(Response::json(200, value.to_text()))
            }
            _ => Err(GraphError::not_found(self.service(), name)),
        }
    }
}

/// Below which object a request looks.
pub(crate) struct Below {
    parent: Option<String>,
    /// That object is the first of its collection: what does not say where it is, is there.
    first: bool,
}

impl Below {
    pub(crate) fn has(&self, stored: &Stored) -> bool {
        match (&self.parent, &stored.parent) {
            (None, _) => true,
            (Some(_), None) => self.first,
            (Some(asked), Some(parent)) => **asked == **parent,
        }
    }

    /// What an object that is made here says.
    pub(crate) fn parent(self) -> Option<Box<str>> {
        self.parent.map(String::into_boxed_str)
    }
}

/// A `$filter` that is understood: the contract's own, or comparisons for equality joined by `and`.
enum Filter {
    InUse,
    /// A property begins so; or, of a search, a word of it does.
    Begins {
        name: String,
        with: String,
        any_word: bool,
    },
    /// The scope that a list demands; a tenant here has no other.
    Scope,
    Equal(Vec<(Vec<String>, Json)>),
}

impl Filter {
    fn parse(text: &str, of: &Place) -> Result<Self, GraphError> {
        let first = of.first();
        if first.list.filter_required && first.list.filter.as_deref() == Some(text) {
            return Ok(Self::Scope);
        }
        // The other filter of a contract: apps that are more than rows of the store's catalogue.
        let bare = |text: &str| text.replace(['(', ')', ' '], "");
        if of.kinds.iter().any(|kind| kind.list.filter.as_deref().is_some_and(|known| bare(known) == bare(text)))
            && of.first().recognition == Recognition::Collection
        {
            return Ok(Self::InUse);
        }
        if Service::of(of.path) == Service::Directory
            && let Some(found) = begins(text)
        {
            return Ok(found);
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
            Self::Scope => true,
            Self::InUse => {
                let availability = head.get("appAvailability").and_then(Json::as_str);
                availability.is_none_or(|text| text == "lineOfBusiness")
                    || head.get("isAssigned").and_then(Json::as_bool) == Some(true)
            }
            Self::Begins { name, with, any_word } => head.get(name).and_then(Json::as_str).is_some_and(|text| {
                let text = text.to_lowercase();
                text.starts_with(with.as_str())
                    || (*any_word && text.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(with.as_str())))
            }),
            Self::Equal(comparisons) => comparisons.iter().all(|(path, value)| {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                head.at(&path).unwrap_or(&Json::Null) == value
            }),
        }
    }
}

/// `startsWith(name,'text')`, or a search as `search("name:text")`.
fn begins(text: &str) -> Option<Filter> {
    let (lower, any_word) = (text.to_ascii_lowercase(), text.starts_with("search("));
    let inner =
        if any_word { text.strip_prefix("search(")? } else { text.get(lower.strip_prefix("startswith(").map(|_| 11)?..)? };
    let inner = inner.strip_suffix(')')?;
    let (name, value) = if any_word { inner.trim_matches('"').split_once(':')? } else { inner.split_once(',')? };
    let value = value.trim();
    let value = value.strip_prefix('\'').and_then(|quoted| quoted.strip_suffix('\'')).unwrap_or(value);
    Some(Filter::Begins { name: name.trim().to_owned(), with: value.replace("''", "'").to_lowercase(), any_word })
}
