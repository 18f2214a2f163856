//! What is told not to exist, or to be used by nobody.

use model::canonical::canonical;
use model::failure::Code;
use model::json::Json;
use model::links::{EndState, OrphanKind, WhyUntold};
use model::resource_types;
use store::ObservedItem;
use store::access::TenantScope;
use testkit::stores::{TestStore, on_both};

use super::{FILTER, POLICY, STEP, TAG, complete, groups, observe, policy, start};
use crate::directory::{A, B};
use crate::inventory::{list_of, seen, unread};

async fn dangling(t: &TestStore, scope: &TenantScope) -> Vec<(String, String, EndState, bool)> {
    let page = t.store.links().dangling(scope, None, 200).await.unwrap();
    page.rows.into_iter().map(|one| (one.end.to.id, one.name, one.end.state, one.confirmed)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_read_completely_is_told_not_to_exist() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let one = || policy("p1", "One", &[(A, Some("f1"), false)], &["7"]);
        observe(&t, &run, vec![one()]).await;
        assert_eq!(dangling(&t, &scope).await, [], "nothing was read completely");
        let told = t.store.links().dangling_told(&scope).await.unwrap();
        assert_eq!((told.told.len(), told.untold.len(), told.waiting), (0, 3, 0));
        assert!(told.untold.iter().all(|one| one.why == WhyUntold::NotRead));
        // A list that broke off tells nothing; one that was complete, of which an object could not be read, neither.
        t.clock.advance(STEP);
        t.store.inventory().types_unread(&run, &[unread(TAG, Code::GraphTimeout)]).await.unwrap();
        complete(&t, &run, &[(FILTER, 1)]).await;
        assert_eq!(dangling(&t, &scope).await, []);
        let told = t.store.links().dangling_told(&scope).await.unwrap();
        assert!(told.untold.iter().any(|one| one.resource_type == FILTER && one.why == WhyUntold::NotWhole), "{told:?}");
        complete(&t, &run, &[(FILTER, 0), (TAG, 0)]).await;
        let gone = |id: &str, confirmed| (id.to_owned(), "One".to_owned(), EndState::Unresolved, confirmed);
        assert_eq!(dangling(&t, &scope).await, [gone("f1", true), gone("7", true)]);
        groups(&t, &run, &[B]).await;
        assert_eq!(dangling(&t, &scope).await, [gone("f1", true), gone(A, true), gone("7", true)]);
        let in_run = t.store.links().dangling_in(&run, None, 200).await.unwrap();
        assert_eq!(in_run, t.store.links().dangling(&scope, None, 200).await.unwrap());
        // What they refer to is found.
        observe(&t, &run, vec![seen(FILTER, "f1", "Corporate", 1), seen(TAG, "7", "Head office", 1)]).await;
        groups(&t, &run, &[A, B]).await;
        assert_eq!(dangling(&t, &scope).await, []);
        // A reference that is newer than what was read of its target is not sure; the next reading tells.
        observe(&t, &run, vec![policy("p2", "Two", &[], &["8"])]).await;
        assert_eq!(dangling(&t, &scope).await, [("8".to_owned(), "Two".to_owned(), EndState::Unresolved, false)]);
        t.clock.advance(STEP);
        let from = t.store.now().await.unwrap();
        t.store.inventory().observe(&run, vec![seen(TAG, "7", "Head office", 1)]).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(TAG, from, 1)]).await.unwrap();
        assert_eq!(dangling(&t, &scope).await, [("8".to_owned(), "Two".to_owned(), EndState::Unresolved, true)]);
        // What was there and is gone is called by its name.
        groups(&t, &run, &[B]).await;
        complete(&t, &run, &[(FILTER, 0)]).await;
        let found = dangling(&t, &scope).await;
        assert_eq!(found[0], ("f1".to_owned(), "One".to_owned(), EndState::Gone, true));
        assert_eq!(found[1], (A.to_owned(), "One".to_owned(), EndState::Gone, true));
    })
    .await;
}

