//! The figures of the limits.

use std::time::Duration;

/// So many in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In how long a time.
    pub per: Duration,
}

impl Rate {
    /// So many in so many seconds.
    #[must_use]
    pub const fn new(count: u32, seconds: u64) -> Self {
        Self { count, per: Duration::from_secs(seconds) }
    }
}

/// The limits of Graph and of the services behind it. [`Limits::published`] are Microsoft's own figures
/// (<https://learn.microsoft.com/graph/throttling-limits>); a test may lower them, as when others use the same tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// All of Graph: an app over all tenants.
    pub graph: Rate,
    /// Each service of Intune: any request, per app and tenant. All apps together may twice as much.
    pub intune: Rate,
    /// Each service of Intune: POST, PUT, PATCH, DELETE, per app and tenant. All apps together may twice as much.
    pub intune_writes: Rate,
    /// Intune's devices: any request, per app and tenant. All apps together may twice as much.
    pub devices: Rate,
    /// Directory: resource units per app and tenant, for tenants of fewer than 50, up to 500, and more users.
    pub directory: [Rate; 3],
    /// Directory: writes per app and tenant.
    pub directory_writes: Rate,
    /// Directory: resource units of an app over all tenants.
    pub directory_app: Rate,
    /// Directory: writes of an app over all tenants.
    pub directory_app_writes: Rate,
    /// Directory: writes in a tenant by all apps.
    pub directory_tenant_writes: Rate,
    /// Conditional access, named locations, identity protection: a tenant by all apps. Refused without `Retry-After`.
    pub conditional_access: Rate,
    /// Reports and audit logs of the directory, per app and tenant.
    pub reports: Rate,
    /// After a 429, requests that arrive within this time still count as sent before it was heard.
    pub grace: Duration,
}

impl Limits {
    /// Microsoft's figures.
    #[must_use]
    pub const fn published() -> Self {
        Self {
            graph: Rate::new(2000, 1),
            intune: Rate::new(1000, 20),
            intune_writes: Rate::new(100, 20),
            devices: Rate::new(2000, 20),
            directory: [Rate::new(3500, 10), Rate::new(5000, 10), Rate::new(8000, 10)],
            directory_writes: Rate::new(3000, 150),
            directory_app: Rate::new(150_000, 20),
            directory_app_writes: Rate::new(70_000, 300),
            directory_tenant_writes: Rate::new(18_000, 300),
            conditional_access: Rate::new(1, 1),
            reports: Rate::new(5, 10),
            grace: Duration::from_millis(250),
        }
    }

    /// Every count divided, at least 1: what is left when others use the tenants too.
    #[must_use]
    pub fn divided(mut self, by: u32) -> Self {
        let rates = [
            &mut self.graph,
            &mut self.intune,
            &mut self.intune_writes,
            &mut self.devices,
            &mut self.directory_writes,
            &mut self.directory_app,
            &mut self.directory_app_writes,
            &mut self.directory_tenant_writes,
            &mut self.conditional_access,
            &mut self.reports,
        ];
        for rate in rates.into_iter().chain(&mut self.directory) {
            rate.count = (rate.count / by.max(1)).max(1);
        }
        self
    }
}
