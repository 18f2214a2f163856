//! What the pages of the wizard ask of restores.

use std::collections::{BTreeMap, BTreeSet};

use model::access::can;
use model::canonical::canonical;
use model::ids::{RestoreId, ThingId};
use model::json::Json;
use model::resource_types;
use model::restore::{Action, MappingOrigin, Part, Reach, Reference, RestoreState, Source, Target};
use model::run::Trigger;
use secrecy::SecretString;
use store::access::{Permit, TenantScope};
use store::runs::WorkerId;
use store::{CandidateFilter, Choice, ObservedItem, Pick, PlannedWork, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::end;
use crate::inventory::{attempt_in, seen};

const CONFIGURATION: &str = "device_configuration";
const GROUP: &str = "8e75af29-5176-4372-a718-724b8a4620dc";

/// A configuration with that content.
fn object(id: &str, name: &str, content: &str) -> ObservedItem {
    let kind = resource_types::find(CONFIGURATION).unwrap();
    let json = Json::parse(content.as_bytes()).unwrap();
    ObservedItem { content: canonical(kind, json), ..seen(CONFIGURATION, id, name, 1) }
}

/// A tenant with three objects, and a draft of all that it has.
async fn draft(t: &TestStore, world: &World) -> (TenantScope, Permit<can::RestoreExecute>, RestoreId) {
    let scope = world.tenant_scope(&world.owner).await;
    let run = attempt_in(t, &scope).await;
    let assigned = format!(
        r##"{{"id":"1","displayName":"Wi-Fi","omaSettings":[{{"omaUri":"./X","isEncrypted":true,"value":"****"}}],"assignments":[
          {{"id":"a","target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{GROUP}"}}}},
          {{"id":"b","target":{{"@odata.type":"#microsoft.graph.allDevicesAssignmentTarget"}}}}]}}"##
    );
    let objects = vec![
        object("1", "Wi-Fi", &assigned),
        object("2", "Nobody's", r#"{"id":"2","displayName":"Nobody's","assignments":[]}"#),
        seen("scope_tag", "7", "Tag", 1),
    ];
    t.store.inventory().observe(&run, objects).await.unwrap();
    end(t, &run).await;
    let source = Source::Instant { tenant: world.tenant, at: t.store.now().await.unwrap() };
    let permit = scope.permit().unwrap();
    let id = t.store.restores().create(&permit, &scope, &source, "All").await.unwrap();
    (scope, permit, id)
}

