//! References that lead nowhere, and objects that nobody uses.

use maud::{Markup, html};
use model::label::Tone;
use model::links::{Dangling, Orphan, OrphanKind, Telling, WhyUntold};
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::about::{end, label, way};
use crate::components::badge::worded;
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{self, Column};
use crate::href::{self, Query};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::{self, NAMELESS, counted};

/// What refers to nothing that exists, or is used by nobody.
#[derive(Debug, Clone)]
pub struct References {
    /// The tenant.
    pub tenant: Tenant,
    /// What was found.
    pub found: Found,
    /// Of what it can be told.
    pub telling: Telling,
}

/// What is looked for, and a page of it.
#[derive(Debug, Clone)]
pub enum Found {
    /// References to what does not exist.
    Dangling(Rows<Dangling>),
    /// Objects that nobody uses.
    Orphans(OrphanKind, Rows<Orphan>),
}

impl Found {
    /// Its code in the address.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Dangling(_) => "dangling",
            Self::Orphans(kind, _) => kind.code(),
        }
    }
}

impl Page for References {
    const NAME: &'static str = "references";

    fn title(&self) -> String {
        "References".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Inventory", href::inventory(self.tenant.id))];
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "What objects of " (text::name(&self.tenant.name, NAMELESS)) " refer to that does not exist, and what nobody uses, as of the latest sync." };
        let tabs =
            std::iter::once(("dangling", "Lead nowhere")).chain(OrphanKind::ALL.iter().map(|kind| (kind.code(), kind.label())));
        html! {
            (header("References", &html! {}, &lead, &html! {}))
            nav.tabs aria-label="What is looked for" {
                @for (code, words) in tabs {
                    a href=(String::from(self.at(code))) aria-current=[(code == self.found.code()).then_some("page")] { (words) }
                }
            }
            (self.telling())
            @match &self.found {
                Found::Dangling(page) => {
                    @if page.rows.is_empty() { (self.nothing("No reference leads nowhere")) } @else { (self.dangling(&page.rows)) }
                    (pager(page, "references", &self.at(self.found.code())))
                },
                Found::Orphans(kind, page) => {
                    @if page.rows.is_empty() { (self.nothing("Everything is used")) } @else { (self.orphans(*kind, &page.rows)) }
                    (pager(page, "objects", &self.at(self.found.code())))
                },
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::links::references()
    }
}

impl References {
    fn at(&self, code: &str) -> Query {
        Query::new(href::references(self.tenant.id)).with("show", code)
    }

    /// Whether something can be told at all.
    fn tells(&self) -> bool {
        match &self.found {
            Found::Dangling(_) => !self.telling.told.is_empty(),
            Found::Orphans(kind, _) => {
                self.telling.waiting == 0 && (kind.resource_type().is_none() || self.telling.untold.is_empty())
            }
        }
    }

    /// What cannot be told, and why.
    fn telling(&self) -> Markup {
        let Telling { untold, waiting, .. } = &self.telling;
        let title =
            if matches!(self.found, Found::Dangling(_)) { "Not looked for" } else { "Not told: something else may use them" };
        html! {
            @if *waiting > 0 {
                (callout(Tone::Info, "Links are being made", &html! {
                    p { "Of " (counted(*waiting, "object", "objects")) " it is not known yet what they refer to. It takes a minute or two." }
                }))
            }
            @if !untold.is_empty() {
                (callout(Tone::Neutral, title, &html! {
                    p { "Nothing is said of what was not read completely." }
                    ul { @for one in untold { li { (label(&one.resource_type)) ": " (words(one.why)) } } }
                }))
            }
        }
    }

    fn nothing(&self, title: &str) -> Markup {
        if self.tells() {
            empty(Icon::Check, title, "Of everything that was read completely.", &html! {})
        } else {
            empty(
                Icon::Question,
                "It cannot be told yet",
                "A sync has to read the types completely first.",
                &html! {
                    a.button href=(href::sync(self.tenant.id)) { "Sync inventory" }
                },
            )
        }
    }

    fn dangling(&self, rows: &[Dangling]) -> Markup {
        let tenant = self.tenant.id;
        let columns =
            [Column("Does not exist", false), Column("Type", false), Column("Referred to by", false), Column("How", false)];
        table::table(
            "References that lead nowhere",
            &columns,
            &html! {
                @for (i, row) in rows.iter().enumerate() { (table::row(format_args!("{}-{i}", row.item), &html! {
                    (table::head(&html! { (end(tenant, &row.end)) (unsure(row.confirmed)) }))
                    (table::cell("Type", &html! { (label(&row.end.resource_type)) }))
                    (table::cell("Referred to by", &html! {
                        a href=(href::item(tenant, row.item)) { (text::name(&row.name, NAMELESS)) }
                        span.below { (label(&row.resource_type)) }
                    }))
                    (table::cell("How", &html! { (way(row.kind)) }))
                })) }
            },
        )
    }

    fn orphans(&self, kind: OrphanKind, rows: &[Orphan]) -> Markup {
        table::table(
            kind.label(),
            &[Column("Object", false), Column("Type", false)],
            &html! {
                @for row in rows { (table::row(row.item, &html! {
                    (table::head(&html! {
                        a href=(href::item(self.tenant.id, row.item)) { (text::name(&row.name, NAMELESS)) }
                        (unsure(row.confirmed))
                    }))
                    (table::cell("Type", &html! { (label(&row.resource_type)) }))
                })) }
            },
        )
    }
}

/// A mark for what the next sync may tell otherwise.
fn unsure(confirmed: bool) -> Markup {
    html! {
        @if !confirmed {
            " " (worded(Tone::Neutral, Icon::Question, "Not confirmed"))
            span.below { "It was observed after the latest complete reading began; the next one tells" }
        }
    }
}

const fn words(why: WhyUntold) -> &'static str {
    match why {
        WhyUntold::NotRead => "never read completely",
        WhyUntold::NotWhole => "the details of some objects could not be read",
        WhyUntold::ListLeavesOut => "Microsoft's list leaves objects out",
        WhyUntold::NotKept => "not kept here",
        WhyUntold::Unknown => "not known",
    }
}
