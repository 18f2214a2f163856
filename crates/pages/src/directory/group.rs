//! One group: what it is, and where it is used.

use maud::{Markup, html};
use model::access::Can;
use model::directory::{DirectoryKind, DirectoryState, Group};
use model::label::Tone;
use model::links::LinkUser;
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::list::kinds;
use super::{fresh, sync_button};
use crate::components::badge::worded;
use crate::components::callout::callout;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, links, samples, when};

/// A group, or an id that the cache does not know.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// How fresh the cache is.
    pub state: DirectoryState,
    /// Microsoft's id.
    pub object_id: String,
    /// The group; `None` when the cache does not know it.
    pub group: Option<Group>,
    /// The items that refer to it: the first by name.
    pub used_by: Rows<LinkUser>,
}

impl Page for GroupPage {
    const NAME: &'static str = "directory-group";

    fn title(&self) -> String {
        self.group
            .as_ref()
            .map_or_else(|| text::unresolved(&self.object_id), |group| text::name(&group.name, NAMELESS).into_owned())
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Directory", href::directory(self.tenant.id))];
        Place { destination: Some(Destination::Directory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let tools = sync_button(self.tenant.id, DirectoryKind::Groups, false, self.can, view);
        let gone = self.group.as_ref().and_then(|group| group.deleted_at);
        let marks = html! { @if gone.is_some() { (worded(Tone::Warning, Icon::Minus, "Deleted")) } };
        html! {
            (header(&self.title(), &marks, &html! { "A group of " (text::name(&self.tenant.name, NAMELESS)) "." }, &tools))
            @if self.group.is_none() {
                (callout(Tone::Neutral, "Not in the directory cache", &html! {
                    p { "It was deleted, was made since the latest sync, or is no group of this tenant." }
                }))
            }
            @if gone.is_some() {
                (callout(Tone::Warning, "No longer there", &html! { p { "It is kept for 90 days, so that what refers to it can be named." } }))
            }
            (fresh(&self.state, self.can, view))
            div.split {
                div.stack { (card("used", "Where is this group used?", &self.all(), &self.used())) }
                (card("about", "About this group", &html! {}, &self.facts()))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::directory::groups()
    }
}

impl GroupPage {
    fn all(&self) -> Markup {
        html! {
            @if self.used_by.next.is_some() {
                a.button.small href=(String::from(href::usage(self.tenant.id, "group", &self.object_id))) { "Show all" }
            }
        }
    }

    fn used(&self) -> Markup {
        html! {
            @if self.used_by.rows.is_empty() { p.quiet { "No policy of the inventory refers to it, as of the latest sync." } }
            @else { (links::used_by(self.tenant.id, &self.used_by.rows)) }
        }
    }

    fn facts(&self) -> Markup {
        html! {
            dl.facts {
                dt { "Graph id" } dd { code.wrap { (text::shown(&self.object_id, 80)) } }
                @if let Some(group) = &self.group {
                    dt { "Kinds" } dd { (kinds(&group.kinds)) }
                    @if let Some(rule) = &group.membership_rule { dt { "Rule" } dd { code.wrap { (text::shown(rule, 4_096)) } } }
                    dt { "Members" }
                    dd { @match group.members {
                        Some(count) => { (text::number(count.members)) " " span.quiet { "counted " (when::at(count.at)) } },
                        None => span.quiet { "Unknown: members are counted for groups that are assigned" },
                    } }
                    dt { "First seen" } dd { (when::at(group.first_seen_at)) }
                    dt { "Change first observed" } dd { (when::at(group.changed_at)) }
                    @if let Some(at) = group.deleted_at { dt { "Gone since" } dd { (when::at(at)) } }
                }
            }
        }
    }
}
