//! Versions by their pages: changes and who made them, notes and pins, the tenant as it was, capture now.

use std::time::Duration;

use axum::http::StatusCode;
use model::attribution::{ActorKind, EventActor, EventResource, EventSource, TenantEvent};
use model::canonical::canonical;
use model::json::Json;
use model::resource_types::{Platform, find};
use store::ObservedItem;
use testkit::stores::on_both;

use crate::browser::Product;

const HOUR: Duration = Duration::from_secs(3600);

/// A scope tag as a sync reads it.
fn tag(name: &str, text: &str) -> ObservedItem {
    let kind = find("scope_tag").unwrap();
    let object = Json::from([("id", Json::text("7")), ("displayName", Json::text(name)), ("description", Json::text(text))]);
    ObservedItem {
        resource_type: &kind.key,
        object_id: "7".to_owned(),
        name: name.to_owned(),
        platform: Platform::All,
        odata_type: None,
        modified_at: None,
        assignments: None,
        content: canonical(kind, object),
        fingerprint: None,
        asked_at: None,
    }
}

#[tokio::test]
async fn a_change_is_found_with_who_made_it_marked_and_travelled_to() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let (world, test) = (&product.world, &product.test);
        let tenant = format!("/admin/t/{}", world.tenant);
        let versions = format!("{tenant}/versions");
        let mut member = product.browser_of(&world.operator_member).await;
        assert!(member.get(&versions).await.body.contains("No versions yet"));
        assert!(member.get(&format!("{versions}/at")).await.body.contains("Nothing had been observed"));

        let run = world.attempt(&["scope_tag"]).await;
        let inventory = test.store.inventory();
        inventory.observe(&run, vec![tag("Head office", "one")]).await.unwrap();
        let then = test.store.now().await.unwrap();
        test.clock.advance(HOUR);
        let at = test.store.now().await.unwrap();
        test.clock.advance(HOUR);
        inventory.observe(&run, vec![tag("Headquarters", "two")]).await.unwrap();
        let event = TenantEvent {
            source: EventSource::Intune,
            event_id: "e".to_owned(),
            at,
            actor: EventActor { kind: ActorKind::Person, name: "ann@contoso.com".to_owned(), app: Some("<b>Portal".to_owned()) },
            activity: "Patch RoleScopeTag".to_owned(),
            operation: "Patch".to_owned(),
            result: "Success".to_owned(),
            correlation_id: None,
            resources: vec![EventResource { kind: "RoleScopeTag".to_owned(), object_id: "7".to_owned(), name: String::new() }],
            names_more: false,
        };
        test.store.tenant_events().observe(&run, &[event]).await.unwrap();

        let page = member.get(&versions).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.body.contains("Headquarters") && page.body.contains("ann@contoso.com (app &lt;b&gt;Portal)"),
            "{}",
            page.body
        );
        assert!(member.get(&format!("{versions}?actor=ann%40contoso.com&kind=settings")).await.body.contains("Headquarters"));
        let narrowed = member.get(&format!("{versions}?actor=nobody")).await;
        assert!(narrowed.body.contains("No changes match") && !narrowed.body.contains("Headquarters"));

        // As it was, and the same object now.
        let past = member.get(&format!("{versions}/at?at={}", then.to_fixed_text())).await;
        assert!(past.body.contains("Head office") && past.body.contains("1 of 2") && past.body.contains("Compare with now"));
        let field = member.get(&format!("{versions}/at?at=2026-03-01T10:00")).await;
        assert!(field.body.contains("Headquarters") && !field.body.contains("Head office"), "{}", field.body);
        assert!(member.get(&format!("{versions}/at?at=0001-01-01T00:00:00Z")).await.body.contains("Nothing had been observed"));

        let to_come = member.get(&format!("{versions}/at?at=2099-01-01T00:00")).await;
        assert!(
            to_come.body.contains("Headquarters") && !to_come.body.contains("As it was on 2099"),
            "what is to come is not known"
        );

        // The whole tenant with what it was; the form keeps the seconds of the address.
        let compared = member.get(&format!("{tenant}/compare?from={}", then.to_fixed_text())).await;
        assert!(compared.body.contains("Headquarters") && compared.body.contains("Changed"), "{}", compared.body);
        let field: String = then.to_fixed_text().chars().take(19).collect();
        assert!(compared.body.contains(&format!("name=\"from\" step=\"1\" value=\"{field}\"")), "{}", compared.body);
        let by_part = member.get(&format!("{tenant}/compare?from={}&part=assignments", then.to_fixed_text())).await;
        assert!(by_part.body.contains("No policy differs in this way."), "{}", by_part.body);

        // A note and a pin.
        let scope = world.tenant_scope(&world.owner).await;
        let item = inventory.list(&scope, &model::inventory::InventoryFilter::default(), None, 9).await.unwrap().rows[0].id;
        let version = format!("{tenant}/inventory/{item}/versions/2");
        // One object at an instant.
        let of_item = format!("{tenant}/inventory/{item}/at");
        let earlier = member.get(&format!("{of_item}?at={}", then.to_fixed_text())).await;
        assert!(earlier.body.contains("<h1>Version 1 of Head office</h1>"), "{}", earlier.body);
        assert!(member.get(&of_item).await.body.contains("<h1>Version 2 of Headquarters</h1>"));
        let before = format!("{of_item}?at=2001-01-01T00:00:00Z");
        assert_eq!(member.get(&before).await.status, StatusCode::NOT_FOUND);
        let mark = format!("{version}/mark");
        assert_eq!(member.submit(&mark, &[("note", "Agreed <i>"), ("pinned", "yes")]).await.location(), Some(version.as_str()));
        let shown = member.get(&version).await;
        assert!(shown.body.contains("Agreed &lt;i&gt;") && shown.body.contains("ann@contoso.com"), "{}", shown.body);
        assert!(member.get(&format!("{versions}?pinned=yes")).await.body.contains("Pinned"));
        assert!(shown.body.contains("name=\"revision\" value=\"1\""), "{}", shown.body);
        let stale = member.submit(&mark, &[("note", "From an older page"), ("revision", "0")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(member.get(&version).await.body.contains("Agreed &lt;i&gt;"));
        let again = member.submit(&mark, &[("note", "Agreed twice"), ("pinned", "yes"), ("revision", "1")]).await;
        assert_eq!(again.location(), Some(version.as_str()));
        let long = "x".repeat(2_001);
        let refused = member.submit(&mark, &[("note", long.as_str())]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("at most 2,000 characters") && refused.body.contains(&long));
        assert_eq!(member.submit(&format!("{tenant}/inventory/{item}/versions/9/mark"), &[]).await.status, StatusCode::NOT_FOUND);

        // One click is one run; two clicks while it is queued as well.
        let capture = format!("{tenant}/inventory/{item}/capture");
        for key in ["k1", "k1", "k2"] {
            assert_eq!(member.submit(&capture, &[("key", key)]).await.status, StatusCode::SEE_OTHER);
        }
        member.submit(&format!("{versions}/events"), &[("key", "k3")]).await;
        for code in ["policy_capture_snapshot", "audit_events_sync"] {
            assert_eq!(test.number(&format!("select count(*) from operation_runs where type = '{code}'")).await, 1);
        }
        let nothing = format!("{tenant}/inventory/{}/capture", model::ids::InventoryItemId::generate());
        assert_eq!(member.submit(&nothing, &[]).await.status, StatusCode::NOT_FOUND);

        // Who may only read is told so; a stranger learns nothing.
        let mut readonly = product.browser_of(&world.readonly).await;
        assert_eq!(readonly.get(&versions).await.status, StatusCode::OK);
        for path in [&capture, &mark, &format!("{versions}/events")] {
            assert_eq!(readonly.submit(path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let mut stranger = product.browser_of(&world.stranger).await;
        for path in [versions.clone(), format!("{versions}/at"), version.clone(), of_item.clone()] {
            assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}
