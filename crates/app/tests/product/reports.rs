//! Reports by pages and API alike: read, taken along, kept, made by themselves; and nothing of a tenant to whom it is not theirs.

use serde_json::json;
use testkit::caller::Caller;
use testkit::graph::TestGraph;
use testkit::html;
use testkit::stores::on_both;

use crate::served::Served;
use crate::somebody::Somebody;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_read_as_a_page_and_taken_along() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (tenant, other) = (served.world.tenant, served.world.other_tenant);
        let reader = served.browser(Somebody::Readonly).await;
        let list = reader.get("/admin/reports").await;
        assert!(
            list.status == 200 && list.body.contains("Read a report") && !list.body.contains("Make the schedule"),
            "{}",
            list.body
        );
        for kind in ["configuration", "changes", "readiness", "findings"] {
            let page = reader.get(&format!("/admin/reports/now?kind={kind}&tenant={tenant}")).await;
            assert_eq!(page.status, 200);
            assert!(
                page.body.contains("Contoso") && page.body.ends_with("</html>") && !page.body.contains("report-rest"),
                "{}",
                page.body
            );
            assert!(!page.body.contains("://") || !page.body.contains("src=\"http"), "nothing is from another host");
            let file = reader.get(&format!("/admin/reports/now/file?kind={kind}&tenant={tenant}&format=markdown")).await;
            assert_eq!((file.status, file.header("content-type")), (200, Some("text/markdown; charset=utf-8")));
            assert!(file.body.starts_with("# ") && file.header("content-disposition").unwrap().ends_with(".md\""));
            assert_eq!(reader.get(&format!("/admin/reports/now?kind={kind}&tenant={other}")).await.status, 404);
        }
        for odd in [
            "kind=x",
            "from=2026-01-01",
            "from=2026-02-01&until=2026-01-01",
            "from=1&until=2",
            "from=2999-01-01&until=2999-02-01",
        ] {
            let refused = reader.get(&format!("/admin/reports/now?{odd}")).await;
            assert_eq!(refused.status, 400, "{odd}");
            assert!(refused.body.contains("Read a report") && refused.body.contains("role=\"alert\""), "the form again: {odd}");
        }
        assert_eq!(reader.get("/admin/reports/now/file?format=docx").await.status, 400);
        let caller = served.caller(Somebody::Readonly).await;
        let document = caller.get(&format!("/api/v1/reports/now?kind=readiness&tenant={tenant}")).await.json();
        assert_eq!((&document["kind"], &document["complete"]), (&json!("readiness"), &json!(true)));
        assert!(document["blocks"].as_array().is_some_and(|blocks| !blocks.is_empty()));
        assert_eq!(caller.get(&format!("/api/v1/reports/now?tenant={other}")).await.status, 404);
        let all = caller.get("/api/v1/reports/now?kind=readiness").await;
        assert!(!all.body.contains("Fabrikam"), "a tenant that is not theirs is in no report of all: {}", all.body);
        assert!(test.number("select count(*) from audit_entries where action = 'report.export'").await >= 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_a_name_in_every_form_of_a_report() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let hostile = "<script>alert(1)</script> [a](https://evil.example/x) ![b](https://evil.example/y) | <img src=https://evil.example/z>";
        let tenant = served.world.tenant;
        let name = hostile.replace('\'', "''");
        test.execute(&format!("update tenants set name = '{name}' where id = {}", test.literal(tenant.uuid()))).await;
        let owner = served.browser(Somebody::Owner).await;
        for kind in ["configuration", "changes", "readiness", "findings"] {
            for of in ["".to_owned(), format!("&tenant={tenant}")] {
                let file = async |format: &str| {
                    owner.get(&format!("/admin/reports/now/file?kind={kind}{of}&format={format}")).await
                };
                let html = file("html").await;
                assert_eq!((html.status, html.header("content-type")), (200, Some("text/html; charset=utf-8")));
                assert!(html.header("content-disposition").unwrap().ends_with(".html\""));
                assert!(html.body.contains("default-src 'none'") && html.body.contains("&lt;script&gt;alert(1)"), "{}", html.body);
                assert!(html.body.starts_with("<!DOCTYPE html>") && html.body.ends_with("</html>\n"), "{}", html.body);
                for mark in ["<script", "<img", "<link", "href=\"http", "src="] {
                    let found = html.body.replace("&lt;img src=", "").contains(mark);
                    assert!(!found, "{mark}: {}", html.body);
                }
                // A bracket behind a backslash closes nothing.
                let markdown = file("markdown").await.body.replace("\\]", "");
                for mark in ["<script", "<img", "](https", "https://evil"] {
                    assert!(!markdown.contains(mark), "{mark}: {markdown}");
                }
                assert!(markdown.contains("&lt;script&gt;"), "{markdown}");
                let document: serde_json::Value = serde_json::from_str(&file("json").await.body).unwrap();
                assert_eq!(document["complete"], json!(true));
                let page = owner.get(&format!("/admin/reports/now?kind={kind}{of}")).await.body;
                assert!(!page.contains("<script>alert") && !page.contains("<img src=https"), "{page}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_all_tenants_is_kept_by_those_who_see_all() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let tenant = served.world.tenant;
        let (owner, reader) = (served.caller(Somebody::Owner).await, served.caller(Somebody::Readonly).await);
        let all = json!({ "kind": "readiness" });
        assert_eq!(reader.post("/api/v1/reports", &all).await.status, 403);
        let started = owner.post("/api/v1/reports", &all).await;
        assert_eq!(started.status, 202, "{}", started.body);
        assert_eq!(reader.get(started.location().unwrap()).await.status, 404, "the run speaks of every tenant");
        let of_theirs = reader.post("/api/v1/reports", &json!({ "kind": "readiness", "tenant_id": tenant })).await;
        assert_eq!(of_theirs.status, 202, "{}", of_theirs.body);
        let other = json!({ "kind": "readiness", "tenant_id": served.world.other_tenant });
        assert_eq!(reader.post("/api/v1/reports", &other).await.status, 404);
        let graph = TestGraph::inventing(&served.world, 1).await;
        assert_eq!(graph.worker(&served.world.store).run_queue_now().await.unwrap(), 2);
        let ids = async |caller: &Caller| {
            let listed = caller.get("/api/v1/reports").await.json();
            let ids = listed["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
            ids.collect::<Vec<_>>()
        };
        let (seen, theirs) = (ids(&owner).await, ids(&reader).await);
        assert!(seen.len() == 2 && theirs.len() == 1 && seen.contains(&theirs[0]), "{seen:?} {theirs:?}");
        let hidden = seen.iter().find(|id| **id != theirs[0]).unwrap();
        let absent = "00000000-0000-7000-8000-000000000000";
        let (see, read) = (served.browser(Somebody::Owner).await, served.browser(Somebody::Readonly).await);
        for id in &seen {
            for at in ["", "/file?format=html", "/file?format=markdown", "/file?format=json"] {
                let answer = see.get(&format!("/admin/reports/{id}{at}")).await;
                assert_eq!(answer.status, 200, "{at}: {}", answer.body);
                assert!(answer.body.contains("Latest complete backup of everything"), "{at}: {}", answer.body);
            }
            assert_eq!(owner.get(&format!("/api/v1/reports/{id}")).await.json()["complete"], json!(true));
        }
        assert_eq!(read.get(&format!("/admin/reports/{}", theirs[0])).await.status, 200);
        for at in ["", "/file?format=html"] {
            let (one, two) = (
                read.get(&format!("/admin/reports/{hidden}{at}")).await,
                read.get(&format!("/admin/reports/{absent}{at}")).await,
            );
            assert_eq!((one.status, one.body.replace(hidden, "")), (404, two.body.replace(absent, "")));
        }
        let (one, two) =
            (reader.get(&format!("/api/v1/reports/{hidden}")).await, reader.get(&format!("/api/v1/reports/{absent}")).await);
        assert_eq!((one.status, &one.json()["code"], &one.json()["detail"]), (404, &two.json()["code"], &two.json()["detail"]));
        let schedule = json!({ "name": "n", "kind": "changes", "cron": "0 6 * * 1", "time_zone": "UTC" });
        assert_eq!(reader.post("/api/v1/report-schedules", &schedule).await.status, 403);
        let made = owner.post("/api/v1/report-schedules", &schedule).await;
        assert_eq!((made.status, &made.json()["tenant_id"]), (201, &json!(null)), "{}", made.body);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(reader.get("/api/v1/report-schedules").await.json()["items"], json!([]));
        let page = served.browser(Somebody::Owner).await;
        let forms = html::forms(&page.get("/admin/reports").await.body);
        let switch = forms.iter().find(|form| form.action.contains(&format!("{id}/switch"))).expect("its form");
        let csrf = ("csrf".to_owned(), switch.field("csrf").unwrap().to_owned());
        let to = switch.action.replace("&amp;", "&");
        assert_eq!(page.post(&to, &[csrf.clone(), ("on".to_owned(), "no".to_owned())]).await.status, 303);
        assert_eq!(owner.get("/api/v1/report-schedules").await.json()["items"][0]["enabled"], json!(false));
        let at = format!("/api/v1/report-schedules/{id}");
        assert!([403, 404].contains(&reader.send("DELETE", &at, None, &[]).await.status));
        assert_eq!(owner.send("DELETE", &at, None, &[]).await.status, 204);
        assert_eq!(owner.send("DELETE", &at, None, &[]).await.status, 404);
    })
    .await;
}
