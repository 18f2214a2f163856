//! All that an object uses, or all that uses it.

use maud::{Markup, html};
use model::links::{LinkEnd, LinkUse, LinkUser};
use model::page::Page as Rows;
use model::tenant::Tenant;

use super::about::{address, label, name, used_by, uses};
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::href::{self, Query};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;

/// Links of one object, in one direction.
#[derive(Debug, Clone)]
pub struct Links {
    /// The tenant.
    pub tenant: Tenant,
    /// The object.
    pub of: LinkEnd,
    /// Its links.
    pub listed: Listed,
}

/// In which direction.
#[derive(Debug, Clone)]
pub enum Listed {
    /// What it uses.
    Uses(Rows<LinkUse>),
    /// What uses it.
    UsedBy(Rows<LinkUser>),
}

impl Page for Links {
    const NAME: &'static str = "links";

    fn title(&self) -> String {
        match self.listed {
            Listed::Uses(_) => format!("What {} uses", name(&self.of)),
            Listed::UsedBy(_) => format!("Where {} is used", name(&self.of)),
        }
    }

    fn place(&self) -> Place {
        let mut crumbs = vec![Crumb::new("Inventory", href::inventory(self.tenant.id))];
        if let Some(address) = address(self.tenant.id, &self.of) {
            crumbs.push(Crumb::new(name(&self.of), address));
        }
        Place { destination: Some(Destination::Inventory), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let tenant = self.tenant.id;
        let lead = html! { (label(&self.of.resource_type)) " · as of the latest sync" };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @match (&self.listed, self.of.item) {
                (Listed::Uses(page), Some(item)) if !page.rows.is_empty() => {
                    (uses(tenant, &page.rows))
                    (pager(page, "links", &Query::new(href::uses(tenant, item))))
                },
                (Listed::UsedBy(page), _) if !page.rows.is_empty() => {
                    (used_by(tenant, &page.rows))
                    (pager(page, "links", &href::usage(tenant, &self.of.resource_type, &self.of.to.id)))
                },
                (Listed::Uses(_), _) => (empty(Icon::Arrow, "It uses nothing", "It refers to no group, filter, scope tag or policy.", &html! {})),
                (Listed::UsedBy(_), _) => (empty(Icon::Arrow, "Nothing uses it", "No policy of the inventory refers to it.", &html! {})),
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::links::lists()
    }
}
