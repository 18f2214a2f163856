//! One setting on a page: what holds, where that comes from, and what can be chosen instead.

use maud::{Markup, html};
use model::label::{Labelled as _, Tone};
use model::schedule::Zone;
use model::settings::{Found, Key, Kind, Level, Outcomes, Stored};

use crate::components::callout::callout;
use crate::components::field::{checkbox, select};
use crate::components::selector::Selector;
use crate::page::View;

/// A setting at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Which one.
    pub key: Key,
    /// Whether it is chosen here.
    pub own: bool,
    /// What holds, or what was typed instead.
    pub text: String,
    /// What holds when nothing is chosen here.
    pub above: Found,
    /// How often it was chosen here.
    pub revision: i64,
    /// What is wrong with what was typed, in a sentence.
    pub problem: Option<String>,
    /// For an object of a directory: how it is chosen.
    pub selector: Option<Selector>,
}

impl Field {
    /// As it stands.
    #[must_use]
    pub fn of(key: Key, level: Level, stored: &Stored, revision: i64) -> Self {
        let (found, above) = (stored.find(key, level.path()), stored.find(key, &level.path()[1..]));
        Self {
            key,
            own: stored.own(key, level).is_some(),
            text: found.value.to_string(),
            above,
            revision,
            problem: None,
            selector: None,
        }
    }

    /// The name of its inputs, as an id.
    fn id(&self) -> String {
        format!("s-{}", self.key.code().replace(['.', '_'], "-"))
    }

    pub(super) fn markup(&self, level: Level, view: &View<'_>) -> Markup {
        let declaration = self.key.declaration();
        let id = self.id();
        html! {
            p.quiet { (declaration.help) }
            (checkbox(&format!("{id}-own"), "own", declaration.code, self.own, &html! { (own_words(level)) }))
            (self.control(&id, view))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, problem, &html! {})) }
            @if !matches!(declaration.kind, Kind::Object(_)) {
                p.quiet { (otherwise(level, &self.above)) ": " (self.above.value.words(self.key)) }
            }
            input type="hidden" name={ "revision." (declaration.code) } value=(self.revision);
            @if self.own {
                button.button.small type="submit" name="reset" value=(declaration.code) { "Reset" span.unseen { " " (declaration.label) } }
            }
        }
    }

    fn control(&self, id: &str, view: &View<'_>) -> Markup {
        let declaration = self.key.declaration();
        let (code, label) = (declaration.code, declaration.label);
        match declaration.kind {
            Kind::Number { bounds, unit, .. } => html! {
                div.field {
                    label for=(id) { (label) " (" (unit) ")" }
                    input type="number" id=(id) name=(code) value=(self.text) min=(bounds.start()) max=(bounds.end());
                }
            },
            Kind::Zone => html! {
                div.field {
                    label for=(id) { (label) }
                    input type="text" id=(id) name=(code) value=(self.text) list={ (id) "-all" } autocomplete="off" maxlength="100";
                    datalist id={ (id) "-all" } { @for zone in Zone::all() { option value=(zone) {} } }
                }
            },
            Kind::Choice(choices) => {
                let choices: Vec<(String, String)> =
                    choices.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
                select(id, code, label, &choices, &self.text)
            }
            Kind::Outcomes { .. } => html! {
                fieldset.days {
                    legend { (label) }
                    @for outcome in Outcomes::offered() {
                        @let chosen = self.text.split(',').any(|code| code == outcome.code());
                        (checkbox(&format!("{id}-{outcome}"), code, outcome.code(), chosen, &html! { (outcome.badge().word) }))
                    }
                }
            },
            Kind::Folder => {
                let typed = if self.text == "none" { "" } else { &self.text };
                crate::components::field::line(id, code, label, typed, 64)
            }
            Kind::Object(_) => match &self.selector {
                Some(selector) => selector.markup(id, code, label, &self.text, view),
                None => crate::components::field::line(id, code, label, &self.text, 64),
            },
        }
    }
}

const fn own_words(level: Level) -> &'static str {
    match level {
        Level::Workspace => "Choose for this workspace",
        Level::Tenant => "Choose for this tenant",
        Level::Person => "Choose for me",
    }
}

/// What counts when the box is not ticked.
const fn otherwise(level: Level, above: &Found) -> &'static str {
    match (level, above.from) {
        (_, Some(_)) => "Otherwise as in the workspace",
        (Level::Workspace, None) => "Otherwise",
        (_, None) => "Otherwise as the workspace, which has the default",
    }
}
