//! Notices of the person who is signed in.

pub(crate) mod list;
pub(crate) mod read;
