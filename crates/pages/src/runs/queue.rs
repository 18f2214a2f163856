//! The queue: who works, what waits, what is paused, how much may run at a time.

use maud::{Markup, html};
use model::ids::{TenantId, WorkspaceId};
use model::label::Tone;
use model::operations::Operation;
use model::run::{Pause, PauseTarget, QueueDepth, RunSettings, Worker};

use crate::components::callout::callout;
use crate::components::field::{line, number, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_in_workspace;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::components::worker;
use crate::href::{self, Query};
use crate::live::{Topic, live};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{samples, when};

/// Workers, depth, pauses and limits of a workspace.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The processes that work, or worked lately.
    pub workers: Vec<Worker>,
    /// What is queued and running, by type.
    pub depth: Vec<QueueDepth>,
    /// What is paused.
    pub pauses: Vec<Pause>,
    /// Tenants that the viewer is entitled to: names, and what can be paused.
    pub tenants: Vec<(TenantId, String)>,
    /// Limits and retention.
    pub settings: RunSettings,
    /// Whether the viewer may change any of it.
    pub manages: bool,
    /// What was wrong with the form that was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Queue {
    const NAME: &'static str = "runs-queue";

    fn title(&self) -> String {
        "Queue and workers".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Operations", href::OPERATIONS)];
        Place { destination: Some(Destination::Operations), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Who does the work, what waits for it, and how much may run at a time." };
        let now = html! {
            (card("workers", "Workers", &html! {}, &self.workers(view)))
            (card("depth", "In the queue", &html! {}, &self.depth(view)))
        };
        html! {
            (header("Queue and workers", &html! {}, &lead, &html! {}))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, problem, &html! {})) }
            (live("queue", Topic::Runs, &now))
            (card("pauses", "Paused", &html! {}, &self.paused(view)))
            (card("limits", "Limits and retention", &html! {}, &self.limits(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::queue::queues()
    }
}

impl Queue {
    fn to(&self, path: &str) -> String {
        Query::new(path).with("workspace", self.workspace).into()
    }

    fn workers(&self, view: &View<'_>) -> Markup {
        let mut columns = worker::COLUMNS.to_vec();
        columns.push(Column("Holds here", false));
        let rows = html! {
            @for worker in &self.workers {
                (row(&worker.id, &html! {
                    (worker::cells(worker, view))
                    (cell("Holds here", &html! {
                        @if worker.held.is_empty() { span.quiet { "–" } }
                        @else { ul.plain { @for run in worker.held.iter().take(20) { li { a href=(href::run(run.id)) { (run.label()) } } } } }
                    }))
                }))
            }
        };
        html! {
            @if !self.workers.iter().any(|worker| worker.alive(view.now)) {
                (callout(Tone::Warning, "No worker is alive", &html! {
                    p { "What is started waits in the queue. Ask an operator of this installation to start one (" code { "tenantatlas worker" } ")." }
                }))
            }
            @if !self.workers.is_empty() { (table("Workers", &columns, &rows)) }
        }
    }

    fn depth(&self, view: &View<'_>) -> Markup {
        let columns =
            [Column("Type", false), Column("Queued", true), Column("Running", true), Column("Oldest waits since", false)];
        let rows = html! {
            @for depth in &self.depth {
                (row(&depth.type_code, &html! {
                    (head(&html! { (type_words(depth.operation, &depth.type_code)) }))
                    (figure("Queued", &html! { (depth.queued) }))
                    (figure("Running", &html! { (depth.running) }))
                    (cell("Oldest waits since", &html! { @match depth.oldest { Some(at) => (when::ago(at, view.now)), None => span.quiet { "–" } } }))
                }))
            }
        };
        html! { @if self.depth.is_empty() { p.quiet { "Nothing is queued or running." } } @else { (table("In the queue", &columns, &rows)) } }
    }

    fn paused(&self, view: &View<'_>) -> Markup {
        let columns =
            [Column("What", false), Column("By", false), Column("Why", false), Column("Since", false), Column("", false)];
        let rows = html! {
            @for pause in &self.pauses {
                (row(self.target_words(pause.target), &html! {
                    (head(&html! { (self.target_words(pause.target)) }))
                    (cell("By", &html! { (text::name(&pause.by, "System")) }))
                    (cell("Why", &html! { @if pause.reason.is_empty() { span.quiet { "–" } } @else { (text::shown(&pause.reason, text::NAME)) } }))
                    (cell("Since", &when::at(pause.since)))
                    (cell("", &html! { @if let Some(target) = pause.target { @if self.manages {
                        (form::post(view, &self.to(href::RESUME), &html! {
                            input type="hidden" name="target" value=(target_code(target));
                            button.button.small type="submit" { "Resume" }
                        }))
                    } } }))
                }))
            }
        };
        html! {
            p { "What is paused is not picked up any more; what runs goes on, what is queued waits and loses nothing." }
            @if self.pauses.is_empty() { p.quiet { "Nothing is paused." } } @else { (table("Paused", &columns, &rows)) }
            @if self.manages { (form::post(view, &self.to(href::PAUSE), &self.pause_fields())) }
            @else { (forbidden_in_workspace("why-no-pause", "button", &html! { "Pause…" })) }
        }
    }

    fn pause_fields(&self) -> Markup {
        let types =
            Operation::ALL.iter().map(|o| (target_code(PauseTarget::Operation(*o)), format!("Type: {}", o.entry().label)));
        let tenants = self
            .tenants
            .iter()
            .map(|(id, name)| (target_code(PauseTarget::Tenant(*id)), format!("Tenant: {}", text::name(name, NAMELESS))));
        let choices: Vec<(String, String)> = types.chain(tenants).collect();
        html! {
            div.fields {
                (select("pause-target", "target", "What", &choices, ""))
                (line("pause-reason", "reason", "Why (everybody sees it)", "", 200))
                div.filter-actions { button.button type="submit" { "Pause" } }
            }
        }
    }

    fn limits(&self, view: &View<'_>) -> Markup {
        let off = !self.manages;
        let (settings, save) = (&self.settings, html! { "Save" });
        form::post(
            view,
            &self.to(href::QUEUE),
            &html! {
                div.fields {
                    (number("tenant-limit", "tenant_limit", "Runs of one tenant at a time", settings.tenant_limit, &RunSettings::TENANT_LIMIT, off))
                    (number("workspace-limit", "workspace_limit", "Runs of the workspace at a time", settings.workspace_limit, &RunSettings::WORKSPACE_LIMIT, off))
                    (number("keep-days", "keep_days", "Days for which ended runs are kept", settings.keep_days, &RunSettings::KEEP_DAYS, off))
                    div.filter-actions {
                        @if self.manages { button.button type="submit" { (save) } } @else { (forbidden_in_workspace("why-no-limits", "button", &save)) }
                    }
                }
            },
        )
    }

    fn target_words(&self, target: Option<PauseTarget>) -> String {
        match target {
            None => "A type that this version does not know".to_owned(),
            Some(PauseTarget::Operation(operation)) => format!("Type: {}", operation.entry().label),
            Some(PauseTarget::Tenant(id)) => {
                let name = self.tenants.iter().find(|(tenant, _)| *tenant == id).map_or(NAMELESS, |(_, name)| name);
                format!("Tenant: {}", text::name(name, NAMELESS))
            }
        }
    }
}

fn type_words(operation: Option<Operation>, code: &str) -> String {
    operation.map_or_else(|| text::shown(code, 60).to_string(), |operation| operation.entry().label.to_owned())
}

/// `type:<code>` or `tenant:<id>`.
fn target_code(target: PauseTarget) -> String {
    match target {
        PauseTarget::Operation(operation) => format!("type:{}", operation.code()),
        PauseTarget::Tenant(id) => format!("tenant:{id}"),
    }
}
