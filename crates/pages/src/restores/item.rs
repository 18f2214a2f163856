//! One item: what it is now, what it is wanted to be, how much of it is put back, and what was done with it.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::diff::{MOST_CHANGES, compare};
use model::json::Json;
use model::label::Tone;
use model::resource_types;
use model::restore::{Outcome, Part};
use model::tenant::Tenant;

use super::edit::{place, revision};
use super::journal::{JournalLine, journal};
use super::planned::{action, outcome};
use super::{PlannedRow, Restore, words};
use crate::compare::changes;
use crate::components::callout::callout;
use crate::components::field::{checkbox, problem};
use crate::components::form;
use crate::components::header::{card, header};
use crate::inventory::{Names, assignments, property_words, readable, type_label};
use crate::page::{Page, Place, View};
use crate::text::{NAMELESS, name, shown};
use crate::{href, samples};

/// Two states of an object, secrets covered.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    /// The state before; `None` where it is not there.
    pub before: Option<Json>,
    /// The state after; `None` where it is not there, or is to be removed.
    pub after: Option<Json>,
    /// Names of objects that the state before refers to, by Microsoft's id.
    pub names_before: BTreeMap<String, String>,
    /// The same of the state after.
    pub names_after: BTreeMap<String, String>,
}

/// The page of an item.
#[derive(Debug, Clone)]
pub struct Item {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// The item.
    pub row: PlannedRow,
    /// Microsoft's id of the object that is written; `None` for one that is made.
    pub target_id: Option<String>,
    /// The object of the tenant that a person said it is; empty: none of those, it is made.
    pub said: Option<String>,
    /// Objects of the tenant that it may be: id and name.
    pub suggested: Vec<(String, String)>,
    /// What the preview read, and what is wanted; before a preview the state before is not known.
    pub plan: Sides,
    /// Whether the preview read it.
    pub previewed: bool,
    /// What was wanted, and what was read back; only where these differ.
    pub result: Option<Sides>,
    /// Properties that differ and can be told only when an object is made, by Graph's names.
    pub stays: Vec<String>,
    /// Properties of the top level that could be chosen, by Graph's names.
    pub properties: Vec<String>,
    /// What was done.
    pub journal: Vec<JournalLine>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Item {
    const NAME: &'static str = "restores-item";

    fn title(&self) -> String {
        name(&self.row.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.restore)
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { (type_label(&self.row.resource_type)) " · " (words::part(&self.row.part)) };
        let executed = self.row.outcome.is_some() || !self.journal.is_empty();
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            (problem(self.problem.as_deref()))
            div.split {
                div.stack {
                    @if let Some(result) = &self.result { (self.differs(result)) }
                    (self.planned())
                    @if !self.journal.is_empty() { (card("journal", "Journal", &html! {}, &journal(&self.journal))) }
                }
                div.stack {
                    (card("about", "About this item", &html! {}, &self.facts(executed)))
                    @if self.restore.state.is_editable() {
                        @if !self.suggested.is_empty() || self.said.is_some() { (card("match", "Which object it is", &html! {}, &self.matches(view))) }
                        @if self.is_free() { (card("part", "What is put back", &html! {}, &self.parts(view))) }
                    }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore_item::items()
    }
}

impl Item {
    fn here(&self) -> String {
        href::restore_item(self.tenant.id, self.restore.id, self.row.number)
    }

    /// Whether what is put back can be chosen: of a retry or an undo it stands.
    fn is_free(&self) -> bool {
        self.restore.purpose == model::restore::Purpose::Restore
    }

    fn planned(&self) -> Markup {
        let kind = resource_types::find(&self.row.resource_type);
        match (&self.plan.before, &self.plan.after) {
            (Some(before), Some(after)) => {
                html! {
                    @if !self.stays.is_empty() { (self.stays()) }
                    (self.changed("planned", before, after, &self.plan, "The tenant has it as it is wanted already."))
                }
            }
            (None, Some(after)) => html! {
                @if self.previewed {
                    (callout(Tone::Info, "It is not in the tenant", &html! { p { "It is made as follows. References that are mapped have the ids of this tenant." } }))
                } @else {
                    (callout(Tone::Neutral, "The live state was not read yet", &html! { p { "The preview reads it and shows what differs. This is what is wanted." } }))
                }
                @let names = Names::new(&self.plan.names_after);
                @if let Some(table) = assignments(after, &names) { (card("assignments", "Assignments", &html! {}, &table)) }
                (readable(kind, after, &names))
            },
            (Some(before), None) => html! {
                (callout(Tone::Danger, "It is removed", &html! { p { "It is in the tenant and not in the source. This is how it is now." } }))
                @let names = Names::new(&self.plan.names_before);
                @if let Some(table) = assignments(before, &names) { (card("assignments", "Assignments", &html! {}, &table)) }
                (readable(kind, before, &names))
            },
            (None, None) => {
                callout(Tone::Neutral, "Nothing to show", &html! { p { "Its content is not kept, or could not be read." } })
            }
        }
    }

    /// What the plan cannot bring back by changing the object that is there.
    fn stays(&self) -> Markup {
        callout(
            Tone::Warning,
            "Not all of it can be put back",
            &html! {
                p {
                    "Microsoft takes the following only when an object is made, so it stays as it is in the tenant: "
                    @for (at, property) in self.stays.iter().enumerate() {
                        @if at > 0 { ", " }
                        (property_words(property))
                    }
                    "."
                }
                p { "To bring it back too, remove the object in the tenant and preview again: it is made anew, with another id." }
            },
        )
    }

    fn changed(&self, id: &str, before: &Json, after: &Json, sides: &Sides, same: &str) -> Markup {
        let found = compare(resource_types::find(&self.row.resource_type), before, after, MOST_CHANGES);
        html! {
            @if found.is_empty() { (callout(Tone::Success, "No difference", &html! { p { (same) } })) }
            (changes(id, &found, (&sides.names_before, before), (&sides.names_after, after)))
        }
    }

    fn differs(&self, result: &Sides) -> Markup {
        html! {
            (callout(Tone::Warning, "It is not as it was wanted", &html! {
                p { "It was written and read back. Before is what was wanted, after is what the tenant has." }
                @if result.after.is_none() { p { "What was read back is not kept." } }
            }))
            @if let (Some(wanted), Some(read)) = (&result.before, &result.after) {
                (self.changed("result", wanted, read, result, "What differed then means the same to this version."))
            }
            h2 { "The plan" }
        }
    }

    fn facts(&self, executed: bool) -> Markup {
        html! {
            dl.facts {
                dt { "Plan" } dd { (action(&self.row)) }
                @if executed { dt { "Outcome" } dd { (outcome(&self.row)) } }
                dt { "Object" } dd { @match &self.target_id { Some(id) => code.wrap { (shown(id, 80)) }, None => span.quiet { "Made by the restore" } } }
                @if self.row.outcome == Some(Outcome::Waiting) { dt { "Approval" } dd { "In the Intune admin center: Tenant administration, Multi Admin Approval." } }
                dt { "Restore" } dd { a href=(href::restore(self.tenant.id, self.restore.id)) { (self.restore.called()) } }
            }
        }
    }

    /// A name is only a suggestion: a person says which object it is.
    fn matches(&self, view: &View<'_>) -> Markup {
        let button = |to: &str, words: &Markup| {
            form::post(
                view,
                &self.here(),
                &html! {
                    (revision(&self.restore))
                    input type="hidden" name="target" value=(to);
                    button.button.small type="submit" { (words) }
                },
            )
        };
        html! {
            p { "Nothing of the tenant has its id or its content. These have its name, or are alike." }
            ul.plain {
                @for (id, called) in &self.suggested {
                    li {
                        (name(called, NAMELESS)) span.below { code.wrap { (shown(id, 80)) } }
                        @if self.said.as_deref() == Some(id) { span.quiet { "Chosen" } }
                        @else { (button(id, &html! { "It is this one" span.unseen { ": " (shown(id, 80)) } })) }
                    }
                }
            }
            @if self.said.as_deref() == Some("") { p.quiet { "It is made as another object." } }
            @else { (button("new", &html! { "It is none of these: make it" })) }
        }
    }

    fn parts(&self, view: &View<'_>) -> Markup {
        let chosen: &[String] = match &self.row.part {
            Part::Properties { names } => names,
            _ => &[],
        };
        let radio = |code: &str, part: &Part| {
            html! {
                div.check {
                    input type="radio" id={ "part-" (code) } name="part" value=(code) checked[*part == self.row.part];
                    label for={ "part-" (code) } { (words::part(part)) }
                }
            }
        };
        form::post(
            view,
            &self.here(),
            &html! {
                (revision(&self.restore))
                (radio("whole", &Part::Whole))
                (radio("content", &Part::Content))
                (radio("assignments", &Part::Assignments))
                @if !self.properties.is_empty() {
                    div.check {
                        input type="radio" id="part-properties" name="part" value="properties" checked[!chosen.is_empty()];
                        label for="part-properties" { "Only these properties" }
                    }
                    details.more open[!chosen.is_empty()] {
                        summary { "Properties" }
                        fieldset {
                            legend.unseen { "Properties" }
                            @for (at, property) in self.properties.iter().enumerate() {
                                (checkbox(&format!("property-{at}"), "property", property, chosen.contains(property), &html! { span { (property_words(property)) } }))
                            }
                        }
                    }
                }
                div.form-actions { button.button type="submit" { "Save" } }
            },
        )
    }
}
