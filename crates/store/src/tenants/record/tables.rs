//! The tables with rows of tenants. A test goes through the schema: one that is in neither list is missed there.

/// Columns that never leave: sealed secrets, and the hash by which a run is known as the same.
pub(super) const SEALED: [&str; 3] = ["run_identity_hash", "sealed_secret", "sealed_value"];

/// Tables that are made from the others, or hold files that were made of them.
pub const DERIVED_TABLES: [&str; 7] = [
    "backup_file_parts",
    "directory_group_names",
    "report_parts",
    "setting_contents",
    "setting_index",
    "setting_letters",
    "setting_waiting",
];

/// How the rows of a table are read on each database; `$1` is the tenant, and `$2` on PostgreSQL what stays out.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) postgres: &'static str,
    pub(super) sqlite: &'static str,
}

macro_rules! by {
    ($table:literal, $column:literal) => {
        Table {
            name: $table,
            postgres: concat!(
                "select (to_jsonb(x) - string_to_array($2, ','))::text as row from ",
                $table,
                " x where ",
                $column,
                " = $1"
            ),
            sqlite: concat!("select * from ", $table, " where ", $column, " = $1"),
        }
    };
}

macro_rules! of_tenant {
    ($table:literal) => {
        by!($table, "tenant_id")
    };
}

pub(super) static RECORDED: &[Table] = &[
    by!("tenants", "id"),
    of_tenant!("alert_deliveries"),
    of_tenant!("alert_rules"),
    of_tenant!("audit_entries"),
    of_tenant!("backup_files"),
    of_tenant!("backup_set_items"),
    of_tenant!("backup_set_missing"),
    of_tenant!("backup_set_objects"),
    of_tenant!("backup_set_remarks"),
    of_tenant!("backup_set_types"),
    of_tenant!("backup_set_uses"),
    of_tenant!("backup_sets"),
    of_tenant!("baseline_alignment"),
    of_tenant!("baseline_assignments"),
    of_tenant!("baseline_matches"),
    of_tenant!("connection_checks"),
    of_tenant!("connection_notices"),
    of_tenant!("content_secrets"),
    of_tenant!("directory_groups"),
    of_tenant!("directory_role_definitions"),
    of_tenant!("directory_state"),
    of_tenant!("drift_positions"),
    of_tenant!("drift_readings"),
    of_tenant!("drift_service_fields"),
    of_tenant!("finding_history"),
    of_tenant!("findings"),
    of_tenant!("inventory_coverage"),
    of_tenant!("inventory_items"),
    of_tenant!("inventory_readings"),
    of_tenant!("invitation_tenants"),
    of_tenant!("notices"),
    of_tenant!("object_links"),
    of_tenant!("onboarding_drafts"),
    of_tenant!("operation_pauses"),
    of_tenant!("operation_run_call_totals"),
    of_tenant!("operation_run_calls"),
    of_tenant!("operation_run_events"),
    of_tenant!("operation_run_items"),
    of_tenant!("operation_run_rollups"),
    of_tenant!("operation_runs"),
    of_tenant!("policy_version_marks"),
    of_tenant!("policy_versions"),
    of_tenant!("provider_connections"),
    of_tenant!("reports"),
    of_tenant!("restore_approvals"),
    of_tenant!("restore_contents"),
    of_tenant!("restore_drill_types"),
    of_tenant!("restore_drills"),
    of_tenant!("restore_items"),
    of_tenant!("restore_journal"),
    of_tenant!("restore_mappings"),
    of_tenant!("restore_reach"),
    of_tenant!("restore_rehearsal_items"),
    of_tenant!("restore_rehearsals"),
    of_tenant!("restore_secret_places"),
    of_tenant!("restore_secrets"),
    of_tenant!("restores"),
    of_tenant!("rollout_targets"),
    of_tenant!("schedule_fires"),
    of_tenant!("schedules"),
    of_tenant!("settings"),
    of_tenant!("tenant_audit_events"),
    of_tenant!("tenant_audit_resources"),
    of_tenant!("tenant_audit_sources"),
    of_tenant!("tenant_group_members"),
    of_tenant!("tenant_inventories"),
    of_tenant!("tenant_members"),
    of_tenant!("tenant_tags"),
];
