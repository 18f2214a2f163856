//! The question before something is done to every run of a list.

use maud::{Markup, html};
use model::label::Tone;
use model::operations::bulk_action::{Act, Arguments};

use super::filter::Filter;
use crate::components::callout::callout;
use crate::components::field::line;
use crate::components::form;
use crate::components::header::header;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::{counted, number};

/// Asks what to do, and for the number of runs as a confirmation.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// Which runs.
    pub filter: Filter,
    /// What can be done, and to how many of them by the viewer.
    pub acts: Vec<(Act, usize)>,
    /// Whether there are more runs than one action takes.
    pub too_many: bool,
    /// What was wrong with the form that was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Bulk {
    const NAME: &'static str = "runs-bulk";

    fn title(&self) -> String {
        "Act on all matching".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Operations", String::from(self.filter.query()))];
        Place { destination: Some(Destination::Operations), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "One operation does it to each of them, with your rights, and records what came of it." };
        let back: String = self.filter.query().into();
        let any = self.acts.iter().any(|(_, runs)| *runs > 0);
        html! {
            (header("Act on all matching", &html! {}, &lead, &html! {}))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, problem, &html! {})) }
            @if self.too_many {
                (callout(Tone::Warning, "Too many operations match", &html! {
                    p { "At most " (number(Arguments::MOST as i64)) " at a time. Narrow the list first." }
                }))
            }
            div.card.narrow {
                @if any && !self.too_many { (form::start(view, "bulk", &String::from(self.filter.bulk()), &self.fields())) }
                @else if !any { p { "Nothing that matches can be cancelled or run again by you." } }
                p { a href=(back) { "Back to the list" } }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let bulk = |acts: [usize; 3], too_many, problem: Option<&str>| Self {
            filter: samples::run::narrow(),
            acts: Act::ALL.into_iter().zip(acts).collect(),
            too_many,
            problem: problem.map(str::to_owned),
        };
        vec![
            ("some", bulk([2, 37, 4], false, None)),
            ("none", bulk([0, 0, 0], false, None)),
            ("too-many", bulk([1, 1_001, 9], true, None)),
            ("refused", bulk([2, 37, 4], false, Some("Type 37 to confirm."))),
        ]
    }
}

impl Bulk {
    fn fields(&self) -> Markup {
        html! {
            fieldset {
                legend { "What to do" }
                @for (act, runs) in self.acts.iter().filter(|(_, runs)| *runs > 0) {
                    div.check {
                        input type="radio" id={ "act-" (act.code()) } name="act" value=(act.code()) required;
                        label for={ "act-" (act.code()) } { span { (act.words()) } span.quiet { (counted(*runs as i64, "operation", "operations")) } }
                    }
                }
            }
            (line("typed", "typed", "Type the number of operations to confirm", "", 6))
            div.form-actions { button.button.danger type="submit" { "Do it to all of them" } }
        }
    }
}
