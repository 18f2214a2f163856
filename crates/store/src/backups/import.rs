//! Imports: a set out of an export, written in portions and sealed at the end.
//!
//! What is imported was not observed in the tenant: it becomes no item of the inventory and no version, so that neither the inventory
//! nor the history of a policy tells of it. Contents are shared with everything else of the workspace.
//!
//! Until it is sealed the set says that it is being captured; one whose import ended before that is shown as not usable.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::backup::{BackupStatus, ImportRemark, MissingItem, Origin, Selection, TypeCertificate};
use model::canonical::Canonical;
use model::ids::{BackupSetId, ThingId};
use model::time::Moment;
use uuid::Uuid;

use super::{Backups, OpenSet, Sealed};
use crate::access::{Grant, Permit, RunScope};
use crate::blobs;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::name_key;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;
/// Who imports at the machine's command line.
const COMMAND_LINE: &str = "Command line";
/// What an imported set is of, in words.
const HOLDS: &str = "Imported";

/// An object of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedObject {
    /// Key of its type.
    pub resource_type: &'static str,
    /// Microsoft's id of it, or what stands for it.
    pub object_id: String,
    /// Whether the export has no id, so that one was made.
    pub id_was_made: bool,
    /// What it is called.
    pub name: String,
    /// When it was observed, where the export says.
    pub captured_at: Option<Moment>,
    /// Its content.
    pub content: Canonical,
    /// Whether secrets were withheld when it was exported.
    pub withheld: bool,
}

/// What is known of an export at its end.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImportEnd {
    /// Where it comes from.
    pub origin: Origin,
    /// What it says was read of each type; what stands in the set is counted here.
    pub coverage: Vec<TypeCertificate>,
    /// What it says is missing.
    pub missing: Vec<MissingItem>,
    /// What there is to say of its files.
    pub remarks: Vec<ImportRemark>,
}

const OPEN: &str = "insert into backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, operation_run_id,
    created_by, created_by_name, started_at, items, bytes, missing, left_out, pinned, origin)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $now, 0, 0, 0, 0, $11, $12) on conflict do nothing";

/// Makes the set. What an export holds is everything that it was to hold.
async fn make(tx: &mut Tx, grant: &Grant, name: &str, run: Option<&RunScope>, who: &str) -> Result<BackupSetId> {
    let id = BackupSetId::generate();
    let tenant = grant.tenant_id().ok_or(StoreError::Corrupt("an import without a tenant"))?;
    let open = sql(OPEN)
        .bind(id)
        .bind(grant.workspace_id())
        .bind(tenant)
        .bind(name)
        .bind(BackupStatus::Capturing.code())
        .bind(Selection::All.to_stored())
        .bind(HOLDS)
        .bind(run.map(RunScope::run_id))
        .bind(run.map_or_else(|| grant.user().map(|user| user.id), RunScope::initiator))
        .bind(who)
        .bind(false)
        .bind(serde_json::json!(Origin::default()));
    tx.exec(open).await?;
    Ok(id)
}

/// The set is held until the transaction ends, and must not be sealed.
async fn hold(tx: &mut Tx, grant: &Grant, set: BackupSetId) -> Result<()> {
    const HOLD: &str =
        "update backup_sets set pinned = pinned where id = $1 and tenant_id = $2 and origin is not null returning status";
    let row: Option<(String,)> = tx.optional(sql(HOLD).bind(set).bind(grant.tenant_id())).await?;
    let (status,) = row.ok_or(StoreError::NotVisible)?;
    let open = BackupStatus::from_code(&status) == BackupStatus::Capturing;
    if open { Ok(()) } else { Err(StoreError::Conflict("the set is sealed")) }
}

fn packed(objects: &[ImportedObject]) -> Result<Vec<blobs::Packed>> {
    objects.iter().map(|object| blobs::pack(&object.content)).collect()
}

