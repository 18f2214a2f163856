//! A document: to be read, and to be printed.

use maud::{Markup, html};
use model::report::{Block, ReportFormat, ReportHead};

use super::block::markup;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::href::{self, Query};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, name};

/// A document. What is sent piece by piece has its blocks put in place of [`Document::REST`].
#[derive(Debug, Clone)]
pub struct Document {
    /// What it is.
    pub head: ReportHead,
    /// Where it is had as a file, without the format.
    pub file: Query,
    /// Its blocks, or its first ones.
    pub blocks: Vec<Block>,
}

impl Document {
    /// Where the blocks come that follow. No name can hold it: names are escaped.
    pub const REST: &'static str = "<i class=\"report-rest\"></i>";
}

impl Page for Document {
    const NAME: &'static str = "reports-document";

    fn title(&self) -> String {
        name(&self.head.title(), NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Reports", href::REPORTS)];
        Place { destination: Some(Destination::Reports), crumbs, ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let file = |format: ReportFormat| String::from(self.file.clone().with("format", format));
        let actions = html! {
            @for &format in ReportFormat::ALL { a.button href=(file(format)) { (icon(Icon::Archive)) (format.label()) } }
        };
        let lead = html! { (self.head.time_words()) " Print this page to get a PDF; nothing but the report is printed." };
        html! {
            (header(&self.title(), &html! {}, &lead, &actions))
            article.report {
                @for block in &self.blocks { (markup(block)) }
                i.report-rest {}
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::report::documents()
    }
}
