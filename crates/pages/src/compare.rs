//! Comparisons: two states of policies side by side, and two tenants, or one tenant at two moments.
//!
//! What these pages get has its secrets covered already ([`model::diff::Veil`]): they can tell that one changed, and cannot show it.

mod changes;
mod offered;
mod pair;
mod pick;
mod place;
mod side;
mod tenants;
mod text_diff;
mod unified;
mod value;

pub(crate) use changes::changes;
pub use offered::Offered;
pub use pair::Pair;
pub use pick::Pick;
pub(crate) use place::way_of;
pub use side::{Side, View};
pub use tenants::{Tenants, query};
