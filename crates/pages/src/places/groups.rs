//! Groups of tenants: making, renaming and removing them.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::WorkspaceId;
use model::overview::{OverviewFilter, TenantGroup};

use crate::components::empty::empty;
use crate::components::field::{FieldProblem, checked};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::permission::forbidden_in_workspace;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::overview::query;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS, number};
use crate::{href, samples};

const LONGEST: usize = 100;

/// The groups of a workspace.
#[derive(Debug, Clone)]
pub struct Groups {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// The groups, by name.
    pub groups: Vec<TenantGroup>,
    /// What stands in the form.
    pub name: String,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for Groups {
    const NAME: &'static str = "places-groups";

    fn title(&self) -> String {
        "Tenant groups".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::TenantGroups), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead =
            html! { "Tenants that are looked at together. They are put into a group, and taken out of it, in the overview." };
        let none = "Make one, then choose tenants in the overview and put them into it.";
        html! {
            (header("Tenant groups", &html! {}, &lead, &html! {}))
            @if self.groups.is_empty() { (empty(Icon::Group, "No groups yet", none, &html! {})) } @else { (self.table()) }
            (card("new", "New group", &html! {}, &self.making(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::groups()
    }
}

impl Groups {
    fn table(&self) -> Markup {
        let columns = [Column("Group", false), Column("Tenants", true), Column("Change", false)];
        let rows = html! {
            @for group in &self.groups {
                @let of_group = OverviewFilter { group: Some(group.id), ..OverviewFilter::default() };
                (row(group.id, &html! {
                    (head(&html! { a.cover href=(String::from(query(&of_group))) { (text::name(&group.name, NAMELESS)) } }))
                    (figure("Tenants", &html! { (number(group.tenants)) }))
                    (cell("Change", &html! {
                        a href=(href::tenant_group(self.workspace, group.id, "")) { "Change " span.unseen { (text::name(&group.name, NAMELESS)) } }
                    }))
                }))
            }
        };
        table("Tenant groups", &columns, &rows)
    }

    fn making(&self, view: &View<'_>) -> Markup {
        let face = html! { "Make the group" };
        html! {
            @if self.can.allows(Capability::WorkspaceSettingsManage) {
                (form::post(view, &href::within(self.workspace, href::TENANT_GROUPS), &html! {
                    (checked("text", "name", "Name", &self.name, LONGEST, self.problem.as_ref()))
                    div.form-actions { button.button.primary type="submit" { (face) } }
                }))
            } @else { (forbidden_in_workspace("why-no-group", "button primary", &face)) }
        }
    }
}

/// A group.
#[derive(Debug, Clone)]
pub struct Group {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// The group.
    pub group: TenantGroup,
    /// What stands in the form.
    pub name: String,
    /// What was wrong with what was sent: `name` or `typed`.
    pub problem: Option<FieldProblem>,
}

impl Page for Group {
    const NAME: &'static str = "places-group";

    fn title(&self) -> String {
        text::name(&self.group.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        let groups = href::within(self.workspace, href::TENANT_GROUPS);
        Place { destination: Some(Destination::TenantGroups), tenant: None, crumbs: vec![Crumb::new("Tenant groups", groups)] }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let of_group = OverviewFilter { group: Some(self.group.id), ..OverviewFilter::default() };
        let lead = html! { a href=(String::from(query(&of_group))) { (text::counted(self.group.tenants, "tenant", "tenants")) } " in it." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            (card("name", "Name", &html! {}, &self.rename(view)))
            (card("remove", "Remove the group", &html! {}, &self.remove(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::group_pages()
    }
}

impl Group {
    fn rename(&self, view: &View<'_>) -> Markup {
        html! {
            @if self.can.allows(Capability::WorkspaceSettingsManage) {
                (form::post(view, &href::tenant_group(self.workspace, self.group.id, ""), &html! {
                    (checked("text", "name", "Name", &self.name, LONGEST, self.problem.as_ref()))
                    div.form-actions { button.button.primary type="submit" { "Save" } }
                }))
            } @else { (forbidden_in_workspace("why-no-rename", "button primary", &html! { "Save" })) }
        }
    }

    fn remove(&self, view: &View<'_>) -> Markup {
        html! {
            p { "Its tenants stay as they are." }
            @if self.can.allows(Capability::WorkspaceSettingsManage) {
                (form::post(view, &href::tenant_group(self.workspace, self.group.id, "/remove"), &html! {
                    (checked("text", "typed", "Type the name of the group", "", LONGEST, self.problem.as_ref()))
                    div.form-actions { button.button.danger type="submit" { "Remove" } }
                }))
            } @else { (forbidden_in_workspace("why-no-removal", "button danger", &html! { "Remove" })) }
        }
    }
}
