//! API tokens: what somebody gave to a program of theirs, at most what they hold themselves.

use crate::access::Capabilities;
use crate::ids::{ApiTokenId, TenantId, UserId, WorkspaceId};
use crate::time::Moment;

/// What a person decides about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiToken {
    /// What it is called; 1 to [`ApiToken::MAX_NAME`] characters.
    pub name: String,
    /// For how many days it is good; 1 to [`ApiToken::MAX_DAYS`].
    pub days: u32,
    /// What it may do, of what its holder may do.
    pub capabilities: Capabilities,
    /// In which tenants; `None`: in all to which its holder is entitled.
    pub tenants: Option<Vec<TenantId>>,
}

/// A token as it is kept: everything but the secret, which only its holder has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// The public handle.
    pub id: ApiTokenId,
    /// The one workspace that it opens.
    pub workspace_id: WorkspaceId,
    /// Whose it is.
    pub user_id: UserId,
    /// What its holder is called.
    pub holder: String,
    /// What it is called.
    pub name: String,
    /// What it may do at most.
    pub capabilities: Capabilities,
    /// In which tenants at most; `None`: no limit.
    pub tenants: Option<Vec<TenantId>>,
    /// Since when it is.
    pub created_at: Moment,
    /// Until when it is good.
    pub expires_at: Moment,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

impl ApiToken {
    /// The longest name, in characters.
    pub const MAX_NAME: usize = 100;
    /// The longest time for which a token is good, in days.
    pub const MAX_DAYS: u32 = 366;
    /// Tenants to which a token can be narrowed.
    pub const MAX_TENANTS: usize = 200;

    /// Whether it opens anything at that moment.
    #[must_use]
    pub fn is_good(&self, now: Moment) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}
