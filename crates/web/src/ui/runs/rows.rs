//! Runs as rows of a list.

use model::access::Can;
use model::run::Run;
use pages::runs::RunRow;
use store::access::WorkspaceScope;

use crate::ui::tenant_names::TenantNames;

/// Runs of a workspace. One of a type that this version does not know needs only membership.
pub(crate) fn in_workspace(runs: Vec<Run>, scope: &WorkspaceScope, names: &TenantNames) -> Vec<RunRow> {
    let row = |run: Run| in_workspace_one(run, scope, names);
    runs.into_iter().map(row).collect()
}

/// One run of a workspace.
pub(crate) fn in_workspace_one(run: Run, scope: &WorkspaceScope, names: &TenantNames) -> RunRow {
    let may_open = run.operation.is_none_or(|operation| scope.may_open_run(run.tenant_id, operation));
    RunRow { tenant_name: names.name(run.tenant_id), may_open, run }
}

/// Runs of one tenant.
pub(crate) fn in_tenant(runs: Vec<Run>, name: &str, can: Can) -> Vec<RunRow> {
    let row = |run: Run| {
        let may_open = run.operation.is_none_or(|operation| can.allows(operation.view_capability()));
        RunRow { tenant_name: Some(name.to_owned()), may_open, run }
    };
    runs.into_iter().map(row).collect()
}
