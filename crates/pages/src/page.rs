//! What a page and a fragment are.

use maud::Markup;
use model::access::{Capability, Role};
use model::ids::TenantId;
use model::time::Moment;

use crate::chrome::{Frame, document};
use crate::href;

/// A whole page. Its struct holds everything that it shows.
pub trait Page: Sized {
    /// A stable name, `area-page`: names its samples.
    const NAME: &'static str;

    /// What the window and the tab are called, without the product's name.
    fn title(&self) -> String;

    /// Where it stands in the navigation.
    fn place(&self) -> Place;

    /// What stands between the navigation and the end of the page; holds the one `<h1>`.
    fn body(&self, view: &View<'_>) -> Markup;

    /// Examples: empty, full, with hostile names, and as each role that sees something else.
    fn samples() -> Vec<(&'static str, Self)>;

    /// The surroundings in which an example is shown.
    fn sample_frame(&self) -> Frame {
        crate::samples::frame(self.place().tenant)
    }

    /// The page as an HTML document.
    fn render(&self, frame: &Frame) -> String {
        document(self, frame).into_string()
    }
}

/// A part of a page that may stand alone.
pub trait Fragment: Sized {
    /// The part.
    fn markup(&self, view: &View<'_>) -> Markup;

    /// Examples of it.
    fn samples() -> Vec<(&'static str, Self)>;

    /// The part as HTML.
    fn render(&self, view: &View<'_>) -> String {
        self.markup(view).into_string()
    }
}

/// What a body may know of its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Goes as a hidden field into every form that is posted.
    pub csrf: &'a str,
    /// Goes as a hidden field into every form that starts something: what is sent twice is started once.
    pub key: &'a str,
    /// The moment for which the page is made.
    pub now: Moment,
    /// Path and query of this page, for links that filter or page.
    pub here: &'a str,
    /// Why nothing can be started from this page: it is of a tenant or workspace that is put away.
    pub archived: Option<&'static str>,
}

/// Where a page stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Which entry of the navigation is current.
    pub destination: Option<Destination>,
    /// The tenant that the page speaks of; its name leads the breadcrumb.
    pub tenant: Option<TenantId>,
    /// The way down to the page, outermost first, without workspace, tenant and the page itself.
    pub crumbs: Vec<Crumb>,
}

/// A step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its words.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Crumb {
    /// A step.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// The tenants of the workspace.
    Overview,
    /// A tenant's dashboard.
    Dashboard,
    /// A tenant's inventory.
    Inventory,
    /// The changes of a tenant.
    Versions,
    /// A tenant's directory cache.
    Directory,
    /// A tenant's backup sets.
    Backups,
    /// A tenant's schedules.
    Schedules,
    /// A tenant's restores.
    Restores,
    /// What deviates in a tenant.
    Drift,
    /// The baselines of the workspace.
    Baselines,
    /// Reports about the tenants of the workspace.
    Reports,
    /// What deviates in the same way in many tenants of the workspace.
    Incidents,
    /// The runs of the workspace.
    Operations,
    /// The members of the workspace.
    Members,
    /// The tenants of the workspace, with where they are in their life.
    Tenants,
    /// The groups of the workspace's tenants.
    TenantGroups,
    /// The rollouts of the workspace.
    Rollouts,
    /// Who may do what.
    Roles,
    /// The workspace itself.
    Workspace,
    /// A tenant's members.
    TenantMembers,
    /// A tenant itself.
    TenantDetails,
    /// A tenant's settings.
    TenantSettings,
    /// A tenant's connection.
    Connection,
    /// What is told outside the product, and where to.
    Alerts,
    /// The audit log of the workspace.
    Audit,
    /// The settings of the workspace.
    Settings,
    /// API tokens of the workspace, and the API.
    Tokens,
    /// What is covered: of the tenant where there is one, else of the product.
    Coverage,
    /// The documents.
    Help,
}

impl Destination {
    /// Every entry.
    pub const ALL: [Self; 29] = [
        Self::Overview,
        Self::Dashboard,
        Self::Inventory,
        Self::Versions,
        Self::Directory,
        Self::Backups,
        Self::Schedules,
        Self::Restores,
        Self::Drift,
        Self::Baselines,
        Self::Reports,
        Self::Incidents,
        Self::Operations,
        Self::TenantMembers,
        Self::TenantDetails,
        Self::Members,
        Self::Tenants,
        Self::TenantGroups,
        Self::Rollouts,
        Self::Roles,
        Self::Workspace,
        Self::TenantSettings,
        Self::Connection,
        Self::Alerts,
        Self::Audit,
        Self::Settings,
        Self::Tokens,
        Self::Coverage,
        Self::Help,
    ];

