//! What is going to be done with an item, and what stands in its way.

use crate::codes::codes;

codes! {
    /// What is going to be done with an item.
    Action {
        /// It is not in the tenant and never was: it is made.
        Create = "create",
        /// It was in the tenant and is gone: it is made anew, with another id.
        Recreate = "recreate",
        /// It is there and differs.
        Update = "update",
        /// It is there as it is wanted: nothing is written.
        Unchanged = "unchanged",
        /// It is there and not wanted, and somebody chose to make the tenant exactly so.
        Delete = "delete",
        /// Nothing is written, for a [`Hindrance`].
        Skip = "skip",
    }
}

impl Action {
    /// Whether something is written.
    #[must_use]
    pub const fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Recreate | Self::Update | Self::Delete)
    }
}

codes! {
    /// Why nothing can be written for an item. While an item has one, its action is [`Action::Skip`].
    Hindrance {
        /// The type is only ever previewed: a wrong write does too much harm.
        PreviewOnly = "preview_only",
        /// The type is never written.
        NeverWritten = "never_written",
        /// Microsoft offers no way to make, change or remove it.
        NoMethod = "no_method",
        /// It differs only in what can be set when an object is made.
        Immutable = "immutable",
        /// Something that it refers to has no counterpart in the tenant.
        Unresolved = "unresolved",
        /// Something that it refers to is itself skipped.
        NeedsSkipped = "needs_skipped",
        /// A secret is missing: Microsoft does not give it out, and nobody entered it.
        SecretMissing = "secret_missing",
        /// Several objects of the tenant could be it, and nobody said which.
        Ambiguous = "ambiguous",
        /// An object of that name is there, and nobody said whether it is it.
        NameTaken = "name_taken",
        /// Somebody could be locked out.
        LockOut = "lock_out",
        /// Its state in the tenant could not be read.
        Unread = "unread",
        /// Its stored content is damaged or gone.
        Damaged = "damaged",
        /// Only a part of it was to be put back, and it is not in the tenant.
        Gone = "gone",
    }
}
