//! How all tenants stand, their tags and their groups by the API.

use serde_json::{Value, json};
use testkit::stores::on_both;

use crate::served::Served;
use crate::somebody::Somebody;

/// The names of the tenants in a list.
fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_are_tagged_grouped_and_found() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (first, other, foreign) = (served.world.tenant, served.world.other_tenant, served.world.foreign_tenant);
        let (owner, reader) = (served.caller(Somebody::Owner).await, served.caller(Somebody::Readonly).await);
        let found = async |query: &str| owner.get(&format!("/api/v1/overview{query}")).await.json();
        let all = found("").await;
        assert_eq!(names(&all), ["Contoso", "Fabrikam"]);
        let row = &all["items"][0];
        for unknown in ["synced_at", "items", "backup_id", "drill_id", "readiness", "findings", "credential_expires_at"] {
            assert_eq!(row[unknown], Value::Null, "{unknown} is not known, and no zero");
        }
        assert_eq!((&row["connection"], &row["missing"], &row["runs_in_trouble"]), (&json!("unchecked"), &json!(0), &json!(0)));

        let tags = format!("/api/v1/tenants/{first}/tags");
        let tagged = owner.send("PUT", &tags, Some(&json!({ "tags": [" Gold ", "EU", "gold"] })), &[]).await;
        assert_eq!((tagged.status, tagged.json()), (200, json!({ "tags": ["EU", "Gold"] })));
        for odd in [json!({ "tags": ["a,b"] }), json!({ "tags": [""] }), json!({ "tags": vec!["a"; 21] }), json!({})] {
            assert_eq!(owner.send("PUT", &tags, Some(&odd), &[]).await.problem(), "request.invalid", "{odd}");
        }
        assert_eq!(reader.send("PUT", &tags, Some(&json!({ "tags": [] })), &[]).await.status, 403);
        assert_eq!(reader.get(&tags).await.json(), json!({ "tags": ["EU", "Gold"] }));

        let made = owner.post("/api/v1/tenant-groups", &json!({ "name": "Retail" })).await;
        assert_eq!((made.status, made.json()["tenants"].as_i64()), (201, Some(0)), "{}", made.body);
        let at = made.location().unwrap().to_owned();
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(owner.post("/api/v1/tenant-groups", &json!({ "name": "RETAIL" })).await.status, 409);
        assert_eq!(reader.post("/api/v1/tenant-groups", &json!({ "name": "Other" })).await.status, 403);
        assert_eq!(reader.get(&at).await.status, 404, "none of its tenants is theirs");
        let put =
            async |tenants: Value| owner.send("PUT", &format!("{at}/tenants"), Some(&json!({ "tenants": tenants })), &[]).await;
        assert_eq!(put(json!([other, foreign])).await.status, 404);
        assert_eq!(put(json!([first, other])).await.json()["tenants"], 2);
        assert_eq!(reader.get(&at).await.json()["tenants"], 1, "they are told of theirs only");
        assert_eq!(put(json!([other])).await.json()["tenants"], 1);
        assert_eq!(owner.get(&format!("{at}/tenants")).await.json(), json!({ "tenants": [other] }));

        assert_eq!(names(&found(&format!("?group={id}")).await), ["Fabrikam"]);
        assert_eq!(names(&found("?tag=GOLD").await), ["Contoso"]);
        assert_eq!(names(&found("?trouble=connection").await), ["Fabrikam"]);
        assert_eq!(names(&found("?sort=name&reversed=true").await), ["Fabrikam", "Contoso"]);
        let page = found("?sort=connection&limit=1").await;
        assert_eq!(names(&page), ["Fabrikam"], "the worst first");
        let next = page["next"].as_str().unwrap();
        assert_eq!(names(&found(&format!("?sort=connection&limit=1&cursor={next}")).await), ["Contoso"]);
        for odd in ["?limit=0", "?sort=size", "?trouble=none", "?tag=", "?colour=red"] {
            assert_eq!(owner.get(&format!("/api/v1/overview{odd}")).await.problem(), "request.invalid", "{odd}");
        }

        let renamed = owner.send("PUT", &at, Some(&json!({ "name": "Shops" })), &[]).await;
        assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("Shops")));
        assert_eq!(owner.send("DELETE", &at, None, &[]).await.status, 204);
        assert_eq!(owner.get(&at).await.problem(), "not_found");
        assert_eq!(names(&found("").await), ["Contoso", "Fabrikam"], "its tenants stay");
    })
    .await;
}
