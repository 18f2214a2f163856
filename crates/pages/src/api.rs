//! The reference of the API, made from its OpenAPI document.

use maud::{Markup, html};
use model::access::Capability;

use crate::components::header::{card, header};
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Destination, Page, Place, View};
use crate::text::{PROSE, shown};
use crate::{href, samples};

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: String,
    /// What it means.
    pub words: String,
    /// Whether it must be there.
    pub required: bool,
}

/// An answer of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// What it means.
    pub words: String,
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// What the document calls it.
    pub id: String,
    /// GET, POST, PUT or DELETE.
    pub method: String,
    /// The path, with `{names}` of its parameters.
    pub path: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// What it takes beside seeing the place.
    pub capability: Option<Capability>,
    /// Its parameters.
    pub arguments: Vec<Argument>,
    /// An example of its body.
    pub body: Option<String>,
    /// Its answers.
    pub replies: Vec<Reply>,
    /// How to try it from a shell.
    pub example: String,
}

/// Operations on one noun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The noun.
    pub name: String,
    /// The operations.
    pub operations: Vec<Operation>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// All operations.
    pub groups: Vec<Group>,
}

impl Page for Reference {
    const NAME: &'static str = "api-reference";

    fn title(&self) -> String {
        "API".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Tokens), ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! {
            "Everything that you can do here, for your programs. They send a token as " code { "Authorization: Bearer tat_…" } ". "
            a href="/admin/tokens" { "API tokens" } " · " a href=(href::OPENAPI) { "OpenAPI document" }
        };
        html! {
            (header("API", &html! {}, &lead, &html! {}))
            nav.card aria-label="Nouns" { ul.plain { @for group in &self.groups { li { a href={ "#" (anchor(&group.name)) } { (group.name) } } } } }
            @for group in &self.groups {
                (card(&anchor(&group.name), &group.name, &html! {}, &html! { @for operation in &group.operations { (one(operation)) } }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::token::references()
    }
}

fn anchor(name: &str) -> String {
    format!("api-{}", name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"))
}

fn one(operation: &Operation) -> Markup {
    let arguments = html! { @for argument in &operation.arguments {
        (row(&argument.name, &html! {
            (head(&html! { code { (argument.name) } }))
            (cell("Where", &html! { (argument.place) @if argument.required { " (required)" } }))
            (cell("Meaning", &html! { (shown(&argument.words, PROSE)) }))
        }))
    } };
    let replies = html! { @for reply in &operation.replies {
        (row(reply.status, &html! { (head(&html! { (reply.status) })) (cell("Meaning", &html! { (shown(&reply.words, PROSE)) })) }))
    } };
    let columns = [Column("Parameter", false), Column("Where", false), Column("Meaning", false)];
    html! {
        details id=(operation.id) {
            summary { strong { (operation.method) } " " code { (operation.path) } " " span.quiet { (shown(&operation.summary, PROSE)) } }
            p { (shown(&operation.summary, PROSE)) @if let Some(capability) = operation.capability { " Asks for " code { (capability) } "." } }
            @if !operation.arguments.is_empty() { (table(&format!("Parameters of {}", operation.id), &columns, &arguments)) }
            @if let Some(body) = &operation.body { p { "Body:" } pre { code { (body) } } }
            p { "Example:" }
            pre { code { (operation.example) } }
            (table(&format!("Answers of {}", operation.id), &[Column("Status", false), Column("Meaning", false)], &replies))
        }
    }
}
