//! A provider connection: the credentials by which a tenant is reached. The secret itself never leaves `store` but for a run.

use crate::codes::codes;
use crate::ids::{ConnectionId, EntraTenantId, TenantId};

codes! {
    /// The national cloud in which a tenant lives. Tokens of one are not accepted by another.
    Cloud {
        /// Worldwide, GCC included.
        Global = "global",
        /// US Government L4 (GCC High).
        UsGovernment = "us_government",
        /// US Government L5 (DoD).
        UsDefense = "us_defense",
        /// China, operated by 21Vianet.
        China = "china",
        /// A simulated or private endpoint; base addresses are given in the configuration.
        Custom = "custom",
    }
}

/// A connection without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The tenant that it reaches.
    pub tenant_id: TenantId,
    /// Microsoft's id of that tenant.
    pub entra_tenant_id: EntraTenantId,
    /// In which cloud.
    pub cloud: Cloud,
    /// The application (client) id.
    pub client_id: String,
    /// Whether it may be used.
    pub enabled: bool,
    /// Grows with every change of the credentials.
    pub revision: i64,
}
