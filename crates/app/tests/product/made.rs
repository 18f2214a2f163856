//! What a walk through the routes wants to be there.

use model::alert::{NewRule, Reach, RuleKind};
use model::finding::{FindingFilter, FindingKind, Severity};
use model::ids::{
    AlertDestinationId, AlertRuleId, BaselineId, FindingId, InventoryItemId, OperatorId, TenantGroupId, TenantId, WorkspaceId,
};
use model::inventory::InventoryFilter;
use model::json::Json;
use model::user::User;
use secrecy::ExposeSecret as _;
use store::{Capture, CaptureFrom, DestinationWish, StoreError, Target};
use testkit::graph::TestGraph;

use crate::asking::SIGNER;
use crate::served::Served;

/// Whether a route is about a group of tenants. A workspace has room for 200 of them: none for other routes.
pub(crate) fn is_about_a_group(path: &str) -> bool {
    ["/tenant-groups/", "{group}", "assign-group", "/baselines/{baseline}/groups"].iter().any(|part| path.contains(part))
}

/// Whether a route is about alerts.
pub(crate) fn is_about_alerts(path: &str) -> bool {
    path.contains("/alerts/")
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

    /// Findings of the first tenant: as many objects come in, and a second sync sees them.
    pub(crate) async fn findings(&self, graph: &TestGraph, count: usize) -> Vec<FindingId> {
        for n in 0..count {
            let new = Json::from([("displayName", Json::text(format!("New {n}"))), ("rule", Json::text("(a -eq \"b\")"))]);
            graph.sim.put_object(graph.tenant, "assignment_filter", new).unwrap().unwrap();
        }
        self.world.start_sync(&self.world.owner, &["assignment_filter"]).await;
        assert_eq!(graph.worker(&self.world.store).run_queue_now().await.unwrap(), 2, "a sync and the check after it");
        let scope = self.world.tenant_scope(&self.world.owner).await;
        // What nobody uses is a finding as well; these are of what came.
        let came = FindingFilter { kinds: vec![FindingKind::Added], ..FindingFilter::default() };
        let page = self.world.store.findings().list(&scope, &came, None, 200).await.unwrap();
        assert_eq!(page.rows.len(), count);
        page.rows.into_iter().map(|finding| finding.id).collect()
    }

    /// A baseline of the tenant's workspace and its revision, with what that path wants: a draft, an active version, the tenant held
    /// against it. Of a tenant that nobody read it has no objects.
    pub(crate) async fn a_baseline(&self, tenant: TenantId, path: &str) -> (BaselineId, i64) {
        let (store, world) = (&self.world.store, &self.world);
        let user = if tenant == world.foreign_tenant { &world.stranger } else { &world.owner };
        let who = world.sign_in(user).await;
        let scope = store.access().tenant(&who, tenant).await.unwrap();
        let of_workspace = store.access().workspace(&who, scope.workspace_id()).await.unwrap();
        let (baselines, permit) = (store.baselines(), of_workspace.permit().unwrap());
        let (name, types) = (BaselineId::generate().to_string(), Vec::new());
        let from = CaptureFrom::Tenant(&scope);
        let capture = Capture { name, description: String::new(), extras: false, from, types };
        let id = match baselines.capture(&permit, &capture).await {
            Err(StoreError::Conflict(_)) => return (self.an_empty_baseline(tenant).await, 1),
            made => made.unwrap(),
        };
        if !["/edit", "/activate"].iter().any(|end| path.ends_with(end)) {
            baselines.activate(&permit, id, 1).await.unwrap();
            baselines.assign_many(&permit, id, &[tenant], None).await.unwrap();
        }
        (id, baselines.find(&of_workspace, id).await.unwrap().revision)
    }

    /// A baseline of the tenant's workspace, without versions.
    async fn an_empty_baseline(&self, tenant: TenantId) -> BaselineId {
        let (store, id) = (&self.world.store, BaselineId::generate());
        let text = format!(
            "insert into baselines (id, workspace_id, name, name_key, description, created_by_name, created_at, updated_at, revision)
             select {}, workspace_id, '{id}', '{id}', '', '', '2026-03-01T08:00:00.000000Z', '2026-03-01T08:00:00.000000Z', 1
             from tenants where id = {}",
            store::testing::literal(store, id.uuid()),
            store::testing::literal(store, tenant.uuid())
        );
        store::testing::execute(store, &text).await.unwrap();
        id
    }

    /// An item of the first tenant, once that was synced.
    pub(crate) async fn an_item(&self) -> InventoryItemId {
        let scope = self.world.tenant_scope(&self.world.owner).await;
        let page = self.world.store.inventory().list(&scope, &InventoryFilter::default(), None, 1).await.unwrap();
        page.rows[0].id
    }

    /// A group of that workspace's tenants, without any; called by its own id.
    pub(crate) async fn a_group(&self, user: &User, workspace: WorkspaceId) -> TenantGroupId {
        let who = self.world.sign_in(user).await;
        let permit = self.world.store.access().workspace(&who, workspace).await.unwrap().permit().unwrap();
        let groups = self.world.store.tenant_groups();
        let group = groups.create(&permit, &WorkspaceId::generate().to_string()).await.unwrap();
        groups.rename(&permit, group, &group.to_string()).await.unwrap();
        group
    }

    /// Such a group, held against that baseline where the route ends that.
    pub(crate) async fn a_group_for(
        &self,
        user: &User,
        workspace: WorkspaceId,
        baseline: BaselineId,
        path: &str,
    ) -> TenantGroupId {
        let group = self.a_group(user, workspace).await;
        if ["/unassign-group", "/groups/{group}"].iter().any(|end| path.ends_with(end)) {
            let who = self.world.sign_in(user).await;
            let permit = self.world.store.access().workspace(&who, workspace).await.unwrap().permit().unwrap();
            self.world.store.baselines().assign_group(&permit, baseline, group, None).await.unwrap();
        }
        group
    }

    /// A rule of that workspace's alerts, and a destination to which none sends, both called by their own ids. Those that were there go: there
    /// is room for 50 destinations.
    pub(crate) async fn an_alert(&self, user: &User, workspace: WorkspaceId) -> (AlertRuleId, AlertDestinationId) {
        let who = self.world.sign_in(user).await;
        let permit = self.world.store.access().workspace(&who, workspace).await.unwrap().permit().unwrap();
        let alerts = self.world.store.alerts();
        for rule in alerts.rules(&permit).await.unwrap() {
            alerts.delete_rule(&permit, rule.id).await.unwrap();
        }
        for destination in alerts.destinations(&permit).await.unwrap() {
            alerts.delete_destination(&permit, destination.id).await.unwrap();
        }
        let target = || Some(Target::Slack { address: "https://hooks.example.test/".into() });
        let named = |name: String, target| DestinationWish { name, enabled: true, target };
        let used = alerts.create_destination(&permit, &named("Used".to_owned(), target())).await.unwrap();
        let free = alerts.create_destination(&permit, &named("Free".to_owned(), target())).await.unwrap();
        alerts.edit_destination(&permit, free, 1, &named(free.to_string(), None)).await.unwrap();
        let mut rule = NewRule {
            name: "A rule".to_owned(),
            kind: RuleKind::RunFailed,
            severity: Severity::Low,
            amount: 0,
            reach: Reach::All,
            destination: used,
            quiet: None,
            cooldown_minutes: 0,
            digest_minutes: 0,
            enabled: false,
        };
        let id = alerts.create_rule(&permit, &rule).await.unwrap();
        rule.name = id.to_string();
        alerts.edit_rule(&permit, id, 1, &rule).await.unwrap();
        (id, free)
    }

    /// An operator of the installation who has not chosen a password, and their link.
    pub(crate) async fn a_new_operator(&self) -> (OperatorId, &'static str) {
        let (scope, _) = self.operator("platform@host.example").await;
        let email = format!("{}@host.example", OperatorId::generate());
        let link = self.world.store.platform().invite(&scope, &email, "New").await.unwrap();
        let id = self.world.store.platform().link_holder(&link).await.unwrap().id;
        (id, Box::leak(link.expose_secret().to_owned().into_boxed_str()))
    }
}