async fn keys(t: &TestStore, scope: &TenantScope, id: RestoreId) -> Vec<(String, ThingId)> {
    let source = t.store.restores().find(scope, id).await.unwrap().source;
    let page = t.store.restores().candidates(scope, &source, &CandidateFilter::default(), None, 10).await.unwrap();
    page.rows.into_iter().map(|candidate| (candidate.name, candidate.key)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_is_told_by_type_by_object_and_by_number() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit, id) = draft(&t, &world).await;
        let restores = t.store.restores();
        let all: Vec<ThingId> = keys(&t, &scope, id).await.into_iter().map(|(_, key)| key).collect();
        assert_eq!(all.len(), 3);
        assert_eq!(restores.chosen_types(&scope, id).await.unwrap(), []);
        assert!(restores.chosen_among(&scope, &scope, id, &all).await.unwrap().is_empty());

        let only = Choice::Matching(CandidateFilter { types: vec![CONFIGURATION.to_owned()], ..CandidateFilter::default() });
        let revision = restores.choose(&permit, &scope, id, 1, &only).await.unwrap();
        assert_eq!(restores.chosen_types(&scope, id).await.unwrap(), [(CONFIGURATION.to_owned(), 2)]);
        let numbers = restores.chosen_numbers(&scope, id, None).await.unwrap();
        assert_eq!(numbers, BTreeSet::from([1, 2]));
        assert!(restores.chosen_numbers(&scope, id, Some("scope_tag")).await.unwrap().is_empty());
        restores.set_part(&permit, id, revision, &BTreeSet::from([1]), &Part::Assignments).await.unwrap();
        let chosen = restores.chosen_among(&scope, &scope, id, &all).await.unwrap();
        let mut told: Vec<_> = chosen.into_values().collect();
        told.sort_by_key(|(number, _)| *number);
        assert_eq!(told, [(1, Part::Assignments), (2, Part::Whole)]);
        assert!(restores.chosen_among(&scope, &scope, id, &[ThingId::generate()]).await.unwrap().is_empty());

        let stranger = t.store.access().tenant(&world.sign_in(&world.stranger).await, world.foreign_tenant).await.unwrap();
        assert!(matches!(restores.chosen_types(&stranger, id).await, Err(StoreError::NotVisible)));
        assert!(matches!(restores.chosen_numbers(&stranger, id, None).await, Err(StoreError::NotVisible)));
        assert!(matches!(restores.mapping(&stranger, id).await, Err(StoreError::NotVisible)));
        assert!(matches!(restores.reach(&stranger, id).await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_chosen_whole_or_not_at_all() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit, id) = draft(&t, &world).await;
        let restores = t.store.restores();
        let all: BTreeMap<String, ThingId> = keys(&t, &scope, id).await.into_iter().collect();
        let (wifi, nobody, tag) = (all["Wi-Fi"], all["Nobody's"], all["Tag"]);
        let now = async || restores.chosen_among(&scope, &scope, id, &[wifi, nobody, tag]).await.unwrap();
        let first = BTreeMap::from([(wifi, Pick::With(Part::Assignments)), (nobody, Pick::Chosen), (tag, Pick::Not)]);
        let revision = restores.choose_shown(&permit, &scope, id, 1, &first).await.unwrap();
        assert_eq!(revision, 2, "one edit");
        let chosen: BTreeMap<ThingId, Part> = now().await.into_iter().map(|(key, (_, part))| (key, part)).collect();
        assert_eq!(chosen, BTreeMap::from([(wifi, Part::Assignments), (nobody, Part::Whole)]));

        let again =
            BTreeMap::from([(wifi, Pick::Chosen), (nobody, Pick::With(Part::Whole)), (ThingId::generate(), Pick::Chosen)]);
        assert_eq!(restores.choose_shown(&permit, &scope, id, revision, &again).await.unwrap(), revision, "nothing changed");
        let other = BTreeMap::from([(wifi, Pick::Not), (nobody, Pick::With(Part::Content)), (tag, Pick::Chosen)]);
        let late = restores.choose_shown(&permit, &scope, id, 1, &other).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        assert_eq!(now().await[&wifi].1, Part::Assignments, "nothing of a page that was overtaken is kept");
        let revision = restores.choose_shown(&permit, &scope, id, revision, &other).await.unwrap();
        let chosen: BTreeMap<ThingId, Part> = now().await.into_iter().map(|(key, (_, part))| (key, part)).collect();
        assert_eq!(chosen, BTreeMap::from([(nobody, Part::Content), (tag, Part::Whole)]));
        let none = [wifi, nobody, tag].map(|key| (key, Pick::Not)).into();
        restores.choose_shown(&permit, &scope, id, revision, &none).await.unwrap();
        assert!(now().await.is_empty());
        assert_eq!(restores.find(&scope, id).await.unwrap().state, RestoreState::Draft);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_is_found_by_itself_and_what_is_open_is_counted() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit, id) = draft(&t, &world).await;
        let restores = t.store.restores();
        let revision = restores.choose(&permit, &scope, id, 1, &Choice::everything()).await.unwrap();
        let revision = restores.map_references(&permit, &scope, id, revision).await.unwrap();
        let group = Reference { resource_type: "group".to_owned(), id: GROUP.to_owned() };
        let found = restores.mapped_reference(&scope, id, &group).await.unwrap();
        assert_eq!((found.target, found.used.uses, found.used.droppable), (None, 1, true), "the cache knows no group");
        assert_eq!(restores.open_mappings(&scope, id).await.unwrap(), (1, 0));
        let dropped = Target::Dropped { reason: "The pilot is over.".to_owned() };
        restores.decide(&permit, id, revision, &group, Some(&dropped)).await.unwrap();
        let found = restores.mapped_reference(&scope, id, &group).await.unwrap();
        assert_eq!((found.target.as_ref(), found.origin), (Some(&dropped), Some(MappingOrigin::Person)));
        assert_eq!(restores.open_mappings(&scope, id).await.unwrap(), (0, 0));
        assert_eq!(restores.mapping(&scope, id).await.unwrap().0.get(&group), Some(&dropped));
        let none = Reference { id: "none".to_owned(), ..group };
        assert!(matches!(restores.mapped_reference(&scope, id, &none).await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_of_secrets_are_told_and_that_one_was_entered() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit, id) = draft(&t, &world).await;
        let restores = t.store.restores();
        let revision = restores.choose(&permit, &scope, id, 1, &Choice::everything()).await.unwrap();
        assert!(restores.wanted_secrets(&scope, id, 10).await.unwrap().is_empty(), "the checks find them");
        let revision = restores.check(&permit, &scope, id, revision).await.unwrap();
        let found = restores.wanted_secrets(&scope, id, 10).await.unwrap();
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((one.name.as_str(), one.secret.pointer.as_str(), one.entered_at), ("Wi-Fi", "/omaSettings/0/value", None));
        restores.enter_secret(&permit, id, one.number, &one.secret.pointer, &SecretString::from("canary")).await.unwrap();
        assert!(restores.wanted_secrets(&scope, id, 10).await.unwrap()[0].entered_at.is_some());
        assert!(restores.wanted_secrets(&scope, id, 0).await.unwrap().is_empty());
        let wifi = BTreeSet::from([one.number]);
        restores.leave_out(&permit, id, revision, &wifi).await.unwrap();
        assert!(restores.wanted_secrets(&scope, id, 10).await.unwrap().is_empty(), "what is chosen was not checked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_tells_whom_it_reaches() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, permit, id) = draft(&t, &world).await;
        let restores = t.store.restores();
        assert_eq!(restores.reach(&scope, id).await.unwrap(), None, "nothing is planned");
        let revision = restores.choose(&permit, &scope, id, 1, &Choice::everything()).await.unwrap();
        let revision = restores.check(&permit, &scope, id, revision).await.unwrap();
        let group = Reference { resource_type: "group".to_owned(), id: GROUP.to_owned() };
        let same = Target::Object { id: GROUP.to_owned() };
        let revision = restores.decide(&permit, id, revision, &group, Some(&same)).await.unwrap();
        let revision = restores.check(&permit, &scope, id, revision).await.unwrap();
        restores.start_preview(&permit, id, revision, Trigger::Manual).await.unwrap();
        let run = world.admit(&world.claim(&WorkerId::new("preview")).await).await;
        let items = restores.items(&scope, id, &store::ItemFilter::default(), None, 10).await.unwrap().rows;
        let to = |groups: &[&str], all_devices: bool| Reach {
            all_devices,
            groups: groups.iter().map(|&id| id.to_owned()).collect(),
            ..Reach::default()
        };
        let reaches = [("Wi-Fi", to(&[GROUP], true)), ("Nobody's", to(&[], false)), ("Tag", to(&[], false))];
        let work: Vec<PlannedWork> = items
            .into_iter()
            .map(|item| PlannedWork {
                number: item.number,
                resource_type: item.resource_type,
                source_id: item.source_id,
                action: Action::Create,
                target_id: None,
                before_semantic: None,
                before: None,
                hindrance: None,
                needs: Vec::new(),
                suggested: Vec::new(),
                reach: reaches.iter().find(|(name, _)| *name == item.name).map(|(_, reach)| reach.clone()),
                name: item.name,
            })
            .collect();
        restores.freeze(&run, id, revision, &work).await.unwrap();
        end(&t, &run).await;
        let reach = restores.reach(&scope, id).await.unwrap().unwrap();
        assert_eq!((reach.all_devices, reach.all_users), (1, 0));
        assert_eq!(reach.nobody, 2, "the tag, and the configuration without assignments");
        let [one] = reach.groups.as_slice() else { panic!("{reach:?}") };
        assert_eq!((one.id.as_str(), one.name.as_deref(), one.objects), (GROUP, None, 1));
        restores.set_prune(&permit, id, revision, false).await.unwrap();
        assert_eq!(restores.reach(&scope, id).await.unwrap(), None, "the plan is gone");
    })
    .await;
}
