//! What stands in the way of a restore, or is to be known before it.

use serde::{Deserialize, Serialize};

use crate::codes::codes;

codes! {
    /// What a check found.
    CheckKind {
        /// References have no counterpart in the tenant that is written: the objects that have them are skipped.
        Unresolved = "unresolved",
        /// There are suggestions for references that nobody took.
        Suggested = "suggested",
        /// Assignments are left out because somebody said so.
        Dropped = "dropped",
        /// Objects of types that are only ever previewed.
        PreviewOnly = "preview_only",
        /// Objects of types that are never written.
        NeverWritten = "never_written",
        /// Objects of which only the settings are put back, without files or credentials.
        MetadataOnly = "metadata_only",
        /// Secrets that Microsoft does not give out have to be entered.
        SecretMissing = "secret_missing",
        /// The application has no permission that writing needs.
        PermissionMissing = "permission_missing",
        /// Nobody checked lately which permissions the application has.
        PermissionsUnknown = "permissions_unknown",
        /// The latest check of the connection failed.
        ConnectionFailing = "connection_failing",
        /// There is no enabled connection to the tenant.
        ConnectionMissing = "connection_missing",
        /// Somebody could be locked out of the tenant.
        LockOut = "lock_out",
        /// Stored contents are damaged or gone.
        Damaged = "damaged",
        /// Objects that are in the tenant and not wanted are going to be removed.
        Prunes = "prunes",
        /// What references are called comes from a directory cache that is old, or was never filled.
        DirectoryStale = "directory_stale",
        /// How long the writes take at least, in seconds.
        TakesAtLeast = "takes_at_least",
    }
}

codes! {
    /// How much a finding matters.
    CheckLevel {
        /// Nothing of what it is about is written.
        Blocks = "blocks",
        /// To be looked at.
        Warns = "warns",
        /// To be known.
        Tells = "tells",
    }
}

/// A finding of the checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The code of a [`CheckKind`].
    pub kind: String,
    /// How many objects or references it is about; of [`CheckKind::TakesAtLeast`], seconds.
    pub count: i64,
    /// The first of them by name: objects, permissions, references.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
}

/// Names that a finding keeps.
const MOST_NAMED: usize = 20;

impl Check {
    /// A finding about these; `None` when there are none.
    #[must_use]
    pub fn about(kind: CheckKind, names: Vec<String>) -> Option<Self> {
        let count = i64::try_from(names.len()).unwrap_or(i64::MAX);
        let about = names.into_iter().take(MOST_NAMED).collect();
        (count > 0).then(|| Self { kind: kind.code().to_owned(), count, about })
    }

    /// A finding with a figure.
    #[must_use]
    pub fn figure(kind: CheckKind, count: i64) -> Self {
        Self { kind: kind.code().to_owned(), count, about: Vec::new() }
    }

    /// What was found.
    #[must_use]
    pub fn kind(&self) -> CheckKind {
        CheckKind::from_code(&self.kind)
    }

    /// How much it matters.
    #[must_use]
    pub fn level(&self) -> CheckLevel {
        match self.kind() {
            CheckKind::Unresolved
            | CheckKind::PreviewOnly
            | CheckKind::NeverWritten
            | CheckKind::SecretMissing
            | CheckKind::ConnectionMissing
            | CheckKind::Damaged => CheckLevel::Blocks,
            CheckKind::MetadataOnly | CheckKind::TakesAtLeast | CheckKind::Dropped => CheckLevel::Tells,
            _ => CheckLevel::Warns,
        }
    }
}

codes! {
    /// What a line of a restore's journal says.
    JournalKind {
        /// The ids of all objects of a type, before one of that type is made.
        Listed = "listed",
        /// A write is going to be sent.
        Intent = "intent",
        /// What came of it.
        Result = "result",
        /// An object that a lost create had made was found.
        Found = "found",
        /// A lost create had made nothing: it may be sent again.
        NothingMade = "nothing_made",
        /// Properties were left out because Microsoft calls them read-only.
        Stripped = "stripped",
        /// The object was read back.
        ReadBack = "read_back",
        /// The item was left alone.
        Skipped = "skipped",
    }
}
