//! The contents of Help, and what a search in it found.

use maud::{Markup, html};

use super::document::documents;
use super::list::Part;
use super::search::{Hit, find};
use crate::components::empty::empty;
use crate::components::field::search;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, counted};
use crate::{href, samples};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// What is searched for; empty for the contents.
    pub query: String,
}

impl Page for Contents {
    const NAME: &'static str = "help-contents";

    fn title(&self) -> String {
        "Help".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Help), ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "How TenantAtlas is used, run and built. It comes with this version of the product and asks no other place." };
        html! {
            (header("Help", &html! {}, &lead, &html! {}))
            form.filters method="get" action=(href::HELP) role="search" {
                (search("help-q", "q", "Search in Help", &self.query))
                div.filter-actions { button.button.primary type="submit" { "Search" } }
            }
            div id="help-results" data-live="help" {
                @if self.query.trim().is_empty() { (contents()) } @else { (found(&find(&self.query))) }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |query: &str| Self { query: query.to_owned() };
        vec![("contents", of("")), ("found", of("backup")), ("nothing", of("zzzz")), ("hostile", of(samples::HOSTILE))]
    }
}

fn contents() -> Markup {
    html! {
        @for part in Part::ALL {
            (card(&format!("help-{}", part.code()), part.label(), &html! {}, &html! {
                dl.help-list {
                    @for document in documents().iter().filter(|document| document.part == part) {
                        dt { a href=(href::help(document.slug)) { (document.title) } }
                        dd.quiet { (first_sentence(&document.lead)) }
                    }
                }
            }))
        }
    }
}

fn found(hits: &[Hit]) -> Markup {
    if hits.is_empty() {
        let next = html! { a.button href=(href::HELP) { "Show the contents" } };
        return empty(
            Icon::Search,
            "Nothing found",
            "No document has all of these words in a title, a heading or below one.",
            &next,
        );
    }
    let count = i64::try_from(hits.len()).unwrap_or(i64::MAX);
    html! {
        p.quiet role="status" { (counted(count, "place", "places")) }
        dl.help-list.card {
            @for hit in hits {
                dt { a href=(hit.href) { (hit.title) @if let Some(heading) = &hit.heading { " · " (heading) } } }
                dd.quiet { (text::shown(&hit.words, 160)) }
            }
        }
    }
}

/// A lead may be long; its first sentence says what the document is about.
fn first_sentence(lead: &str) -> &str {
    let end = lead.find(". ").map_or(lead.len(), |at| at + 1);
    lead[..end].trim_end_matches(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_ends_at_its_full_stop() {
        assert_eq!(first_sentence("One. Two."), "One.");
        assert_eq!(first_sentence("Version 1.2 is all:"), "Version 1.2 is all");
    }
}
