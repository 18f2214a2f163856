//! Operation runs.

pub(crate) mod bulk;
pub(crate) mod change;
pub(crate) mod list;
pub(crate) mod shapes;
pub(crate) mod show;
