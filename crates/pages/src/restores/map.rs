//! The second step: what the references of the chosen objects become in the tenant that is written.

use maud::{Markup, html};
use model::label::Tone;
use model::page::Page as Rows;
use model::restore::{MappingOrigin, Purpose, Reference, Target};
use model::tenant::Tenant;

use super::edit::{head, onward, place, revision};
use super::way::Step;
use super::{Restore, words};
use crate::components::badge::worded;
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::field::problem;
use crate::components::form;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head as row_head, row, table};
use crate::href::{self, Query};
use crate::inventory::property_words;
use crate::page::{Page, Place, View};
use crate::samples;
use crate::text::{counted, name, number, shown, unresolved};

/// A reference, and what becomes of it.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// The reference.
    pub reference: Reference,
    /// What it is called where it is from, as far as anybody knows.
    pub name: Option<String>,
    /// How many of the chosen objects refer to it.
    pub used_by: i64,
    /// Whether its loss would make an assignment reach further: an excluded group, a filter.
    pub narrowing: bool,
    /// Whether the assignment that has it may be left out.
    pub droppable: bool,
    /// What it becomes, and what that is called; `None` while nobody decided.
    pub target: Option<(Target, Option<String>)>,
    /// Who says so.
    pub origin: Option<MappingOrigin>,
    /// What the first suggestion for it is called. It counts for nothing until a person takes it.
    pub suggested: Option<String>,
}

impl Mapped {
    /// Whether it stands in the way of the objects that refer to it.
    pub(super) const fn is_open(&self) -> bool {
        self.target.is_none()
    }

    /// What it is called.
    pub(super) fn called(&self) -> String {
        self.name.as_deref().map_or_else(|| unresolved(&self.reference.id), |known| name(known, "(without a name)").into_owned())
    }
}

/// The step.
#[derive(Debug, Clone)]
pub struct Map {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// Whether only what is open is shown.
    pub open_only: bool,
    /// The references, what is open first.
    pub references: Rows<Mapped>,
    /// How many references are open, and how many of these have one suggestion.
    pub open: (i64, i64),
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Map {
    const NAME: &'static str = "restores-map";

    fn title(&self) -> String {
        Step::Map.label().to_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.restore)
    }

    fn body(&self, view: &View<'_>) -> Markup {
        html! {
            (head(&self.tenant, &self.restore, Step::Map, view))
            (problem(self.problem.as_deref()))
            (self.standing(view))
            (self.list(view))
            (onward(&self.tenant, &self.restore, Step::Check, "check", "Go on to the checks", self.before(), view))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore::maps()
    }
}

impl Map {
    fn here(&self) -> String {
        href::of_restore(self.tenant.id, self.restore.id, Step::Map.code())
    }

    /// Of a retry or an undo there is nothing to choose.
    fn before(&self) -> Option<Step> {
        (self.restore.purpose == Purpose::Restore).then_some(Step::Choose)
    }

    fn standing(&self, view: &View<'_>) -> Markup {
        let (open, suggested) = self.open;
        if open == 0 {
            return html! {};
        }
        let take = html! {
            (revision(&self.restore))
            button.button type="submit" name="act" value="take" { "Take all " (number(suggested)) " suggestions" }
        };
        callout(
            Tone::Warning,
            &counted(open, "reference is not decided", "references are not decided"),
            &html! {
                p { "Objects that refer to them are left out. A suggestion goes by the name or the rule of a group, and counts for nothing until you take it." }
                @if suggested > 0 { (form::post(view, &self.here(), &take)) }
                @if !self.open_only { p { a href=(String::from(Query::new(self.here()).with("open", "yes"))) { "Show only these" } } }
            },
        )
    }

    fn list(&self, view: &View<'_>) -> Markup {
        if self.references.rows.is_empty() {
            let why = if self.open_only { "Every reference is decided." } else { "The chosen objects refer to nothing else." };
            return empty(Icon::Check, "Nothing to map", why, &self.again(view));
        }
        let columns = [Column("Reference", false), Column("Kind", false), Column("Used by", true), Column("Becomes", false)];
        let rows = html! { @for line in &self.references.rows { (self.line(line)) } };
        let base = Query::new(self.here()).with_some("open", self.open_only.then_some("yes"));
        html! {
            (table("References", &columns, &rows))
            (pager(&self.references, "references", &base))
            (self.again(view))
        }
    }

    /// What was chosen, or what the cache knows, may have changed since the references were found.
    fn again(&self, view: &View<'_>) -> Markup {
        let find = html! { (revision(&self.restore)) button.button.small type="submit" name="act" value="find" { "Look for references again" } };
        form::post(view, &self.here(), &find)
    }

    fn line(&self, line: &Mapped) -> Markup {
        let reference = &line.reference;
        row(
            format!("{}-{}", reference.resource_type, reference.id),
            &html! {
                (row_head(&html! {
                    a.cover href=(href::restore_reference(self.tenant.id, self.restore.id, &reference.resource_type, &reference.id)) { (line.called()) }
                    @if line.narrowing { " " (worded(Tone::Warning, Icon::Ban, "Narrows")) }
                    span.below { code.wrap { (shown(&reference.id, 80)) } }
                }))
                (cell("Kind", &html! { (kind(&reference.resource_type)) }))
                (figure("Used by", &html! { (counted(line.used_by, "object", "objects")) }))
                (cell("Becomes", &becomes(line)))
            },
        )
    }
}

/// What kind of thing is referred to: a resource type, or something of the directory.
pub(super) fn kind(key: &str) -> String {
    model::resource_types::find(key).map_or_else(|| property_words(&key.replace('_', " ")), |kind| kind.label.clone())
}

/// What becomes of it, and who says so.
pub(super) fn becomes(line: &Mapped) -> Markup {
    html! {
        @match &line.target {
            None => {
                (worded(Tone::Warning, Icon::Question, "Not decided"))
                @if let Some(suggested) = &line.suggested { span.below { "Suggested: " (name(suggested, "(without a name)")) } }
            },
            Some((Target::Object { id }, known)) => span title=(shown(id, 80)) {
                @match known { Some(known) => (name(known, "(without a name)")), None => (unresolved(id)) }
            },
            Some((Target::Planned { item }, known)) => {
                @match known { Some(known) => (name(known, "(without a name)")), None => "An object" }
                span.below { "made by this restore, No. " (item) }
            },
            Some((Target::Dropped { reason }, _)) => {
                (worded(Tone::Neutral, Icon::Minus, "Assignment left out")) span.below { (shown(reason, 200)) }
            },
        }
        @if let (Some(_), Some(origin)) = (&line.target, line.origin) {
            span.below { (words::origin(origin)) }
        }
    }
}
