//! The search of a selector, as a page: what is chosen goes back to the form by a link. With a script its results are shown below the
//! selector itself.

use maud::{Markup, html};
use model::directory::{DirectoryState, SelectorKind};
use model::tenant::Tenant;

use super::synced_words;
use crate::components::empty::empty;
use crate::components::field::search;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::href;
use crate::page::{Page, Place, View};
use crate::samples;
use crate::text::{self, NAMELESS};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Microsoft's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What tells it from others of the name.
    pub about: String,
}

/// The page.
#[derive(Debug, Clone)]
pub struct Select {
    /// The tenant.
    pub tenant: Tenant,
    /// What is searched.
    pub kind: SelectorKind,
    /// The field that is filled.
    pub field: String,
    /// The page with the form: a path of ours.
    pub back: String,
    /// What is searched for.
    pub query: String,
    /// A few that match, by name.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
    /// How fresh what is searched is.
    pub state: DirectoryState,
}

impl Page for Select {
    const NAME: &'static str = "directory-select";

    fn title(&self) -> String {
        format!("Choose a {}", self.kind.one())
    }

    fn place(&self) -> Place {
        Place { tenant: Some(self.tenant.id), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        html! {
            (header(&self.title(), &html! {}, &html! { "Searches the directory cache, " (synced_words(&self.state, view)) "." }, &html! {
                a.button href=(self.back) { "Back without choosing" }
            }))
            form.filters method="get" action=(href::select(self.tenant.id)) role="search" {
                input type="hidden" name="kind" value=(self.kind.code());
                input type="hidden" name="field" value=(self.field);
                input type="hidden" name="back" value=(self.back);
                (search("select-q", "q", "Search by name, id, or the last 8 of an id", &self.query))
                div.filter-actions { button.button.primary type="submit" { "Search" } }
            }
            div id="results" data-live="search" { (self.results()) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::directory::selects()
    }
}

impl Select {
    fn results(&self) -> Markup {
        html! {
            @if self.hits.is_empty() {
                (empty(Icon::Search, "Nothing found", "What was made since the latest sync is not known here yet: sync, then search again.", &html! {}))
            } @else {
                ul.choices aria-label="Found" {
                    @for hit in &self.hits {
                        li { a href=(self.chosen(&hit.id)) data-id=(text::shown(&hit.id, 80)) {
                            span { (text::name(&hit.name, NAMELESS)) } " "
                            span.quiet { (text::shown(&hit.about, 80)) }
                        } }
                    }
                }
                @if self.more { p.quiet { "There are more: type more of the name." } }
            }
        }
    }

    /// Back to the form, with the choice.
    fn chosen(&self, id: &str) -> String {
        let (path, query) = self.back.split_once('?').map_or((self.back.as_str(), ""), |(path, query)| (path, query));
        let mut next = href::Query::new(path).with(&self.field, id).into();
        // What the address said besides stays; an older choice for the same field comes after and does not count.
        if !query.is_empty() {
            next = format!("{next}&{query}");
        }
        next
    }
}
