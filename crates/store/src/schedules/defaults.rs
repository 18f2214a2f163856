//! The schedules that a tenant gets when it is taken into use: once a day each of its directory cache, and its audit events.

use model::ids::{ScheduleId, TenantId, WorkspaceId};
use model::operations::{Operation, audit_events_sync, directory_role_definitions_sync, entra_group_sync};
use model::schedule::{Cadence, CatchUp, NewSchedule, TimeOfDay, Zone};
use model::time::Moment;
use uuid::Uuid;

use super::Schedules;
use super::edit::next;
use crate::access::Operator;
use crate::audit::Actor;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// What starts by itself, with its name.
const DAILY: [(Operation, &str); 3] = [
    (Operation::EntraGroupSync, "Directory groups, daily"),
    (Operation::DirectoryRoleDefinitionsSync, "Role definitions, daily"),
    (Operation::AuditEventsSync, "Audit events, daily"),
];
/// The hours of the night over which tenants are spread, in minutes, and their beginning.
const SPREAD: u16 = 360;
const FROM: u16 = 60;

impl Schedules<'_> {
    /// Gives a tenant the daily schedules of its directory cache and its audit events, each unless it has one of that type; how many it lacked. Taking a
    /// tenant into use does so by itself; this is for one that was made in use.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is no such tenant.
    pub async fn defaults(&self, _: &Operator, tenant: TenantId) -> Result<u64> {
        let now = self.0.now().await?;
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let found: Option<(Uuid,)> = tx.optional(sql("select workspace_id from tenants where id = $1").bind(tenant)).await?;
        let workspace = WorkspaceId::from_uuid(found.ok_or(StoreError::NotVisible)?.0);
        let many = add(&mut tx, workspace, tenant, now).await?;
        let entry = model::audit::AuditEntry::done(model::audit::Action::ScheduleCreate).on("tenant", tenant.uuid());
        tx.commit(&Actor::operator(Some(workspace), Some(tenant)), entry).await?;
        Ok(many)
    }
}

/// Adds them in the transaction that takes the tenant into use.
pub(crate) async fn add(tx: &mut Tx, workspace: WorkspaceId, tenant: TenantId, now: Moment) -> Result<u64> {
    const ADD: &str = "insert into schedules (id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone,
          catch_up, catch_up_bound, enabled, holds_from, next_fire_at, revision, created_at, updated_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $now, $11, 1, $now, $now
        where not exists (select 1 from schedules where tenant_id = $3 and type = $4)";
    let mut added = 0;
    for (i, (operation, name)) in (0_u16..).zip(DAILY) {
        let new = daily(tenant, operation, name, i)?;
        let cadence = serde_json::to_value(&new.cadence).map_err(|_| StoreError::Corrupt("a cadence"))?;
        let add = sql(ADD)
            .bind(ScheduleId::generate())
            .bind(workspace)
            .bind(tenant)
            .bind(operation.code())
            .bind(new.arguments.clone())
            .bind(name)
            .bind(cadence)
            .bind(new.zone.name())
            .bind(new.catch_up.code())
            .bind(true)
            .bind(next(&new, now));
        added += tx.exec(add).await?;
    }
    Ok(added)
}

fn arguments(operation: Operation) -> serde_json::Value {
    match operation {
        Operation::EntraGroupSync => entra_group_sync::Arguments::default().to_stored(),
        Operation::AuditEventsSync => audit_events_sync::arguments(),
        _ => directory_role_definitions_sync::arguments(),
    }
}

/// Once a night, not in all tenants at the same minute.
fn daily(tenant: TenantId, operation: Operation, name: &str, nth: u16) -> Result<NewSchedule> {
    let bytes = *tenant.uuid().as_bytes();
    let minute = FROM + (u16::from_be_bytes([bytes[14], bytes[15]]) % SPREAD + 7 * nth) % SPREAD;
    let at = TimeOfDay::parse(&format!("{:02}:{:02}", minute / 60, minute % 60)).map_err(|_| StoreError::Corrupt("a time"))?;
    Ok(NewSchedule {
        name: name.to_owned(),
        operation,
        arguments: arguments(operation),
        cadence: Cadence::Daily { at },
        zone: Zone::utc(),
        catch_up: CatchUp::Latest,
        bound: 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_thousand_tenants_do_not_start_at_once() {
        let times: Vec<String> =
            (0..1_000).map(|_| daily(TenantId::generate(), Operation::EntraGroupSync, "n", 0).unwrap().cadence.words()).collect();
        let different: BTreeSet<&String> = times.iter().collect();
        assert!(different.len() > 250, "{}", different.len());
        let most = different.iter().map(|one| times.iter().filter(|time| *time == *one).count()).max().unwrap();
        assert!(most < 20, "{most} at the same minute");
    }
}
