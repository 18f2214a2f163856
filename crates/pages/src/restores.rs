//! Restores of a tenant: the list, the five steps of the wizard, the record of what came of one, and one item of it.
//!
//! The steps are `choose`, `map`, `check`, `preview` and `execute`. Each has an address of its own, works without a script, and can be
//! gone to by whoever may restore in the tenant. What a page gets of contents has its secrets covered already.

mod approval;
mod blast;
mod check;
mod choose;
mod drill;
mod edit;
mod execute;
mod filter;
mod findings;
mod item;
mod journal;
mod list;
mod map;
mod new;
mod planned;
mod preview;
mod record;
mod reference;
mod rehearsal;
mod shown;
mod source;
mod way;
mod words;

pub use approval::Asked;
pub use blast::{Blast, Reached};
pub use check::{Check, Finding, SecretPlace};
pub use choose::{Candidate, Choose, TypeCount};
pub use drill::{DrillView, DrilledType, Drills};
pub use execute::Execute;
pub use filter::{CandidateFilter, PlanFilter};
pub use item::{Item, Sides};
pub use journal::JournalLine;
pub use list::List;
pub use map::{Map, Mapped};
pub use new::New;
pub use planned::PlannedRow;
pub use preview::Preview;
pub use record::Record;
pub use reference::{Offer, ReferencePage};
pub use rehearsal::{Rehearsal, Rehearsed, RehearsedRow};
pub use shown::Restore;
pub use source::SourceView;
pub use way::Step;
