//! The keys of starts: one click, one run, however often it is sent.

use model::operations::Operation;
use model::run::{Run, RunRequest, StartKey, identity_bytes};
use serde_json::json;
use uuid::Uuid;

use super::insert::hash;
use super::row::{RunRow, columns};
use super::start::Before;
use crate::access::Grant;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// What a start asks for, so that a key that comes back with something else is noticed. Of a check that is the wish: which revision the
/// connection had when it was heard is no part of it, or a click that is sent again after an edit would be another.
pub(super) fn request_hash(grant: &Grant, request: &RunRequest, before: &Before) -> Vec<u8> {
    let mut bytes = match request.operation() {
        Operation::ProviderConnectionCheck => {
            identity_bytes(request.operation(), &json!({ "again": *before == Before::Supersede }))
        }
        // The same click once more is the same wish, although an execution was started since.
        Operation::RestoreExecute => {
            let of = |name: &str| request.context().get(name).cloned();
            identity_bytes(request.operation(), &json!({ "restore": of("restore"), "plan": of("plan") }))
        }
        Operation::RestoreRollout => {
            let of = |name: &str| request.context().get(name).cloned();
            identity_bytes(request.operation(), &json!({ "rollout": of("rollout"), "plan": of("plan") }))
        }
        // A test is a message of its own each time that it is asked for.
        Operation::AlertsDeliver => {
            let of = |name: &str| request.context().pointer(name).cloned();
            identity_bytes(request.operation(), &json!({ "test": of("/test/destination"), "message": of("/message") }))
        }
        operation => identity_bytes(operation, request.context()),
    };
    bytes.extend_from_slice(grant.tenant_id().map_or(grant.workspace_id().uuid(), model::ids::TenantId::uuid).as_bytes());
    hash(&bytes)
}

/// The run that an earlier start under this key gave.
///
/// # Errors
/// [`StoreError::KeyMismatch`] when it asked for something else; [`StoreError::Conflict`] when its run was pruned meanwhile.
pub(super) async fn recorded(tx: &mut Tx, grant: &Grant, key: &StartKey, asked: &[u8]) -> Result<Option<Run>> {
    const FIND: &str =
        "select request_hash, run_id from run_start_keys where workspace_id = $1 and user_id = $2 and start_key = $3";
    const RUN: &str = concat!("select ", columns!(), " from operation_runs where id = $1");
    let Some(user) = grant.user() else { return Ok(None) };
    let find = sql(FIND).bind(grant.workspace_id()).bind(user.id).bind(key.as_str());
    let Some((before, run)) = tx.optional::<(Vec<u8>, Option<Uuid>)>(find).await? else { return Ok(None) };
    if before != asked {
        return Err(StoreError::KeyMismatch);
    }
    let row: Option<RunRow> = match run {
        Some(run) => tx.optional(sql(RUN).bind(run)).await?,
        None => None,
    };
    Ok(Some(row.ok_or(StoreError::Conflict("the run of this request is no longer recorded"))?.into()))
}

/// Records the key with its run. `false`: the same key was sent at the same time and was quicker.
pub(super) async fn record(tx: &mut Tx, grant: &Grant, key: &StartKey, asked: Vec<u8>, run: &Run) -> Result<bool> {
    const RECORD: &str = "insert into run_start_keys (workspace_id, user_id, start_key, request_hash, run_id, created_at)
      values ($1, $2, $3, $4, $5, $now) on conflict do nothing";
    let Some(user) = grant.user() else { return Ok(true) };
    let insert = sql(RECORD).bind(grant.workspace_id()).bind(user.id).bind(key.as_str()).bind(asked).bind(run.id);
    Ok(tx.exec(insert).await? == 1)
}
