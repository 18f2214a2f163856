//! One reference: what refers to it, what is offered for it, and what becomes of it.

use maud::{Markup, html};
use model::restore::Target;
use model::tenant::Tenant;

use super::edit::{place, revision};
use super::map::{Mapped, becomes, kind};
use super::way::Step;
use super::{Restore, words};
use crate::components::field::{FieldProblem, checkbox, problem};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::selector::Selector;
use crate::href;
use crate::page::{Crumb, Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, counted, name, shown};

/// Something that the reference may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Microsoft's id in the tenant that is written, or `item:N` for what the restore makes.
    pub to: String,
    /// What it is called.
    pub name: String,
    /// Why it is offered, in a few words.
    pub why: String,
}

/// The page.
#[derive(Debug, Clone)]
pub struct ReferencePage {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// The reference.
    pub mapped: Mapped,
    /// What is offered.
    pub offers: Vec<Offer>,
    /// The search for another one, and what was chosen by it; `None` for kinds that cannot be searched.
    pub selector: Option<(Selector, String)>,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

/// The longest reason.
const MAX_REASON: usize = 200;

impl Page for ReferencePage {
    const NAME: &'static str = "restores-reference";

    fn title(&self) -> String {
        format!("What becomes of {}", self.mapped.called())
    }

    fn place(&self) -> Place {
        let mut place = place(&self.tenant, &self.restore);
        place.crumbs.push(Crumb::new(Step::Map.label(), self.map()));
        place
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let reference = &self.mapped.reference;
        let lead = html! { (kind(&reference.resource_type)) " · " code.wrap { (shown(&reference.id, 80)) } };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            (problem(self.problem.as_ref().map(|problem| problem.words.as_str())))
            div.split {
                div.stack {
                    (card("becomes", "It becomes", &html! {}, &html! { p { (becomes(&self.mapped)) } (self.offered(view)) }))
                    @if let Some((selector, chosen)) = &self.selector { (card("other", "Something else", &html! {}, &self.other(selector, chosen, view))) }
                    (card("without", "Go without it", &html! {}, &self.without(view)))
                    div.form-actions { a.button href=(self.map()) { "Back to the references" } }
                }
                (card("about", "About it", &html! {}, &self.about()))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore::references()
    }
}

impl ReferencePage {
    fn map(&self) -> String {
        href::of_restore(self.tenant.id, self.restore.id, Step::Map.code())
    }

    fn here(&self) -> String {
        let reference = &self.mapped.reference;
        href::restore_reference(self.tenant.id, self.restore.id, &reference.resource_type, &reference.id)
    }

    fn offered(&self, view: &View<'_>) -> Markup {
        let current = |offer: &Offer| match &self.mapped.target {
            Some((Target::Object { id }, _)) => !self.mapped.is_open() && *id == offer.to,
            Some((Target::Planned { item }, _)) => offer.to == format!("item:{item}"),
            _ => false,
        };
        html! {
            @if self.offers.is_empty() { p.quiet { "Nothing of the tenant has its id, its name or its rule." } }
            @for offer in &self.offers {
                (form::post(view, &self.here(), &html! {
                    (revision(&self.restore))
                    input type="hidden" name="to" value=(offer.to);
                    div.selector-tools {
                        span { strong { (name(&offer.name, NAMELESS)) } span.below { (shown(&offer.why, 120)) " · " code.wrap { (shown(&offer.to, 80)) } } }
                        @if current(offer) { span.quiet { "Chosen" } }
                        @else { button.button.small type="submit" { "Take it" span.unseen { ": " (name(&offer.name, NAMELESS)) } } }
                    }
                }))
            }
        }
    }

    fn other(&self, selector: &Selector, chosen: &str, view: &View<'_>) -> Markup {
        form::post(
            view,
            &self.here(),
            &html! {
                (revision(&self.restore))
                (selector.markup("f-to", "to", "Choose from the tenant", chosen, view))
                div.form-actions { button.button type="submit" { "Take what is chosen" } }
            },
        )
    }

    /// Leaving out is offered only where nothing reaches further by it.
    fn without(&self, view: &View<'_>) -> Markup {
        if !self.mapped.droppable {
            return html! {
                p { "It narrows who is reached: an excluded group, or a filter; or it is no assignment at all. Without it something else than what is wanted would be written, so that it cannot be left out. Choose something else for it, or do not restore this part of these objects." }
            };
        }
        form::post(
            view,
            &self.here(),
            &html! {
                (revision(&self.restore))
                p { "The assignments to it are left out. The rest of each object is restored." }
                (checkbox("r-drop", "drop", "yes", matches!(self.mapped.target, Some((Target::Dropped { .. }, _))), &html! { span { "Leave these assignments out" } }))
                div.field {
                    label for="r-reason" { "Why (is kept with the restore)" }
                    input type="text" id="r-reason" name="reason" maxlength=(MAX_REASON) autocomplete="off" value=(self.reason());
                }
                div.form-actions { button.button type="submit" { "Save" } }
            },
        )
    }

    fn reason(&self) -> &str {
        match &self.mapped.target {
            Some((Target::Dropped { reason }, _)) => reason,
            _ => "",
        }
    }

    fn about(&self) -> Markup {
        html! {
            dl.facts {
                dt { "Used by" } dd { (counted(self.mapped.used_by, "chosen object", "chosen objects")) }
                dt { "Its loss" } dd { @if self.mapped.narrowing { span.warning { "would reach more" } } @else { "reaches nobody else" } }
                @if let Some(origin) = self.mapped.origin { dt { "Decided" } dd { (words::origin(origin)) } }
            }
        }
    }
}
