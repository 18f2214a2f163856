//! The first step: which objects of the source, and how much of each.

use maud::{Markup, html};
use model::ids::ThingId;
use model::page::{Cursor, Page as Rows};
use model::resource_types::{Platform, RestoreMode, find};
use model::restore::Part;
use model::tenant::Tenant;

use super::edit::{head, place, revision};
use super::way::Step;
use super::{CandidateFilter, Restore, words};
use crate::components::empty::empty;
use crate::components::field::{checkbox, problem, search, select};
use crate::components::form;
use crate::components::header::card;
use crate::components::icon::{Icon, icon};
use crate::components::table::{Column, cell, figure, head as row_head, row, table};
use crate::href;
use crate::inventory::{by_label, type_label};
use crate::page::{Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, counted, name, number, shown};

/// An object of the source.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Our id of it within the source.
    pub key: ThingId,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it there.
    pub object_id: String,
    /// What it is called there.
    pub name: String,
    /// Its platform.
    pub platform: Platform,
    /// Its number in the restore and how much of it is put back; `None` when it is not chosen.
    pub chosen: Option<(u32, Part)>,
}

/// How many objects of a type the source has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeCount {
    /// Key of the resource type.
    pub resource_type: String,
    /// Objects of it in the source.
    pub objects: i64,
    /// How many of them are chosen.
    pub chosen: i64,
}

