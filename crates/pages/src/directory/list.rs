//! Groups and role definitions, each in a tab.

use maud::{Markup, html};
use model::access::Can;
use model::directory::{DirectoryFilter, DirectoryKind, DirectoryState, Group, GroupKind, RoleDefinition};
use model::label::Tone;
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::{fresh, sync_button};
use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::field::{search, select};
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{self, Column};
use crate::href::{self, Query};
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{samples, when};

/// A tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab(pub DirectoryKind);

impl Tab {
    /// The tab of a code; groups for any other.
    #[must_use]
    pub fn of(code: Option<&str>) -> Self {
        match code.map(DirectoryKind::from_code) {
            Some(DirectoryKind::RoleDefinitions) => Self(DirectoryKind::RoleDefinitions),
            _ => Self(DirectoryKind::Groups),
        }
    }

    const fn label(self) -> &'static str {
        match self.0 {
            DirectoryKind::RoleDefinitions => "Roles",
            DirectoryKind::Groups | DirectoryKind::Unknown => "Groups",
        }
    }
}

/// What a tab lists.
#[derive(Debug, Clone)]
pub enum Tables {
    /// Groups, by name.
    Groups(Rows<Group>),
    /// Role definitions, by name.
    Roles(Rows<RoleDefinition>),
}

/// The page.
#[derive(Debug, Clone)]
pub struct List {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// How fresh what is listed is.
    pub state: DirectoryState,
    /// What it is narrowed to.
    pub filter: DirectoryFilter,
    /// What is listed.
    pub tables: Tables,
}

impl Page for List {
    const NAME: &'static str = "directory-list";

    fn title(&self) -> String {
        "Directory".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Directory), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Groups and roles of " (text::name(&self.tenant.name, NAMELESS)) ", as of the latest sync. Members are never read." };
        let kind = self.tab().0;
        let tools = sync_button(self.tenant.id, kind, kind == DirectoryKind::Groups, self.can, view);
        html! {
            (header("Directory", &html! {}, &lead, &tools))
            nav.tabs aria-label="Parts of the directory" {
                @for tab in [Tab(DirectoryKind::Groups), Tab(DirectoryKind::RoleDefinitions)] {
                    a href=(String::from(Query::new(href::directory(self.tenant.id)).with("tab", tab.0.code())))
                        aria-current=[(tab == self.tab()).then_some("page")] { (tab.label()) }
                }
            }
            (self.filters())
            (live("directory", Topic::Runs, &html! { (fresh(&self.state, self.can, view)) (self.table(view)) }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::directory::lists()
    }
}

impl List {
    const fn tab(&self) -> Tab {
        match self.tables {
            Tables::Groups(_) => Tab(DirectoryKind::Groups),
            Tables::Roles(_) => Tab(DirectoryKind::RoleDefinitions),
        }
    }

    fn query(&self) -> Query {
        let filter = &self.filter;
        Query::new(href::directory(self.tenant.id))
            .with("tab", self.tab().0.code())
            .with_some("q", filter.text.as_deref())
            .with_some("kind", filter.kind.map(GroupKind::code))
            .with_some("gone", filter.gone.then_some("yes"))
    }

    fn filters(&self) -> Markup {
        let choice = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let kinds: Vec<_> = std::iter::once(choice("", "Any"))
            .chain(GroupKind::ALL.iter().map(|kind| choice(kind.code(), kind.label())))
            .collect();
        let gone = [choice("", "There"), choice("yes", "Deleted")];
        html! {
            form.filters method="get" action=(href::directory(self.tenant.id)) role="search" aria-label="Filter the directory" data-filters {
                input type="hidden" name="tab" value=(self.tab().0.code());
                (search("f-q", "q", "Search by name, id, or the last 8 of an id", self.filter.text.as_deref().unwrap_or_default()))
                @if matches!(self.tables, Tables::Groups(_)) {
                    (select("f-kind", "kind", "Kind", &kinds, self.filter.kind.map_or("", GroupKind::code)))
                }
                (select("f-gone", "gone", "Presence", &gone, if self.filter.gone { "yes" } else { "" }))
                div.filter-actions { button.button type="submit" { (icon(Icon::Filter)) "Filter" } }
            }
        }
    }

    fn table(&self, view: &View<'_>) -> Markup {
        let narrowed = self.filter != DirectoryFilter::default();
        match &self.tables {
            Tables::Groups(page) if !page.rows.is_empty() => html! {
                (table::table("Groups", &[Column("Name", false), Column("Kinds", false), Column("Members", true), Column("Changed", true)], &html! {
                    @for group in &page.rows { (self.group(group, view)) }
                }))
                (pager(page, "groups", &self.query()))
            },
            Tables::Roles(page) if !page.rows.is_empty() => html! {
                (table::table("Role definitions", &[Column("Name", false), Column("Kind", false), Column("What it is for", false)], &html! {
                    @for role in &page.rows { (role_row(role)) }
                }))
                (pager(page, "role definitions", &self.query()))
            },
            Tables::Groups(_) | Tables::Roles(_) if narrowed => empty(
                Icon::Search,
                "Nothing matches",
                "No object of the cache fits. What was made since the latest sync is not known here yet.",
                &html! { a.button href=(String::from(Query::new(href::directory(self.tenant.id)).with("tab", self.tab().0.code()))) { "Clear the filters" } },
            ),
            Tables::Groups(_) | Tables::Roles(_) => empty(
                Icon::Group,
                "Nothing synced yet",
                "Selectors search here, and assignments show names from here, once a sync has read the directory.",
                &html! {},
            ),
        }
    }

    fn group(&self, group: &Group, view: &View<'_>) -> Markup {
        table::row(
            &group.object_id,
            &html! {
                (table::head(&html! {
                    a.cover href=(href::group(self.tenant.id, &group.object_id)) { (text::name(&group.name, NAMELESS)) }
                    @if group.deleted_at.is_some() { " " (worded(Tone::Warning, Icon::Minus, "Deleted")) }
                }))
                (table::cell("Kinds", &html! { (kinds(&group.kinds)) }))
                (table::figure("Members", &html! { @match group.members {
                    Some(count) => (text::number(count.members)),
                    None => span.quiet { "Unknown" },
                } }))
                (table::figure("Changed", &when::ago(group.changed_at, view.now)))
            },
        )
    }
}

pub(super) fn kinds(kinds: &[GroupKind]) -> String {
    if kinds.is_empty() { "–".to_owned() } else { kinds.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ") }
}

fn role_row(role: &RoleDefinition) -> Markup {
    let kind = if role.built_in { "Built-in" } else { "Custom" };
    table::row(
        &role.object_id,
        &html! {
            (table::head(&html! {
                span title=(text::shown(&role.object_id, 80)) { (text::name(&role.name, NAMELESS)) }
                @if role.deleted_at.is_some() { " " (worded(Tone::Warning, Icon::Minus, "Deleted")) }
                @if !role.enabled { " " (worded(Tone::Neutral, Icon::Ban, "Disabled")) }
            }))
            (table::cell("Kind", &html! { (kind) }))
            (table::cell("What it is for", &html! { (text::shown(&role.description, 300)) }))
        },
    )
}
