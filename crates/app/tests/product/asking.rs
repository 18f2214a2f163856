//! Requests that fit the product's table of routes, sent as by a person who got there by its own pages.

use model::ids::{EntraTenantId, InventoryItemId, InvitationId, RunId, ScheduleId, TenantId, UserId};
use model::inventory::InventoryFilter;
use testkit::browserless::{Answer, Browserless};
use testkit::graph::TestGraph;
use testkit::html;
use web::RouteInfo;

use crate::served::Served;
use crate::somebody::Somebody;

/// Somebody who signs in by the form, and belongs nowhere.
pub(crate) const SIGNER: (&str, &str) = ("signer@example.test", "correct horse battery staple");

/// A schedule as its form sends it: new, and changed.
const SCHEDULE: [(&str, &str); 6] =
    [("name", "n"), ("kind", "daily"), ("at", "02:00"), ("zone", "UTC"), ("catch_up", "latest"), ("types", "scope_tag")];
const EDITED: [(&str, &str); 7] = {
    let [name, kind, at, zone, catch_up, types] = SCHEDULE;
    [name, kind, at, zone, catch_up, types, ("revision", "1")]
};

/// What stands for the parameters of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    pub(crate) run: RunId,
    pub(crate) item: InventoryItemId,
    pub(crate) schedule: ScheduleId,
    pub(crate) people: People,
}

/// A member, and an invitation with its link.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People {
    pub(crate) member: UserId,
    pub(crate) invitation: InvitationId,
    /// The token of the link, as a number.
    pub(crate) token: [u128; 2],
}

impl People {
    /// Whom nobody knows.
    pub(crate) fn nobody() -> Self {
        Self { member: UserId::generate(), invitation: InvitationId::generate(), token: [1, 2] }
    }

    /// The token as it stands in the link.
    pub(crate) fn token(&self) -> String {
        format!("{:032x}{:032x}", self.token[0], self.token[1])
    }
}

impl Place {
    /// Of ids that nothing has.
    pub(crate) fn nowhere() -> Self {
        let (item, schedule) = (InventoryItemId::generate(), ScheduleId::generate());
        Self { tenant: TenantId::generate(), run: RunId::generate(), item, schedule, people: People::nobody() }
    }

    /// The path with this place in it.
    pub(crate) fn in_path(&self, path: &str) -> String {
        let filled = path
            .replace("{tenant}", &self.tenant.to_string())
            .replace("{run}", &self.run.to_string())
            .replace("{item}", &self.item.to_string())
            .replace("{schedule}", &self.schedule.to_string())
            .replace("{member}", &self.people.member.to_string())
            .replace("{invitation}", &self.people.invitation.to_string())
            .replace("{token}", &self.people.token())
            .replace("/assets/{name}", &pages::assets()[0].path);
        assert!(!filled.contains('{'), "say in asking.rs what stands for the parameter of {path}");
        filled
    }
}

impl Served {
    /// Reads invented objects into the first tenant. The simulator goes on answering while what is returned lives.
    pub(crate) async fn synced(&self, policies: usize) -> TestGraph {
        let graph = TestGraph::inventing(&self.world, policies).await;
        let everything: Vec<&str> =
            model::resource_types::all().iter().filter(|t| t.in_inventory()).map(|t| t.key.as_str()).collect();
        self.world.start_sync(&self.world.owner, &everything).await;
        assert_eq!(graph.worker(&self.world.store).run_queue_now().await.unwrap(), 1);
        graph
    }

    /// Somebody who can sign in by the form.
    pub(crate) async fn add_signer(&self) {
        let hash = web::hash_password(&SIGNER.1.into()).unwrap();
        self.world.store.users().add(&self.world.operator, SIGNER.0, "Signer", Some(&hash)).await.unwrap();
    }

    /// An item of the first tenant, once that was synced.
    pub(crate) async fn an_item(&self) -> InventoryItemId {
        let scope = self.world.tenant_scope(&self.world.owner).await;
        let page = self.world.store.inventory().list(&scope, &InventoryFilter::default(), None, 1).await.unwrap();
        page.rows[0].id
    }

    /// What a route answers to that person there.
    pub(crate) async fn ask(&self, route: &RouteInfo, who: Somebody, place: &Place) -> Answer {
        let browser = self.browser(who).await;
        self.ask_as(&browser, route, place).await
    }

