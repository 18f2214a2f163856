//! The canonical page of a run.

use std::time::Duration;

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::coverage::Reading;
use model::ids::{RolloutId, RunId};
use model::label::{Labelled, Tone};
use model::operations::Operation;
use model::run::{CountKey, Outcome, Run, RunEvent, Status, Waiting};
use model::tenant::Tenant;
use model::time::duration_words;

use super::advice::{Step, reason_words, steps};
use super::compare::compare;
use super::failures::{failures, item_words};
use super::items::{Items, items};
use super::readings::readings;
use super::requests::{Requests, requests};
use super::row::duration;
use super::timeline::timeline;
use super::words;
use crate::components::badge::{badge, worded};
use crate::components::callout::callout;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::forbidden_button;
use crate::components::progress::{figures, progress};
use crate::components::tile::tile;
use crate::href::{self, Query};
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS, number};
use crate::{samples, when};

/// Everything that is known of a run.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The run.
    pub run: Run,
    /// Its tenant; `None` for runs of the workspace.
    pub tenant: Option<Tenant>,
    /// What the viewer may do there.
    pub can: Can,
    /// Its timeline, oldest first.
    pub events: Vec<RunEvent>,
    /// Whether the timeline holds more than `events`.
    pub more_events: bool,
    /// Why it waits; `None` when it does not.
    pub waiting: Option<Waiting>,
    /// What of it is recorded; `None` for runs without items.
    pub items: Option<Items>,
    /// What it read of each resource type; empty for runs that read none.
    pub readings: Vec<Reading>,
    /// The run before with the same identity.
    pub previous: Option<Run>,
    /// What it asked of Microsoft Graph; `None` for runs that asked nothing.
    pub requests: Option<Requests>,
    /// The latest run that repeats this one.
    pub repeated_by: Option<RunId>,
    /// Whether the viewer manages the workspace's settings.
    pub manages: bool,
}

impl Page for Detail {
    const NAME: &'static str = "runs-detail";

    fn title(&self) -> String {
        self.run.label().to_owned()
    }

    fn place(&self) -> Place {
        Place {
            destination: Some(Destination::Operations),
            tenant: self.run.tenant_id,
            crumbs: vec![Crumb::new("Operations", href::OPERATIONS)],
        }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let run = &self.run;
        let marks = html! {
            span role="status" {
                (badge(&run.status))
                @if run.status == Status::Completed { " " (badge(&run.outcome)) }
            }
            @if run.likely_stale(view.now) { (worded(Tone::Warning, Icon::Clock, "Likely stale")) }
            @if run.is_active() && run.cancel_requested_at.is_some() { (worded(Tone::Neutral, Icon::Minus, "Cancelling")) }
        };
        let lead = html! {
            @if let Some(tenant) = &self.tenant { a href=(href::tenant(tenant.id)) { (text::name(&tenant.name, NAMELESS)) } " · " }
            "started by " (text::name(&run.initiator_name, "System")) " (" (words::trigger(run.trigger).to_lowercase()) ") · " (when::at(run.created_at))
        };
        let page = html! {
            (header(run.label(), &marks, &lead, &self.actions(view)))
            (self.now(view))
            (self.figures())
            @if !run.failures.is_empty() {
                (card("failures", "Failures", &html! {}, &failures(&run.failures, run.operation, run.tenant_id)))
            }
            @if let Some(list) = &self.items { (card("items", "Items", &html! {}, &items(run.id, list))) }
            @if !self.readings.is_empty() { (card("readings", "Resource types", &html! {}, &readings(&self.readings))) }
            @if let Some(before) = &self.previous {
                @if run.status == Status::Completed { (card("compare", "Compared with the run before", &html! {}, &compare(run, before))) }
            }
            @if let Some(trace) = &self.requests { (card("requests", "Requests", &html! {}, &requests(trace))) }
            div.split {
                (card("timeline", "Timeline", &html! {}, &html! {
                    @if self.events.is_empty() { p.quiet { "Nothing was recorded yet." } }
                    (timeline(&self.events))
                    @if self.more_events { p.quiet { "Only the latest events are shown." } }
                }))
                (self.about(view))
            }
        };
        live("run", Topic::Run(run.id), &page)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::run::details()
    }
}

impl Detail {
    fn actions(&self, view: &View<'_>) -> Markup {
        let run = &self.run;
        let asks = run.operation.map_or(Capability::WorkspaceView, |operation| operation.entry().capability);
        let allowed = self.can.allows(asks);
        let stuck = run.status == Status::Running && run.cancel_requested_at.is_some();
        let failed = run.counts.get(CountKey::Failed).unwrap_or(0) > 0 && self.items.is_some();
        html! {
            @if run.is_active() && run.cancel_requested_at.is_none() {
                @if allowed { a.button href=(href::cancel(run.id)) { (icon(Icon::Close)) "Cancel…" } }
                @else { (forbidden_button("why-no-cancel", "button", &html! { (icon(Icon::Close)) "Cancel…" })) }
            }
            @if stuck && self.manages { a.button.danger href=(href::force(run.id)) { "End by force…" } }
            @if run.status == Status::Completed && run.operation.is_some() {
                @if !allowed { (forbidden_button("why-no-retry", "button", &html! { (icon(Icon::Sync)) "Run again" })) }
                @else {
                    @if failed { (self.again(view, "failed", "Run again what failed")) }
                    (self.again(view, "whole", "Run again"))
                }
            }
        }
    }

