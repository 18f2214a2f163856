//! How much findings matter in a workspace.

use maud::{Markup, html};
use model::finding::{Built, Decides, FindingKind, Fits, LONGEST_PROPERTY, MAX_DUE_DAYS, Ratings as Rules, Severity};
use model::ids::WorkspaceId;
use model::label::{Labelled as _, Tone};

use crate::components::badge::badge;
use crate::components::callout::callout;
use crate::components::field::{line, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::{INSUFFICIENT_IN_WORKSPACE, forbidden_in_workspace};
use crate::components::table::{Column, cell, head, row, table};
use crate::href::{self, Query};
use crate::inventory::{kept_types, type_label};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::shown;

/// What somebody wants to know: a type, a kind and a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Key of the type.
    pub resource_type: String,
    /// The kind.
    pub kind: FindingKind,
    /// The property.
    pub property: String,
}

/// The page.
#[derive(Debug, Clone)]
pub struct Ratings {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What it says itself.
    pub rules: Rules,
    /// How often that was changed.
    pub revision: i64,
    /// Whether the viewer may change it.
    pub may: bool,
    /// What the viewer wants to know.
    pub asked: Option<Asked>,
    /// Why what was asked for was not done.
    pub problem: Option<String>,
}

impl Page for Ratings {
    const NAME: &'static str = "settings-ratings";

    fn title(&self) -> String {
        "Severity of findings".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Settings", href::SETTINGS)];
        Place { destination: Some(Destination::Settings), crumbs, ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "How much a deviation matters, and until when something is to be done about it. What is said here holds in every tenant of the workspace, "
            "also for findings that are open already: they are rated anew, and their history says so."
        };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if let Some(problem) = &self.problem { div role="alert" { (callout(Tone::Danger, problem, &html! {})) } }
            (card("rules", "Rules of this workspace", &html! {}, &self.rules(view)))
            (card("add", "Add a rule", &html! {}, &self.adding(view)))
            (card("days", "Days until due", &html! {}, &self.days(view)))
            (card("preview", "Which rule fits?", &html! {}, &self.preview()))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::settings::ratings()
    }
}

fn kinds(first: &str) -> Vec<(String, String)> {
    let any = std::iter::once((String::new(), first.to_owned()));
    any.chain(FindingKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.badge().word.to_owned()))).collect()
}

fn types(first: &str) -> Vec<(String, String)> {
    let any = std::iter::once((String::new(), first.to_owned()));
    any.chain(kept_types().map(|kind| (kind.key.clone(), kind.label.clone()))).collect()
}

impl Ratings {
    fn action(&self) -> String {
        Query::new(href::SETTINGS_RATINGS).with("workspace", self.workspace).into()
    }

    fn hidden(&self, act: &str) -> Markup {
        html! {
            input type="hidden" name="act" value=(act);
            input type="hidden" name="revision" value=(self.revision);
        }
    }

    fn rules(&self, view: &View<'_>) -> Markup {
        if self.rules.rules().len() == 0 {
            return html! { p { "There are none: the table of the product decides." } };
        }
        let columns = [
            Column("Type", false),
            Column("Kind", false),
            Column("Property", false),
            Column("Severity", false),
            Column("", false),
        ];
        let any = || html! { span.quiet { "Any" } };
        let rows = html! {
            @for (at, (fits, severity)) in self.rules.rules().enumerate() {
                (row(at, &html! {
                    (head(&html! { @match &fits.resource_type { Some(key) => (type_label(key)), None => (any()) } }))
                    (cell("Kind", &html! { @match fits.kind { Some(kind) => (badge(&kind)), None => (any()) } }))
                    (cell("Property", &html! { @match &fits.property { Some(name) => code { (shown(name, 80)) }, None => (any()) } }))
                    (cell("Severity", &badge(&severity)))
                    (cell("", &html! { @if self.may { (self.removing(view, fits)) } }))
                }))
            }
        };
        html! {
            (table("Rules", &columns, &rows))
            p.quiet { "Of the rules that fit the one counts that says most: type before property before kind." }
        }
    }