    /// Its words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Dashboard => "Dashboard",
            Self::Inventory => "Inventory",
            Self::Versions => "Versions",
            Self::Directory => "Directory",
            Self::Backups => "Backups",
            Self::Schedules => "Schedules",
            Self::Restores => "Restores",
            Self::Drift => "Drift",
            Self::Baselines => "Baselines",
            Self::Reports => "Reports",
            Self::Incidents => "Incidents",
            Self::Operations => "Operations",
            Self::Members => "Members",
            Self::Tenants => "Tenants",
            Self::TenantGroups => "Tenant groups",
            Self::Rollouts => "Restores to many tenants",
            Self::Roles => "Roles",
            Self::Workspace => "Workspace",
            Self::TenantMembers => "Tenant members",
            Self::TenantDetails => "Tenant details",
            Self::TenantSettings => "Tenant settings",
            Self::Connection => "Connection",
            Self::Alerts => "Alerts",
            Self::Audit => "Audit log",
            Self::Settings => "Settings",
            Self::Tokens => "API tokens",
            Self::Coverage => "Coverage",
            Self::Help => "Help",
        }
    }

    /// Other words by which it is looked for, in lower case.
    #[must_use]
    pub const fn also(self) -> &'static str {
        match self {
            Self::Overview => "home tenants",
            Self::Inventory => "policies objects",
            Self::Versions => "history changes",
            Self::Directory => "groups role definitions",
            Self::Backups => "snapshots export",
            Self::Drift => "findings deviations",
            Self::Incidents => "findings in many tenants",
            Self::Operations => "runs queue",
            Self::Members | Self::TenantMembers => "people users access",
            Self::Connection => "credential secret certificate permissions",
            Self::Alerts => "rules destinations notifications",
            Self::Audit => "trail who did what",
            Self::Baselines => "standards",
            Self::Roles => "capabilities permissions",
            Self::Help => "documents",
            _ => "",
        }
    }

    /// Whether somebody of that role in the workspace (`None`: of no workspace) may look at it.
    #[must_use]
    pub fn open_to(self, role: Option<Role>) -> bool {
        match self {
            Self::Alerts => role.is_some_and(|role| role.grants(Capability::WorkspaceAlertsManage)),
            Self::Audit => role.is_some_and(|role| role.grants(Capability::WorkspaceAuditView)),
            Self::Rollouts => role.is_some_and(|role| role.grants(Capability::RestoreExecute)),
            Self::Settings | Self::Incidents | Self::Reports => role.is_some(),
            _ => true,
        }
    }

    /// Where it leads; `None` when it needs a tenant and there is none.
    #[must_use]
    pub fn href(self, tenant: Option<TenantId>) -> Option<String> {
        match self {
            Self::Overview => Some(href::HOME.to_owned()),
            Self::Baselines => Some(href::BASELINES.to_owned()),
            Self::Reports => Some(href::REPORTS.to_owned()),
            Self::Incidents => Some(href::INCIDENTS.to_owned()),
            Self::Operations => Some(href::OPERATIONS.to_owned()),
            Self::Members => Some(href::MEMBERS.to_owned()),
            Self::Tenants => Some(href::TENANTS.to_owned()),
            Self::TenantGroups => Some(href::TENANT_GROUPS.to_owned()),
            Self::Rollouts => Some(href::ROLLOUTS.to_owned()),
            Self::Roles => Some(href::ROLES.to_owned()),
            Self::Workspace => Some(href::WORKSPACE.to_owned()),
            Self::TenantMembers => tenant.map(|tenant| href::of_tenant(tenant, "members")),
            Self::TenantDetails => tenant.map(|tenant| href::of_tenant(tenant, "details")),
            Self::Tokens => Some(href::TOKENS.to_owned()),
            Self::Coverage => {
                Some(tenant.map_or_else(|| href::COVERAGE.to_owned(), |tenant| href::of_tenant(tenant, "coverage")))
            }
            Self::Help => Some(href::HELP.to_owned()),
            Self::Dashboard => tenant.map(href::tenant),
            Self::Inventory => tenant.map(href::inventory),
            Self::Versions => tenant.map(href::versions),
            Self::Directory => tenant.map(href::directory),
            Self::Backups => tenant.map(href::backups),
            Self::Schedules => tenant.map(href::schedules),
            Self::Restores => tenant.map(href::restores),
            Self::Drift => tenant.map(href::drift),
            Self::TenantSettings => tenant.map(href::tenant_settings),
            Self::Connection => tenant.map(|tenant| href::of_tenant(tenant, "connection")),
            Self::Alerts => Some(href::ALERTS.to_owned()),
            Self::Audit => Some(href::AUDIT.to_owned()),
            Self::Settings => Some(href::SETTINGS.to_owned()),
        }
    }
}
