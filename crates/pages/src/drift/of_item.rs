//! The findings of one item, for its own page.

use maud::{Markup, html};
use model::finding::{Finding, FindingState};
use model::ids::TenantId;

use super::what;
use crate::components::badge::badge;
use crate::components::header::card;
use crate::href;
use crate::when;

/// A card with the findings of an item; nothing where it has none.
pub(crate) fn of_item(tenant: TenantId, findings: &[Finding]) -> Markup {
    if findings.is_empty() {
        return html! {};
    }
    card(
        "findings",
        "Findings",
        &html! { a href=(href::drift(tenant)) { "All of the tenant" } },
        &html! {
            ul.plain {
                @for finding in findings {
                    li {
                        (badge(&finding.kind)) " " (badge(&finding.severity)) " " (badge(&finding.state)) " "
                        a href=(href::finding(tenant, finding.id)) {
                            @let property = what(finding);
                            @if property.is_empty() { "The object as a whole" } @else { (property) }
                        }
                        span.below {
                            @if finding.state == FindingState::Resolved { "Resolved " (when::at(finding.state_at)) }
                            @else { "First found " (when::at(finding.first_seen_at)) }
                        }
                    }
                }
            }
        },
    )
}
