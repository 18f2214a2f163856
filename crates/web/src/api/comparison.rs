//! What differs between two states of policies, and between two tenants or two moments of one.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::comparison::{ComparisonFilter, Difference, Part, PolicyPair, PolicyState};
use model::diff::{Change, MOST_CHANGES, compare, patch, patch_json, path_words, pointer_after, pointer_before, uncovered};
use model::ids::{InventoryItemId, TenantId};
use model::json::Json;
use model::resource_types;
use model::time::Moment;
use model::version::Changed;

use super::answer::{self, of_bytes};
use super::coded::{Choice, Coded};
use super::query::{self, Query, invalid};
use super::runs::list::bounded;
use super::{answers, queries};
use crate::auth::SeesIn;
use crate::auth::extract::path_id;
use crate::comparison::{self, Wanted, aside, other_tenant, states};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// Two states of policies, and what differs.
    ItemComparison {
        /// The first state.
        before: ComparedState,
        /// The second state.
        after: ComparedState,
        /// How many changes there are.
        total: i64,
        /// The changes, at most 2,000. Empty where a state has no content.
        changes: Vec<ItemChange>,
        /// A JSON Patch (RFC 6902) that makes the first content the second one, up to secrets: no operation holds one, or what stands
        /// for one here. `null` where a state has no content.
        patch: serde_json::Value,
        /// The paths of operations that are not in `patch` because their values hold secrets.
        hidden: Vec<String>,
    }

    /// One of two states that are compared.
    ComparedState {
        /// The item.
        item_id: InventoryItemId,
        /// Its tenant.
        tenant_id: TenantId,
        /// Key of its resource type.
        resource_type: String,
        /// The number of the version.
        version: i64,
        /// When it was observed.
        captured_at: Moment,
        /// What the object was called then.
        name: String,
        /// Whether it has content: not when the object had disappeared.
        content: bool,
        /// How many values that Microsoft masks in it are kept, sealed. They are not compared, and shown nowhere.
        sealed_values: i64,
    }

    /// A difference between two contents.
    ItemChange {
        /// What happened: `added`, `removed`, `changed`, or `moved` in a list whose order counts.
        effect: String,
        /// The part that it is in: `name`, `settings`, `assignments`, `scope_tags`.
        area: String,
        /// Where it is, for people.
        path: String,
        /// Where it is in the first content (JSON Pointer); `null` where it is not there.
        before_pointer: Option<String>,
        /// Where it is in the second content (JSON Pointer); `null` where it is not there.
        after_pointer: Option<String>,
        /// The value in the first content, secrets hidden; `null` also where it is not there.
        before: serde_json::Value,
        /// The value in the second content, secrets hidden; `null` also where it is not there.
        after: serde_json::Value,
    }

    /// A policy of one side, of the other, or of both.
    PolicyDifference {
        /// How the sides stand to each other.
        difference: Coded<Difference>,
        /// Key of the resource type.
        resource_type: String,
        /// On the first side.
        before: Option<PolicyOfSide>,
        /// On the second side.
        after: Option<PolicyOfSide>,
        /// The parts that differ: `settings`, `assignments`, `scope_tags`; `null` where that is not known, or one side lacks it. Of two
        /// tenants only `settings`.
        parts: Option<Vec<&'static str>>,
        /// Of two tenants, whichever of `assignments` and `scope_tags` name other ids. That tells nothing by itself: other ids may mean the
        /// same group or tag, and equal ones another.
        other_ids: Vec<&'static str>,
    }

    /// A policy as it stood on one side.
    PolicyOfSide {
        /// The item.
        item_id: InventoryItemId,
        /// Microsoft's id of it.
        object_id: String,
        /// What it was called.
        name: String,
        /// The number of its version.
        version: i64,
    }
}

