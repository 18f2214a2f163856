//! A tenant's backup sets: how they are written and read; `change` captures, verifies, pins and removes them, `files` gives them away, `import`
//! takes them.

pub(crate) mod change;
pub(crate) mod files;
pub(crate) mod import;

use crate::api::page_query::PageQuery;
use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::access::can;
use model::backup::{self, BackupStatus, ItemProblem, Why};
use model::coverage::TypeState;
use model::ids::{BackupSetId, InventoryItemId, PolicyVersionId, RunId, ScheduleId};
use model::operations::{Operation, backup_schedule_run};
use model::time::Moment;

use super::answer::{self, ok};
use super::coded::{Coded, codes};
use super::inventory::TypeKey;
use super::query::{self, Query};
use super::{answers, bodies, queries};
use crate::auth::SeesIn;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A backup set.
    Backup {
        /// Its id.
        id: BackupSetId,
        /// Its name.
        name: String,
        /// How far it is to be trusted.
        status: Coded<BackupStatus>,
        /// What it was to hold, in a few words.
        selection: String,
        /// The run that captured it, while that is recorded.
        run_id: Option<RunId>,
        /// The schedule that it belongs to.
        schedule_id: Option<ScheduleId>,
        /// Who asked for it; empty for the system.
        created_by: String,
        /// When the capture began.
        started_at: Moment,
        /// When it was sealed.
        completed_at: Option<Moment>,
        /// Objects in it.
        items: i64,
        /// Size of their contents, uncompressed, in bytes.
        bytes: i64,
        /// Objects that are named as missing.
        missing: i64,
        /// Objects that are known, were to be in it and are not, named or not. Of a type that was never listed nothing is known.
        left_out: i64,
        /// Whether retention leaves it alone, and nobody removes it.
        pinned: bool,
        /// Whether a restore or a baseline uses it.
        in_use: bool,
        /// When every content was last looked at.
        verified_at: Option<Moment>,
        /// Objects whose content was not what was stored then.
        corrupt: Option<i64>,
        /// Whether it was imported: its objects are no items of the inventory then, and listed by `listBackupObjects`.
        imported: bool,
        /// When it was committed to the tenant's Git mirror.
        mirrored_at: Option<Moment>,
        /// The commit there.
        mirror_commit: Option<String>,
        /// The run that committed it, while that is recorded.
        mirror_run_id: Option<RunId>,
    }

    /// A backup set with its certificate.
    BackupDetail {
        /// The set.
        backup: Backup,
        /// What its run read of each type, and how much of it is in the set; empty until it is sealed.
        certificate: Vec<BackupType>,
    }

    /// What a capture read of a type.
    BackupType {
        /// Key of the resource type.
        resource_type: String,
        /// How its reading ended.
        state: Coded<TypeState>,
        /// Why it failed, where it did.
        failure_code: Option<String>,
        /// Pages of the list that were read.
        pages: i64,
        /// Objects in the list.
        objects: i64,
        /// Objects whose details were read.
        details: i64,
        /// Whether every detail was read, whatever the list told.
        every_detail: bool,
        /// Whether every object of the type was to be in the set; where objects were chosen, only those of the types to which they refer.
        wanted_whole: bool,
        /// Objects in the set.
        items: i64,
        /// Size of their contents, uncompressed, in bytes.
        bytes: i64,
        /// Objects that are known, were to be in the set and are not.
        left_out: i64,
        /// When its reading ended.
        ended_at: Moment,
    }

    /// An object in a backup set.
    BackupItem {
        /// The inventory's item.
        item_id: InventoryItemId,
        /// The version that the set holds.
        version_id: PolicyVersionId,
        /// Its number.
        version: i64,
        /// Key of its resource type.
        resource_type: String,
        /// Microsoft's id of it.
        object_id: String,
        /// What it was called.
        name: String,
        /// Hash of its content.
        content_hash: String,
        /// Size of its content, uncompressed, in bytes.
        bytes: i64,
        /// When that version was first observed.
        captured_at: Moment,
        /// What the latest verification found wrong.
        problem: Option<Coded<ItemProblem>>,
    }

    /// An object that a backup set was to hold and does not.
    BackupMissing {
        /// Key of its resource type.
        resource_type: String,
        /// Microsoft's id of it.
        object_id: String,
        /// What it was called when it was last seen; may be empty.
        name: String,
        /// Why.
        code: String,
    }

    /// What retention would do with a backup set now.
    BackupFate {
        /// The set.
        backup: Backup,
        /// Whether it would go.
        goes: bool,
        /// Why, in words.
        why: String,
    }
}

