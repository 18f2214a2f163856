//! The two states that a request wants compared, for pages and the API alike: read with the rights of whoever asks, secrets covered.

use model::diff::Veil;
use model::ids::{InventoryItemId, TenantId};
use model::inventory::InventoryItem;
use model::json::Json;
use model::resource_types;
use model::version::PolicyVersion;
use store::access::{SignedIn, TenantScope};
use tokio::sync::Semaphore;

use crate::auth::random::random;
use crate::error::Error;
use crate::state::WebState;

/// How many versions can be chosen from.
const VERSIONS: u32 = 50;
/// Comparisons that are worked on at once.
const AT_ONCE: usize = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What is to be compared with the item of the path.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    /// The version of the first state.
    pub(crate) from: Option<i64>,
    /// The version of the second state.
    pub(crate) to: Option<i64>,
    /// The item of the second state; `None`: the same.
    pub(crate) with: Option<InventoryItemId>,
    /// Its tenant; `None`: the same.
    pub(crate) within: Option<TenantId>,
}

/// One of the two.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) scope: TenantScope,
    pub(crate) item: InventoryItem,
    pub(crate) version: PolicyVersion,
    /// Secrets are covered; `None` where the object had disappeared.
    pub(crate) content: Option<Json>,
    /// How many masked values of the version are kept, sealed.
    pub(crate) sealed_values: usize,
    /// The latest versions of the item, newest first.
    pub(crate) versions: Vec<PolicyVersion>,
}

/// Does what takes the processor for long beside the threads that answer everybody, and only a few at once: two contents may be as large
/// as anything that is stored.
///
/// # Errors
/// [`Error::Internal`] when it does not end.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let failed = || Error::Internal("a comparison did not end".into());
    let turn = TURNS.acquire().await.map_err(|_| failed())?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    done.await.map_err(|_| failed())
}

/// The tenant of the second side.
///
/// # Errors
/// [`Error::NotFound`] for a tenant that they are not entitled to, and for one of another workspace.
pub(crate) async fn other_tenant(
    web: &WebState,
    who: &SignedIn,
    scope: &TenantScope,
    wanted: Option<TenantId>,
) -> Result<TenantScope, Error> {
    match wanted {
        Some(id) if id != scope.tenant_id() => {
            let other = web.store().access().tenant(who, id).await?;
            if other.workspace_id() == scope.workspace_id() { Ok(other) } else { Err(Error::NotFound) }
        }
        _ => Ok(scope.clone()),
    }
}

/// Both states. Left out, the second one is the latest version, and the first one the version before it, or the latest of the first item
/// where there are two. An item of one version is compared with itself.
///
/// # Errors
/// [`Error::NotFound`] for what there is not, or not for them.
pub(crate) async fn states(
    web: &WebState,
    who: &SignedIn,
    scope: &TenantScope,
    item: InventoryItemId,
    wanted: Wanted,
) -> Result<(State, State), Error> {
    let veil = Veil::new(random()?);
    let other = other_tenant(web, who, scope, wanted.within).await?;
    let second = wanted.with.unwrap_or(item);
    let one_item = second == item;
    // An item is of one tenant: the same one in another tenant is none.
    let after = state(web, &other, second, wanted.to, &veil).await?;
    let from = wanted.from.or_else(|| one_item.then(|| (after.version.number - 1).max(1)));
    let before = state(web, scope, item, from, &veil).await?;
    Ok((before, after))
}

async fn state(
    web: &WebState,
    scope: &TenantScope,
    id: InventoryItemId,
    number: Option<i64>,
    veil: &Veil,
) -> Result<State, Error> {
    let item = web.store().inventory().find(scope, id).await?.item;
    let versions = web.store().policy_versions().of_item(scope, id, None, VERSIONS).await?;
    let number = number.or_else(|| versions.first().map(|latest| latest.number)).ok_or(Error::NotFound)?;
    let found = web.store().policy_versions().find(scope, id, number).await?;
    let kind = resource_types::find(&item.resource_type);
    let content = found.content.map(|content| veil.over(kind, &content));
    let sealed_values = web.store().content_secrets().of_version(scope, found.version.id).await?.len();
    Ok(State { scope: scope.clone(), item, version: found.version, content, sealed_values, versions })
}
