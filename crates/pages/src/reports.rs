//! Reports: what is kept and can be made, and a document as it is read and printed.

mod block;
mod document;
mod file;
mod forms;
mod list;

pub use block::block;
pub use document::Document;
pub use file::file;
pub use forms::{ReadInput, ScheduleInput};
pub use list::{List, ScheduleRow};