    fn again(&self, view: &View<'_>, what: &str, words: &str) -> Markup {
        let content = html! {
            input type="hidden" name="what" value=(what);
            button.button type="submit" { (icon(Icon::Sync)) (words) }
        };
        form::start(view, what, &href::retry(self.run.id), &content)
    }

    /// What is going on, or what happened and what to do next.
    fn now(&self, view: &View<'_>) -> Markup {
        let run = &self.run;
        html! {
            @match run.status {
                Status::Queued => (self.waiting(view)),
                Status::Running => (self.working(view)),
                Status::Completed => (self.ended()),
                Status::Unknown => (callout(Tone::Neutral, "Unknown status", &html! { p { "A newer version recorded a status that this one does not know." } })),
            }
        }
    }

    fn waiting(&self, view: &View<'_>) -> Markup {
        let since = when::running(self.run.created_at, view.now);
        let why = self.waiting.as_ref().map(|why| why.words(view.now));
        let alarming = matches!(self.waiting, Some(Waiting::NoWorker { .. } | Waiting::UnknownType));
        let (tone, title) = match &self.waiting {
            Some(Waiting::NoWorker { .. } | Waiting::UnknownType) => (Tone::Warning, "No worker can pick this up"),
            Some(Waiting::Paused(_)) => (Tone::Warning, "Paused"),
            _ if self.run.likely_stale(view.now) => (Tone::Warning, "No worker has picked this up"),
            _ => (Tone::Info, "Waiting"),
        };
        callout(
            tone,
            title,
            &html! {
                @if let Some(why) = why { p { (text::shown(&why, 2 * text::NAME)) } }
                p { "In the queue for " (since) ". You may leave this page." }
                @if alarming { p { "Ask an operator of this installation to start a worker. If nobody does, the run is ended by itself and blocks no new start." } }
                @match &self.waiting {
                    Some(Waiting::LaneBusy(run)) => p.callout-step { a href=(href::run(*run)) { "View run" } },
                    Some(Waiting::NoWorker { .. } | Waiting::Paused(_) | Waiting::TenantLimit(_) | Waiting::WorkspaceLimit(_)) => p.callout-step { a href=(href::QUEUE) { "Workers, pauses and limits" } },
                    _ => {},
                }
            },
        )
    }

    fn working(&self, view: &View<'_>) -> Markup {
        let run = &self.run;
        let elapsed = run.duration(view.now).unwrap_or_default();
        html! {
            section.card.working aria-label="Progress" {
                div.working-line {
                    p.working-phase {
                        @match &run.phase { Some(phase) => strong { (text::shown(phase, text::NAME)) }, None => "Getting ready" }
                    }
                    @if let Some(words) = figures(run) { p.num { (words) " " (self.unit()) } }
                }
                (progress(run))
                p.quiet.working-facts {
                    span { "Elapsed " (duration(run, view)) }
                    @if let Some(rate) = rate(run, elapsed) { span { (rate) } }
                    @if let Some(left) = remaining(run, elapsed) { span { "about " (duration_words(left)) " left" } }
                    @if run.attempt > 1 { span { "attempt " (run.attempt) " of " (run.max_attempts) } }
                    span { "You may leave this page." }
                }
            }
        }
    }