/// Writes objects; one that is there already is replaced, because a later attempt reads the same export again.
async fn write(tx: &mut Tx, grant: &Grant, set: BackupSetId, objects: &[ImportedObject]) -> Result<()> {
    for chunk in objects.chunks(CHUNK) {
        let mut insert =
            sql("insert into backup_set_objects (id, set_id, resource_type, object_id, workspace_id, tenant_id, name,
          name_key, captured_at, content_hash, semantic_hash, volatile_fields, id_was_made, withheld) values ");
        for (i, object) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, ThingId::generate().uuid())
                .push_bind(", ", set)
                .push_bind(", ", object.resource_type)
                .push_bind(", ", object.object_id.as_str())
                .push_bind(", ", grant.workspace_id())
                .push_bind(", ", grant.tenant_id())
                .push_bind(", ", object.name.replace('\0', ""))
                .push_bind(", ", name_key(&object.name))
                .push_bind(", ", object.captured_at)
                .push_bind(", ", object.content.hash.as_str())
                .push_bind(", ", object.content.semantic.as_str())
                .push_bind(", ", object.content.volatile.as_str())
                .push_bind(", ", object.id_was_made)
                .push_bind(", ", object.withheld)
                .push(")");
        }
        let again =
            " on conflict (set_id, resource_type, object_id) do update set name = excluded.name, name_key = excluded.name_key,
          captured_at = excluded.captured_at, content_hash = excluded.content_hash, semantic_hash = excluded.semantic_hash,
          volatile_fields = excluded.volatile_fields, id_was_made = excluded.id_was_made, withheld = excluded.withheld";
        tx.exec(insert.push(again)).await?;
    }
    Ok(())
}

/// Remarks, what is missing, the certificate, and at last the status.
async fn seal(tx: &mut Tx, grant: &Grant, set: BackupSetId, end: &ImportEnd) -> Result<Sealed> {
    const HELD: &str = "select o.resource_type, count(*), cast(coalesce(sum(b.plain_size), 0) as bigint)
      from backup_set_objects o left join blobs b on b.workspace_id = o.workspace_id and b.hash = o.content_hash
      where o.set_id = $1 group by o.resource_type";
    const SEAL: &str =
        "update backup_sets set status = $2, completed_at = $now, items = $3, bytes = $4, missing = $5, left_out = $5, origin = $6
      where id = $1";
    let held: Vec<(String, i64, i64)> = tx.all(sql(HELD).bind(set)).await?;
    for chunk in end.remarks.chunks(CHUNK) {
        let mut insert =
            sql("insert into backup_set_remarks (set_id, number, workspace_id, tenant_id, remark, file, words) values ");
        for (i, line) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, set)
                .push_bind(", ", line.number)
                .push_bind(", ", grant.workspace_id())
                .push_bind(", ", grant.tenant_id())
                .push_bind(", ", line.remark.code())
                .push_bind(", ", line.file.as_str())
                .push_bind(", ", line.words.as_str())
                .push(")");
        }
        tx.exec(insert).await?;
    }
    for chunk in end.missing.chunks(CHUNK) {
        let mut insert =
            sql("insert into backup_set_missing (set_id, resource_type, object_id, workspace_id, tenant_id, name, code) values ");
        for (i, line) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, set)
                .push_bind(", ", line.resource_type.as_str())
                .push_bind(", ", line.object_id.as_str())
                .push_bind(", ", grant.workspace_id())
                .push_bind(", ", grant.tenant_id())
                .push_bind(", ", line.name.as_str())
                .push_bind(", ", line.code.as_str())
                .push(")");
        }
        tx.exec(insert.push(" on conflict do nothing")).await?;
    }
    for line in &end.coverage {
        certify(tx, grant, set, line, &held).await?;
    }
    let (items, bytes) = held.iter().fold((0, 0), |(items, bytes), (_, more, size)| (items + more, bytes + size));
    let (missing,): (i64,) = tx.one(sql("select count(*) from backup_set_missing where set_id = $1").bind(set)).await?;
    let status = end.origin.status(items, missing);
    let done = sql(SEAL).bind(set).bind(status.code()).bind(items).bind(bytes).bind(missing).bind(serde_json::json!(end.origin));
    tx.exec(done).await?;
    // All that is known to be missing is named.
    Ok(Sealed { id: set, status, items, missing, left_out: missing })
}

