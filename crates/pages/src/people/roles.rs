//! Who may do what: the one table that the product asks, for people.

use maud::{Markup, html};
use model::access::{Capability, Plane, Role};
use model::label::Labelled as _;

use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Destination, Page, Place, View};
use crate::samples;

/// The table.
#[derive(Debug, Clone, Copy)]
pub struct Roles {
    /// The viewer's role in the workspace.
    pub mine: Role,
}

impl Page for Roles {
    const NAME: &'static str = "people-roles";

    fn title(&self) -> String {
        "Roles".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Roles), ..Place::default() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "Your role in this workspace is " strong { (self.mine.badge().word) } "; its column is marked." };
        html! {
            (header("Roles", &html! {}, &lead, &html! {}))
            (card("effective", "Which role counts", &html! {}, &explanation()))
            (self.plane("workspace", "In the workspace", Plane::Workspace))
            (self.plane("tenant", "In a tenant", Plane::Tenant))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::roles()
    }
}

impl Roles {
    fn plane(&self, id: &str, heading: &'static str, plane: Plane) -> Markup {
        let columns = [
            Column("What", false),
            Column("Owner", false),
            Column("Manager", false),
            Column("Operator", false),
            Column("Read-only", false),
        ];
        let rows = html! {
            @for capability in Capability::ALL.iter().filter(|capability| capability.plane() == plane) {
                (row(capability.code(), &html! {
                    (head(&html! { (capability.sentence()) span.below { code { (capability.code()) } } }))
                    @for (role, Column(label, _)) in Role::ALL.iter().zip(&columns[1..]) { (cell(label, &self.mark(*role, *capability))) }
                }))
            }
        };
        card(id, heading, &html! {}, &table(heading, &columns, &rows))
    }

    fn mark(&self, role: Role, capability: Capability) -> Markup {
        let mine = role == self.mine;
        html! {
            span class=(if mine { "grant yours" } else { "grant" }) {
                @if role.grants(capability) { (icon(Icon::Check)) span.unseen { "Yes" } } @else { span.quiet aria-hidden="true" { "–" } span.unseen { "No" } }
                @if mine { span.unseen { " (your role)" } }
            }
        }
    }
}

fn explanation() -> Markup {
    html! {
        p { "There is a role in the workspace, and there may be one in each tenant. Owners and managers of the workspace are entitled to every tenant of it with that role. Operators and read-only members are entitled only to the tenants that they were added to." }
        p { "In a tenant the higher of the two counts: a read-only member of the workspace who was added to a tenant as an owner is an owner there, and nowhere else." }
        p { "Neither a workspace nor a tenant loses its last owner." }
    }
}