queries! {
    /// Which sets.
    BackupQuery {
        /// Only those of this schedule.
        schedule: Option<ScheduleId>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// Which objects of a set.
    BackupItemQuery {
        /// Only of this type.
        r#type: Option<String> = {"maxLength": 200, "minLength": 1},
        /// Only those whose content is damaged.
        damaged: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// What to capture; with neither `types` nor `items`: everything. The two exclude each other.
    StartBackupBody {
        /// What the set is called.
        name: Option<String> = {"maxLength": 100},
        /// Keys of resource types; those that they refer to come with them.
        types: Option<Vec<TypeKey>> = {"minItems": 1, "maxItems": 200},
        /// Objects of the inventory; everything that they refer to comes with them.
        items: Option<Vec<InventoryItemId>> = {"minItems": 1, "maxItems": 1000},
        /// Whether details are left out where the list tells the same as before; left out: no.
        trust_list: Option<bool>,
        /// Whether the values that Microsoft masks are fetched as well, and kept sealed; left out: no. Needs `tenant.secrets.fetch`,
        /// and settings that let it.
        secrets: Option<bool>,
    }

    /// Who removes a set says its name.
    DeleteBackupBody {
        /// The name of the set.
        confirm: String = {"maxLength": 200},
    }
}

codes!(BackupStatus, ItemProblem, TypeState);

impl From<backup::BackupSet> for Backup {
    fn from(set: backup::BackupSet) -> Self {
        Self {
            id: set.id,
            name: set.name,
            status: Coded(set.status),
            selection: set.holds,
            run_id: set.run_id,
            schedule_id: set.schedule_id,
            created_by: set.created_by_name,
            started_at: set.started_at,
            completed_at: set.completed_at,
            items: set.items,
            bytes: set.bytes,
            missing: set.missing,
            left_out: set.left_out,
            pinned: set.pinned,
            in_use: set.in_use,
            verified_at: set.verified.map(|verified| verified.at),
            corrupt: set.verified.map(|verified| verified.corrupt),
            imported: set.origin.is_some(),
            mirrored_at: set.mirrored.as_ref().map(|mirrored| mirrored.at),
            mirror_run_id: set.mirrored.as_ref().and_then(|mirrored| mirrored.run_id),
            mirror_commit: set.mirrored.map(|mirrored| mirrored.commit),
        }
    }
}

impl From<backup::TypeCertificate> for BackupType {
    fn from(line: backup::TypeCertificate) -> Self {
        Self {
            resource_type: line.resource_type,
            state: Coded(line.state),
            failure_code: line.failure_code,
            pages: line.pages,
            objects: line.objects,
            details: line.details,
            every_detail: line.every_detail,
            wanted_whole: line.wanted_whole,
            items: line.items,
            bytes: line.bytes,
            left_out: line.left_out,
            ended_at: line.ended_at,
        }
    }
}

impl From<backup::BackupItem> for BackupItem {
    fn from(item: backup::BackupItem) -> Self {
        Self {
            item_id: item.item_id,
            version_id: item.version_id,
            version: item.version,
            resource_type: item.resource_type,
            object_id: item.object_id,
            name: item.name,
            content_hash: item.content_hash,
            bytes: item.bytes,
            captured_at: item.captured_at,
            problem: item.problem.map(Coded),
        }
    }
}

/// `GET /api/v1/tenants/{tenant}/backups?schedule=&limit=&cursor=`
pub(crate) async fn list(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<BackupQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().backups().list(&guard.scope, wanted.schedule, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(Backup::from))
}

/// `GET /api/v1/tenants/{tenant}/backups/{backup}`
pub(crate) async fn show(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let id: BackupSetId = path_id(&params, "backup")?;
    let set = web.store().backups().find(&guard.scope, id).await?;
    let certificate = web.store().backups().certificate(&guard.scope, id).await?;
    ok(&BackupDetail { backup: set.into(), certificate: certificate.into_iter().map(BackupType::from).collect() })
}

/// `GET /api/v1/tenants/{tenant}/backups/{backup}/items?type=&damaged=&limit=&cursor=`
pub(crate) async fn items(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<BackupItemQuery>,
) -> Result<Response, Error> {
    let id: BackupSetId = path_id(&params, "backup")?;
    let wanted = &query.wanted;
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let backups = web.store().backups();
    backups.find(&guard.scope, id).await?;
    let damaged = wanted.damaged == Some(true);
    let found = backups.items(&guard.scope, id, wanted.r#type.as_deref(), damaged, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(BackupItem::from))
}

/// `GET /api/v1/tenants/{tenant}/backups/{backup}/missing?limit=&cursor=`
pub(crate) async fn missing(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let id: BackupSetId = path_id(&params, "backup")?;
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let backups = web.store().backups();
    backups.find(&guard.scope, id).await?;
    let found = backups.missing(&guard.scope, id, cursor.as_ref(), rows).await?;
    let item = |item: backup::MissingItem| BackupMissing {
        resource_type: item.resource_type,
        object_id: item.object_id,
        name: item.name,
        code: item.code,
    };
    answer::page(&query, found.map(item))
}

/// `GET /api/v1/tenants/{tenant}/schedules/{schedule}/retention?limit=&cursor=`
pub(crate) async fn retention(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let schedule = web.store().schedules().find(&guard.scope, id).await?;
    let captures = schedule.operation() == Some(Operation::BackupScheduleRun);
    let arguments = backup_schedule_run::Arguments::stored(&schedule.arguments).filter(|_| captures);
    let rule = arguments.map(|arguments| arguments.retention).unwrap_or_default();
    let now = web.store().now().await?;
    let (preview, _) = web.store().backups().preview(&guard.scope, id, rule, now, cursor.as_ref(), rows).await?;
    let fate = |line: store::Preview| BackupFate {
        backup: line.set.into(),
        goes: Why::goes(line.why),
        why: line.why.words().to_owned(),
    };
    answer::page(&query, preview.map(fate))
}
