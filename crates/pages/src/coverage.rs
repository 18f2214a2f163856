//! Coverage: what the product does with each type of object, and what the last sync found of each in a tenant.

mod filter;
mod of_tenant;
mod types;

pub use filter::{Filter, Scope};
pub use of_tenant::OfTenant;
pub use types::Types;

use maud::{Markup, html};
use model::label::Tone;
use model::resource_types::Support;

use crate::components::badge::worded;
use crate::components::icon::Icon;

/// A support as a badge: a picture and a word, not a colour alone.
fn support(support: Support) -> Markup {
    match support {
        Support::Full => worded(Tone::Success, Icon::Check, "Yes"),
        Support::Partly(words) => worded(Tone::Info, Icon::Half, words),
        Support::None(words) => worded(Tone::Neutral, Icon::Minus, words),
    }
}

/// Names in a row, each as code.
fn codes(names: &[String]) -> Markup {
    html! { ul.plain { @for name in names { li { code { (name) } } } } }
}
