//! What goes with a tenant, a part after the other: what opens its directory first, children before what they belong to. What is not
//! named here is small, and goes with the tenant's own row.

/// Rows of one transaction: few enough that nobody waits long for the writer of a SQLite file.
const ROWS: u32 = 500;
/// Runs of one transaction, with what hangs on them; as where they are pruned.
const RUNS: u32 = 100;
/// Files and reports of one transaction; each has up to 2,048 parts.
const FILES: u32 = 2;

/// Rows of a table, as many as one transaction takes.
#[derive(Debug)]
pub(super) struct Part {
    /// The tenant is `$1`, how many rows `$2`.
    pub(super) text: &'static str,
    /// How many rows.
    pub(super) most: u32,
}

/// Rows that an index finds by the tenant.
macro_rules! own {
    ($table:literal, $key:literal, $most:expr) => {
        Part {
            text: concat!(
                "delete from ",
                $table,
                " where (",
                $key,
                ") in (select ",
                $key,
                " from ",
                $table,
                " where tenant_id = $1 limit $2)"
            ),
            most: $most,
        }
    };
}

/// Rows that an index finds by what they belong to.
macro_rules! below {
    ($table:literal, $key:literal, $parent:literal, $of:literal) => {
        Part {
            text: concat!(
                "delete from ",
                $table,
                " where (",
                $key,
                ") in (select ",
                $key,
                " from ",
                $table,
                " where ",
                $of,
                " in (select id from ",
                $parent,
                " where tenant_id = $1) limit $2)"
            ),
            most: ROWS,
        }
    };
}

pub(super) static PARTS: &[Part] = &[
    own!("provider_connections", "id", ROWS),
    own!("content_secrets", "id", ROWS),
    own!("baseline_matches", "tenant_id, baseline_id, resource_type, object_id", ROWS),
    own!("baseline_alignment", "tenant_id, baseline_id, resource_type", ROWS),
    own!("baseline_assignments", "tenant_id, baseline_id", ROWS),
    below!("finding_history", "finding_id, sequence", "findings", "finding_id"),
    own!("findings", "id", ROWS),
    below!("drift_positions", "item_id", "inventory_items", "item_id"),
    own!("drift_readings", "tenant_id, resource_type", ROWS),
    own!("drift_service_fields", "tenant_id, resource_type, property, whole", ROWS),
    below!("restore_secrets", "id", "restores", "restore_id"),
    below!("restore_secret_places", "restore_id, number, pointer", "restores", "restore_id"),
    below!("restore_journal", "restore_id, sequence", "restores", "restore_id"),
    below!("restore_mappings", "restore_id, resource_type, source_id", "restores", "restore_id"),
    below!("restore_reach", "restore_id, kind, group_id", "restores", "restore_id"),
    below!("restore_contents", "restore_id, hash", "restores", "restore_id"),
    below!("restore_items", "restore_id, number", "restores", "restore_id"),
    below!("restore_rehearsal_items", "rehearsal_id, number", "restore_rehearsals", "rehearsal_id"),
    own!("restore_rehearsals", "id", ROWS),
    own!("restore_approvals", "id", ROWS),
    below!("restore_drill_types", "drill_id, resource_type", "restore_drills", "drill_id"),
    own!("restore_drills", "id", ROWS),
    own!("restores", "id", ROWS),
    own!("backup_files", "id", FILES),
    own!("reports", "id", FILES),
    // One of all tenants tells of it too, and cannot forget it.
    Part {
        text: "delete from reports where id in (select r.id from reports r join tenants t on t.workspace_id = r.workspace_id
          where t.id = $1 and r.tenant_id is null limit $2)",
        most: FILES,
    },
    // Also of what another tenant takes from it: it has its own copy of the contents.
    below!("backup_set_uses", "set_id, used_by", "backup_sets", "set_id"),
    own!("backup_set_uses", "set_id, used_by", ROWS),
    below!("backup_set_items", "set_id, item_id", "backup_sets", "set_id"),
    below!("backup_set_objects", "id", "backup_sets", "set_id"),
    below!("backup_set_missing", "set_id, resource_type, object_id", "backup_sets", "set_id"),
    below!("backup_set_remarks", "set_id, number", "backup_sets", "set_id"),
    below!("backup_set_types", "set_id, resource_type", "backup_sets", "set_id"),
    own!("backup_sets", "id", ROWS),
    own!("setting_waiting", "tenant_id, content_hash, resource_type", ROWS),
    own!("setting_contents", "tenant_id, content_hash, resource_type", ROWS),
    own!("setting_letters", "tenant_id, bucket, block", ROWS),
    own!("object_links", "item_id, number", ROWS),
    own!("policy_version_marks", "version_id", ROWS),
    own!("policy_versions", "id", ROWS),
    own!("inventory_items", "id", ROWS),
    own!("inventory_readings", "operation_run_id, resource_type", ROWS),
    own!("tenant_audit_resources", "event, nth", ROWS),
    own!("tenant_audit_events", "id", ROWS),
    own!("directory_groups", "tenant_id, object_id", ROWS),
    own!("directory_group_names", "tenant_id, block", ROWS),
    own!("directory_role_definitions", "tenant_id, object_id", ROWS),
    below!("schedule_fires", "schedule_id, scheduled_for", "schedules", "schedule_id"),
    own!("schedules", "id", ROWS),
    own!("connection_checks", "id", ROWS),
    own!("alert_deliveries", "id", ROWS),
    below!("operation_run_events", "id", "operation_runs", "run_id"),
    below!("operation_run_items", "run_id, item_key", "operation_runs", "run_id"),
    below!("operation_run_calls", "run_id, place", "operation_runs", "run_id"),
    below!("operation_run_call_totals", "run_id, claim, path, method", "operation_runs", "run_id"),
    own!("operation_runs", "id", RUNS),
    own!("operation_run_rollups", "workspace_id, hour, scope_id, type, outcome", ROWS),
];
