//! A tenant's inventory: items, types, coverage, and starting a sync.

use std::collections::BTreeSet;

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::ids::{InventoryItemId, RunId, TenantId};
use model::inventory::{InventoryFilter, InventoryItem, Presence};
use model::operations::inventory_sync::Arguments;
use model::resource_types::{self, Category, Platform};
use model::run::{StartBy, Trigger};
use model::time::Moment;

use super::answer::{self, of_bytes, whole};
use super::body::Body;
use super::coded::{Choice, Coded, Codes};
use super::headers::IdempotencyKey;
use super::query::{self, Query, invalid};
use super::shape::{Schemas, Shape};
use super::{answers, bodies, queries};
use crate::auth::deeds::StartSync as Deed;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, SeesIn, SignedIn};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// An object that was seen in a tenant.
    Item {
        /// Its id here.
        id: InventoryItemId,
        /// Its tenant.
        tenant_id: TenantId,
        /// Key of its resource type.
        resource_type: String,
        /// Microsoft's id of it.
        object_id: String,
        /// Its name; may be empty.
        name: String,
        /// Its platform.
        platform: Coded<Platform>,
        /// Its `@odata.type`, where it said it.
        odata_type: Option<String>,
        /// When Microsoft says that it was changed.
        modified_at: Option<Moment>,
        /// How many assignments it has; `null` where that is not known.
        assignments: Option<i64>,
        /// Hash of the content that was last seen.
        content_hash: String,
        /// When it was first seen.
        first_seen_at: Moment,
        /// When it was last seen.
        last_seen_at: Moment,
        /// When its content last changed, as far as was seen.
        changed_at: Moment,
        /// The run that last saw it, while that is recorded.
        last_seen_run_id: Option<RunId>,
        /// Whether it is still there.
        presence: Coded<Presence>,
    }

    /// An object with its content.
    ItemDetail {
        /// The object.
        item: Item,
        /// Its content as last seen; secrets are blanked.
        content: serde_json::Value,
    }

    /// What is known of the objects of one type.
    TypeCoverage {
        /// Key of the resource type.
        resource_type: String,
        /// Objects that are present.
        items: i64,
        /// Objects that are missing.
        missing: i64,
        /// When the type was last listed completely.
        complete_at: Option<Moment>,
        /// Why the latest attempt failed, where it did.
        failure_code: Option<String>,
    }

    /// A type of object.
    ResourceType {
        /// Its key.
        key: String,
        /// Its name.
        label: String,
        /// What it is about.
        category: Coded<Category>,
        /// Whether a sync reads it into the inventory.
        in_inventory: bool,
        /// The platform of its objects; `several` where each says its own.
        platform: Coded<Platform>,
        /// How far each feature goes.
        features: Vec<FeatureSupport>,
        /// Why not everything is done with it; `null` where everything is.
        why_limited: Option<String>,
        /// What a restore may do: `enabled`, `preview_only`, `metadata_only`, `none`.
        restore_mode: String,
        /// The harm that a wrong restore can do: `low`, `medium`, `high`.
        restore_risk: String,
        /// Application permissions of which one is enough to read it, the recommended one first; empty: not readable app-only.
        read_permissions: Vec<String>,
        /// As `read_permissions`, to write it; empty: never written.
        write_permissions: Vec<String>,
        /// What surprises.
        notes: Vec<String>,
    }

    /// How far a feature goes for a type.
    FeatureSupport {
        /// The feature: `inventory`, `snapshot`, `restore`, `drift`, `permissions`.
        feature: String,
        /// Whether there is any of it.
        supported: bool,
        /// How far, or why not, in a few words.
        words: String,
    }
}

queries! {
    /// Which objects.
    ItemQuery {
        /// Only of these types (keys); may be repeated.
        r#type: Vec<String> = {"maxItems": 64, "items": {"type": "string", "minLength": 1}},
        /// Only for this platform.
        platform: Option<Choice<Platform>>,
        /// Only those whose name has this text.
        q: Option<String> = {"maxLength": 200, "minLength": 1},
        /// Only those that are missing, or only those that are not.
        missing: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// What to sync.
    StartSync {
        /// Keys of resource types; `null` or left out: all that are kept in the inventory.
        types: Option<Vec<TypeKey>> = {"minItems": 1, "maxItems": 200},
        /// Whether the details of every object are read, also where the list shows no change.
        read_everything: Option<bool>,
    }
}

/// The key of a resource type that is kept in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct TypeKey(pub(crate) String);

impl Shape for TypeKey {
    fn name() -> Option<String> {
        Some("InventoryType".to_owned())
    }

    fn schema(_: &mut Schemas) -> serde_json::Value {
        let keys: Vec<&str> =
            resource_types::all().iter().filter(|kind| kind.in_inventory()).map(|kind| kind.key.as_str()).collect();
        serde_json::json!({ "type": "string", "description": "Key of a resource type that is kept in the inventory.", "enum": keys })
    }
}

/// Refuses what is no key of a type that is kept in the inventory.
///
/// # Errors
/// [`Error::Invalid`] for it.
pub(crate) fn kept<'a>(mut types: impl Iterator<Item = &'a TypeKey>) -> Result<(), Error> {
    let is_kept = |key: &TypeKey| resource_types::find(&key.0).is_some_and(|kind| kind.in_inventory());
    if types.all(is_kept) { Ok(()) } else { Err(invalid("a type is none that is kept in the inventory")) }
}

