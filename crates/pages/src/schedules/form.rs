//! The form of a schedule, new or changed, with the next times at which it would be due.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::ScheduleId;
use model::label::Tone;
use model::resource_types::Category;
use model::schedule::{CatchUp, Occurrence, Weekday, Zone};
use model::tenant::Tenant;

use super::input::{Input, SCHEDULED, code};
use crate::components::callout::callout;
use crate::components::field::{checkbox, line, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_button;
use crate::inventory::kept_types;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples, when};

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// What stands in it.
    pub input: Input,
    /// The schedule that is changed, and its revision when the form was made; `None` for a new one.
    pub editing: Option<(ScheduleId, i64)>,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
    /// The next times at which it would be due.
    pub upcoming: Vec<Occurrence>,
}

impl Page for Form {
    const NAME: &'static str = "schedules-form";

    fn title(&self) -> String {
        if self.editing.is_some() { "Edit schedule".to_owned() } else { "New schedule".to_owned() }
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Schedules", href::schedules(self.tenant.id))];
        Place { destination: Some(Destination::Schedules), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let tenant = self.tenant.id;
        let lead = html! { "Reads from " (name(&self.tenant.name, NAMELESS)) " by itself. Nothing in the tenant is changed." };
        let to = self.editing.map_or_else(|| href::schedules(tenant), |(id, _)| href::of_schedule(tenant, id, "edit"));
        let back = self.editing.map_or_else(|| href::schedules(tenant), |(id, _)| href::schedule(tenant, id));
        let may = self.can.allows(Capability::BackupSchedulesManage);
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, problem, &html! {})) }
            @if !self.upcoming.is_empty() { (self.preview()) }
            (form::post(view, &to, &html! {
                @if let Some((_, revision)) = self.editing { input type="hidden" name="revision" value=(revision); }
                fieldset.cards disabled[!may] {
                    legend.unseen { "Schedule" }
                    (card("when", "When", &html! {}, &self.often()))
                    (card("what", "What", &html! {}, &self.types()))
                }
                div.form-actions {
                    @if may {
                        button.button.primary type="submit" { @if self.editing.is_some() { "Save" } @else { "Make the schedule" } }
                        button.button type="submit" name="preview" value="yes" { "Show the next times" }
                    } @else { (forbidden_button("why-no-schedule", "button primary", &html! { "Save" })) }
                    a.button href=(back) { "Back" }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::schedule::forms()
    }
}

impl Form {
    fn preview(&self) -> Markup {
        let list = html! {
            ol.plain { @for occurrence in &self.upcoming {
                li { strong { (wall(occurrence)) } " " span.quiet { (self.input.zone) " · " (when::at(occurrence.at)) } }
            } }
        };
        card("next-times", "The next times", &html! {}, &list)
    }

    fn often(&self) -> Markup {
        let input = &self.input;
        let pairs = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
        let kinds = pairs(&[("daily", "Every day"), ("weekly", "On days of the week"), ("cron", "As a cron pattern says")]);
        let policies: Vec<(String, String)> =
            CatchUp::ALL.iter().map(|policy| (policy.code().to_owned(), policy_words(*policy).to_owned())).collect();
        html! {
            div.fields {
                (line("s-name", "name", "Name", &input.name, 100))
                (select("s-kind", "kind", "Repeat", &kinds, &input.kind))
                div.field { label for="s-at" { "At (daily, weekly)" } input type="time" id="s-at" name="at" value=(input.at); }
                (line("s-cron", "cron", "Cron pattern", &input.cron, 100))
                div.field {
                    label for="s-zone" { "Time zone" }
                    input type="text" id="s-zone" name="zone" value=(input.zone) list="zones" autocomplete="off" maxlength="100";
                    datalist id="zones" { @for zone in Zone::all() { option value=(zone) {} } }
                }
                (select("s-catch-up", "catch_up", "Times that were missed", &policies, &input.catch_up))
                (line("s-bound", "bound", "Make up for at most (1 to 50)", &input.bound, 2))
            }
            fieldset.days {
                legend { "Days of the week" }
                @for day in Weekday::ALL {
                    (checkbox(&format!("day-{}", code(day)), "days", &code(day), input.days.contains(&code(day)), &html! { (day.name()) }))
                }
            }
            p.quiet { "Backups are made up for once: what several missed ones would hold is what there is now." }
            p.quiet {
                "A cron pattern has five fields: minute, hour, day of the month, month, day of the week. "
                "A time that the clocks skip is due right after the gap, one that they repeat once; patterns such as */15 follow the time that passes."
            }
        }
    }

    fn types(&self) -> Markup {
        let kinds: Vec<(String, String)> =
            SCHEDULED.iter().map(|operation| (operation.code().to_owned(), operation.entry().label.to_owned())).collect();
        html! {
            div.fields { (select("s-operation", "operation", "Starts", &kinds, &self.input.operation)) }
            p.quiet { "An inventory sync and a backup read the resource types that are chosen here; the others read all of theirs. With all of them chosen, a backup also holds what later versions add." }
            (self.backup())
            div.choose-tools.needs-script {
                button.button.small type="button" data-check="all" { "Select all" }
                button.button.small type="button" data-check="none" { "Select none" }
            }
            div.choose {
                @for category in Category::ALL {
                    @let kinds: Vec<_> = kept_types().filter(|kind| kind.category == category).collect();
                    @if !kinds.is_empty() {
                        fieldset {
                            legend { (category.label()) }
                            @for kind in kinds {
                                (checkbox(&format!("type-{}", kind.key), "types", &kind.key, self.input.types.contains(&kind.key), &html! { (kind.label) }))
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Form {
    /// What only a backup asks for.
    fn backup(&self) -> Markup {
        html! {
            fieldset {
                legend { "Of a backup" }
                div.fields {
                    (line("s-keep-last", "keep_last", "Keep the last … backups", &self.input.keep_last, 4))
                    (line("s-keep-days", "keep_days", "Keep backups for … days", &self.input.keep_days, 4))
                }
                p.quiet { "With neither, every backup is kept. With both, what either keeps stays. The newest that can be used, pinned ones and those in use always stay." }
                (checkbox("s-trust", "trust_list", "yes", self.input.trust_list, &html! {
                    span { "Trust lists that show no change" }
                    span.quiet { "Quicker; otherwise every detail is read." }
                }))
            }
        }
    }
}

/// The wall-clock time that was meant: `2026-03-29 02:30`.
pub(super) fn wall(occurrence: &Occurrence) -> String {
    local_words(&occurrence.local)
}

pub(super) fn local_words(local: &str) -> String {
    let (time, pass) = local.strip_suffix("+1").map_or((local, ""), |time| (time, " (second pass)"));
    format!("{}{pass}", time.replace('T', " "))
}

pub(super) const fn policy_words(policy: CatchUp) -> &'static str {
    match policy {
        CatchUp::Skip => "Leave them out",
        CatchUp::Latest => "Make up for the latest",
        CatchUp::All => "Make up for all of them",
        CatchUp::Unknown => "Unknown",
    }
}