    /// What `total` and `processed` count.
    fn unit(&self) -> &'static str {
        self.run.operation.map_or("items", |operation| operation.entry().unit)
    }

    fn ended(&self) -> Markup {
        let run = &self.run;
        let tone = run.outcome.badge().tone;
        let title = match run.outcome {
            Outcome::Succeeded => return html! {},
            Outcome::PartiallySucceeded => "Some of it failed",
            Outcome::Failed => "It failed",
            // What it worked by was taken away meanwhile.
            Outcome::Blocked if run.counts.get(CountKey::Processed).is_some_and(|done| done > 0) => "It was stopped",
            Outcome::Blocked => "It was not attempted",
            Outcome::Cancelled => "It was cancelled",
            Outcome::Pending | Outcome::Unknown => "Unknown outcome",
        };
        let steps: Vec<Step> =
            run.reason_code.as_deref().map(|code| steps(code, run.operation, run.tenant_id)).unwrap_or_default();
        callout(
            tone,
            title,
            &html! {
                @match reason_words(run) {
                    Some(words) => p { (words) },
                    None if run.outcome == Outcome::PartiallySucceeded => p {
                    "What worked is kept and up to date; for what failed the last known state stands. The failures below say what to do."
                },
                    None => {},
                }
                @for step in steps {
                    p.callout-step { strong { "Next: " } (step.words) @if let Some((label, href)) = step.link { " " a href=(href) { (label) } } }
                }
            },
        )
    }

    fn figures(&self) -> Markup {
        let order = self.run.operation.map_or(CountKey::ALL, |operation| operation.entry().counts);
        let known: Vec<(CountKey, i64)> = order.iter().filter_map(|key| Some((*key, self.run.counts.get(*key)?))).collect();
        html! {
            @if !known.is_empty() {
                section.tiles aria-label="Figures" {
                    @for (key, value) in known {
                        (tile(words::figure(key), &html! { (words::value(key, value)) }, colour(key, value), self.behind(key, value).as_deref()))
                    }
                }
            }
        }
    }

    /// Where the figure leads.
    fn behind(&self, key: CountKey, value: i64) -> Option<String> {
        let inventory = href::inventory(self.run.tenant_id?);
        match key {
            CountKey::Failed if value > 0 => Some("#failures".to_owned()),
            CountKey::Missing => Some(Query::new(inventory).with("missing", "yes").into()),
            CountKey::Items => Some(inventory),
            _ => None,
        }
    }

    /// The rollout that the run previews or carries out, for those who may look at it.
    fn rollout(&self) -> Option<RolloutId> {
        let of_one = matches!(self.run.operation, Some(Operation::RestoreRollout | Operation::RestoreRolloutPreview));
        let named = || self.run.context.get("rollout")?.as_str()?.parse().ok();
        if of_one && self.can.allows(Capability::RestoreExecute) { named() } else { None }
    }

    fn about(&self, view: &View<'_>) -> Markup {
        let run = &self.run;
        let types: Vec<&str> = run
            .context
            .get("types")
            .and_then(|types| types.as_array())
            .into_iter()
            .flatten()
            .filter_map(|t| t.as_str())
            .collect();
        let content = html! {
            dl.facts {
                dt { "Run id" } dd { code.wrap { (run.id) } }
                dt { "Created" } dd { (when::at(run.created_at)) }
                dt { "Started" } dd { (when::at_or(run.started_at, "Not yet")) }
                dt { "Completed" } dd { (when::at_or(run.completed_at, "Not yet")) }
                dt { "Duration" } dd { (duration(run, view)) }
                dt { "Started by" } dd { (text::name(&run.initiator_name, "System")) }
                dt { "Trigger" } dd { (words::trigger(run.trigger)) }
                @if let Some(tenant) = &self.tenant {
                    dt { "Tenant" } dd { a href=(href::tenant(tenant.id)) { (text::name(&tenant.name, NAMELESS)) } }
                }
                @if let Some(code) = &run.reason_code { dt { "Reason" } dd { code.wrap { (text::shown(code, 60)) } } }
                @if let Some(worker) = &run.lease_owner { dt { "Worker" } dd { code.wrap { (text::shown(worker, 80)) } } }
                dt { "Attempt" } dd { (run.attempt) " of at most " (run.max_attempts) }
                @for (words, other) in [
                    ("Repeats", run.retry_of_run_id), ("Repeated by", self.repeated_by), ("Part of", run.parent_run_id),
                    ("Follows", run.caused_by_run_id),
                ] {
                    @if let Some(other) = other { dt { (words) } dd { a href=(href::run(other)) { "View run" } } }
                }
                @if let Some(rollout) = self.rollout() { dt { "Restore to many tenants" } dd { a href=(href::rollout(rollout)) { "View its tenants" } } }
            }
            @if let Some(tenant) = &self.tenant {
                ul.links {
                    li { a href=(href::inventory(tenant.id)) { (icon(Icon::Inventory)) "Inventory of this tenant" } }
                    li { a href=(href::tenant_operations(tenant.id)) { (icon(Icon::Operations)) "Operations of this tenant" } }
                }
            }
            @if !types.is_empty() {
                details { summary { (text::counted(i64::try_from(types.len()).unwrap_or(0), "resource type", "resource types")) " asked for" }
                    ul.plain { @for key in types { li { (item_words(key)) } } }
                }
            }
            details {
                summary { "Context" }
                pre.code tabindex="0" aria-label="Context as JSON" { (text::shown(&format!("{:#}", run.context), 20_000)) }
            }
        };
        card("about", "About this run", &html! {}, &content)
    }
}

const fn colour(key: CountKey, value: i64) -> &'static str {
    match key {
        CountKey::Failed if value > 0 => "danger",
        CountKey::Throttled | CountKey::Missing if value > 0 => "warning",
        _ => "",
    }
}

/// Items a second, once there is something to tell.
fn rate(run: &Run, elapsed: Duration) -> Option<String> {
    let items = run.counts.get(CountKey::Items).filter(|items| *items > 0)?;
    let seconds = i64::try_from(elapsed.as_secs()).ok().filter(|seconds| *seconds >= 3)?;
    Some(format!("{} items · {} a second", number(items), number((items / seconds).max(1))))
}

/// How long it may still take; told only from a quarter on, because the guess is wild before.
fn remaining(run: &Run, elapsed: Duration) -> Option<Duration> {
    let percent = u32::from(run.percent().filter(|percent| (25..100).contains(percent))?);
    Some(Duration::from_secs((elapsed * (100 - percent) / percent).as_secs().max(1)))
}
