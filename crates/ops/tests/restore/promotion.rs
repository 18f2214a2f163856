//! From one tenant into another: groups and filters are mapped by a person, and targeting never becomes broader.

use std::time::Duration;

use graph_sim::TenantProfile;
use model::ids::EntraTenantId;
use model::json::Json;
use model::restore::{Action, Hindrance, MappingOrigin, Outcome as ItemOutcome, Reference, RestoreState, Source, Target};
use model::run::{Outcome, Run, Trigger};
use store::access::{Confirmed, TenantScope};
use store::{ItemFilter, MappedReference, Restore, RestoreItem, StoreError};
use testkit::graph::{TestGraph, app, entra_id};
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection};

use crate::help::*;
use crate::journey::of_types;
use crate::objects::*;

/// The tenant that is written.
struct There {
    scope: TenantScope,
    entra: EntraTenantId,
}

impl There {
    async fn of(world: &World, graph: &TestGraph, objects: &[(&'static str, Json)]) -> Self {
        world.store.connections().save(&world.operator, world.other_tenant, &connection()).await.unwrap();
        let entra = entra_id(world, &world.owner, world.other_tenant).await;
        graph.sim.add_tenant(TenantProfile::new(entra, "Fabrikam", "fabrikam.example", app()), tenant(objects));
        let who = world.sign_in(&world.owner).await;
        let scope = world.store.access().tenant(&who, world.other_tenant).await.unwrap();
        let there = Self { scope, entra };
        let groups = model::operations::entra_group_sync::Arguments::default().request(world.other_tenant);
        let sync = testkit::world::sync_of(world.other_tenant, &[FILTER, CATALOG]);
        let permit = there.scope.permit::<model::access::can::DirectorySync>().unwrap();
        world.store.runs().start(&permit, &groups, Trigger::Manual).await.unwrap();
        let permit = there.scope.permit::<model::access::can::InventorySync>().unwrap();
        world.store.runs().start(&permit, &sync, Trigger::Manual).await.unwrap();
        graph.worker(&world.store).run_queue_now().await.unwrap();
        there
    }

    fn permit(&self) -> store::access::Permit<model::access::can::RestoreExecute> {
        self.scope.permit().unwrap()
    }

    async fn find(&self, world: &World, restore: &Restore) -> Restore {
        world.store.restores().find(&self.scope, restore.id).await.unwrap()
    }

    /// A restore into it of policies and, where asked for, filters of the first tenant.
    async fn draft(&self, world: &World, source: &Source, types: &[&str]) -> Restore {
        let (from, store) = (scope(world).await, world.store.restores());
        let id = store.create(&self.permit(), &from, source, "Promotion").await.unwrap();
        let made = store.find(&self.scope, id).await.unwrap();
        let revision = store.choose(&self.permit(), &from, id, made.revision, &of_types(types)).await.unwrap();
        store.check(&self.permit(), &from, id, revision).await.unwrap();
        store.find(&self.scope, id).await.unwrap()
    }

    async fn reference(&self, world: &World, restore: &Restore, kind: &str, number: usize) -> MappedReference {
        world.store.restores().mapped_reference(&self.scope, restore.id, &Reference::new(kind, id(number))).await.unwrap()
    }

    async fn say(&self, world: &World, restore: &Restore, kind: &str, number: usize, target: &Target) -> Result<i64, StoreError> {
        let revision = self.find(world, restore).await.revision;
        world.store.restores().decide(&self.permit(), restore.id, revision, &Reference::new(kind, id(number)), Some(target)).await
    }

    /// Checked and previewed; its items.
    async fn preview(&self, world: &World, graph: &TestGraph, restore: &Restore) -> Vec<RestoreItem> {
        let (from, store) = (scope(world).await, world.store.restores());
        let revision = self.find(world, restore).await.revision;
        let revision = store.check(&self.permit(), &from, restore.id, revision).await.unwrap();
        let run = store.start_preview(&self.permit(), restore.id, revision, Trigger::Manual).await.unwrap().run().id;
        graph.worker(&world.store).run_queue_now().await.unwrap();
        let run = self.run(world, run).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        self.items(world, restore).await
    }

    async fn items(&self, world: &World, restore: &Restore) -> Vec<RestoreItem> {
        world.store.restores().items(&self.scope, restore.id, &ItemFilter::default(), None, 100).await.unwrap().rows
    }

    async fn run(&self, world: &World, id: model::ids::RunId) -> Run {
        let who = world.sign_in(&world.owner).await;
        let sight = world.store.access().run(&who, id).await.unwrap();
        world.store.runs().find(&sight).await.unwrap()
    }

    async fn execute(&self, world: &World, graph: &TestGraph, restore: &Restore) -> (Run, Restore) {
        let now = self.find(world, restore).await;
        let confirmed = Confirmed::typed(self.permit(), &now, "Fabrikam").unwrap();
        let plan = now.plan_hash.clone().unwrap();
        let started = world.store.restores().execute(&confirmed, now.revision, &plan, Trigger::Manual).await.unwrap();
        graph.worker(&world.store).run_queue_now().await.unwrap();
        (self.run(world, started.run().id).await, self.find(world, restore).await)
    }

    fn ids(&self, graph: &TestGraph, key: &str) -> Vec<String> {
        graph.sim.read_state(self.entra, |state| state.ids(key)).unwrap()
    }

    fn object(&self, graph: &TestGraph, key: &str, id: &str) -> Json {
        graph.sim.read_state(self.entra, |state| state.object(key, id)).unwrap().unwrap()
    }
}

/// The first tenant has two policies: one for a group of which a filter takes some, one for a group but not another. The second tenant has
/// groups and a filter of the same names under other ids.
async fn two(t: &TestStore) -> (World, TestGraph, Source, There) {
    let world = World::of(t).await;
    let here = [
        group(1, "Pilots"),
        group(2, "Everybody"),
        group(3, "Leavers"),
        filter(20, "Laptops"),
        policy(10, "Filtered", 1, &[filtered(1, 20)]),
        policy(11, "But some", 2, &[to(2), but(3)]),
    ];
    let graph = serving(&world, &here).await;
    directory(&world, &graph).await;
    let set = backup(&world, &graph, &[CATALOG, FILTER]).await;
    let there = [group(101, "Pilots"), group(102, "Everybody"), filter(120, "Laptops")];
    let there = There::of(&world, &graph, &there).await;
    t.clock.advance(Duration::from_secs(3600));
    graph.sim.clear_effects();
    (world, graph, Source::BackupSet { set: set.id }, there)
}

fn object_of(number: usize) -> Target {
    Target::Object { id: id(number) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_excluded_group_that_is_not_mapped_blocks_and_cannot_be_left_out() {
    on_both(async |t: TestStore| {
        let (world, graph, source, there) = two(&t).await;
        let restore = there.draft(&world, &source, &[CATALOG]).await;
        // A name is a suggestion, and nothing more until a person takes it.
        let pilots = there.reference(&world, &restore, GROUP, 1).await;
        assert_eq!((pilots.target, pilots.suggested.len(), pilots.suggested[0].id.clone()), (None, 1, id(101)));
        let leavers = there.reference(&world, &restore, GROUP, 3).await;
        assert_eq!((leavers.target, leavers.suggested.len(), leavers.used.narrowing), (None, 0, true));
        let items = there.preview(&world, &graph, &restore).await;
        assert!(items.iter().all(|item| item.hindrance == Some(Hindrance::Unresolved)), "{items:?}");
        for (kind, number, target) in [(GROUP, 1, 101), (GROUP, 2, 102), (FILTER, 20, 120)] {
            there.say(&world, &restore, kind, number, &object_of(target)).await.unwrap();
        }
        // Without an exclusion, or without a filter, a policy would reach further.
        let dropped = Target::Dropped { reason: "nobody here".to_owned() };
        for (kind, number) in [(GROUP, 3), (FILTER, 20)] {
            let refused = there.say(&world, &restore, kind, number, &dropped).await;
            assert!(matches!(refused, Err(StoreError::Conflict(_))), "{kind}: {refused:?}");
        }
        let unknown = there.say(&world, &restore, GROUP, 3, &object_of(999)).await;
        assert!(matches!(unknown, Err(StoreError::Conflict(_))), "the tenant has no such group: {unknown:?}");
        let items = there.preview(&world, &graph, &restore).await;
        let of = |name: &str| items.iter().find(|item| item.name == name).unwrap();
        assert_eq!((of("Filtered").action, of("But some").action), (Some(Action::Create), Some(Action::Skip)));
        assert_eq!(of("But some").hindrance, Some(Hindrance::Unresolved));
        let (run, done) = there.execute(&world, &graph, &restore).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        assert!(done.state == RestoreState::Completed, "{:?}", done.state);
        let made = there.ids(&graph, CATALOG);
        assert_eq!(made.len(), 1, "what is not mapped is not made");
        let made = there.object(&graph, CATALOG, &made[0]);
        assert_eq!((text_of(&made, "name"), assigned(&made)), ("Filtered", vec![id(101)]));
        assert!(made.to_text().contains(&id(120)), "with its filter: {made:?}");
        assert_eq!(graph.sim.effects(Some(graph.tenant)), [], "nothing was written to the tenant that it is from");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_goes_along_is_made_first_and_what_reaches_fewer_may_be_left_out() {
    on_both(async |t: TestStore| {
        let (world, graph, source, there) = two(&t).await;
        let restore = there.draft(&world, &source, &[CATALOG, FILTER]).await;
        let laptops = there.reference(&world, &restore, FILTER, 20).await;
        assert_eq!(laptops.origin, Some(MappingOrigin::Plan), "what is in the plan is what the others mean");
        there.say(&world, &restore, GROUP, 1, &object_of(101)).await.unwrap();
        there.say(&world, &restore, GROUP, 3, &object_of(102)).await.unwrap();
        let dropped = Target::Dropped { reason: "that group stays at home".to_owned() };
        there.say(&world, &restore, GROUP, 2, &dropped).await.unwrap();
        // The filter is there under that name and says the same: it is that one.
        let items = there.preview(&world, &graph, &restore).await;
        let filter = items.iter().find(|item| item.resource_type == FILTER).unwrap();
        assert_eq!((filter.action, filter.target_id.as_deref()), (Some(Action::Unchanged), Some(id(120).as_str())));
        let (run, _) = there.execute(&world, &graph, &restore).await;
        let items = there.items(&world, &restore).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?} {items:?}", run.failures);
        let written = items.iter().filter(|item| item.resource_type == CATALOG);
        for item in written {
            assert_eq!(item.outcome, Some(ItemOutcome::Verified));
            let made = there.object(&graph, CATALOG, item.result_id.as_ref().unwrap());
            match item.name.as_str() {
                "Filtered" => assert!(assigned(&made) == [id(101)] && made.to_text().contains(&id(120)), "{made:?}"),
                _ => assert_eq!(assigned(&made), [format!("-{}", id(102))], "only the assignment that was left out is not there"),
            }
        }
        assert_eq!(there.ids(&graph, FILTER), [id(120)]);
    })
    .await;
}
