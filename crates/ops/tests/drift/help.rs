//! A tenant that is synced and checked.

use std::collections::BTreeMap;
use std::time::Duration;

use graph_sim::TenantState;
use model::access::can;
use model::finding::{Finding, FindingFilter, FindingKind};
use model::json::Json;
use model::operations::inventory_sync::Arguments;
use model::operations::{Operation, drift_generate_findings};
use model::resource_types;
use model::run::{CountKey, Outcome, Run, Trigger};
use testkit::graph::TestGraph;
use testkit::stores::TestStore;
use testkit::world::World;

/// A tenant with a simulated Graph.
pub(crate) struct Place {
    pub t: TestStore,
    pub world: World,
    pub graph: TestGraph,
    pub types: Vec<String>,
}

impl Place {
    pub(crate) async fn of(t: &TestStore, state: TenantState) -> Self {
        let world = World::of(t).await;
        let kept = |key: &&str| resource_types::find(key).is_some_and(resource_types::ResourceType::in_inventory);
        let types = state.type_keys().into_iter().filter(kept).map(str::to_owned).collect();
        let graph = TestGraph::serving(&world, state).await;
        Self { t: t.clone(), world, graph, types }
    }

    /// Reads everything, and what follows it. The check, if one followed.
    pub(crate) async fn sync(&self) -> Option<Run> {
        self.t.clock.advance(Duration::from_secs(3_600));
        let permit = self.world.tenant_scope(&self.world.owner).await.permit::<can::InventorySync>().unwrap();
        // Not every change moves the time that a list tells: what is compared here is what was read.
        let request = Arguments::only(&self.types).unwrap().reading_everything(true).request(self.world.tenant);
        let run = self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
        let done = self.graph.worker(&self.world.store).run_queue_now().await.unwrap();
        let run = self.world.run(run.id).await;
        assert!(matches!(run.outcome, Outcome::Succeeded | Outcome::PartiallySucceeded), "{:?}", run.outcome);
        assert!(done <= 2, "a sync and what follows it");
        if done < 2 {
            return None;
        }
        let check = self.latest_check().await;
        assert_eq!(check.trigger, Trigger::FollowUp);
        Some(check)
    }

    /// Checks by hand.
    pub(crate) async fn check(&self) -> Run {
        let permit = self.world.tenant_scope(&self.world.owner).await.permit::<can::DriftRun>().unwrap();
        let request = drift_generate_findings::Arguments::default().request(self.world.tenant);
        let run = self.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
        assert_eq!(self.graph.worker(&self.world.store).run_queue_now().await.unwrap(), 1);
        self.world.run(run.id).await
    }

    async fn latest_check(&self) -> Run {
        let id = self
            .t
            .texts(&format!(
                "select {} from operation_runs where type = '{}' order by id desc limit 1",
                if self.t.url.contains("postgres") { "id::text" } else { "lower(hex(id))" },
                Operation::DriftGenerateFindings.code()
            ))
            .await
            .remove(0);
        self.world.run(id.parse().unwrap()).await
    }

    /// All findings of what changed.
    pub(crate) async fn findings(&self) -> Vec<Finding> {
        self.findings_of(false).await
    }

    /// All findings of references, or all others.
    pub(crate) async fn findings_of(&self, references: bool) -> Vec<Finding> {
        let scope = self.world.tenant_scope(&self.world.readonly).await;
        let mut all = self.t.store.findings().list(&scope, &FindingFilter::default(), None, 50_000).await.unwrap().rows;
        all.retain(|finding| finding.kind.is_of_references() == references);
        all
    }

    /// The findings that are open, by object, kind and property.
    pub(crate) async fn open(&self) -> Vec<(String, FindingKind, String)> {
        let open = self.findings().await.into_iter().filter(|finding| finding.state.is_open());
        let mut open: Vec<_> = open.map(|finding| (finding.name, finding.kind, finding.property)).collect();
        open.sort();
        open
    }

    /// Changes an object of the simulated tenant as somebody would.
    pub(crate) fn change(&self, key: &str, id: &str, change: impl FnOnce(&mut Json)) {
        let mut object = self.graph.sim.read_state(self.graph.tenant, |state| state.object(key, id)).unwrap().unwrap();
        change(&mut object);
        self.graph.sim.put_object(self.graph.tenant, key, object).unwrap().unwrap();
    }

    pub(crate) fn put(&self, key: &str, object: &str) {
        let object = Json::parse(object.as_bytes()).unwrap();
        self.graph.sim.put_object(self.graph.tenant, key, object).unwrap().unwrap();
    }
}

pub(crate) fn count(run: &Run, key: CountKey) -> i64 {
    run.counts.get(key).unwrap_or(0)
}

pub(crate) const POLICY: &str = "settings_catalog_policy";

/// A policy of the settings catalog with two settings.
pub(crate) fn policy(id: &str, name: &str) -> String {
    format!(
        r##"{{"id":"{id}","name":"{name}","description":"one\r\ntwo","platforms":"windows10","technologies":"mdm","templateReference":{{"templateId":"","templateFamily":"none"}},"lastModifiedDateTime":"2026-01-01T00:00:00Z","settingCount":2,"roleScopeTagIds":["0","1"],"assignments":[{{"id":"{id}_g","target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"g"}}}},{{"id":"{id}_h","target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"h"}}}}],"settings":[{{"id":"0","settingInstance":{{"@odata.type":"#x","settingDefinitionId":"a","value":1}}}},{{"id":"1","settingInstance":{{"@odata.type":"#x","settingDefinitionId":"b","value":2}}}}]}}"##
    )
}

/// A tenant with policies of these names; the ids are the names.
pub(crate) fn policies(names: &[&str]) -> TenantState {
    let mut state = TenantState::new();
    for name in names {
        state.put(POLICY, Json::parse(policy(name, name).as_bytes()).unwrap()).unwrap();
    }
    state
}

/// Whether Microsoft's list of apps has it: an app of the public store only while it is assigned. One that is in no list is not there for
/// an inventory (docs/SYNC.md, "What is missing").
fn is_listed(key: &str, object: &Json) -> bool {
    let of_store = || object.get("appAvailability").and_then(Json::as_str).is_some_and(|text| text != "lineOfBusiness");
    key != "mobile_app" || !of_store() || object.get("isAssigned").and_then(Json::as_bool) == Some(true)
}

/// What a simulated tenant holds of some types and has in its lists, by type and id.
pub(crate) fn snapshot(place: &Place) -> BTreeMap<(String, String), Json> {
    let read = |state: &TenantState| {
        let mut all = BTreeMap::new();
        for key in &place.types {
            for id in state.ids(key) {
                if let Some(object) = state.object(key, &id).filter(|object| is_listed(key, object)) {
                    all.insert((key.clone(), id), object);
                }
            }
        }
        all
    };
    place.graph.sim.read_state(place.graph.tenant, read).unwrap()
}