/// The step.
#[derive(Debug, Clone)]
pub struct Choose {
    /// The tenant that is written.
    pub tenant: Tenant,
    /// The restore.
    pub restore: Restore,
    /// What the list is narrowed to.
    pub filter: CandidateFilter,
    /// The objects, by type and name.
    pub candidates: Rows<Candidate>,
    /// What the source has of each type.
    pub types: Vec<TypeCount>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Choose {
    const NAME: &'static str = "restores-choose";

    fn title(&self) -> String {
        Step::Choose.label().to_owned()
    }

    fn place(&self) -> Place {
        place(&self.tenant, &self.restore)
    }

    fn body(&self, view: &View<'_>) -> Markup {
        html! {
            (head(&self.tenant, &self.restore, Step::Choose, view))
            (problem(self.problem.as_deref()))
            (card("chosen", "What is chosen", &html! { span.quiet.num { (counted(self.restore.chosen, "object", "objects")) } }, &self.summary(view)))
            (form::post(view, &self.here(), &html! {
                (revision(&self.restore))
                // Where the list stands, so that saving leads back to it.
                input type="hidden" name="back" value=(view.here);
                (self.filters())
                (self.list())
                (self.ways())
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::restore::chooses()
    }
}

impl Choose {
    fn here(&self) -> String {
        href::of_restore(self.tenant.id, self.restore.id, Step::Choose.code())
    }

    /// What is chosen by type, with buttons that choose a type as a whole or nothing of it.
    fn summary(&self, view: &View<'_>) -> Markup {
        let columns = [Column("Type", false), Column("Chosen", true), Column("Restore", false), Column("Choose", false)];
        let rows = html! {
            @for line in by_label(&self.types, |line| &line.resource_type) {
                (row(&line.resource_type, &html! {
                    (row_head(&html! { a href=(String::from(self.of_type(&line.resource_type).query(self.tenant.id, self.restore.id))) { (type_label(&line.resource_type)) } }))
                    (figure("Chosen", &html! { (number(line.chosen)) " of " (number(line.objects)) }))
                    (cell("Restore", &mode(&line.resource_type)))
                    (cell("Choose", &html! {
                        div.selector-tools {
                            @if line.chosen < line.objects { (type_button("all-of", line, "All")) }
                            @if line.chosen > 0 { (type_button("none-of", line, "None")) }
                        }
                    }))
                }))
            }
        };
        let content = html! {
            (revision(&self.restore))
            div.selector-tools {
                button.button type="submit" name="act" value="all" { "Choose everything" }
                @if self.restore.chosen > 0 { button.button type="submit" name="act" value="none" { "Choose nothing" } }
            }
            @if !self.types.is_empty() { (table("What the source has of each type", &columns, &rows)) }
        };
        html! {
            (form::post(view, &self.here(), &content))
            (self.exactly(view))
        }
    }

    fn of_type(&self, key: &str) -> CandidateFilter {
        CandidateFilter { resource_type: Some(key.to_owned()), ..CandidateFilter::default() }
    }

    fn exactly(&self, view: &View<'_>) -> Markup {
        let content = html! {
            (revision(&self.restore))
            input type="hidden" name="act" value="exactly";
            (checkbox("r-exactly", "exactly", "yes", self.restore.exactly, &html! {
                span { "Make it exactly so" }
                span.quiet { "Objects of the chosen types that the tenant has and the source has not are removed. The preview lists each one, and removing needs a confirmation of its own." }
            }))
            div.form-actions { button.button.small type="submit" { "Save" } }
        };
        html! {
            details.more open[self.restore.exactly] {
                summary { "Objects that the source does not have " @if self.restore.exactly { strong { "are removed" } } @else { "stay" } }
                (form::post(view, &self.here(), &content))
            }
        }
    }

    fn filters(&self) -> Markup {
        let filter = &self.filter;
        let any = || std::iter::once((String::new(), "Any".to_owned()));
        let kinds: Vec<_> = any()
            .chain(by_label(&self.types, |line| &line.resource_type).into_iter().map(|line| {
                (line.resource_type.clone(), format!("{} ({})", type_label(&line.resource_type), number(line.objects)))
            }))
            .collect();
        let platforms: Vec<_> =
            any().chain(Platform::ALL.iter().map(|platform| (platform.code().to_owned(), platform.label().to_owned()))).collect();
        html! {
            div.filters role="search" aria-label="Filter the objects" {
                (search("f-q", "q", "Search by name", filter.text.as_deref().unwrap_or_default()))
                (select("f-type", "type", "Type", &kinds, filter.resource_type.as_deref().unwrap_or_default()))
                (select("f-platform", "platform", "Platform", &platforms, filter.platform.map_or("", Platform::code)))
                div.filter-actions {
                    button.button type="submit" name="act" value="page:filter" { (icon(Icon::Filter)) "Filter" }
                    @if *filter != CandidateFilter::default() { button.button.plain type="submit" name="act" value="page:all" { "Show all" } }
                }
            }
        }
    }

    fn list(&self) -> Markup {
        if self.candidates.rows.is_empty() {
            let (title, why) = if self.filter == CandidateFilter::default() {
                ("Nothing to restore", "The source holds no object whose type this version knows.")
            } else {
                ("No objects match", "Nothing of the source fits all of the filters.")
            };
            return empty(Icon::Inventory, title, why, &html! {});
        }
        let columns = [
            Column("Choose", false),
            Column("Name", false),
            Column("Type", false),
            Column("Platform", false),
            Column("What", false),
        ];
        table(
            "Objects of the source",
            &columns,
            &html! { @for (at, line) in self.candidates.rows.iter().enumerate() { (self.line(at, line)) } },
        )
    }

    /// The ways on from the list. Each of them keeps what is ticked on this page: nobody loses a choice by turning it.
    fn ways(&self) -> Markup {
        let turned = |cursor: &Cursor| String::from(self.filter.query(self.tenant.id, self.restore.id).at(Some(cursor)));
        let turn = |act: &str, to: Option<&Cursor>, words: &Markup| {
            html! {
                @match to {
                    Some(cursor) => {
                        input type="hidden" name=(act) value=(turned(cursor));
                        button.button type="submit" name="act" value={ "page:" (act) } { (words) }
                    },
                    None => span.button.off { (words) },
                }
            }
        };
        html! {
            @if self.candidates.next.is_some() || self.candidates.previous.is_some() {
                nav.pager aria-label="Pages of objects" {
                    (turn("previous", self.candidates.previous.as_ref(), &html! { (icon(Icon::ChevronLeft)) "Previous page" }))
                    (turn("next", self.candidates.next.as_ref(), &html! { "Next page" (icon(Icon::ChevronRight)) }))
                }
            }
            @if !self.types.is_empty() {
                div.form-actions {
                    button.button.primary type="submit" name="act" value="page:on" { "Go on to the references" }
                    button.button type="submit" name="act" value="page" { "Save the choice on this page" }
                }
            }
        }
    }

    fn line(&self, at: usize, candidate: &Candidate) -> Markup {
        let called = name(&candidate.name, NAMELESS);
        let part = candidate.chosen.as_ref().map(|(_, part)| part);
        row(
            candidate.key,
            &html! {
                (cell("Choose", &html! {
                    input type="hidden" name="shown" value=(candidate.key);
                    input type="checkbox" id={ "pick-" (at) } name="item" value=(candidate.key) checked[part.is_some()];
                    label.unseen for={ "pick-" (at) } { "Choose " (called) }
                }))
                (row_head(&html! { (called) span.below { code.wrap { (shown(&candidate.object_id, 80)) } } }))
                (cell("Type", &html! { (type_label(&candidate.resource_type)) }))
                (cell("Platform", &html! { (candidate.platform.label()) }))
                (cell("What", &html! {
                    (parts(&format!("part-{at}"), &called, part.unwrap_or(&Part::Whole)))
                    @if let Some((number, _)) = &candidate.chosen {
                        span.below { a href=(href::restore_item(self.tenant.id, self.restore.id, *number)) { "Single properties…" span.unseen { " of " (called) } } }
                    }
                }))
            },
        )
    }
}

/// The choice of how much of an object is put back. Single properties are chosen on the page of the item.
fn parts(id: &str, called: &str, chosen: &Part) -> Markup {
    let choice = |code: &str, part: &Part| {
        html! { option value=(code) selected[part == chosen] { (words::part(part)) } }
    };
    html! {
        label.unseen for=(id) { "How much of " (called) }
        select id=(id) name="part" {
            (choice("whole", &Part::Whole))
            (choice("content", &Part::Content))
            (choice("assignments", &Part::Assignments))
            @if let Part::Properties { .. } = chosen { (choice("properties", chosen)) }
        }
    }
}

fn type_button(act: &str, line: &TypeCount, face: &str) -> Markup {
    html! {
        button.button.small type="submit" name="act" value={ (act) ":" (shown(&line.resource_type, 100)) } {
            (face) span.unseen { ": " (type_label(&line.resource_type)) }
        }
    }
}

/// What a restore may do with the type.
fn mode(key: &str) -> Markup {
    html! {
        @match find(key).map(|kind| kind.restore.mode) {
            Some(RestoreMode::Enabled) => "Possible",
            Some(RestoreMode::MetadataOnly) => "Settings, without files and credentials",
            Some(RestoreMode::PreviewOnly) => span.warning { "Previewed only" },
            Some(RestoreMode::None) | None => span.warning { "Not written" },
        }
    }
}