async fn orphans(t: &TestStore, scope: &TenantScope, kind: OrphanKind) -> Vec<(String, bool)> {
    let page = t.store.links().orphans(scope, kind, None, 200).await.unwrap();
    page.rows.into_iter().map(|one| (one.name, one.confirmed)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_uses_is_told_when_everything_that_could_was_read() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let default = ObservedItem { assignments: Some(0), ..seen("enrollment_limit", "x_DefaultLimit", "Default", 1) };
        let hello = ObservedItem { assignments: Some(0), ..seen("windows_hello_for_business", "x_Hello", "All users", 1) };
        let tags = ObservedItem { assignments: Some(0), ..seen(TAG, "0", "Default", 1) };
        observe(
            &t,
            &run,
            vec![
                seen(FILTER, "f1", "Used", 1),
                seen(FILTER, "f2", "Unused", 1),
                seen(TAG, "7", "Unused tag", 1),
                tags,
                default,
                hello,
                policy("p1", "One", &[(A, Some("f1"), false)], &["0"]),
                policy("p2", "Two", &[], &[]),
            ],
        )
        .await;
        let name = |name: &str, confirmed| vec![(name.to_owned(), confirmed)];
        assert_eq!(orphans(&t, &scope, OrphanKind::Unassigned).await, name("Two", true), "defaults hold for everybody");
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, []);
        let told = t.store.links().orphans_told(&scope, OrphanKind::UnusedFilter).await.unwrap();
        assert!(told.untold.iter().any(|one| one.resource_type == POLICY && one.why == WhyUntold::NotRead), "{told:?}");
        // All types that can have filters or scope tags are read; of the policies one could not be.
        let read: Vec<(&'static str, i64)> = resource_types::all()
            .iter()
            .filter(|kind| kind.in_inventory() && (kind.assignments.is_some() || kind.scope_tag_property.is_some()))
            .chain(resource_types::find("intune_role_assignment"))
            .map(|kind| (kind.key.as_str(), if kind.key == POLICY { 3 } else { 0 }))
            .filter(|(key, _)| ![FILTER, TAG, "enrollment_limit"].contains(key))
            .chain([(FILTER, 2), (TAG, 2), ("enrollment_limit", 1)])
            .collect();
        complete(&t, &run, &read).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, []);
        complete(&t, &run, &[(POLICY, 2)]).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, name("Unused", true));
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedScopeTag).await, name("Unused tag", true));
        let told = t.store.links().orphans_told(&scope, OrphanKind::UnusedScopeTag).await.unwrap();
        assert!(told.untold.is_empty() && told.told.contains(&POLICY.to_owned()));
        let in_run = t.store.links().orphans_in(&run, OrphanKind::UnusedFilter, None, 9).await.unwrap();
        assert_eq!(in_run, t.store.links().orphans(&scope, OrphanKind::UnusedFilter, None, 9).await.unwrap());
        // One that is newer than what was read is not sure.
        observe(&t, &run, vec![seen(FILTER, "f3", "Young", 1)]).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, [("Unused".to_owned(), true), ("Young".to_owned(), false)]);
        // A policy set has the policy that is assigned to nobody.
        let set = r##"{"id":"s","displayName":"Set","items":[{"@odata.type":"#microsoft.graph.deviceManagementConfigurationPolicyPolicySetItem","payloadId":"p2"}]}"##;
        let content = canonical(resource_types::find("policy_set").unwrap(), Json::parse(set.as_bytes()).unwrap());
        observe(&t, &run, vec![ObservedItem { content, assignments: Some(1), ..seen("policy_set", "s", "Set", 1) }]).await;
        assert_eq!(orphans(&t, &scope, OrphanKind::Unassigned).await, []);
        // While links are not made nothing is told.
        t.execute("update inventory_items set links_form = 'old' where object_id = 'p1'").await;
        assert_eq!(orphans(&t, &scope, OrphanKind::UnusedFilter).await, []);
        assert_eq!(t.store.links().orphans_told(&scope, OrphanKind::UnusedFilter).await.unwrap().waiting, 1);
    })
    .await;
}
