//! Whom a restore reaches.

use maud::{Markup, html};
use model::ids::TenantId;

use crate::components::icon::{Icon, icon};
use crate::components::table::{Column, figure, head, row, table};
use crate::href;
use crate::text::{NAMELESS, counted, name, number, unresolved};

/// Who is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// All devices of the tenant.
    AllDevices,
    /// All users with a licence.
    AllUsers,
    /// A group.
    Group {
        /// Microsoft's id of it.
        id: String,
        /// What it is called; `None` when the cache does not know it.
        name: Option<String>,
        /// How many members the cache counts.
        members: Option<i64>,
    },
}

/// Whom the written objects reach.
#[derive(Debug, Clone, Default)]
pub struct Blast {
    /// Who, and by how many of the objects that are written.
    pub reached: Vec<(Reached, i64)>,
    /// How many more groups there are.
    pub more: i64,
    /// How many of the written objects are assigned to nobody.
    pub nobody: i64,
}

impl Blast {
    /// The card's content.
    pub(super) fn markup(&self, tenant: TenantId) -> Markup {
        let columns = [Column("Who", false), Column("Members", true), Column("By", true)];
        let rows = html! {
            @for (at, (who, objects)) in self.reached.iter().enumerate() {
                (row(at, &html! {
                    (head(&html! { span.target { (who.words(tenant)) } }))
                    (figure("Members", &who.members()))
                    (figure("By", &html! { (counted(*objects, "object", "objects")) }))
                }))
            }
        };
        html! {
            @if self.reached.is_empty() { p { "What is written is assigned to nobody." } }
            @else {
                (table("Who is reached", &columns, &rows))
                @if self.more > 0 { p.quiet { "And " (counted(self.more, "group", "groups")) " more; the plan has all of them." } }
                p.quiet { "Members are counted by the preview, or known from the directory cache since less than a day. Filters and excluded groups narrow them further; what they leave out is not taken off here." }
            }
            @if self.nobody > 0 && !self.reached.is_empty() { p.quiet { (number(self.nobody)) " of the written objects are assigned to nobody." } }
        }
    }
}

impl Reached {
    fn words(&self, tenant: TenantId) -> Markup {
        html! {
            @match self {
                Self::AllDevices => { (icon(Icon::Device)) strong { "All devices" } },
                Self::AllUsers => { (icon(Icon::User)) strong { "All users" } },
                Self::Group { id, name: known, .. } => {
                    (icon(Icon::Group))
                    @match known {
                        Some(known) => a href=(href::group(tenant, id)) { (name(known, NAMELESS)) },
                        None => (unresolved(id)),
                    }
                },
            }
        }
    }

    fn members(&self) -> Markup {
        match self {
            Self::AllDevices | Self::AllUsers => html! { strong { "All" } },
            Self::Group { members: Some(members), .. } => html! { (number(*members)) },
            Self::Group { members: None, .. } => html! { span.quiet { "Not known" } },
        }
    }
}
