//! Help: the documents of `docs/`, compiled in and shown inside the product, with a table of contents and a search.
//!
//! A document is read once per process: Markdown becomes elements of a fixed set, and everything that is not one of them, markup in
//! the Markdown included, becomes text. Links between documents lead to their pages here; a file that is no page is named and not
//! linked. Nothing is asked for anywhere.

mod anchor;
mod contents;
mod document;
mod list;
mod page;
mod pictures;
mod search;
mod target;
mod write;

pub use contents::Contents;
pub use document::{Document, Heading, document, documents};
pub use list::Part;
pub use page::Reading;
pub use search::Hit;

pub(crate) use pictures::PICTURES;
