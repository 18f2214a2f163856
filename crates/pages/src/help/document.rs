//! A document, read.

use std::sync::LazyLock;

use maud::{Markup, PreEscaped};

use super::list::{LISTED, Part};
use super::write::write;

/// A heading below the title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 for those right below the title.
    pub level: u8,
    /// Its name in addresses.
    pub anchor: String,
    /// Its words.
    pub words: String,
    /// What stands below it, up to the next one, as plain text: for the search.
    pub text: String,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name in addresses.
    pub slug: &'static str,
    /// Where its file is in the project.
    pub path: &'static str,
    /// Where it stands in the contents.
    pub part: Part,
    /// What it is called.
    pub title: String,
    /// Its first paragraph, as plain text.
    pub lead: String,
    /// Everything below the title, as HTML.
    pub(super) html: String,
    /// Its headings, in their order.
    pub headings: Vec<Heading>,
    /// Every link and picture as it is written.
    pub links: Vec<String>,
}

static DOCUMENTS: LazyLock<Vec<Document>> =
    LazyLock::new(|| LISTED.iter().map(|listed| Document::read(listed.slug, listed.path, listed.part, listed.text)).collect());

/// Every document, in the order of the contents.
#[must_use]
pub fn documents() -> &'static [Document] {
    &DOCUMENTS
}

/// The document of that name.
#[must_use]
pub fn document(slug: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().find(|document| document.slug == slug)
}

impl Document {
    /// Reads Markdown; `path` is where the file is, to which its links are relative.
    #[must_use]
    pub fn read(slug: &'static str, path: &'static str, part: Part, markdown: &str) -> Self {
        let written = write(path, markdown);
        let title = if written.title.is_empty() { slug.to_owned() } else { written.title };
        let (html, headings) = (written.html, written.headings);
        Self { slug, path, part, title, lead: written.lead, html, headings, links: written.links }
    }

    pub(super) fn markup(&self) -> Markup {
        PreEscaped(self.html.clone())
    }
}
