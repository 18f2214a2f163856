//! A document of Help, with its own table of contents.

use maud::{Markup, html};

use super::anchor;
use super::document::{Document, documents};
use super::list::Part;
use crate::components::header::header;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::{href, samples};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is read.
    pub document: Document,
}

impl Page for Reading {
    const NAME: &'static str = "help-reading";

    fn title(&self) -> String {
        self.document.title.clone()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Help", href::HELP)];
        Place { destination: Some(Destination::Help), crumbs, ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let headings: Vec<_> = self.document.headings.iter().filter(|heading| heading.level <= 3).collect();
        html! {
            (header(&self.document.title, &html! {}, &html! {}, &html! {}))
            div.help {
                @if headings.len() > 1 {
                    nav.help-contents aria-label="On this page" {
                        ul { @for heading in headings {
                            li.deeper[heading.level > 2] { a href={ "#" (anchor::id(&heading.anchor)) } { (heading.words) } }
                        } }
                    }
                }
                article.prose { (self.document.markup()) }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let all = documents().iter().map(|document| (document.slug, Self { document: document.clone() }));
        let markdown =
            format!("# {0}\n\n{0}\n\n## {0}\n\n    {0}\n\n| {0} |\n|---|\n| {0} |\n\n[x]({0}) ![{0}]({0})\n", samples::HOSTILE);
        let hostile = Document::read("hostile", "docs/HOSTILE.md", Part::Building, &markdown);
        all.chain([("of-hostile-words", Self { document: hostile })]).collect()
    }
}
