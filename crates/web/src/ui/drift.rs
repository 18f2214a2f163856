//! Drift: the list of findings, one of them, and what people do with them.

pub(crate) mod accept;
pub(crate) mod act;
pub(crate) mod assign;
pub(crate) mod bulk;
pub(crate) mod check;
pub(crate) mod classify;
pub(crate) mod list;
pub(crate) mod note;
pub(crate) mod show;

pub(crate) use accept::end_of_day;
pub(crate) use show::sentence;