    fn removing(&self, view: &View<'_>, fits: &Fits) -> Markup {
        form::post(
            view,
            &self.action(),
            &html! {
                (self.hidden("remove"))
                input type="hidden" name="type" value=(fits.resource_type.as_deref().unwrap_or_default());
                input type="hidden" name="kind" value=(fits.kind.map_or("", FindingKind::code));
                input type="hidden" name="property" value=(fits.property.as_deref().unwrap_or_default());
                button.button.small type="submit" { "Remove" span.unseen { " the rule" } }
            },
        )
    }

    fn adding(&self, view: &View<'_>) -> Markup {
        if !self.may {
            return html! { p.quiet { (INSUFFICIENT_IN_WORKSPACE) } };
        }
        let severities: Vec<_> =
            Severity::ALL.iter().rev().map(|one| (one.code().to_owned(), one.badge().word.to_owned())).collect();
        form::post(
            view,
            &self.action(),
            &html! {
                (self.hidden("add"))
                (select("r-type", "type", "Type", &types("Any type"), ""))
                (select("r-kind", "kind", "Kind", &kinds("Any kind"), ""))
                (line("r-property", "property", "Property (empty: any)", "", LONGEST_PROPERTY))
                (select("r-severity", "severity", "Severity", &severities, Severity::Medium.code()))
                div.form-actions { button.button.primary type="submit" { "Add the rule" } }
            },
        )
    }

    fn days(&self, view: &View<'_>) -> Markup {
        let none = Rules::default();
        form::post(
            view,
            &self.action(),
            &html! {
                (self.hidden("days"))
                fieldset disabled[!self.may] {
                    legend.unseen { "Days until due" }
                    @for severity in Severity::ALL.iter().rev() {
                        @let id = format!("days-{severity}");
                        div.field {
                            label for=(id) { (severity.badge().word) " (days)" }
                            input type="number" id=(id) name=(id) value=[self.rules.own_days(*severity)] min="1" max=(MAX_DUE_DAYS) placeholder=(none.days(*severity));
                        }
                    }
                }
                p.quiet { "Where nothing is typed the days in grey hold. They are counted from when a finding was opened." }
                div.form-actions {
                    @if self.may { button.button.primary type="submit" { "Save the days" } }
                    @else { (forbidden_in_workspace("why-no-days", "button primary", &html! { "Save the days" })) }
                }
            },
        )
    }

    fn preview(&self) -> Markup {
        let asked = self.asked.as_ref();
        html! {
            form.filters method="get" action=(href::SETTINGS_RATINGS) aria-label="Which rule fits" {
                input type="hidden" name="workspace" value=(self.workspace);
                (select("p-type", "type", "Type", &types("Choose a type"), asked.map_or("", |asked| &asked.resource_type)))
                (select("p-kind", "kind", "Kind", &kinds("Choose a kind"), asked.map_or("", |asked| asked.kind.code())))
                (line("p-property", "property", "Property", asked.map_or("", |asked| &asked.property), LONGEST_PROPERTY))
                div.filter-actions { button.button type="submit" { "Look" } }
            }
            @if let Some(asked) = asked { (self.verdict(asked)) }
        }
    }

    fn verdict(&self, asked: &Asked) -> Markup {
        let (severity, decides) = self.rules.decides(&asked.resource_type, asked.kind, &asked.property);
        html! {
            p {
                (badge(&severity)) " Due in " (self.rules.days(severity)) " days. "
                @match &decides {
                    Decides::Own(fits) => { "A rule of this workspace decides: " (own(fits)) "." }
                    Decides::BuiltIn(rule) => { "A rule of the product decides: " (built(rule)) "." }
                    Decides::Otherwise => "No rule fits: it is what the product says of everything else.",
                }
            }
        }
    }
}

/// What a rule names, in words.
fn own(fits: &Fits) -> String {
    let parts = [
        fits.resource_type.as_deref().map(type_label),
        fits.kind.map(|kind| kind.badge().word.to_owned()),
        fits.property.as_deref().map(|name| shown(name, 80)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn built(rule: &Built) -> String {
    let types: Vec<String> = rule.types.iter().map(|key| type_label(key)).collect();
    let kinds: Vec<String> = rule.kinds.iter().map(|code| FindingKind::from_code(code).badge().word.to_owned()).collect();
    let lists = [types, rule.categories.to_vec(), kinds, rule.properties.to_vec()];
    lists.iter().filter(|list| !list.is_empty()).map(|list| list.join(", ")).collect::<Vec<_>>().join(" · ")
}
