//! Settings: what a workspace, a tenant or a person may choose. Each is declared once, in [`Key`]; what is not chosen is looked up one
//! level higher, and has a default in the end.
//!
//! What is stored is text. A text that its declaration does not accept, or a code that this version does not know, counts as not
//! chosen: nothing breaks because of it, and whoever reads it says so in the log.

mod declaration;
mod key;
mod lookup;
mod times;
mod value;

pub use declaration::{Declaration, Kind, Level};
pub use key::Key;
pub use lookup::{Damaged, Found, Stored};
pub use times::{DateFormat, Times};
pub use value::{InvalidSetting, Outcomes, Value};
