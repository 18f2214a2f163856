//! The form for a rollout: what of the source, into which tenants, in which rings.

use maud::{Markup, html};
use model::restore::Source;
use model::rollout::{MAX_RINGS, MAX_TENANTS};
use model::tenant::Tenant;

use crate::components::badge::environment;
use crate::components::empty::empty;
use crate::components::field::{checkbox, line, problem, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::href;
use crate::inventory::type_label;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, counted, name, number, shown};

/// The longest name.
const MAX_NAME: usize = 100;

/// The form.
#[derive(Debug, Clone)]
pub struct New {
    /// The tenant that the source is of; `None` when no source is named.
    pub of: Option<Tenant>,
    /// The source.
    pub source: Option<Source>,
    /// The same in words.
    pub words: String,
    /// The types (keys) that it holds, with how many objects; empty for a version.
    pub types: Vec<(String, i64)>,
    /// The tenants of the workspace, each with the ring that it is put into.
    pub tenants: Vec<(Tenant, Option<u32>)>,
    /// Whether there are more tenants than one rollout takes.
    pub more: bool,
    /// What it is to be called.
    pub called: String,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for New {
    const NAME: &'static str = "rollouts-new";

    fn title(&self) -> String {
        "Restore to many tenants".to_owned()
    }

    fn place(&self) -> Place {
        Place {
            destination: Some(Destination::Rollouts),
            tenant: None,
            crumbs: vec![Crumb::new("Restores to many tenants", href::ROLLOUTS)],
        }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Makes a restore for each tenant, with its own mapping, checks and plan. Nothing is written before all of them are previewed and confirmed." };
        html! {
            (header("Restore to many tenants", &html! {}, &lead, &html! {}))
            (problem(self.problem.as_deref()))
            @match (&self.of, &self.source) {
                (Some(of), Some(source)) => (form::start(view, "rollout", href::ROLLOUTS, &self.fields(of, source))),
                _ => (empty(Icon::Sync, "No source is named", "Choose a backup, a version, or a tenant as it was on the page for a new restore of that tenant.", &html! {
                    a.button href=(href::HOME) { "Tenants" }
                })),
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::rollout::news()
    }
}

impl New {
    fn fields(&self, of: &Tenant, source: &Source) -> Markup {
        html! {
            input type="hidden" name="of" value=(of.id);
            @match source {
                Source::BackupSet { set } => { input type="hidden" name="set" value=(set); },
                Source::Version { item, number } => { input type="hidden" name="item" value=(item); input type="hidden" name="version" value=(number); },
                Source::Instant { at, .. } => { input type="hidden" name="at" value=(at.to_fixed_text()); },
                // What one restore wrote over is nothing for other tenants.
                Source::Undo { .. } => {},
            }
            (card("source", "From", &html! {}, &html! {
                p { (shown(&self.words, 200)) " of " strong { (name(&of.name, NAMELESS)) } }
                div.fields { (line("f-name", "name", "Name (may be empty); it is typed to confirm", &self.called, MAX_NAME)) }
            }))
            @if !self.types.is_empty() {
                (card("types", "Which objects", &html! {}, &html! {
                    p.quiet { "Types of which nothing is to be put anywhere are left out here; single objects are left out in the restore of a tenant." }
                    @for (number, (key, objects)) in self.types.iter().enumerate() {
                        (checkbox(&format!("f-type-{number}"), "type", key, true, &html! { span { (type_label(key)) } " " span.quiet { (counted(*objects, "object", "objects")) } }))
                    }
                }))
            }
            (card("tenants", "Into which tenants", &html! {}, &self.rings()))
            div.form-actions { button.button.primary type="submit" { "Make the restores" } a.button href=(href::restores(of.id)) { "Back" } }
        }
    }

    fn rings(&self) -> Markup {
        let choices = |tenant: &Tenant| {
            let mut all = vec![(String::new(), "Not at all".to_owned())];
            all.extend((1..=MAX_RINGS).map(|ring| {
                let words = if ring == 1 { "Ring 1 (pilot)".to_owned() } else { format!("Ring {ring}") };
                (format!("{}:{ring}", tenant.id), words)
            }));
            all
        };
        html! {
            p.quiet { "A ring begins when every restore of the ring before came out as planned; the first that does not stops it. At most " (number(MAX_TENANTS as i64)) " tenants." }
            @if self.more { p.quiet { "There are more tenants than are listed here; the API takes any of them." } }
            @for (tenant, ring) in &self.tenants {
                div.fields {
                    (select(
                        &format!("f-ring-{}", tenant.id), "ring", &name(&tenant.name, NAMELESS), &choices(tenant),
                        &ring.map(|ring| format!("{}:{ring}", tenant.id)).unwrap_or_default(),
                    ))
                    (environment(tenant.environment))
                }
            }
        }
    }
}
