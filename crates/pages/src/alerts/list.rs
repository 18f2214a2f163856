//! Rules and destinations of a workspace.

use maud::{Markup, html};
use model::alert::{Destination as To, DestinationKind, Rule, RuleKind};
use model::ids::WorkspaceId;
use model::label::Tone;

use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::Query;
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, name, number};
use crate::{href, samples};

/// The rules and destinations.
#[derive(Debug, Clone)]
pub struct List {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its rules, by name.
    pub rules: Vec<Rule>,
    /// Its destinations, by name.
    pub destinations: Vec<To>,
}

impl Page for List {
    const NAME: &'static str = "alerts-list";

    fn title(&self) -> String {
        "Alerts".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Alerts), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! {
            "A rule says what is told; a destination says where to. "
            a href=(href::within(self.workspace, href::ALERT_LOG)) { "The log" } " says what became of it."
        };
        html! {
            (header("Alerts", &html! {}, &lead, &html! {}))
            (card("rules", "Rules", &html! {}, &self.rules()))
            (card("destinations", "Destinations", &html! {}, &self.destinations(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::alerts::lists()
    }
}

fn state(on: bool) -> Markup {
    if on { worded(Tone::Success, Icon::Check, "On") } else { worded(Tone::Neutral, Icon::Ban, "Off") }
}

impl List {
    fn rules(&self) -> Markup {
        let columns = [
            Column("Rule", false),
            Column("Tells of", false),
            Column("Of", false),
            Column("Sends to", false),
            Column("State", false),
        ];
        let rows = html! {
            @for rule in &self.rules {
                (row(rule.id, &html! {
                    (head(&html! { a.cover href=(href::within(self.workspace, &href::alert_rule(rule.id, ""))) { (name(&rule.says.name, NAMELESS)) } }))
                    (cell("Tells of", &html! { (rule.says.kind.label()) }))
                    (cell("Of", &html! { (reach(rule)) }))
                    (cell("Sends to", &html! { (name(&rule.destination_name, NAMELESS)) }))
                    (cell("State", &state(rule.says.enabled)))
                }))
            }
        };
        html! { div.stack {
            @if self.rules.is_empty() {
                (empty(Icon::Bell, "No rules yet", "A rule tells somebody outside when something happens.", &html! {}))
            } @else { (table("Rules", &columns, &rows)) }
            @if self.destinations.is_empty() { p.quiet { "Make a destination first." } } @else {
                p { "New rule about:" }
                ul.plain {
                    @for kind in RuleKind::ALL {
                        @let to = Query::new(href::NEW_ALERT_RULE).with("workspace", self.workspace).with("kind", kind);
                        li { a href=(String::from(to)) { (kind.label()) } " " span.quiet { (kind.sentence()) } }
                    }
                }
            }
        } }
    }

    fn destinations(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Destination", false),
            Column("Kind", false),
            Column("Where", false),
            Column("Rules", true),
            Column("State", false),
            Column("Test", false),
        ];
        let rows = html! {
            @for one in &self.destinations {
                (row(one.id, &html! {
                    (head(&html! { a href=(href::within(self.workspace, &href::alert_destination(one.id, ""))) { (name(&one.name, NAMELESS)) } }))
                    (cell("Kind", &html! { (one.kind.label()) }))
                    (cell("Where", &html! { (name(&one.shown, "")) }))
                    (figure("Rules", &html! { (number(one.rules)) }))
                    (cell("State", &html! { (state(one.enabled)) @if one.last_failed { " " (worded(Tone::Danger, Icon::Ban, "Last delivery failed")) } }))
                    (cell("Test", &html! { @if one.enabled {
                        (form::start(view, &one.id.to_string(), &href::within(self.workspace, &href::alert_destination(one.id, "/test")), &html! {
                            button.button.small type="submit" { "Send a test" span.unseen { " to " (name(&one.name, NAMELESS)) } }
                        }))
                    } }))
                }))
            }
        };
        html! { div.stack {
            @if self.destinations.is_empty() {
                (empty(Icon::Bell, "No destinations yet", "A destination is where alerts go: a mailbox, a channel, a program.", &html! {}))
            } @else { (table("Destinations", &columns, &rows)) }
            p { "New destination:" }
            ul.plain {
                @for kind in DestinationKind::ALL {
                    @let to = Query::new(href::NEW_ALERT_DESTINATION).with("workspace", self.workspace).with("kind", kind);
                    li { a href=(String::from(to)) { (kind.label()) } " " span.quiet { (kind.sentence()) } }
                }
            }
        } }
    }
}

fn reach(rule: &Rule) -> Markup {
    use model::alert::Reach;
    html! {
        @match (&rule.says.reach, &rule.reach_name) {
            (Reach::All, _) => "all tenants",
            (Reach::Tenant(_), Some(called)) => (name(called, NAMELESS)),
            (Reach::Group(_), Some(called)) => { "group " (name(called, NAMELESS)) },
            (Reach::Gone, _) | (_, None) => "nothing: its tenant or group is gone",
        }
    }
}
