//! Links between the objects of a tenant.

use crate::api::page_query::PageQuery;
use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::ids::InventoryItemId;
use model::links::{self as kept, EndState, LinkKind, MAX_ID, OrphanKind, WhyUntold};
use model::restore::Reference;

use super::answer::{self, whole};
use super::coded::{Choice, Coded};
use super::query::{self, Query, invalid};
use super::{answers, queries};
use crate::auth::SeesIn;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// What a link leads to.
    LinkEnd {
        /// Key of its type; the one of its collection where what refers to it does not say which.
        resource_type: String,
        /// Microsoft's id of it.
        object_id: String,
        /// What is known of it.
        state: Coded<EndState>,
        /// Its name, where it is known.
        name: Option<String>,
        /// Its item, where it is in the inventory.
        item_id: Option<InventoryItemId>,
    }

    /// Something that an object uses.
    LinkUse {
        /// In what way.
        kind: Coded<LinkKind>,
        /// What it leads to.
        to: LinkEnd,
        /// Where in the content the id is, as a JSON Pointer.
        pointer: String,
    }

    /// The filter of an assignment.
    LinkFilter {
        /// Whether it lets through what matches, or leaves it out.
        kind: Coded<LinkKind>,
        /// The filter.
        filter: LinkEnd,
    }

    /// An object that uses another one.
    LinkUser {
        /// The object.
        item_id: InventoryItemId,
        /// Key of its type.
        resource_type: String,
        /// Its name; may be empty.
        name: String,
        /// In what way.
        kind: Coded<LinkKind>,
        /// The filter of the same assignment.
        filter: Option<LinkFilter>,
        /// Where in its content the id is, as a JSON Pointer.
        pointer: String,
    }

    /// A reference to something that does not exist.
    DanglingReference {
        /// The object that refers.
        item_id: InventoryItemId,
        /// Key of its type.
        resource_type: String,
        /// Its name; may be empty.
        name: String,
        /// In what way.
        kind: Coded<LinkKind>,
        /// What does not exist.
        to: LinkEnd,
        /// Where in the content the id is, as a JSON Pointer.
        pointer: String,
        /// Whether what exists was read after the reference was observed; where not, the next reading tells.
        confirmed: bool,
    }

    /// An object that nobody uses.
    OrphanedObject {
        /// The object.
        item_id: InventoryItemId,
        /// Key of its type.
        resource_type: String,
        /// Microsoft's id of it.
        object_id: String,
        /// Its name; may be empty.
        name: String,
        /// In what way.
        kind: Coded<OrphanKind>,
        /// Whether everything that could use it was read after it was first seen; where not, the next reading tells.
        confirmed: bool,
    }

    /// What cannot be told of a type.
    UntoldType {
        /// Key of the type.
        resource_type: String,
        /// Why.
        why: Coded<WhyUntold>,
    }

    /// Of what something can be told.
    Told {
        /// `dangling`, or the code of a kind of orphans.
        what: String,
        /// Keys of the types of which it can be told that they do not exist, or that they could use it.
        told: Vec<String>,
        /// The others; of orphans nothing is told while there are some.
        untold: Vec<UntoldType>,
        /// Objects of which it is not known yet what they refer to.
        waiting: i64,
    }
}

