//! What a second person says of a plan.

use crate::codes::codes;

codes! {
    /// What a second person decided.
    Decision {
        /// It may be carried out.
        Approved = "approved",
        /// It may not.
        Declined = "declined",
    }
}

/// The longest reason of a decision, in characters.
pub const MAX_REASON: usize = 500;