/// The keys, each once.
///
/// # Errors
/// [`Error::Invalid`] for more than 200.
pub(crate) fn keys(types: Vec<TypeKey>) -> Result<BTreeSet<String>, Error> {
    if types.len() > 200 {
        return Err(invalid("`types` has at most 200 keys"));
    }
    Ok(types.into_iter().map(|key| key.0).collect())
}

impl Codes for Presence {
    fn all() -> Vec<Self> {
        vec![Self::Present, Self::Missing, Self::MissingUnsure]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Missing => "missing",
            Self::MissingUnsure => "missing_unsure",
        }
    }
}

impl From<InventoryItem> for Item {
    fn from(item: InventoryItem) -> Self {
        Self {
            id: item.id,
            tenant_id: item.tenant_id,
            resource_type: item.resource_type,
            object_id: item.object_id,
            name: item.name,
            platform: Coded(item.platform),
            odata_type: item.odata_type,
            modified_at: item.modified_at,
            assignments: item.assignments,
            content_hash: item.content_hash,
            first_seen_at: item.first_seen_at,
            last_seen_at: item.last_seen_at,
            changed_at: item.changed_at,
            last_seen_run_id: item.last_seen_run_id,
            presence: Coded(item.presence),
        }
    }
}

/// `GET /api/v1/tenants/{tenant}/inventory?type=&platform=&q=&missing=&limit=&cursor=`
pub(crate) async fn list(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<ItemQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    if wanted.r#type.len() > 64 {
        return Err(invalid("`type` is there more than 64 times"));
    }
    let filter = InventoryFilter {
        types: wanted.r#type.clone(),
        platform: wanted.platform.map(|platform| platform.0),
        text: query::search(wanted.q.as_deref())?,
        missing: wanted.missing,
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().inventory().list(&guard.scope, &filter, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(Item::from))
}

/// `GET /api/v1/tenants/{tenant}/inventory/{item}`
pub(crate) async fn item(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let detail = web.store().inventory().find(&guard.scope, id).await?;
    let content = pages::inventory::redacted(resource_types::find(&detail.item.resource_type), &detail.content);
    let item = serde_json::to_string(&Item::from(detail.item)).map_err(|error| Error::Internal(error.to_string().into()))?;
    // The content keeps the text of its numbers, so it is not read by another reader on the way.
    Ok(of_bytes(StatusCode::OK, format!("{{\"item\":{item},\"content\":{}}}", content.to_text()).into_bytes()))
}

/// `GET /api/v1/tenants/{tenant}/coverage`
pub(crate) async fn coverage(guard: SeesIn<can::PoliciesView>, State(web): State<WebState>) -> Result<Response, Error> {
    let summary = web.store().inventory().summary(&guard.scope).await?;
    let coverage = |line: model::inventory::TypeSummary| TypeCoverage {
        resource_type: line.resource_type,
        items: line.items,
        missing: line.missing,
        complete_at: line.complete_at,
        failure_code: line.failure_code,
    };
    whole(summary.into_iter().map(coverage).collect())
}

/// `GET /api/v1/resource-types`
pub(crate) async fn types(_: SignedIn) -> Result<Response, Error> {
    let kind = |kind: &resource_types::ResourceType| ResourceType {
        key: kind.key.clone(),
        label: kind.label.clone(),
        category: Coded(kind.category),
        in_inventory: kind.in_inventory(),
        platform: Coded(kind.usual_platform()),
        features: resource_types::Feature::ALL.iter().map(|feature| support(kind, *feature)).collect(),
        why_limited: kind.why_limited().map(str::to_owned),
        restore_mode: kind.restore.mode.code().to_owned(),
        restore_risk: kind.restore.risk.code().to_owned(),
        read_permissions: permissions(kind.permissions.read.as_ref()),
        write_permissions: permissions(kind.permissions.write.as_ref()),
        notes: kind.quirks.clone(),
    };
    whole(resource_types::all().iter().map(kind).collect())
}

fn support(kind: &resource_types::ResourceType, feature: resource_types::Feature) -> FeatureSupport {
    let support = kind.support(feature);
    let feature = feature.label().to_lowercase();
    FeatureSupport { feature, supported: support.any(), words: support.words().to_owned() }
}

/// The recommended one first.
fn permissions(set: Option<&resource_types::PermissionSet>) -> Vec<String> {
    let Some(set) = set else { return Vec::new() };
    let others = set.accepted.iter().filter(|name| **name != set.recommended);
    std::iter::once(&set.recommended).chain(others).cloned().collect()
}

/// `POST /api/v1/tenants/{tenant}/inventory/sync`
pub(crate) async fn sync(
    Authorized { tenant, permit }: Authorized<Deed>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<StartSync>,
) -> Result<Response, Error> {
    let arguments = match wish.types {
        None => Arguments::everything(),
        Some(types) => {
            Arguments::only(keys(types)?).map_err(|error| invalid(&format!("`types`: {error}; see /api/v1/resource-types")))?
        }
    };
    let arguments = arguments.reading_everything(wish.read_everything.unwrap_or(false));
    let by = StartBy::from(Trigger::Api).with_key(key);
    answer::started(&web.store().runs().start(&permit, &arguments.request(tenant.scope.tenant_id()), by).await?)
}
