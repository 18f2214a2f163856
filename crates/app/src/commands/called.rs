//! The tenant that a command names.

use anyhow::{Context as _, Result, bail};
use store::Opened;
use store::access::TenantScope;

/// The scope of a tenant by its id, Microsoft's id, domain or name.
pub(crate) async fn called(opened: &Opened, text: &str) -> Result<TenantScope> {
    let found = opened.store.tenants().called(&opened.operator, text).await?;
    let tenant = match found.as_slice() {
        [] => bail!("there is no tenant {text}"),
        [tenant] => *tenant,
        _ => bail!("several tenants are called {text}; name one by its id or domain"),
    };
    opened.store.access().tenant_of_operator(&opened.operator, tenant).await.context("the tenant is gone")
}
