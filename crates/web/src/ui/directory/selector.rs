//! What a selector shows: the name of what is chosen, and how fresh the cache is.

use model::directory::{DirectoryState, SelectorKind};
use pages::directory::Selector;
use store::access::TenantScope;

use crate::error::Error;
use crate::state::WebState;

/// A selector for a field that holds this id (`none` or empty: nothing).
///
/// # Errors
/// When the database refuses.
pub(crate) async fn selector(web: &WebState, scope: &TenantScope, kind: SelectorKind, chosen: &str) -> Result<Selector, Error> {
    let name = match (kind.cached(), kind.resource_type()) {
        (_, _) if chosen.is_empty() || chosen == "none" => None,
        (Some(cached), _) => {
            let found = web.store().directory().names(scope, cached, [chosen]).await?;
            found.into_values().next().map(|found| found.name)
        }
        (None, Some(key)) => web.store().inventory().names(scope, &[key], &[chosen.to_owned()]).await?.remove(chosen),
        (None, None) => None,
    };
    Ok(Selector { kind, tenant: scope.tenant_id(), state: state(web, scope, kind).await?, name, can: scope.can() })
}

/// How fresh what a selector offers is.
///
/// # Errors
/// When the database refuses.
pub(super) async fn state(web: &WebState, scope: &TenantScope, kind: SelectorKind) -> Result<DirectoryState, Error> {
    if let Some(cached) = kind.cached() {
        return Ok(web.store().directory().state(scope, cached).await?);
    }
    let summary = web.store().inventory().summary(scope).await?;
    let line = summary.into_iter().find(|line| Some(line.resource_type.as_str()) == kind.resource_type());
    Ok(line.map_or_else(DirectoryState::default, |line| DirectoryState {
        complete_at: line.complete_at,
        objects: line.items,
        failure_code: line.failure_code,
        ..DirectoryState::default()
    }))
}
