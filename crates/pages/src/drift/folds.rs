//! What is told together: a property that came to many objects at once, or went from many, and nobody is on record as having done it.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::drift::FoldedFindings;
use model::ids::TenantId;

use super::filter::{Narrowing, query};
use crate::components::form;
use crate::components::header::card;
use crate::components::permission::INSUFFICIENT;
use crate::href;
use crate::inventory::type_label;
use crate::page::View;
use crate::text::{NAMELESS, counted, name, shown};
use crate::when;

/// Such a card.
pub(super) struct FoldCard<'a>(pub(super) &'a FoldedFindings);

impl FoldCard<'_> {
    pub(super) fn markup(&self, tenant: TenantId, can: Can, view: &View<'_>) -> Markup {
        let fold = self.0;
        let value =
            fold.evidence.lines.first().and_then(|line| if fold.came { line.after.as_ref() } else { line.before.as_ref() });
        let all = Narrowing { folded: true, resource_type: Some(fold.resource_type.clone()), ..Narrowing::default() };
        let tools = html! { a href=(String::from(query(tenant, &all))) { "Look at the findings" } };
        let heading = format!("{} at once: whose doing is it?", counted(fold.objects, "object", "objects"));
        card(
            &format!("fold-{}", fold.one),
            &heading,
            &tools,
            &html! {
                p {
                    "The property " code { (shown(&fold.property, 80)) } @if fold.came { " came to " } @else { " went from " }
                    (counted(fold.objects, "object", "objects")) " of the type " (type_label(&fold.resource_type))
                    @if let Some(value) = value { ", with the value " code { (shown(value, 160)) } }
                    ", and no audit event that is on record says who did it. Found " (when::ago(fold.found_at, view.now)) ", for example in "
                    a href=(href::finding(tenant, fold.one)) { (name(&fold.name, NAMELESS)) } "."
                }
                @if can.allows(Capability::FindingsTriage) {
                    (self.decide(tenant, view, "service", "This is the service's doing", "They are resolved, and in this tenant it is never a finding again."))
                    (self.decide(tenant, view, "apart", "Tell them apart", "Each is a finding by itself, now and whenever it happens again."))
                } @else { p.quiet { (INSUFFICIENT) } }
            },
        )
    }

    fn decide(&self, tenant: TenantId, view: &View<'_>, whose: &str, label: &str, help: &str) -> Markup {
        let id = format!("fold-{}-{whose}", self.0.one);
        form::post(
            view,
            &href::drift_classify(tenant),
            &html! {
                input type="hidden" name="finding" value=(self.0.one);
                input type="hidden" name="whose" value=(whose);
                button.button type="submit" aria-describedby=(id) { (label) }
                span.below id=(id) { (help) }
            },
        )
    }
}
