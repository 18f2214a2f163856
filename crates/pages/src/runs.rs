//! Operation runs: the list, the canonical viewer, the question before a cancellation.

mod advice;
mod bulk;
mod cancel;
mod compare;
mod detail;
mod failures;
mod filter;
mod force;
mod items;
mod list;
mod queue;
mod readings;
mod requests;
mod row;
mod timeline;
mod words;

pub use crate::components::chart::OutcomeDay;
pub use advice::{next_steps, reason_words};
pub use bulk::Bulk;
pub use cancel::Cancel;
pub use detail::Detail;
pub use filter::{Filter, Tab};
pub use force::Force;
pub use items::Items;
pub use list::List;
pub use queue::Queue;
pub use requests::Requests;
pub use row::RunRow;

pub(crate) use advice::{code_words, step_link, steps_of_check};
pub(crate) use row::{brief_table, table};
