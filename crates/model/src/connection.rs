//! A provider connection: the credentials by which a tenant is reached. The credential itself never leaves `store` but for a run.

mod credential;
mod entered;
mod expiry;

pub use credential::{CredentialKind, Signature};
pub use entered::{EntryProblem, MAX_SECRET, TokenFileName, client_id, client_secret};
pub use expiry::{Expiry, ExpiryNotice, WARN_DAYS};

use crate::codes::codes;
use crate::ids::{ConnectionId, EntraTenantId, TenantId};
use crate::time::Moment;

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

impl Cloud {
    /// The name by which people know it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Global => "Worldwide (commercial and GCC)",
            Self::UsGovernment => "US Government (GCC High)",
            Self::UsDefense => "US Government (DoD)",
            Self::China => "China (21Vianet)",
            Self::Custom => "Addresses of this installation",
            Self::Unknown => "Unknown",
        }
    }
}

/// A connection without its credential.
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
    /// By what the application signs in.
    pub credential_kind: CredentialKind,
    /// When the credential ends, where that is known: always for a certificate, for a secret when somebody said it.
    pub credential_expires_at: Option<Moment>,
    /// What names the credential without telling it: the SHA-256 of a certificate (64 hexadecimal digits), the name of a token file.
    pub thumbprint: Option<String>,
    /// How assertions are signed with a certificate.
    pub signature: Signature,
    /// What people wrote down about it.
    pub note: String,
    /// Whether it may be used.
    pub enabled: bool,
    /// Why it was switched off, in the words of whoever did.
    pub disabled_reason: Option<String>,
    /// Grows with every change of the credentials.
    pub revision: i64,
    /// When it was added.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
    /// When the credential was replaced last; `None` for the first.
    pub rotated_at: Option<Moment>,
}
