//! What is told together: a property that came to many objects at once, or went from many, and nobody is on record as having done it.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::drift::Evidence;
use model::ids::{FindingId, TenantId};
use model::time::Moment;

use super::filter::{Narrowing, query};
use crate::components::form;
use crate::components::header::card;
use crate::components::permission::INSUFFICIENT;
use crate::href;
use crate::inventory::type_label;
use crate::page::View;
use crate::text::{NAMELESS, counted, name, shown};
use crate::when;

/// A card of findings that are told together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldCard {
    /// One of them: what is said of it is said of all.
    pub one: FindingId,
    /// What its object is called.
    pub name: String,
    /// Key of the type.
    pub resource_type: String,
    /// The property.
    pub property: String,
    /// Whether it came; else it went.
    pub came: bool,
    /// A few of the differences of that one.
    pub evidence: Evidence,
    /// How many objects.
    pub objects: i64,
    /// When the last of them was found.
    pub found_at: Moment,
}

impl FoldCard {
    pub(super) fn markup(&self, tenant: TenantId, can: Can, view: &View<'_>) -> Markup {
        let value =
            self.evidence.lines.first().and_then(|line| if self.came { line.after.as_ref() } else { line.before.as_ref() });
        let all = Narrowing { folded: true, resource_type: Some(self.resource_type.clone()), ..Narrowing::default() };
        let tools = html! { a href=(String::from(query(tenant, &all))) { "Look at the findings" } };
        let heading = format!("{} at once: whose doing is it?", counted(self.objects, "object", "objects"));
        card(
            &format!("fold-{}", self.one),
            &heading,
            &tools,
            &html! {
                p {
                    "The property " code { (shown(&self.property, 80)) } @if self.came { " came to " } @else { " went from " }
                    (counted(self.objects, "object", "objects")) " of the type " (type_label(&self.resource_type))
                    @if let Some(value) = value { ", with the value " code { (shown(value, 160)) } }
                    ", and no audit event that is on record says who did it. Found " (when::ago(self.found_at, view.now)) ", for example in "
                    a href=(href::finding(tenant, self.one)) { (name(&self.name, NAMELESS)) } "."
                }
                @if can.allows(Capability::FindingsTriage) {
                    (self.decide(tenant, view, "service", "This is the service's doing", "They are resolved, and in this tenant it is never a finding again."))
                    (self.decide(tenant, view, "apart", "Tell them apart", "Each is a finding by itself, now and whenever it happens again."))
                } @else { p.quiet { (INSUFFICIENT) } }
            },
        )
    }

    fn decide(&self, tenant: TenantId, view: &View<'_>, whose: &str, label: &str, help: &str) -> Markup {
        let id = format!("fold-{}-{whose}", self.one);
        form::post(
            view,
            &href::drift_classify(tenant),
            &html! {
                input type="hidden" name="finding" value=(self.one);
                input type="hidden" name="whose" value=(whose);
                button.button type="submit" aria-describedby=(id) { (label) }
                span.below id=(id) { (help) }
            },
        )
    }
}
