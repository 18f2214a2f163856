//! The older tables and the columns of them that are understood.

/// A table of the older database.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) table: &'static str,
    /// What a row is known by; rows are read in its order.
    pub(super) key: &'static [&'static str],
    /// Columns that are read, where they are there.
    pub(super) read: &'static [&'static str],
    /// Of these, those that are read as the database writes them, because the text of numbers counts.
    pub(super) texts: &'static [&'static str],
    /// Columns that are known and deliberately not read: free text, secrets, what can be told from others.
    pub(super) left: &'static [&'static str],
    /// Rows that are read and written at a time.
    pub(super) at_once: usize,
}

/// Most tables.
const ROWS: usize = 500;

const fn shape(table: &'static str, read: &'static [&'static str], left: &'static [&'static str]) -> Shape {
    Shape { table, key: &["id"], read, texts: &[], left, at_once: ROWS }
}

pub(super) static WORKSPACES: Shape =
    shape("workspaces", &["id", "name", "archived_at", "created_at"], &["slug", "updated_at", "deleted_at", "settings"]);

pub(super) static USERS: Shape = shape(
    "users",
    &["id", "name", "email", "created_at"],
    &[
        "email_verified_at",
        "password",
        "remember_token",
        "entra_tenant_id",
        "entra_object_id",
        "is_platform_superadmin",
        "last_workspace_id",
        "current_tenant_id",
        "deleted_at",
        "updated_at",
    ],
);

pub(super) static WORKSPACE_MEMBERSHIPS: Shape =
    shape("workspace_memberships", &["id", "workspace_id", "user_id", "role", "created_at"], &["updated_at"]);

pub(super) static TENANTS: Shape = shape(
    "tenants",
    &["id", "workspace_id", "name", "tenant_id", "domain", "environment", "status", "archived_at", "deleted_at", "created_at"],
    &[
        "external_id",
        "app_client_id",
        "app_client_secret",
        "app_certificate_thumbprint",
        "app_status",
        "app_notes",
        "is_current",
        "metadata",
        "rbac_status",
        "updated_at",
    ],
);

pub(super) static TENANT_MEMBERSHIPS: Shape = shape(
    "tenant_memberships",
    &["id", "tenant_id", "user_id", "role", "created_at"],
    &["source", "source_ref", "created_by_user_id", "updated_at"],
);

pub(super) static PROVIDER_CONNECTIONS: Shape = shape(
    "provider_connections",
    &["id", "tenant_id", "client_id", "cloud", "is_default", "created_at"],
    &[
        "workspace_id",
        "provider",
        "entra_tenant_id",
        "display_name",
        "status",
        "health_status",
        "scopes_granted",
        "payload",
        "credential",
        "last_health_check_at",
        "last_error_reason_code",
        "last_error_message",
        "metadata",
        "updated_at",
    ],
);

pub(super) static OPERATION_RUNS: Shape = shape(
    "operation_runs",
    &[
        "id",
        "workspace_id",
        "tenant_id",
        "user_id",
        "initiator_name",
        "type",
        "status",
        "outcome",
        "summary_counts",
        "failure_summary",
        "context",
        "started_at",
        "completed_at",
        "created_at",
        "updated_at",
    ],
    &["run_identity_hash"],
);

pub(super) static INVENTORY_SYNC_RUNS: Shape = shape(
    "inventory_sync_runs",
    &["id", "tenant_id", "user_id", "status", "started_at", "finished_at", "operation_run_id"],
    &[
        "selection_hash",
        "selection_payload",
        "had_errors",
        "error_codes",
        "error_context",
        "items_observed_count",
        "items_upserted_count",
        "errors_count",
        "created_at",
        "updated_at",
    ],
);

pub(super) static ENTRA_GROUP_SYNC_RUNS: Shape = shape(
    "entra_group_sync_runs",
    &["id", "tenant_id", "initiator_user_id", "status", "started_at", "finished_at", "operation_run_id"],
    &[
        "selection_key",
        "slot_key",
        "error_code",
        "error_category",
        "error_summary",
        "safety_stop_triggered",
        "safety_stop_reason",
        "pages_fetched",
        "items_observed_count",
        "items_upserted_count",
        "error_count",
        "created_at",
        "updated_at",
    ],
);

pub(super) static BACKUP_SCHEDULE_RUNS: Shape = shape(
    "backup_schedule_runs",
    &[
        "id",
        "backup_schedule_id",
        "tenant_id",
        "user_id",
        "scheduled_for",
        "status",
        "started_at",
        "finished_at",
        "backup_set_id",
        "operation_run_id",
    ],
    &["summary", "error_code", "error_message", "created_at", "updated_at"],
);

/// The older run tables: their rows are not copied.
pub(super) static LEGACY: [&Shape; 3] = [&INVENTORY_SYNC_RUNS, &ENTRA_GROUP_SYNC_RUNS, &BACKUP_SCHEDULE_RUNS];

pub(super) static INVENTORY_ITEMS: Shape = shape(
    "inventory_items",
    &[
        "id",
        "tenant_id",
        "policy_type",
        "external_id",
        "display_name",
        "platform",
        "last_seen_at",
        "last_seen_run_id",
        "last_seen_operation_run_id",
        "created_at",
    ],
    &["category", "meta_jsonb", "updated_at"],
);

pub(super) static POLICIES: Shape = shape(
    "policies",
    &["id", "tenant_id", "policy_type", "external_id", "display_name", "platform", "last_synced_at", "created_at"],
    &["ignored_at", "metadata", "updated_at", "deleted_at"],
);

pub(super) static POLICY_VERSIONS: Shape = Shape {
    table: "policy_versions",
    // A policy's versions one after the other, in their order.
    key: &["policy_id", "version_number", "id"],
    read: &["id", "tenant_id", "policy_id", "version_number", "captured_at", "snapshot", "assignments", "created_at"],
    texts: &["snapshot", "assignments"],
    left: &[
        "policy_type",
        "platform",
        "created_by",
        "scope_tags",
        "metadata",
        "assignments_hash",
        "scope_tags_hash",
        "updated_at",
        "deleted_at",
    ],
    at_once: 50,
};

pub(super) static BACKUP_SETS: Shape = shape(
    "backup_sets",
    &["id", "tenant_id", "name", "status", "created_by", "completed_at", "deleted_at", "created_at"],
    &["item_count", "metadata", "updated_at"],
);

pub(super) static BACKUP_ITEMS: Shape = shape(
    "backup_items",
    &["id", "tenant_id", "backup_set_id", "policy_version_id", "policy_type", "policy_identifier", "created_at"],
    &["policy_id", "platform", "captured_at", "payload", "assignments", "metadata", "deleted_at", "updated_at"],
);

pub(super) static BACKUP_SCHEDULES: Shape = shape(
    "backup_schedules",
    &[
        "id",
        "tenant_id",
        "name",
        "timezone",
        "frequency",
        "time_of_day",
        "days_of_week",
        "policy_types",
        "retention_keep_last",
        "deleted_at",
        "created_at",
    ],
    &["is_enabled", "include_foundations", "last_run_at", "last_run_status", "next_run_at", "updated_at"],
);

pub(super) static RESTORE_RUNS: Shape = shape(
    "restore_runs",
    &[
        "id",
        "tenant_id",
        "backup_set_id",
        "requested_by",
        "is_dry_run",
        "status",
        "operation_run_id",
        "started_at",
        "completed_at",
        "deleted_at",
        "created_at",
    ],
    &["requested_items", "preview", "results", "metadata", "group_mapping", "failure_reason", "idempotency_key", "updated_at"],
);

pub(super) static FINDINGS: Shape = shape(
    "findings",
    &[
        "id",
        "tenant_id",
        "finding_type",
        "fingerprint",
        "subject_type",
        "subject_external_id",
        "severity",
        "status",
        "baseline_run_id",
        "current_run_id",
        "baseline_operation_run_id",
        "current_operation_run_id",
        "acknowledged_at",
        "created_at",
        "updated_at",
    ],
    &["scope_key", "source", "evidence_jsonb", "acknowledged_by_user_id"],
);

pub(super) static ENTRA_GROUPS: Shape = shape(
    "entra_groups",
    &[
        "id",
        "tenant_id",
        "entra_id",
        "display_name",
        "group_types",
        "security_enabled",
        "mail_enabled",
        "last_seen_at",
        "created_at",
    ],
    &["updated_at"],
);

pub(super) static ENTRA_ROLE_DEFINITIONS: Shape = shape(
    "entra_role_definitions",
    &["id", "tenant_id", "entra_id", "display_name", "is_built_in", "last_seen_at", "created_at"],
    &["updated_at"],
);

/// Every table that is looked for.
pub(super) static ALL: [&Shape; 20] = [
    &WORKSPACES,
    &USERS,
    &WORKSPACE_MEMBERSHIPS,
    &TENANTS,
    &TENANT_MEMBERSHIPS,
    &PROVIDER_CONNECTIONS,
    &OPERATION_RUNS,
    &INVENTORY_SYNC_RUNS,
    &ENTRA_GROUP_SYNC_RUNS,
    &BACKUP_SCHEDULE_RUNS,
    &INVENTORY_ITEMS,
    &POLICIES,
    &POLICY_VERSIONS,
    &BACKUP_SETS,
    &BACKUP_ITEMS,
    &BACKUP_SCHEDULES,
    &RESTORE_RUNS,
    &FINDINGS,
    &ENTRA_GROUPS,
    &ENTRA_ROLE_DEFINITIONS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_stand_in_a_statement_and_each_is_said_once() {
        let plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        for shape in ALL {
            let mut names: Vec<&str> = shape.read.iter().chain(shape.left).copied().collect();
            assert!(plain(shape.table) && names.iter().all(|name| plain(name)), "{}", shape.table);
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{} names a column twice", shape.table);
            assert!(shape.key.iter().chain(shape.texts).all(|column| shape.read.contains(column)), "{}", shape.table);
        }
    }

    #[test]
    fn no_free_text_and_no_secret_is_read() {
        for word in
            ["secret", "password", "token", "message", "error", "payload", "metadata", "results", "summary_text", "reason"]
        {
            for shape in ALL {
                assert!(shape.read.iter().all(|column| !column.contains(word)), "{} {word}", shape.table);
            }
        }
    }
}
