//! One check, and what came of it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::CheckKey;
use crate::codes::codes;
use crate::failure::{Code, Failure};

codes! {
    /// What came of a check.
    CheckStatus {
        /// As it should be.
        Pass = "pass",
        /// Something does not work.
        Fail = "fail",
        /// It works, and wants attention.
        Warn = "warn",
        /// Not looked at.
        Skip = "skip",
    }
}

impl Serialize for CheckStatus {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for CheckStatus {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self::from_code(&String::deserialize(from)?))
    }
}

codes! {
    /// Why a check did not simply pass, where no [`Code`] of a failure says it.
    Reason {
        /// The credential ends within 30 days.
        ExpiresSoon = "check.expires_soon",
        /// Nobody said when the credential ends.
        ExpiryUnknown = "check.expiry_unknown",
        /// The clocks are more than a minute apart.
        ClockApart = "check.clock_apart",
        /// No answer told its time.
        ClockUnknown = "check.clock_unknown",
        /// Only the token names the tenant; the directory could not be asked.
        TenantByToken = "check.tenant_by_token",
        /// Which tenant it is could not be found out.
        TenantUnknown = "check.tenant_unknown",
        /// Permissions that were granted are known from the token only.
        GrantsByToken = "check.grants_by_token",
        /// Which permissions were granted could not be found out.
        GrantsUnknown = "check.grants_unknown",
        /// Permissions are missing.
        PermissionsMissing = "check.permissions_missing",
        /// The permission is there and it is refused all the same: a licence is missing.
        NotLicensed = "check.not_licensed",
        /// Not offered in this cloud or tenant.
        NotOffered = "check.not_offered",
        /// Microsoft opens the type to signed-in people only.
        NotAppOnly = "check.not_app_only",
        /// Read below objects of another type, which is checked itself.
        BelowAnother = "check.below_another",
        /// Nothing can be asked without a token, or of another tenant.
        NeedsSignIn = "check.needs_sign_in",
    }
}

impl Reason {
    /// What it means, in a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ExpiresSoon => "The credential ends soon; replace it in time.",
            Self::ExpiryUnknown => "Nobody entered when the secret ends, so that nobody can be warned.",
            Self::ClockApart => "This server's clock and Microsoft's are more than a minute apart; set the server's clock.",
            Self::ClockUnknown => "No answer told its time.",
            Self::TenantByToken => {
                "The token names the right tenant; without the permission Organization.Read.All the directory itself cannot be asked."
            }
            Self::TenantUnknown => "Which tenant the credential opens could not be found out.",
            Self::GrantsByToken => {
                "Read from the token, which may be an hour old; grant Application.Read.All to see permissions as they are now."
            }
            Self::GrantsUnknown => "Which permissions were granted could not be found out.",
            Self::PermissionsMissing => "Permissions are missing; grant them and give admin consent.",
            Self::NotLicensed => {
                "The permission is there, and Microsoft refuses all the same: the tenant lacks the licence or service."
            }
            Self::NotOffered => "Microsoft does not offer this in this cloud or tenant.",
            Self::NotAppOnly => "Microsoft opens this to signed-in people only; no application can read it.",
            Self::BelowAnother => "Read together with the objects that it belongs to.",
            Self::NeedsSignIn => "Not looked at: nothing can be asked without signing in to the right tenant.",
            Self::Unknown => "A reason that this version does not know.",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked.
    pub key: CheckKey,
    /// What came of it.
    pub status: CheckStatus,
    /// Why it did not simply pass: the code of a [`Reason`] or of a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Permissions of which one each is missing, as Microsoft names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// How long it took, in milliseconds.
    #[serde(default)]
    pub ms: i64,
    /// A figure that belongs to it: days until the credential ends, or seconds that the clocks are apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<i64>,
}

impl Check {
    /// A check that passed.
    #[must_use]
    pub const fn passed(key: CheckKey) -> Self {
        Self { key, status: CheckStatus::Pass, code: None, missing: Vec::new(), ms: 0, figure: None }
    }

    /// A check with a reason.
    #[must_use]
    pub fn because(key: CheckKey, status: CheckStatus, reason: Reason) -> Self {
        Self { status, code: Some(reason.code().to_owned()), ..Self::passed(key) }
    }

    /// A check that ended in a failure.
    #[must_use]
    pub fn failed(key: CheckKey, code: Code) -> Self {
        Self { status: CheckStatus::Fail, code: Some(code.code().to_owned()), ..Self::passed(key) }
    }

    /// The same with permissions that are missing.
    #[must_use]
    pub fn lacking(mut self, missing: Vec<String>) -> Self {
        self.missing = missing;
        self
    }

    /// The same with a figure.
    #[must_use]
    pub const fn with_figure(mut self, figure: i64) -> Self {
        self.figure = Some(figure);
        self
    }

    /// Why, in a sentence; `None` where it simply passed.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let code = self.code.as_deref()?;
        Some(match Reason::from_code(code) {
            Reason::Unknown => Failure::new(Code::from_code(code)).message(),
            reason => reason.words().to_owned(),
        })
    }
}
