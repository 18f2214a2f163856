//! The third step: what could go wrong, and the secrets that somebody has to enter.

use maud::{Markup, html};
use model::label::Tone;
use model::tenant::Tenant;
use model::time::Moment;

use super::Restore;
use super::edit::{head, moves, place, revision};
use super::way::Step;
use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::field::{password, problem};
use crate::components::form;
use crate::components::header::card;
use crate::components::icon::{Icon, icon};
use crate::components::table::{Column, cell, figure, head as row_head, row, table};
use crate::inventory::type_label;
use crate::page::{Page, Place, View};
use crate::text::{NAMELESS, name, number, shown};
use crate::{href, samples, when};

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// [`Tone::Danger`] where it stops the restore, [`Tone::Warning`] where objects are left out or something is to be known.
    pub tone: Tone,
    /// What it is, in a few words.
    pub title: String,
    /// What it means, and what to do.
    pub words: String,
    /// How many objects it concerns; 0 for the restore as a whole.
    pub objects: i64,
}

/// A secret that Microsoft does not give out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPlace {
    /// Number of the item.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// What the object is called.
    pub name: String,
    /// Where in the object, as the form names it.
    pub pointer: String,
    /// Where in the object, for people.
    pub place: String,
    /// Whether nothing of the object can be written without it.
    pub needed: bool,
    /// When somebody entered it.
    pub entered_at: Option<Moment>,
}

/// The step.
#[derive(Debug, Clone)]
pub struct Check {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// What the checks found; `None` until they were made for what is chosen now.
    pub findings: Option<Vec<Finding>>,
    /// The secrets that could be entered.
    pub secrets: Vec<SecretPlace>,
    /// Whether there are more of them.
    pub more_secrets: bool,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Check {
    const NAME: &'static str = "restores-check";

    fn title(&self) -> String {
        Step::Check.label().to_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.restore)
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let checked = self.findings.is_some();
        html! {
            (head(&self.tenant, &self.restore, Step::Check, view))
            (problem(self.problem.as_deref()))
            (card("findings", "What the checks found", &html! {}, &html! { (self.findings()) (self.again(checked, view)) }))
            @if !self.secrets.is_empty() { (card("secrets", "Secrets", &html! {}, &self.secrets(view))) }
            (moves(&self.tenant, &self.restore, Some(Step::Map), checked.then_some((Step::Preview, "Go on to the preview"))))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore::checks()
    }
}

impl Check {
    fn here(&self) -> String {
        href::of_restore(self.tenant.id, self.restore.id, Step::Check.code())
    }

    fn again(&self, checked: bool, view: &View<'_>) -> Markup {
        let (class, words) = if checked { ("button", "Check again") } else { ("button primary", "Check now") };
        form::post(
            view,
            &self.here(),
            &html! {
                (revision(&self.restore))
                div.form-actions { button class=(class) type="submit" name="act" value="check" { (icon(Icon::Check)) (words) } }
            },
        )
    }

    fn findings(&self) -> Markup {
        let Some(findings) = &self.findings else {
            return html! { p.quiet { "What is chosen now was not checked yet. The checks read the database only; the preview asks Microsoft." } };
        };
        if findings.is_empty() {
            return empty(
                Icon::Check,
                "Nothing stands in the way",
                "Everything that could be looked at without asking Microsoft is well.",
                &html! {},
            );
        }
        let columns = [Column("What", false), Column("Why it matters", false), Column("Objects", true)];
        let rows = html! {
            @for (at, finding) in findings.iter().enumerate() {
                (row(at, &html! {
                    (row_head(&html! { (mark(finding.tone)) " " (shown(&finding.title, 160)) }))
                    (cell("Why it matters", &html! { (shown(&finding.words, 600)) }))
                    (figure("Objects", &html! { @if finding.objects > 0 { (number(finding.objects)) } @else { span.quiet { "All" } } }))
                }))
            }
        };
        table("Findings", &columns, &rows)
    }

    /// One form for each place: what is entered is sealed at once and shown nowhere again.
    fn secrets(&self, view: &View<'_>) -> Markup {
        html! {
            p { "Microsoft does not give these values out, so that no backup has them. What you enter is kept sealed until the restore is over, and shown nowhere." }
            @for (at, secret) in self.secrets.iter().enumerate() {
                (form::post(view, &self.here(), &html! {
                    (revision(&self.restore))
                    input type="hidden" name="number" value=(secret.number);
                    input type="hidden" name="place" value=(secret.pointer);
                    div.fields {
                        (password(&format!("secret-{at}"), "value", &format!("{}: {}", name(&secret.name, NAMELESS), shown(&secret.place, 120)), "off"))
                        div.filter-actions { button.button type="submit" name="act" value="secret" { "Seal" span.unseen { ": " (name(&secret.name, NAMELESS)) } } }
                    }
                    p.quiet {
                        (type_label(&secret.resource_type)) " · "
                        @match secret.entered_at {
                            Some(at) => { "Entered " (when::at(at)) ". A new value takes its place." },
                            None if secret.needed => "Without it the object is left out.",
                            None => "Without it the value stays as it is in the tenant.",
                        }
                    }
                }))
            }
            @if self.more_secrets { p.quiet { "There are more: they are shown as these are entered." } }
        }
    }
}

fn mark(tone: Tone) -> Markup {
    match tone {
        Tone::Danger => worded(tone, Icon::Cross, "Stops it"),
        Tone::Warning => worded(tone, Icon::Warning, "Look at it"),
        Tone::Success => worded(tone, Icon::Check, "Well"),
        Tone::Neutral | Tone::Info => worded(tone, Icon::Info, "To be known"),
    }
}
