//! What came of an item.

use crate::codes::codes;

codes! {
    /// What came of an item that was executed. Only reading the object back says [`Outcome::Verified`].
    Outcome {
        /// It was read back and is as it was wanted.
        Verified = "verified",
        /// It was written, read back, and is not as it was wanted; the difference is kept.
        Differs = "differs",
        /// Microsoft refused the write.
        Refused = "refused",
        /// Nothing was written: there was nothing to do, or a hindrance, or the object was changed after the preview.
        Skipped = "skipped",
        /// It could not be written or read back.
        Failed = "failed",
        /// Microsoft wants another administrator to approve the write.
        Waiting = "waiting",
        /// Nobody knows whether it was written: a person has to look.
        Uncertain = "uncertain",
    }
}
