//! One member of a workspace.

use maud::{Markup, html};
use model::access::{Can, Capability, Role};
use model::ids::{UserId, WorkspaceId};
use model::label::Labelled as _;
use model::member::Member;

use crate::components::field;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_in_workspace;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// A member.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// The viewer.
    pub me: UserId,
    /// The member.
    pub member: Member,
}

impl Page for Detail {
    const NAME: &'static str = "people-member";

    fn title(&self) -> String {
        text::name(&self.member.user.name, NAMELESS).into_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Members", href::within(self.workspace, href::MEMBERS))];
        Place { destination: Some(Destination::Members), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let member = &self.member;
        let lead = html! { (text::name(&member.user.email, "")) };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            div.split {
                (card("role", "Role in the workspace", &html! {}, &self.role(view)))
                (card("about", "About", &html! {}, &html! {
                    dl.facts {
                        dt { "Member since" } dd { (when::at(member.since)) }
                        dt { "Last sign-in" } dd { (when::at_or(member.last_sign_in, "Never")) }
                    }
                }))
            }
            (card("tenants", "Tenants", &html! {}, &self.tenants()))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::details()
    }
}

impl Detail {
    fn role(&self, view: &View<'_>) -> Markup {
        let (workspace, user) = (self.workspace, self.member.user.id);
        let remove =
            if user == self.me { href::within(workspace, href::LEAVE) } else { href::of_member(workspace, user, "remove") };
        html! {
            @if self.can.allows(Capability::WorkspaceMembersManage) {
                (form::post(view, &href::of_member(workspace, user, "role"), &html! {
                    (field::role("f-role", "role", "Role", self.member.role))
                    div.form-actions {
                        button.button.primary type="submit" { "Change the role" }
                        a.button.danger href=(remove) { @if user == self.me { "Leave…" } @else { "Remove…" } }
                    }
                }))
                p.quiet { "It holds at once. A workspace keeps at least one owner." }
            } @else {
                p { (self.member.role.badge().word) }
                (forbidden_in_workspace("why-no-role", "button", &html! { "Change the role" }))
                @if user == self.me { p { a href=(remove) { "Leave this workspace…" } } }
            }
        }
    }

    fn tenants(&self) -> Markup {
        let member = &self.member;
        html! {
            @if member.role.opens_every_tenant() {
                p { "As " (article(member.role)) " " (member.role.badge().word.to_lowercase()) " entitled to every tenant of the workspace with that role." }
            }
            @if !member.tenants.is_empty() {
                ul.plain {
                    @for tenant in &member.tenants {
                        li { a href=(href::of_tenant(tenant.tenant, "members")) { (text::name(&tenant.name, NAMELESS)) } " as " (tenant.role.badge().word.to_lowercase()) }
                    }
                }
            } @else if !member.role.opens_every_tenant() {
                p.quiet { "Not added to a tenant that you are entitled to. People are added on the tenant's own page of members." }
            }
        }
    }
}

const fn article(role: Role) -> &'static str {
    match role {
        Role::Owner | Role::Operator | Role::Unknown => "an",
        Role::Manager | Role::Readonly => "a",
    }
}