queries! {
    /// Which two states.
    ItemComparisonQuery {
        /// The version of the first state; left out: the one before the second, or the latest of the first of two items.
        from: Option<u32> = {"minimum": 1},
        /// The version of the second state; left out: the latest.
        to: Option<u32> = {"minimum": 1},
        /// The item of the second state; left out: the same.
        with_item: Option<InventoryItemId>,
        /// Its tenant, of the same workspace; left out: the same.
        with_tenant: Option<TenantId>,
    }

    /// Which two sides, and what of them.
    DifferenceQuery {
        /// The tenant of the second side, of the same workspace; left out: the same.
        with: Option<TenantId>,
        /// The first side as it was then; left out: as it is now.
        from: Option<Moment>,
        /// The second side as it was then; left out: as it is now.
        to: Option<Moment>,
        /// Only of these types (keys); may be repeated.
        r#type: Vec<String> = {"maxItems": 64, "items": {"type": "string", "minLength": 1}},
        /// Only these; may be repeated. Left out: all but `same`.
        difference: Vec<Choice<Difference>> = {"maxItems": 4},
        /// Compare only this part. Left out: all of them, and of two tenants the settings, because ids of groups and scope tags are other
        /// ones in each tenant.
        part: Option<Choice<Part>>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

fn text(text: impl std::fmt::Display) -> Json {
    Json::text(text.to_string())
}

fn number(count: usize) -> Json {
    Json::int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn state(state: &comparison::State) -> Json {
    Json::from([
        ("item_id", text(state.item.id)),
        ("tenant_id", text(state.item.tenant_id)),
        ("resource_type", text(&state.item.resource_type)),
        ("version", Json::int(state.version.number)),
        ("captured_at", text(state.version.captured_at)),
        ("name", text(&state.version.name)),
        ("content", Json::Bool(state.content.is_some())),
        ("sealed_values", number(state.sealed_values)),
    ])
}

fn change(change: &Change<'_>) -> Json {
    let pointer = |pointer: Option<String>| pointer.map_or(Json::Null, Json::String);
    let value = |value: Option<&Json>| value.map_or(Json::Null, |value| uncovered(value.clone()));
    Json::from([
        ("effect", text(change.effect.code())),
        ("area", text(change.area.code())),
        ("path", text(path_words(&change.path))),
        ("before_pointer", pointer(pointer_before(&change.path))),
        ("after_pointer", pointer(pointer_after(&change.path))),
        ("before", value(change.effect.before())),
        ("after", value(change.effect.after())),
    ])
}

/// `GET /api/v1/tenants/{tenant}/inventory/{item}/compare?from=&to=&with_item=&with_tenant=`
pub(crate) async fn item(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<ItemComparisonQuery>,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let ItemComparisonQuery { from, to, with_item, with_tenant } = query.wanted;
    if from == Some(0) || to == Some(0) {
        return Err(invalid("`from` and `to` are numbers of versions, from 1"));
    }
    let wanted = Wanted { from: from.map(i64::from), to: to.map(i64::from), with: with_item, within: with_tenant };
    let (before, after) = states(&web, &guard.who, &guard.scope, id, wanted).await?;
    // Values keep the text of their numbers, so they are not read by another reader on the way.
    let body = aside(move || told(&before, &after).to_text().into_bytes()).await?;
    Ok(of_bytes(StatusCode::OK, body))
}

fn told(before: &comparison::State, after: &comparison::State) -> Json {
    let (mut total, mut changes, mut operations, mut hidden) = (0, Vec::new(), Json::Null, Vec::new());
    if let (Some(old), Some(new)) = (&before.content, &after.content) {
        let (first, second) = (&before.item.resource_type, &after.item.resource_type);
        let found = compare(resource_types::find(first).filter(|_| first == second), old, new, MOST_CHANGES);
        total = found.total;
        changes = found.changes.iter().map(change).collect();
        let patch = patch(old, new);
        operations = patch_json(&patch.operations);
        hidden = patch.hidden;
    }
    Json::from([
        ("before", state(before)),
        ("after", state(after)),
        ("total", number(total)),
        ("changes", Json::Array(changes)),
        ("patch", operations),
        ("hidden", Json::Array(hidden.into_iter().map(Json::String).collect())),
    ])
}

fn of_side(state: PolicyState) -> PolicyOfSide {
    PolicyOfSide { item_id: state.item_id, object_id: state.object_id, name: state.name, version: state.version }
}

fn difference(pair: PolicyPair, part: Option<Part>) -> PolicyDifference {
    let across = pair.across();
    let differing = |comparable: bool| {
        let parts = |changed: Changed| {
            let parts = [
                (changed.body, true, "settings"),
                (changed.assignments, !across, "assignments"),
                (changed.scope_tags, !across, "scope_tags"),
            ];
            let wanted = parts.into_iter().filter(|(changed, comparable_here, _)| *changed && *comparable_here == comparable);
            wanted.map(|(.., part)| part).collect::<Vec<_>>()
        };
        pair.changed().map(parts)
    };
    PolicyDifference {
        difference: Coded(pair.difference_in(part)),
        resource_type: pair.latest().map(|state| state.resource_type.clone()).unwrap_or_default(),
        parts: differing(true),
        other_ids: differing(false).unwrap_or_default(),
        before: pair.before.map(of_side),
        after: pair.after.map(of_side),
    }
}

/// `GET /api/v1/tenants/{tenant}/differences?with=&from=&to=&type=&difference=&part=&limit=&cursor=`
pub(crate) async fn tenants(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<DifferenceQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    if wanted.r#type.len() > 64 {
        return Err(invalid("`type` is there more than 64 times"));
    }
    let with = other_tenant(&web, &guard.who, &guard.scope, wanted.with).await?;
    let filter = ComparisonFilter {
        before_at: wanted.from.map(bounded),
        after_at: wanted.to.map(bounded),
        types: wanted.r#type.clone(),
        differences: wanted.difference.iter().map(|choice| choice.0).collect(),
        part: wanted.part.map(|choice| choice.0),
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().inventory().compare(&guard.scope, &with, &filter, cursor.as_ref(), rows).await?;
    answer::page(&query, found.page.map(|pair| difference(pair, filter.part)))
}
