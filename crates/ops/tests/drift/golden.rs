//! A baseline that follows a tenant: what changes there is what others deviate from.

use model::finding::FindingKind::{Added, Changed, Removed};
use model::json::Json;
use model::operations::Operation;
use testkit::stores::{TestStore, on_both};

use crate::baselines::{Told, baseline, change_in, manage, open, scope_of, second, sync, told};
use crate::help::{POLICY, Place, policies, policy};

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_in_the_golden_tenant_is_what_another_deviates_by() {
    on_both(async |t: TestStore| {
        let place = Place::of(&t, policies(&["a", "b"])).await;
        let (golden, other) = (place.world.tenant, place.world.other_tenant);
        let entra = second(&place, &["a", "b"]).await;
        sync(&place, golden).await;
        sync(&place, other).await;
        let id = baseline(&place, true, &[other]).await;
        let (baselines, permit, scope) = (t.store.baselines(), manage(&place).await, scope_of(&place, golden).await);
        let revision = async || {
            let seen = place.world.workspace_scope(&place.world.owner).await;
            baselines.find(&seen, id).await.unwrap().revision
        };
        baselines.follow(&permit, id, revision().await, Some((&scope, &[]))).await.unwrap();
        // Nothing changed: no version.
        let before = revision().await;
        sync(&place, golden).await;
        sync(&place, other).await;
        assert_eq!((revision().await, open(&place, other).await), (before, Told::new()));
        // Changed, gone and come there: here it deviates.
        place.change(POLICY, "a", |object| object.set("description", Json::text("golden")));
        place.graph.sim.remove_object(place.graph.tenant, POLICY, "b").unwrap();
        place.put(POLICY, &policy("c", "c"));
        sync(&place, golden).await;
        sync(&place, other).await;
        let expected = told(&[("other-a", Changed, "description"), ("other-b", Added, ""), ("c", Removed, "")]);
        assert_eq!(open(&place, other).await, expected);
        // Put right here: nothing deviates.
        change_in(&place, entra, "other-a", |object| object.set("description", Json::text("golden")));
        place.graph.sim.remove_object(entra, POLICY, "other-b").unwrap();
        let came = policy("other-c", "c").replace("\"groupId\":\"g\"", "\"groupId\":\"k\"");
        place.graph.sim.put_object(entra, POLICY, Json::parse(came.as_bytes()).unwrap()).unwrap().unwrap();
        sync(&place, other).await;
        assert_eq!(open(&place, other).await, Told::new());
        // A run for each sync of the golden tenant, and what it says.
        let of = format!("type = '{}' and outcome = 'succeeded'", Operation::BaselineFollow.code());
        assert_eq!(t.number(&format!("select count(*) from operation_runs where {of}")).await, 2);
    })
    .await;
}
