//! What came to many objects, but not to all: one card, one decision, and no finding of it ever after.

use model::access::can;
use model::finding::FindingState;
use model::json::Json;
use store::{Doing, MANY_OBJECTS};
use testkit::stores::{TestStore, on_both};

use crate::help::{POLICY, Place, policies};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_the_services_is_no_finding_again() {
    on_both(async |t: TestStore| {
        let many = MANY_OBJECTS as usize;
        let names: Vec<String> = (0..many + 5).map(|n| format!("policy-{n:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let place = Place::of(&t, policies(&names)).await;
        place.sync().await;
        let gets = |name: &str| place.change(POLICY, name, |object| object.set("isNewOfService", Json::text("off")));
        names[..many].iter().for_each(|name| gets(name));
        place.sync().await;
        let scope = place.world.tenant_scope(&place.world.owner).await;
        let findings = t.store.findings();
        let cards = findings.folds(&scope).await.unwrap();
        assert_eq!(
            cards.iter().map(|card| (card.property.as_str(), card.objects)).collect::<Vec<_>>(),
            [("isNewOfService", i64::from(MANY_OBJECTS))]
        );
        assert!(place.findings().await.iter().all(|finding| finding.folded));
        let permit = scope.permit::<can::FindingsTriage>().unwrap();
        findings.classify(&permit, cards[0].one, Doing::Service).await.unwrap();
        assert!(place.open().await.is_empty());
        // The same comes to another one; something else does, too.
        gets(names[many]);
        place.change(POLICY, names[many + 1], |object| object.set("isNewOfService", Json::text("on")));
        place.sync().await;
        assert_eq!(findings.folds(&scope).await.unwrap(), []);
        let open: Vec<String> =
            place.findings().await.into_iter().filter(|one| one.state == FindingState::New).map(|one| one.object_id).collect();
        assert_eq!(open, [names[many + 1]], "another value is another thing");
    })
    .await;
}
