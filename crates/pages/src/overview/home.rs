//! All tenants of a workspace, and how each of them stands.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::overview::{OverviewFilter, OverviewSort};
use model::page::Page as Rows;
use model::workspace::Workspace;

use super::filter::{self, Choices, query};
use super::standing::{COLUMNS, TenantRow, line};
use crate::components::empty::empty;
use crate::components::field::select;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{self, Head};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::runs::{self, RunRow};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// The workspace's tenants that the viewer is entitled to, those put away left out.
#[derive(Debug, Clone)]
pub struct Home {
    /// The current workspace; `None` for a member of none.
    pub workspace: Option<Workspace>,
    /// What the viewer may do there.
    pub can: Can,
    /// What the list is narrowed to, and by what it is sorted.
    pub filter: OverviewFilter,
    /// What can be chosen of.
    pub choices: Choices,
    /// The tenants.
    pub tenants: Rows<TenantRow>,
    /// Runs that need attention, newest first, a few.
    pub trouble: Vec<RunRow>,
}

impl Page for Home {
    const NAME: &'static str = "overview-home";

    fn title(&self) -> String {
        "Overview".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Overview), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let Some(workspace) = &self.workspace else {
            let why = "Tenants belong to workspaces, and you are not a member of one yet. Ask an owner of your company's workspace to add you.";
            return html! { (header("Overview", &html! {}, &html! {}, &html! {})) (empty(Icon::Workspace, "No workspace yet", why, &html! {})) };
        };
        let lead = html! { "The tenants of " (text::name(&workspace.name, NAMELESS)) " and how each of them stands." };
        let groups =
            html! { a.button href=(href::within(workspace.id, href::TENANT_GROUPS)) { (icon(Icon::Group)) "Tenant groups" } };
        html! {
            (header("Overview", &html! {}, &lead, &groups))
            @if !self.tenants.rows.is_empty() || filter::narrows(&self.filter) { (filter::form(&self.filter, &self.choices)) }
            (live("tenants", Topic::Runs, &html! { (self.rows(workspace, view)) (self.in_trouble(view)) }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::overview::homes()
    }
}

impl Home {
    fn rows(&self, workspace: &Workspace, view: &View<'_>) -> Markup {
        if self.tenants.rows.is_empty() {
            return self.nothing();
        }
        let groups = self.can.allows(Capability::WorkspaceSettingsManage) && !self.choices.groups.is_empty();
        let sorted = self.filter.sort.unwrap_or(OverviewSort::Name);
        let select = groups.then_some(Head { words: "Select", figures: false, href: None, sorted: None });
        let columns = COLUMNS.iter().map(|(words, figures, sort)| {
            let here = *sort == sorted;
            // The most come first where more is worse.
            let descending = self.filter.reversed != matches!(sort, OverviewSort::Findings | OverviewSort::Runs);
            let next = OverviewFilter { sort: Some(*sort), reversed: here && !self.filter.reversed, ..self.filter.clone() };
            Head { words, figures: *figures, href: Some(query(&next).into()), sorted: here.then_some(descending) }
        });
        let heads: Vec<Head> = select.into_iter().chain(columns).collect();
        let list = table::sorted("Tenants", &heads, &html! { @for row in &self.tenants.rows { (line(row, groups, view)) } });
        html! {
            @if groups {
                (form::post(view, &href::within(workspace.id, href::TENANT_GROUP_MEMBERS), &html! { div.stack { (self.grouping()) (list) } }))
            } @else { (list) }
            (pager(&self.tenants, "tenants", &query(&self.filter)))
        }
    }

    /// What is done with the tenants that are chosen.
    fn grouping(&self) -> Markup {
        let groups: Vec<_> = self.choices.groups.iter().map(|(id, name)| (id.to_string(), text::shown(name, 100))).collect();
        let first = groups.first().map_or(String::new(), |(id, _)| id.clone());
        let here = self.filter.group.map_or(first, |group| group.to_string());
        html! {
            div.filters {
                (select("into-group", "group", "Group for the selected tenants", &groups, &here))
                div.filter-actions {
                    button.button type="submit" name="act" value="add" { "Put into the group" }
                    button.button type="submit" name="act" value="remove" { "Take out of it" }
                }
            }
        }
    }

    fn nothing(&self) -> Markup {
        if filter::narrows(&self.filter) {
            return empty(
                Icon::Search,
                "No tenants match",
                "No tenant that you are entitled to fits all of the filters.",
                &html! { a.button href=(href::HOME) { "Show all tenants" } },
            );
        }
        empty(
            Icon::Globe,
            "No tenants yet",
            "A tenant shows up here once it is connected and you are entitled to it. Ask an owner of the workspace.",
            &html! {},
        )
    }

    fn in_trouble(&self, view: &View<'_>) -> Markup {
        let all = html! { a href="/admin/operations?tab=attention" { "All that need attention" } };
        html! {
            @if !self.trouble.is_empty() {
                (card("trouble", "Needs attention", &all, &runs::table("Operations that need attention", &self.trouble, view)))
            }
        }
    }
}
