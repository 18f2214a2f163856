//! The directory cache: what a sync writes, and what people read of it.

use std::collections::BTreeSet;
use std::time::Duration;

use model::canonical::canonical;
use model::directory::{DirectoryFilter, DirectoryKind, Freshness, Group, GroupChange, GroupKind, RoleDefinition};
use model::failure::Code;
use model::json::Json;
use model::links::LinkKind;
use model::resource_types;
use model::restore::Reference;
use model::time::Moment;
use store::access::{RunScope, TenantScope};
use store::{DirectoryEffect, DirectoryEnd, Pass, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{attempt_in, seen};

pub(crate) const A: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub(crate) const B: &str = "bbbbbbbb-0000-4000-8000-00000000b0b2";
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

/// A group as a full pass tells it.
pub(crate) fn group(id: &str, name: &str) -> GroupChange {
    let text = format!(
        r#"{{"id":"{id}","displayName":{},"securityEnabled":true,"groupTypes":[]}}"#,
        serde_json::to_string(name).expect("a text")
    );
    GroupChange::read(&Json::parse(text.as_bytes()).expect("JSON")).expect("a group")
}

fn change(text: &str) -> GroupChange {
    GroupChange::read(&Json::parse(text.as_bytes()).expect("JSON")).expect("a group")
}

pub(crate) async fn pass(t: &TestStore, full: bool) -> Pass {
    Pass { from: t.store.now().await.unwrap(), full }
}

pub(crate) fn end(pass: Pass, link: &str) -> DirectoryEnd {
    let (from, full_from) = (pass.from, pass.full.then_some(pass.from));
    DirectoryEnd { kind: DirectoryKind::Groups, from, full_from, delta_link: Some(link.to_owned()) }
}

/// A row in every table of the cache.
pub(crate) async fn filled(t: &TestStore, run: &RunScope) {
    let pass = pass(t, true).await;
    let directory = t.store.directory();
    directory.observe_groups(run, pass, vec![group(A, "Staff")]).await.unwrap();
    let role = Json::parse(br#"{"id":"r","displayName":"Reader","isBuiltIn":true}"#).unwrap();
    directory.observe_roles(run, vec![RoleDefinition::read(&role, pass.from).unwrap()]).await.unwrap();
    directory.complete(run, end(pass, "link")).await.unwrap();
    assigned(t, run, A).await;
}

/// An item that is assigned to that group.
async fn assigned(t: &TestStore, run: &RunScope, group: &str) {
    let text = format!(
        r##"{{"id":"policy","displayName":"Head office","assignments":[{{"target":{{"@odata.type":"#microsoft.graph.groupAssignmentTarget","groupId":"{group}"}}}}]}}"##
    );
    let content = canonical(resource_types::find("device_management_script").unwrap(), Json::parse(text.as_bytes()).unwrap());
    let item = store::ObservedItem {
        content,
        ..seen("device_management_script", &format!("policy-{}", run.run_id()), "Head office", 1)
    };
    t.store.inventory().observe(run, vec![item]).await.unwrap();
}

async fn start(t: &TestStore) -> (World, TenantScope, RunScope) {
    let world = World::of(t).await;
    let scope = world.tenant_scope(&world.owner).await;
    let run = attempt_in(t, &scope).await;
    (world, scope, run)
}

pub(crate) async fn groups(t: &TestStore, scope: &TenantScope, text: &str) -> Vec<Group> {
    let filter = DirectoryFilter { text: Some(text.to_owned()), ..DirectoryFilter::default() };
    t.store.directory().groups(scope, &filter, None, 500).await.unwrap().rows
}

pub(crate) fn names(groups: &[Group]) -> Vec<&str> {
    groups.iter().map(|group| group.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_pass_tells_what_is_there_and_what_is_gone() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let directory = t.store.directory();
        assert_eq!(
            directory.state(&scope, DirectoryKind::Groups).await.unwrap().freshness(Moment::from_micros(0)),
            Freshness::Never
        );
        assert_eq!(directory.delta_link(&run).await.unwrap(), None);
        let first = pass(&t, true).await;
        let effect = directory.observe_groups(&run, first, vec![group(A, "Staff"), group(B, "Guests")]).await.unwrap();
        assert_eq!(effect, DirectoryEffect { created: 2, ..DirectoryEffect::default() });
        assert_eq!(directory.complete(&run, end(first, "link-1")).await.unwrap(), 0);
        let state = directory.state(&scope, DirectoryKind::Groups).await.unwrap();
        assert_eq!((state.objects, state.complete_at, state.full_at), (2, Some(first.from), Some(first.from)));
        assert_eq!(state.run, Some(run.run_id()));
        assert_eq!(directory.delta_link(&run).await.unwrap().as_deref(), Some("link-1"));
        t.clock.advance(DAY);
        let second = pass(&t, true).await;
        let effect = directory.observe_groups(&run, second, vec![group(A, "Staff")]).await.unwrap();
        assert_eq!(effect, DirectoryEffect { unchanged: 1, ..DirectoryEffect::default() });
        assert_eq!(directory.complete(&run, end(second, "link-2")).await.unwrap(), 1, "the other one was not told of");
        assert_eq!(names(&groups(&t, &scope, "").await), ["Staff"]);
        let gone = directory.group(&scope, &B.to_uppercase()).await.unwrap();
        assert_eq!((gone.name.as_str(), gone.deleted_at), ("Guests", Some(second.from)), "it can still be named");
        let filter = DirectoryFilter { gone: true, ..DirectoryFilter::default() };
        assert_eq!(names(&directory.groups(&scope, &filter, None, 9).await.unwrap().rows), ["Guests"]);
        // Ninety days later it is forgotten.
        t.clock.advance(91 * DAY);
        let third = pass(&t, false).await;
        directory.complete(&run, end(third, "link-3")).await.unwrap();
        assert!(matches!(directory.group(&scope, B).await, Err(StoreError::NotVisible)));
        let state = directory.state(&scope, DirectoryKind::Groups).await.unwrap();
        assert_eq!((state.full_at, state.complete_at), (Some(second.from), Some(third.from)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_leaves_the_rest_as_it_was() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let directory = t.store.directory();
        let all = format!(
            r#"{{"id":"{A}","displayName":"Staff","securityEnabled":true,"groupTypes":["DynamicMembership"],"membershipRule":"(user.city -eq \"Köln\")"}}"#
        );
        directory.observe_groups(&run, pass(&t, true).await, vec![change(&all), group(B, "Guests")]).await.unwrap();
        t.clock.advance(DAY);
        let later = pass(&t, false).await;
        let renamed = change(&format!(r#"{{"id":"{A}","displayName":"Personnel"}}"#));
        let effect = directory.observe_groups(&run, later, vec![renamed.clone(), renamed.clone()]).await.unwrap();
        assert_eq!(effect, DirectoryEffect { updated: 1, ..DirectoryEffect::default() }, "a repetition changes nothing more");
        let staff = directory.group(&scope, A).await.unwrap();
        assert_eq!(staff.kinds, [GroupKind::Security, GroupKind::Dynamic]);
        assert_eq!(staff.membership_rule.as_deref(), Some("(user.city -eq \"Köln\")"));
        assert_eq!((staff.changed_at, staff.first_seen_at), (later.from, later.from.minus(DAY)));
        assert_eq!(names(&groups(&t, &scope, "personn").await), ["Personnel"]);
        assert_eq!(groups(&t, &scope, "staff").await, [], "nobody is called so any more");
        // Removed, twice, and one that nobody knew; then there again under the same id.
        let gone = |id: &str| change(&format!(r#"{{"id":"{id}","@removed":{{"reason":"changed"}}}}"#));
        let unknown = "cccccccc-0000-4000-8000-000000000003";
        let effect = directory.observe_groups(&run, later, vec![gone(A), gone(A), gone(unknown)]).await.unwrap();
        assert_eq!(effect, DirectoryEffect { deleted: 1, ..DirectoryEffect::default() });
        assert_eq!(directory.observe_groups(&run, later, vec![gone(A)]).await.unwrap(), DirectoryEffect::default());
        assert_eq!(names(&groups(&t, &scope, "").await), ["Guests"]);
        let back = change(&format!(r#"{{"id":"{A}"}}"#));
        let effect = directory.observe_groups(&run, later, vec![gone(A), back]).await.unwrap();
        assert_eq!(effect, DirectoryEffect { updated: 1, ..DirectoryEffect::default() });
        assert_eq!(names(&groups(&t, &scope, "sonnel").await), ["Personnel"], "restored as it was");
        // A full pass that does not mention a property says that it is empty; what follows in the same pass changes that.
        t.clock.advance(DAY);
        let full = pass(&t, true).await;
        directory.observe_groups(&run, full, vec![change(&format!(r#"{{"id":"{A}","securityEnabled":true}}"#))]).await.unwrap();
        let nameless = directory.group(&scope, A).await.unwrap();
        assert_eq!((nameless.name.as_str(), nameless.membership_rule), ("", None));
        directory.observe_groups(&run, full, vec![change(&format!(r#"{{"id":"{A}","displayName":"Team"}}"#))]).await.unwrap();
        let team = directory.group(&scope, A).await.unwrap();
        assert_eq!((team.name.as_str(), team.kinds), ("Team", vec![GroupKind::Security]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_and_a_lost_lease_leave_what_was_read() {
    on_both(async |t: TestStore| {
        let (world, scope, run) = start(&t).await;
        let directory = t.store.directory();
        let first = pass(&t, true).await;
        directory.observe_groups(&run, first, vec![group(A, "Staff")]).await.unwrap();
        directory.complete(&run, end(first, "link")).await.unwrap();
        directory.failed(&run, DirectoryKind::Groups, Code::GraphForbidden).await.unwrap();
        let state = directory.state(&scope, DirectoryKind::Groups).await.unwrap();
        assert_eq!((state.failure_code.as_deref(), state.objects), (Some("graph.forbidden"), 1));
        assert_eq!(state.complete_at, Some(first.from));
        directory.forget_delta_link(&run).await.unwrap();
        assert_eq!(directory.delta_link(&run).await.unwrap(), None);
        world.succeed(&run).await;
        let late = directory.observe_groups(&run, first, vec![group(B, "Late")]).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)));
        for lost in [
            directory.observe_roles(&run, Vec::new()).await.map(|_| ()),
            directory.complete(&run, end(first, "late")).await.map(|_| ()),
            directory.failed(&run, DirectoryKind::Groups, Code::GraphTimeout).await,
            directory.forget_delta_link(&run).await,
            directory.save_counts(&run, &[(A.to_owned(), 7)]).await,
        ] {
            assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
        }
        assert_eq!(groups(&t, &scope, "").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_are_assigned_are_found_named_and_counted() {
    on_both(async |t: TestStore| {
        let (world, scope, run) = start(&t).await;
        let directory = t.store.directory();
        directory.observe_groups(&run, pass(&t, true).await, vec![group(A, "Staff"), group(B, "Guests")]).await.unwrap();
        let now = t.store.now().await.unwrap();
        assert_eq!(directory.groups_to_count(&run, now, 9).await.unwrap(), Vec::<String>::new(), "none is assigned");
        assigned(&t, &run, &A.to_uppercase()).await;
        assert_eq!(directory.groups_to_count(&run, now, 9).await.unwrap(), [A]);
        directory.save_counts(&run, &[(A.to_owned(), 42)]).await.unwrap();
        assert_eq!(directory.groups_to_count(&run, now, 9).await.unwrap(), Vec::<String>::new(), "counted just now");
        assert_eq!(directory.groups_to_count(&run, now.plus(DAY), 9).await.unwrap(), [A]);
        let of = BTreeSet::from([A, B, "dddddddd-0000-4000-8000-000000000004"]);
        assert_eq!(directory.counted_before(&run, now, &of).await.unwrap(), [B], "one was never counted");
        assert_eq!(directory.counted_before(&run, now.plus(DAY), &of).await.unwrap(), [B, A], "an unknown one cannot be");
        let staff = directory.group(&scope, A).await.unwrap();
        assert_eq!(staff.members.map(|count| (count.members, count.at)), Some((42, now)));
        let used = async |scope: &TenantScope, id: &str| {
            t.store.links().used_by(scope, &Reference::new("group", id), None, 10).await.unwrap().rows
        };
        let staff = used(&scope, &A.to_uppercase()).await;
        assert_eq!((staff.len(), staff[0].name.as_str(), staff[0].kind), (1, "Head office", LinkKind::Include));
        assert_eq!(used(&scope, B).await, []);
        let unknown = "dddddddd-0000-4000-8000-000000000004";
        let found = directory.names(&scope, DirectoryKind::Groups, [A, B, unknown]).await.unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [A, B]);
        assert_eq!((found[A].name.as_str(), found[A].gone), ("Staff", false));
        // The assignment goes to another group.
        t.clock.advance(DAY);
        assigned(&t, &run, unknown).await;
        assert_eq!(used(&scope, A).await, []);
        assert_eq!(used(&scope, unknown).await.len(), 1);
        // Nothing of it in another tenant.
        let other = t.store.access().tenant(&world.sign_in(&world.owner).await, world.other_tenant).await.unwrap();
        assert!(matches!(directory.group(&other, A).await, Err(StoreError::NotVisible)));
        assert!(directory.names(&other, DirectoryKind::Groups, [A]).await.unwrap().is_empty());
        assert_eq!(used(&other, unknown).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn role_definitions_come_in_one_list() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let directory = t.store.directory();
        let role = |id: &str, name: &str, built_in: bool| {
            let text =
                format!(r#"{{"id":"{id}","templateId":"{id}","displayName":"{name}","isBuiltIn":{built_in},"description":"d"}}"#);
            RoleDefinition::read(&Json::parse(text.as_bytes()).unwrap(), Moment::from_micros(0)).unwrap()
        };
        let complete =
            |from| DirectoryEnd { kind: DirectoryKind::RoleDefinitions, from, full_from: Some(from), delta_link: None };
        let first = t.store.now().await.unwrap();
        let effect = directory
            .observe_roles(&run, vec![role(A, "Intune Administrator", true), role(B, "Kiösk crew", false)])
            .await
            .unwrap();
        assert_eq!(effect.created, 2);
        directory.complete(&run, complete(first)).await.unwrap();
        t.clock.advance(DAY);
        let second = t.store.now().await.unwrap();
        let effect = directory.observe_roles(&run, vec![role(A, "Intune Administrator", true)]).await.unwrap();
        assert_eq!((effect.unchanged, effect.updated), (1, 0));
        assert_eq!(directory.complete(&run, complete(second)).await.unwrap(), 1);
        let list = async |text: &str, gone: bool| {
            let filter = DirectoryFilter { text: Some(text.to_owned()), gone, kind: None };
            let found = directory.role_definitions(&scope, &filter, None, 9).await.unwrap().rows;
            found.into_iter().map(|role| role.name).collect::<Vec<_>>()
        };
        assert_eq!(list("", false).await, ["Intune Administrator"]);
        assert_eq!(list("KIOSK", true).await, ["Kiösk crew"]);
        assert_eq!(list(&A.to_uppercase(), false).await, ["Intune Administrator"]);
        assert_eq!(list("50%", false).await, Vec::<String>::new());
        assert!(directory.role_definition(&scope, A).await.unwrap().built_in);
        assert!(matches!(directory.role_definition(&scope, "nobody").await, Err(StoreError::NotVisible)));
        assert!(directory.names(&scope, DirectoryKind::RoleDefinitions, [B]).await.unwrap()[B].gone);
        assert_eq!(directory.state(&scope, DirectoryKind::RoleDefinitions).await.unwrap().objects, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_taken_into_use_syncs_its_directory_daily() {
    on_both(async |t: TestStore| {
        use model::tenant::{Environment, TenantMove};
        let world = World::of(&t).await;
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        let (name, domain) = ("New".to_owned(), "new.example".to_owned());
        let new = store::TenantEdit { name, domain, environment: Environment::Production };
        let tenant = t.store.tenants().draft(&permit, model::ids::EntraTenantId::generate(), &new).await.unwrap();
        let who = world.sign_in(&world.owner).await;
        for (step, schedules) in [(TenantMove::Onboard, 0), (TenantMove::Activate, 3)] {
            let scope = t.store.access().tenant(&who, tenant).await.unwrap();
            t.store.tenants().advance(&scope.permit().unwrap(), step).await.unwrap();
            assert_eq!(t.store.schedules().list(&scope).await.unwrap().len(), schedules);
        }
        let scope = t.store.access().tenant(&who, tenant).await.unwrap();
        let made = t.store.schedules().list(&scope).await.unwrap();
        assert!(made.iter().all(|schedule| schedule.enabled && schedule.next_fire_at.is_some()));
        let kinds: Vec<&str> = made.iter().map(|schedule| schedule.type_code.as_str()).collect();
        assert_eq!(kinds.len(), 3);
        for code in ["entra_group_sync", "directory_role_definitions_sync", "audit_events_sync"] {
            assert!(kinds.contains(&code), "{kinds:?}");
        }
        assert_eq!(t.store.schedules().defaults(&t.operator, tenant).await.unwrap(), 0, "it has them already");
        assert_eq!(t.store.schedules().defaults(&t.operator, world.tenant).await.unwrap(), 3, "one that was in use before");
        let nobody = t.store.schedules().defaults(&t.operator, model::ids::TenantId::generate()).await;
        assert!(matches!(nobody, Err(StoreError::NotVisible)));
        t.clock.advance(DAY);
        assert!(t.store.queue().fire_due(9).await.unwrap().runs >= 2, "they start by themselves");
    })
    .await;
}
