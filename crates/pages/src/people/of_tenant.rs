//! The people of a tenant.

use maud::{Markup, html};
use model::access::{Can, Capability, Role};
use model::label::Labelled as _;
use model::member::{RoleSource, TenantMember};
use model::tenant::Tenant;

use crate::components::field::{role, select};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::forbidden_button;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// The people of a tenant.
#[derive(Debug, Clone)]
pub struct OfTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// Those who are entitled to it, by name; for who manages them also those who may be added.
    pub members: Vec<TenantMember>,
}

impl Page for OfTenant {
    const NAME: &'static str = "people-tenant";

    fn title(&self) -> String {
        "Members of the tenant".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::TenantMembers), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Who is entitled to this tenant. The higher of the role in the workspace and the role in the tenant counts." };
        let manages = self.can.allows(Capability::TenantMembersManage);
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            (self.table(view, manages))
            (card("add", "Add a member of the workspace", &html! {}, &self.add(view, manages)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::of_tenants()
    }
}

impl OfTenant {
    fn table(&self, view: &View<'_>, manages: bool) -> Markup {
        let columns = [
            Column("Name", false),
            Column("In the workspace", false),
            Column("In the tenant", false),
            Column("Effective", false),
        ];
        let entitled = self.members.iter().filter_map(|member| Some((member, member.effective()?)));
        let rows = html! {
            @for (member, (effective, source)) in entitled {
                (row(member.user.id, &html! {
                    (head(&html! { (text::name(&member.user.name, NAMELESS)) span.below { (text::name(&member.user.email, "")) } }))
                    (cell("In the workspace", &html! { (member.workspace_role.badge().word) }))
                    (cell("In the tenant", &self.own(member, view, manages)))
                    (cell("Effective", &html! { (effective.badge().word) span.below { (words(source)) } }))
                }))
            }
        };
        table("Members of the tenant", &columns, &rows)
    }

    fn own(&self, member: &TenantMember, view: &View<'_>, manages: bool) -> Markup {
        let user = member.user.id;
        let name = text::name(&member.user.name, NAMELESS);
        html! {
            @match member.tenant_role {
                Some(has) if manages => {
                    (form::post(view, &href::of_tenant(self.tenant.id, "members"), &html! {
                        input type="hidden" name="user" value=(user);
                        div.role-form {
                            (role(&format!("role-{user}"), "role", &format!("Role of {name}"), has))
                            button.button.small type="submit" { "Change" span.unseen { " the role of " (name) } }
                            a.button.small.danger href=(href::remove_from_tenant(self.tenant.id, user)) { "Remove…" span.unseen { " " (name) } }
                        }
                    }))
                },
                Some(has) => (has.badge().word),
                None => span.quiet { "Not added" },
            }
        }
    }

    fn add(&self, view: &View<'_>, manages: bool) -> Markup {
        let others: Vec<(String, String)> = self
            .members
            .iter()
            .filter(|member| member.tenant_role.is_none())
            .map(|member| (member.user.id.to_string(), text::name(&member.user.name, NAMELESS).into_owned()))
            .collect();
        let face = html! { (icon(Icon::User)) "Add" };
        html! {
            @if !manages { (forbidden_button("why-no-add", "button primary", &face)) }
            @else if others.is_empty() { p.quiet { "Every member of the workspace was added already. Others are invited to the workspace first." } }
            @else {
                (form::post(view, &href::of_tenant(self.tenant.id, "members"), &html! {
                    div.fields {
                        (select("f-user", "user", "Who", &others, ""))
                        (role("f-role", "role", "Role in the tenant", Role::Readonly))
                    }
                    div.form-actions { button.button.primary type="submit" { (face) } }
                }))
            }
        }
    }
}

const fn words(source: RoleSource) -> &'static str {
    match source {
        RoleSource::Workspace => "by the role in the workspace",
        RoleSource::Tenant => "by the role in the tenant",
    }
}
