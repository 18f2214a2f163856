//! The tenants that can be chosen to compare with: some of them, and a search for the others.

use maud::{Markup, html};
use model::tenant::Tenant;

use crate::components::field::search;
use crate::text::{self, NAMELESS};

/// Tenants to choose from: of the same workspace, and the viewer's.
#[derive(Debug, Clone)]
pub struct Offered {
    /// Those that are offered.
    pub tenants: Vec<Tenant>,
    /// Whether there are more.
    pub more: bool,
    /// The text that their names or domains have in them.
    pub find: Option<String>,
}

impl Offered {
    /// The choices of a select, the chosen one among them: id and name.
    pub(crate) fn choices(&self, chosen: &Tenant) -> Vec<(String, String)> {
        let choice = |tenant: &Tenant| (tenant.id.to_string(), text::name(&tenant.name, NAMELESS).into_owned());
        let missing = self.tenants.iter().all(|tenant| tenant.id != chosen.id).then(|| choice(chosen));
        missing.into_iter().chain(self.tenants.iter().map(choice)).collect()
    }

    /// The search, where not all are offered.
    pub(crate) fn finder(&self) -> Markup {
        html! {
            @if self.more || self.find.is_some() {
                (search("f-find", "find", "Offer other tenants (name or domain)", self.find.as_deref().unwrap_or_default()))
                @if self.more { p.quiet { "Only the first " (text::number(i64::try_from(self.tenants.len()).unwrap_or(i64::MAX))) " tenants are offered." } }
            }
        }
    }
}
