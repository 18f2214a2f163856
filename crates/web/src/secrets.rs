//! Whether somebody may have a backup fetch the values that Microsoft masks: the settings let it, and they hold the capability.

use model::access::Capability;
use model::settings::Key;
use pages::backups::Fetching;
use store::access::TenantScope;

use crate::error::Error;
use crate::state::WebState;

/// Whether a backup of the scope's tenant that this person starts may fetch secret values.
pub(crate) async fn fetching(web: &WebState, scope: &TenantScope) -> Result<Fetching, Error> {
    let settings = web.store().settings().of_tenant(scope).await?;
    Ok(match () {
        () if !Key::lets_fetch_secrets(&settings.stored) => Fetching::Off,
        () if scope.can().allows(Capability::SecretsFetch) => Fetching::Allowed,
        () => Fetching::Forbidden,
    })
}
