//! The members of a workspace.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::{UserId, WorkspaceId};
use model::label::Labelled as _;
use model::member::{Invitation, Member, TenantRole};

use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::forbidden_in_workspace;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS, counted};
use crate::{href, samples, when};

/// How many tenants of a member are named.
const NAMED: usize = 3;

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do there.
    pub can: Can,
    /// The viewer.
    pub me: UserId,
    /// The members, by name.
    pub members: Vec<Member>,
    /// Whether there are more than these.
    pub more: bool,
    /// Invitations that may still be accepted; only for who manages members.
    pub invitations: Vec<Invitation>,
}

impl Page for List {
    const NAME: &'static str = "people-members";

    fn title(&self) -> String {
        "Members".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Members), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let manages = self.can.allows(Capability::WorkspaceMembersManage);
        let face = html! { (icon(Icon::User)) "Invite somebody" };
        let invite = html! {
            @if manages { a.button.primary href=(href::within(self.workspace, href::INVITE)) { (face) } }
            @else { (forbidden_in_workspace("why-no-invite", "button primary", &face)) }
        };
        let lead = html! { "Who belongs to this workspace, and as what. " a href=(href::within(self.workspace, href::ROLES)) { "What each role may do" } "." };
        html! {
            (header("Members", &html! {}, &lead, &invite))
            (self.table())
            @if self.more { p.quiet { "There are more members than are listed here." } }
            @if manages { (card("invitations", "Open invitations", &html! {}, &self.open(view))) }
            p { a href=(href::within(self.workspace, href::LEAVE)) { "Leave this workspace…" } }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::lists()
    }
}

impl List {
    fn table(&self) -> Markup {
        let columns =
            [Column("Name", false), Column("Role", false), Column("Added to tenants", false), Column("Last sign-in", false)];
        let rows = html! {
            @for member in &self.members {
                (row(member.user.id, &html! {
                    (head(&html! {
                        a.cover href=(href::member(self.workspace, member.user.id)) { (text::name(&member.user.name, NAMELESS)) }
                        @if member.user.id == self.me { " (you)" }
                        span.below { (text::name(&member.user.email, "")) }
                    }))
                    (cell("Role", &html! { (member.role.badge().word) }))
                    (cell("Added to tenants", &tenants(member)))
                    (cell("Last sign-in", &when::at_or(member.last_sign_in, "Never")))
                }))
            }
        };
        table("Members", &columns, &rows)
    }

    fn open(&self, view: &View<'_>) -> Markup {
        let columns = [Column("Invited", false), Column("Role", false), Column("Until", false), Column("", false)];
        let rows = html! {
            @for invitation in &self.invitations {
                (row(invitation.id, &html! {
                    (head(&html! {
                        (text::name(&invitation.email, NAMELESS))
                        @if let Some(by) = &invitation.invited_by { span.below { "by " (text::name(by, NAMELESS)) } }
                    }))
                    (cell("Role", &html! { (invitation.role.badge().word) (in_tenants(&invitation.tenants)) }))
                    (cell("Until", &when::at(invitation.expires_at)))
                    (cell("", &form::post(view, &href::revoke_invitation(self.workspace, invitation.id), &html! {
                        button.button.small type="submit" { "Revoke" span.unseen { " the invitation of " (text::name(&invitation.email, NAMELESS)) } }
                    })))
                }))
            }
        };
        html! {
            @if self.invitations.is_empty() { p.quiet { "No invitation is open. Each can be accepted for seven days." } }
            @else { (table("Open invitations", &columns, &rows)) }
        }
    }
}

fn tenants(member: &Member) -> Markup {
    let all = member.role.opens_every_tenant();
    html! {
        @if all { span.below { "Every tenant, by the role" } }
        @else if member.tenants.is_empty() { span.quiet { "None" } }
        (in_tenants(&member.tenants))
    }
}

fn in_tenants(tenants: &[TenantRole]) -> Markup {
    html! {
        @for tenant in tenants.iter().take(NAMED) {
            span.below { (text::name(&tenant.name, NAMELESS)) " as " (tenant.role.badge().word.to_lowercase()) }
        }
        @if tenants.len() > NAMED {
            span.below { "and " (counted(i64::try_from(tenants.len() - NAMED).unwrap_or(i64::MAX), "more", "more")) }
        }
    }
}