async fn certify(
    tx: &mut Tx,
    grant: &Grant,
    set: BackupSetId,
    line: &TypeCertificate,
    held: &[(String, i64, i64)],
) -> Result<()> {
    const LINE: &str = "insert into backup_set_types (set_id, resource_type, workspace_id, tenant_id, state, failure_code, pages,
        objects, details, every_detail, wanted_whole, items, bytes, left_out, ended_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing";
    let of_type = held.iter().find(|(key, ..)| *key == line.resource_type);
    let (items, bytes) = of_type.map_or((0, 0), |(_, items, bytes)| (*items, *bytes));
    let insert = sql(LINE)
        .bind(set)
        .bind(line.resource_type.as_str())
        .bind(grant.workspace_id())
        .bind(grant.tenant_id())
        .bind(line.state.code())
        .bind(line.failure_code.clone())
        .bind(line.pages)
        .bind(line.objects)
        .bind(line.details)
        .bind(line.every_detail)
        .bind(line.wanted_whole)
        .bind(items)
        .bind(bytes)
        .bind(line.left_out)
        .bind(line.ended_at);
    tx.exec(insert).await?;
    Ok(())
}

impl Backups<'_> {
    /// Makes the set of an import by a person, or at the machine's command line.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin_import(&self, permit: &Permit<can::BackupsRun>, name: &str) -> Result<BackupSetId> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let who = grant.user().map_or(COMMAND_LINE, |user| user.name.as_str());
        let set = make(&mut tx, grant, name, None, who).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::BackupSetImportBegin).on("backup_set", set.uuid())).await?;
        Ok(set)
    }

    /// Makes the set of the attempt's run, or finds the one that an earlier attempt made.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn open_import(&self, run: &RunScope, name: &str) -> Result<OpenSet> {
        const FIND: &str = "select id, status from backup_sets where operation_run_id = $1";
        let (mut tx, now) = fenced(self.0.db(), run).await?;
        make(&mut tx, run.grant(), name, Some(run), &now.initiator_name).await?;
        let (id, status): (Uuid, String) = tx.one(sql(FIND).bind(run.run_id())).await?;
        tx.commit_unaudited("a set that a run begins; the run is the record").await?;
        Ok(OpenSet { id: BackupSetId::from_uuid(id), status: BackupStatus::from_code(&status) })
    }

    /// Adds objects to a set that is being imported.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the set is gone; [`StoreError::Conflict`] when it is sealed.
    pub async fn import(&self, permit: &Permit<can::BackupsRun>, set: BackupSetId, objects: &[ImportedObject]) -> Result<()> {
        let (grant, packed) = (permit.grant(), packed(objects)?);
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, set).await?;
        blobs::put(&mut tx, grant.workspace_id(), packed).await?;
        write(&mut tx, grant, set, objects).await?;
        tx.commit_unaudited("a portion of an import, whose beginning and end are audited").await
    }

    /// As [`Backups::import`], by the attempt of a run.
    ///
    /// # Errors
    /// As it, and [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn import_by_run(&self, run: &RunScope, set: BackupSetId, objects: &[ImportedObject]) -> Result<()> {
        let packed = packed(objects)?;
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        hold(&mut tx, run.grant(), set).await?;
        blobs::put(&mut tx, run.workspace_id(), packed).await?;
        write(&mut tx, run.grant(), set, objects).await?;
        tx.commit_unaudited("a portion of an import; the run is the record").await
    }

    /// Makes an imported set whole, in one transaction: its certificate, what is missing, the report and the status.
    ///
    /// # Errors
    /// As [`Backups::import`].
    pub async fn seal_import(&self, permit: &Permit<can::BackupsRun>, set: BackupSetId, end: &ImportEnd) -> Result<Sealed> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, set).await?;
        let sealed = seal(&mut tx, grant, set, end).await?;
        let entry = AuditEntry::done(Action::BackupSetImport).on("backup_set", set.uuid()).with("items", sealed.items);
        tx.commit(grant.actor(), entry).await?;
        Ok(sealed)
    }

    /// As [`Backups::seal_import`], by the attempt of a run.
    ///
    /// # Errors
    /// As it, and [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn seal_import_by_run(&self, run: &RunScope, set: BackupSetId, end: &ImportEnd) -> Result<Sealed> {
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        hold(&mut tx, run.grant(), set).await?;
        let sealed = seal(&mut tx, run.grant(), set, end).await?;
        tx.commit_unaudited("a set that a run imported; the run is the record").await?;
        Ok(sealed)
    }
}
