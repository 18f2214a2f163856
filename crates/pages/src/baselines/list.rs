//! The baselines of a workspace.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::baseline::Baseline;
use model::ids::WorkspaceId;
use model::page::Page as Rows;
use model::tenant::Tenant;

use crate::FieldProblem;
use crate::components::empty::empty;
use crate::components::field::{checkbox, checked, line, problem, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::INSUFFICIENT_IN_WORKSPACE;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, name, number, shown};
use crate::{samples, when};

/// What somebody entered to capture a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaptureInput {
    /// What it is to be called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The tenant.
    pub tenant: String,
    /// Whether objects that it does not have are findings.
    pub extras: bool,
}

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// The baselines, by name.
    pub baselines: Rows<Baseline>,
    /// The tenants that the viewer is entitled to; the first 200 by name.
    pub tenants: Vec<Tenant>,
    /// What was entered.
    pub input: CaptureInput,
    /// What is wrong with it.
    pub problem: Option<FieldProblem>,
}

impl Page for List {
    const NAME: &'static str = "baselines-list";

    fn title(&self) -> String {
        "Baselines".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Baselines), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "What is declared to be right, and which tenants are held against it. What deviates is a finding." };
        let none = "A baseline is captured from a tenant, activated, and assigned to tenants.";
        html! {
            (header("Baselines", &html! {}, &lead, &html! {}))
            @if self.baselines.rows.is_empty() { (empty(Icon::Check, "No baselines yet", none, &html! {})) }
            @else {
                (self.table())
                (pager(&self.baselines, "baselines", &Query::new(href::BASELINES).with("workspace", self.workspace)))
            }
            (card("capture", "Capture a baseline", &html! {}, &self.form(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::baselines::lists()
    }
}

impl List {
    fn table(&self) -> Markup {
        let columns = [
            Column("Baseline", false),
            Column("Version", false),
            Column("Objects", true),
            Column("Tenants", true),
            Column("Changed", true),
        ];
        let rows = html! {
            @for one in &self.baselines.rows {
                (row(one.id, &html! {
                    (head(&html! {
                        a.cover href=(href::within(self.workspace, &href::baseline(one.id))) { (name(&one.name, NAMELESS)) }
                        @if !one.description.is_empty() { span.below { (shown(&one.description, 200)) } }
                    }))
                    (cell("Version", &html! {
                        @match one.active { Some(version) => { "Version " (number(version)) }, None => "Not activated" }
                        @if one.draft.is_some() { span.below { "Has a draft" } }
                    }))
                    (figure("Objects", &html! { (number(one.items)) }))
                    (figure("Tenants", &html! { (number(one.tenants)) }))
                    (figure("Changed", &when::at(one.updated_at)))
                }))
            }
        };
        table("Baselines", &columns, &rows)
    }

    fn form(&self, view: &View<'_>) -> Markup {
        if !self.can.allows(Capability::WorkspaceBaselinesManage) {
            return html! { p.quiet { (icon(Icon::Lock)) (INSUFFICIENT_IN_WORKSPACE) } };
        }
        let tenants: Vec<(String, String)> =
            self.tenants.iter().map(|tenant| (tenant.id.to_string(), name(&tenant.name, NAMELESS).into_owned())).collect();
        let other = self.problem.as_ref().filter(|problem| problem.field != "name").map(|problem| problem.words.as_str());
        form::post(
            view,
            &href::within(self.workspace, href::BASELINES),
            &html! {
                (problem(other))
                (checked("text", "name", "Name", &self.input.name, 100, self.problem.as_ref()))
                (line("f-description", "description", "What it is for", &self.input.description, 2_000))
                (select("f-tenant", "tenant", "From the newest complete inventory of", &tenants, &self.input.tenant))
                (checkbox("f-extras", "extras", "yes", self.input.extras, &html! { "Objects of its types that it does not have are findings" }))
                div.form-actions { button.button.primary type="submit" { "Capture" } }
            },
        )
    }
}