    /// As [`Served::ask`], in a browser that is open already.
    pub(crate) async fn ask_as(&self, browser: &Browserless, route: &RouteInfo, place: &Place) -> Answer {
        let path = place.in_path(route.path);
        if route.method == "GET" {
            return browser.get_with(&path, &accepting(route.path)).await;
        }
        let mut fields = self.fields(route.path, place);
        let page = match route.path {
            "/sign-in" => "/sign-in".to_owned(),
            path if path.starts_with("/invitations/") => pages::href::invitation(&place.people.token()),
            _ => "/admin".to_owned(),
        };
        let forms = html::forms(&browser.get(&page).await.body);
        if let Some(token) = forms.iter().find_map(|form| form.field("csrf")) {
            fields.push(("csrf".to_owned(), token.to_owned()));
        }
        browser.post(&path, &fields).await
    }

    fn fields(&self, path: &str, place: &Place) -> Vec<(String, String)> {
        let workspace = self.world.workspace.to_string();
        let (member, entra) = (place.people.member.to_string(), EntraTenantId::generate().to_string());
        let somebody = format!("{}@example.test", UserId::generate());
        let tenant = [("name", "Contoso"), ("domain", "contoso.example"), ("environment", "production")];
        let new_tenant = [tenant[0], tenant[1], tenant[2], ("entra_tenant_id", &entra)];
        let fields: &[(&str, &str)] = match path {
            "/sign-in" => &[("email", SIGNER.0), ("password", SIGNER.1)],
            "/admin/switch" => &[("workspace", &workspace)],
            "/admin/theme" => &[("theme", "dark"), ("back", "/admin")],
            "/admin/t/{tenant}/inventory/sync" => &[("types", "scope_tag")],
            "/admin/operations/{run}/retry" => &[("what", "whole")],
            "/admin/operations/bulk" => &[("act", "cancel"), ("typed", "1")],
            "/admin/operations/queue" => &[("tenant_limit", "4"), ("workspace_limit", "32"), ("keep_days", "90")],
            "/admin/operations/queue/pause" | "/admin/operations/queue/resume" => &[("target", "type:operation_runs_retention")],
            "/admin/t/{tenant}/schedules" => &SCHEDULE,
            "/admin/t/{tenant}/schedules/{schedule}/edit" => &EDITED,
            "/admin/t/{tenant}/schedules/{schedule}/run" => &[],
            "/admin/t/{tenant}/schedules/{schedule}/switch" => &[("on", "no")],
            "/admin/t/{tenant}/schedules/{schedule}/archive" => &[("away", "yes")],
            "/admin/t/{tenant}/schedules/{schedule}/purge" => &[],
            // By its name after the others, so that nobody's first workspace becomes another.
            "/admin/workspaces" => &[("name", "Zebra")],
            "/admin/workspace" => &[("name", "Renamed")],
            "/admin/workspace/archive" => &[("away", "yes"), ("typed", "Northwind Services")],
            "/admin/tenants" => &new_tenant,
            "/admin/t/{tenant}/details" => &tenant,
            "/admin/t/{tenant}/advance" => &[("to", "active")],
            "/admin/t/{tenant}/archive" => &[("away", "yes"), ("typed", "Contoso")],
            "/admin/t/{tenant}/members" => &[("user", &member), ("role", "operator")],
            "/admin/members/invite" => &[("email", &somebody), ("role", "readonly"), ("tenant_role", "readonly")],
            "/admin/members/{member}/role" => &[("role", "operator")],
            "/invitations/{token}/account" => &[("name", "New"), ("password", SIGNER.1)],
            "/admin/members/leave" | "/admin/members/{member}/remove" | "/admin/t/{tenant}/members/{member}/remove" => &[],
            "/admin/members/invitations/{invitation}/revoke" | "/invitations/{token}" => &[],
            "/sign-out" | "/admin/notices/read" | "/admin/operations/{run}/cancel" | "/admin/operations/{run}/force" => &[],
            _ => panic!("say in asking.rs what is sent to {path}"),
        };
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }
}

/// As a browser asks for it.
fn accepting(path: &str) -> Vec<(&'static str, &'static str)> {
    if path == "/admin/events" { vec![("accept", "text/event-stream")] } else { vec![("accept", "text/html")] }
}
