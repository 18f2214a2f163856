//! Drift: in what an object deviates from a state of it, and what becomes of its findings.
//!
//! [`deviations`] says property by property how two states differ. It means the same as a comparison of versions does
//! ([`crate::diff`]), but for what nobody did: line ends, empty lists of assignments, and properties that the service gives to every
//! object of a type ([`ServiceFields`]). [`judge`] takes what is known of an object's findings and says what becomes of each.

mod deviation;
mod evidence;
mod folded;
mod judge;
mod plain;
mod service;

pub use deviation::{Deviation, deviations};
pub use evidence::{Evidence, EvidenceLine, MOST_LINES, cause};
pub use folded::FoldedFindings;
pub use judge::{Known, Seen, Standing, Verdict, Verdicts, judge};
pub use plain::plain;
pub use service::{ServiceField, ServiceFields, Tally};
