//! Rollouts: a source restored to many tenants, ring by ring. The list, the form for a new one, the record with its tenants, and the
//! confirmation.

mod confirm;
mod list;
mod new;
mod record;
mod shown;

pub use confirm::Confirm;
pub use list::List;
pub use new::New;
pub use record::Record;
pub use shown::{Rollout, Target};
