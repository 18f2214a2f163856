//! Taking a tenant into use, step by step: the draft without secrets, and what the application must be given in Microsoft's portal.

mod permissions;

pub use permissions::{AppRole, GRAPH_APP_ID, wanted};

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::connection::Cloud;
use crate::ids::{TenantId, UserId};
use crate::tenant::Tenant;
use crate::time::Moment;

codes! {
    /// A step of the onboarding.
    Step {
        /// Which tenant it is.
        Identify = "identify",
        /// The application in Microsoft's portal, and the consent to it.
        Application = "application",
        /// The connection: by what the application signs in.
        Connection = "connection",
        /// The check of the connection.
        Verify = "verify",
        /// The first reading, which may be left out.
        Sync = "sync",
        /// Taking it into use.
        Complete = "complete",
    }
}

impl Step {
    /// Its words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Identify | Self::Unknown => "Identify the tenant",
            Self::Application => "Register the application",
            Self::Connection => "Connect",
            Self::Verify => "Verify",
            Self::Sync => "First sync",
            Self::Complete => "Complete",
        }
    }

    /// The step after it; the last one itself.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|step| *step == self).unwrap_or(0);
        Self::ALL.get(at + 1).copied().unwrap_or(Self::Complete)
    }

    /// The later of the two; one that this version does not know counts for nothing.
    #[must_use]
    pub fn max_known(self, other: Self) -> Self {
        if self == Self::Unknown { other } else { self.max(other) }
    }

    /// The step before it; `None` for the first.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let at = Self::ALL.iter().position(|step| *step == self)?;
        Self::ALL.get(at.checked_sub(1)?).copied()
    }
}

codes! {
    /// What the application shall be able to do.
    Feature {
        /// Read the configuration.
        Inventory = "inventory",
        /// Write it back.
        Restore = "restore",
    }
}

/// What was chosen so far, as stored. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The code of the [`Cloud`] in which the tenant lives.
    pub cloud: String,
    /// Whether the application shall be able to write.
    #[serde(default)]
    pub restore: bool,
    /// The application (client) id, as far as it was entered.
    #[serde(default)]
    pub client_id: String,
}

impl Default for Answers {
    fn default() -> Self {
        Self { cloud: Cloud::Global.code().to_owned(), restore: false, client_id: String::new() }
    }
}

impl Answers {
    /// The cloud.
    #[must_use]
    pub fn cloud(&self) -> Cloud {
        Cloud::from_code(&self.cloud)
    }

    /// What the application shall be able to do.
    #[must_use]
    pub const fn features(&self) -> &'static [Feature] {
        if self.restore { &[Feature::Inventory, Feature::Restore] } else { &[Feature::Inventory] }
    }
}

/// An onboarding that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The tenant that is taken into use, as the person who looks sees it.
    pub tenant: Tenant,
    /// The furthest step that was reached.
    pub step: Step,
    /// What was chosen.
    pub answers: Answers,
    /// Who began it; `None` when they are no longer known.
    pub created_by: Option<UserId>,
    /// When it was begun.
    pub created_at: Moment,
    /// When something was last chosen.
    pub updated_at: Moment,
}

/// A line of the list of open onboardings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDraft {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// The furthest step that was reached.
    pub step: Step,
    /// Who began it.
    pub created_by: Option<String>,
    /// When something was last chosen.
    pub updated_at: Moment,
}