queries! {
    /// Whose usage.
    UsageQuery {
        /// Key of the object's type; left out: `group`.
        r#type: Option<String> = {"minLength": 1, "maxLength": 64},
        /// Microsoft's id of it; without one nothing is found.
        id: Option<String> = {"minLength": 1, "maxLength": 256},
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// Which orphans.
    OrphanQuery {
        /// In what way nobody uses them; left out: `unassigned`.
        kind: Option<Choice<OrphanKind>>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

/// `GET /api/v1/tenants/{tenant}/inventory/{item}/uses?limit=&cursor=`
pub(crate) async fn uses(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let item = path_id(&params, "item")?;
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let links = web.store().links();
    links.item(&guard.scope, item).await?;
    let found = links.uses(&guard.scope, item, cursor.as_ref(), rows).await?;
    let used = |link: kept::LinkUse| LinkUse { kind: Coded(link.kind), to: link.end.into(), pointer: link.pointer };
    answer::page(&query, found.map(used))
}

/// `GET /api/v1/tenants/{tenant}/inventory/{item}/users?limit=&cursor=`
pub(crate) async fn users(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let item = path_id(&params, "item")?;
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let links = web.store().links();
    let object = links.item(&guard.scope, item).await?.to;
    let found = links.used_by(&guard.scope, &object, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(LinkUser::from))
}

/// `GET /api/v1/tenants/{tenant}/usage?type=&id=&limit=&cursor=`
pub(crate) async fn usage(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<UsageQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let kind = wanted.r#type.as_deref().unwrap_or("group");
    if kind.chars().count() > 64 {
        return Err(invalid("`type` is longer than 64 characters"));
    }
    let id = wanted.id.as_deref().unwrap_or_default();
    if id.chars().count() > MAX_ID {
        return Err(invalid("`id` is longer than 256 characters"));
    }
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().links().used_by(&guard.scope, &Reference::new(kind, id), cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(LinkUser::from))
}

/// `GET /api/v1/tenants/{tenant}/references/dangling?limit=&cursor=`
pub(crate) async fn dangling(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let found = web.store().links().dangling(&guard.scope, cursor.as_ref(), rows).await?;
    let told = |found: kept::Dangling| DanglingReference {
        item_id: found.item,
        resource_type: found.resource_type,
        name: found.name,
        kind: Coded(found.kind),
        to: found.end.into(),
        pointer: found.pointer,
        confirmed: found.confirmed,
    };
    answer::page(&query, found.map(told))
}

/// `GET /api/v1/tenants/{tenant}/references/orphans?kind=&limit=&cursor=`
pub(crate) async fn orphans(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<OrphanQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let kind = wanted.kind.map_or(OrphanKind::Unassigned, |kind| kind.0);
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().links().orphans(&guard.scope, kind, cursor.as_ref(), rows).await?;
    let told = |found: kept::Orphan| OrphanedObject {
        item_id: found.item,
        resource_type: found.resource_type,
        object_id: found.object_id,
        name: found.name,
        kind: Coded(found.kind),
        confirmed: found.confirmed,
    };
    answer::page(&query, found.map(told))
}

/// `GET /api/v1/tenants/{tenant}/references/told`
pub(crate) async fn told(guard: SeesIn<can::PoliciesView>, State(web): State<WebState>) -> Result<Response, Error> {
    let links = web.store().links();
    let mut all = vec![told_of("dangling", links.dangling_told(&guard.scope).await?)];
    for kind in OrphanKind::ALL {
        all.push(told_of(kind.code(), links.orphans_told(&guard.scope, *kind).await?));
    }
    whole(all)
}

fn told_of(what: &str, telling: kept::Telling) -> Told {
    let untold = |one: kept::Untold| UntoldType { resource_type: one.resource_type, why: Coded(one.why) };
    Told {
        what: what.to_owned(),
        told: telling.told,
        untold: telling.untold.into_iter().map(untold).collect(),
        waiting: telling.waiting,
    }
}

impl From<kept::LinkEnd> for LinkEnd {
    fn from(end: kept::LinkEnd) -> Self {
        Self {
            resource_type: end.resource_type,
            object_id: end.to.id,
            state: Coded(end.state),
            name: end.name,
            item_id: end.item,
        }
    }
}

impl From<kept::LinkUser> for LinkUser {
    fn from(user: kept::LinkUser) -> Self {
        Self {
            item_id: user.item,
            resource_type: user.resource_type,
            name: user.name,
            kind: Coded(user.kind),
            filter: user.filter.map(|(kind, filter)| LinkFilter { kind: Coded(kind), filter: filter.into() }),
            pointer: user.pointer,
        }
    }
}
