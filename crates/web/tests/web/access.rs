//! Who sees what: unknown and not theirs are one answer; a missing capability is another; signed out is a third.

use crate::browser::{Product, on_sqlite};
use axum::http::StatusCode;
use model::access::can;
use model::ids::{RunId, TenantId};
use model::run::{Run, Trigger};
use testkit::world::sync_of;

async fn run_in_first_tenant(product: &Product) -> Run {
    let scope = product.world.tenant_scope(&product.world.owner).await;
    let request = sync_of(product.world.tenant, &["scope_tag"]);
    let permit = scope.permit::<can::InventorySync>().unwrap();
    product.world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone()
}

fn pages_of_tenant(tenant: impl std::fmt::Display) -> Vec<String> {
    let item = model::ids::InventoryItemId::generate();
    ["", "/operations", "/inventory", "/inventory/sync"]
        .iter()
        .map(|rest| format!("/admin/t/{tenant}{rest}"))
        .chain([format!("/admin/t/{tenant}/inventory/{item}"), format!("/admin/operations?tenant={tenant}")])
        .collect()
}

#[tokio::test]
async fn what_is_not_theirs_looks_like_what_does_not_exist() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let run = run_in_first_tenant(&product).await;
        for (name, user) in [("stranger", &product.world.stranger), ("outsider", &product.world.outsider)] {
            let mut browser = product.browser_of(user).await;
            let unknown = browser.get(&format!("/admin/t/{}", TenantId::generate())).await;
            assert_eq!(unknown.status, StatusCode::NOT_FOUND);
            let mut addresses = pages_of_tenant(product.world.tenant);
            addresses.extend(pages_of_tenant("no-id"));
            addresses.extend(
                [run.id.to_string(), RunId::generate().to_string(), "no-id".to_owned()]
                    .iter()
                    .flat_map(|id| [format!("/admin/operations/{id}"), format!("/admin/operations/{id}/cancel")]),
            );
            addresses.push("/admin/nothing/here".to_owned());
            addresses.push(format!("/admin?workspace={}", model::ids::WorkspaceId::generate()));
            for address in addresses {
                let answer = browser.get(&address).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name} {address}");
                assert_eq!(answer.body, unknown.body, "{name} {address}");
                let names = |answer: &crate::browser::Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
                assert_eq!(names(&answer), names(&unknown), "{name} {address}");
            }
        }
        let mut stranger = product.browser_of(&product.world.stranger).await;
        let theirs = stranger.get(&format!("/admin?workspace={}", product.world.workspace)).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        assert!(!stranger.get("/admin").await.body.contains("Contoso"));
    })
    .await;
}

#[tokio::test]
async fn a_stranger_changes_nothing_and_learns_nothing() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let run = run_in_first_tenant(&product).await;
        let mut stranger = product.browser_of(&product.world.stranger).await;
        let tenant = product.world.tenant;
        for address in [format!("/admin/t/{tenant}/inventory/sync"), format!("/admin/operations/{}/cancel", run.id)] {
            assert_eq!(stranger.submit(&address, &[("types", "scope_tag")]).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        let workspace = product.world.workspace.to_string();
        assert_eq!(stranger.submit("/admin/switch", &[("workspace", &workspace)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(product.test.number("select count(*) from operation_runs").await, 1);
        let found = stranger.get("/admin/search?q=Contoso").await;
        assert!(found.body.contains("Nothing found"), "{}", found.body);
    })
    .await;
}

#[tokio::test]
async fn a_readonly_member_looks_and_is_told_what_is_missing() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let run = run_in_first_tenant(&product).await;
        let mut readonly = product.browser_of(&product.world.readonly).await;
        let sync = format!("/admin/t/{}/inventory/sync", product.world.tenant);
        let page = readonly.get(&sync).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Insufficient permission – ask a tenant owner."));
        assert_eq!(product.test.number("select count(*) from audit_entries where outcome = 'denied'").await, 0);

        let refused = readonly.submit(&sync, &[("types", "scope_tag")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains("tenant.inventory.sync"));
        let cancel = format!("/admin/operations/{}/cancel", run.id);
        assert_eq!(readonly.get(&cancel).await.status, StatusCode::FORBIDDEN);
        assert_eq!(readonly.get(&format!("/admin/operations/{}", run.id)).await.status, StatusCode::FORBIDDEN);
        assert_eq!(readonly.submit(&cancel, &[]).await.status, StatusCode::FORBIDDEN);
        let denied = "select count(*) from audit_entries where outcome = 'denied' and action in ('run.start', 'run.cancel')
            and workspace_id is not null and tenant_id is not null";
        assert_eq!(product.test.number(denied).await, 2, "each attempt to change something is on record");
        assert_eq!(product.test.number("select count(*) from operation_runs where status = 'queued'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_in_a_workspace_is_asked_of_an_owner_of_the_workspace() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut readonly = product.browser_of(&product.world.readonly).await;
        let (workspace, tenant) = ("ask a workspace owner", "ask a tenant owner");
        for address in ["/admin/workspace", "/admin/tenants", "/admin/members", "/admin/audit"] {
            let page = readonly.get(address).await;
            assert!(page.body.contains(workspace) && !page.body.contains(tenant), "{address} {}", page.status);
        }
        let page = readonly.get(&format!("/admin/t/{}/backups", product.world.tenant)).await;
        assert!(page.body.contains(tenant) && !page.body.contains(workspace));
    })
    .await;
}

#[tokio::test]
async fn nothing_that_starts_something_can_be_pressed_in_an_archived_tenant() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let (store, tenant) = (&product.world.store, product.world.tenant);
        let mut owner = product.browser_of(&product.world.owner).await;
        let pages = ["", "/inventory", "/inventory/sync", "/drift", "/backups", "/backups/new", "/directory"];
        let why = "The tenant is archived: nothing is started in it.";
        for page in pages {
            let before = owner.get(&format!("/admin/t/{tenant}{page}")).await;
            assert!(before.status == StatusCode::OK && !before.body.contains(why), "{page} {}", before.status);
        }
        store.tenants().set_status(&product.world.operator, tenant, model::tenant::TenantStatus::Archived).await.unwrap();
        for page in pages {
            let seen = owner.get(&format!("/admin/t/{tenant}{page}")).await;
            assert!(seen.status == StatusCode::OK && seen.body.contains(why), "{page}");
        }
        let seen = owner.get(&format!("/admin/t/{tenant}")).await;
        assert!(!seen.body.contains(&format!("action=\"/admin/t/{tenant}/inventory/sync\"")), "there is nothing to send");
    })
    .await;
}

/// What a search shows, without the navigation around it.
async fn results(browser: &mut crate::browser::Browser, address: &str) -> String {
    let body = browser.get(address).await.body;
    body.split("id=\"results\"").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap().to_owned()
}

#[tokio::test]
async fn a_search_leads_to_pages_of_tenants_and_only_to_those_that_may_be_looked_at() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let (tenant, other) = (product.world.tenant, product.world.other_tenant);
        let mut owner = product.browser_of(&product.world.owner).await;
        for (words, page) in [("drift", "drift"), ("Findings", "drift"), ("backups", "backups"), ("inventory", "inventory")] {
            let found = results(&mut owner, &format!("/admin/search?q={words}")).await;
            for tenant in [tenant, other] {
                assert!(found.contains(&format!("href=\"/admin/t/{tenant}/{page}\"")), "{words} {found}");
            }
        }
        for (words, page) in [
            ("audit", "audit"),
            ("alerts", "alerts"),
            ("baselines", "baselines"),
            ("reports", "reports"),
            ("operations", "operations"),
        ] {
            let found = results(&mut owner, &format!("/admin/search?q={words}")).await;
            assert!(found.contains(&format!("href=\"/admin/{page}\"")), "{words} {found}");
        }
        // Another word is the name of a tenant.
        let one = results(&mut owner, "/admin/search?q=drift%20fabrikam").await;
        assert!(one.contains(&format!("/admin/t/{other}/drift")) && !one.contains(&format!("/admin/t/{tenant}/drift")));
        let mut readonly = product.browser_of(&product.world.readonly).await;
        for words in ["audit", "alerts"] {
            let found = results(&mut readonly, &format!("/admin/search?q={words}")).await;
            assert!(!found.contains(&format!("href=\"/admin/{words}\"")), "{words}");
        }
        let found = results(&mut readonly, "/admin/search?q=drift").await;
        assert!(found.contains(&format!("/admin/t/{tenant}/drift")) && !found.contains(&format!("/admin/t/{other}")));
    })
    .await;
}

#[tokio::test]
async fn an_operator_sees_the_other_tenant_nowhere() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut operator = product.browser_of(&product.world.operator_member).await;
        for address in ["/admin", "/admin/operations", "/admin/search?q=fab", "/admin/notices"] {
            let page = operator.get(address).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            assert!(!page.body.contains("Fabrikam"), "{address}");
        }
        let other = product.world.other_tenant;
        assert_eq!(operator.get(&format!("/admin/t/{other}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(operator.get(&format!("/admin/operations?tenant={other}")).await.status, StatusCode::NOT_FOUND);
        let mut manager = product.browser_of(&product.world.manager).await;
        assert!(manager.get("/admin").await.body.contains("Fabrikam"), "the test would not see it either");
    })
    .await;
}

#[tokio::test]
async fn signed_out_people_are_sent_to_sign_in_whether_a_thing_exists_or_not() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let run = run_in_first_tenant(&product).await;
        let mut nobody = product.nobody();
        for id in [product.world.tenant.to_string(), TenantId::generate().to_string(), "no-id".to_owned()] {
            let address = format!("/admin/t/{id}/inventory?q=x");
            let answer = nobody.get(&address).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            let next = address.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
            assert_eq!(answer.location().unwrap(), format!("/sign-in?next={next}"));
            assert_eq!(answer.body, "");
        }
        for id in [run.id, RunId::generate()] {
            assert_eq!(nobody.get(&format!("/admin/operations/{id}")).await.status, StatusCode::SEE_OTHER);
        }
        nobody.headers = vec![("atlas-regions", "runs".to_owned())];
        let answer = nobody.get("/admin/operations").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::UNAUTHORIZED, None));
        nobody.headers = vec![("accept", "text/event-stream".to_owned())];
        assert_eq!(nobody.get("/admin/events").await.status, StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[tokio::test]
async fn legacy_run_urls_are_404() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let tenant = product.world.tenant;
        let mut browsers = vec![("anonymous", product.nobody())];
        for (name, user) in product.people() {
            browsers.push((name, product.browser_of(user).await));
        }
        for (name, browser) in &mut browsers {
            for part in ["inventory-sync-runs", "entra-group-sync-runs", "backup-schedule-runs"] {
                for rest in ["".to_owned(), format!("/{}", RunId::generate())] {
                    for base in [format!("/admin/t/{tenant}"), "/admin".to_owned()] {
                        let address = format!("{base}/{part}{rest}");
                        let answer = browser.get(&address).await;
                        assert_eq!((answer.status, answer.location()), (StatusCode::NOT_FOUND, None), "{name} {address}");
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_run_page_needs_no_workspace_to_be_chosen() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let world = &product.world;
        let run = run_in_first_tenant(&product).await;
        let members = world.store.members();
        members
            .add_to_workspace(&world.operator, world.workspace, world.stranger.id, model::access::Role::Manager)
            .await
            .unwrap();
        let mut both = product.browser_of(&world.stranger).await;
        let foreign = world.foreign_workspace.to_string();
        assert_eq!(both.submit("/admin/switch", &[("workspace", &foreign)]).await.location(), Some("/admin"));
        let page = both.get(&format!("/admin/operations/{}", run.id)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Northwind Services") && page.body.contains("Contoso"));
        assert!(both.get("/admin").await.body.contains("Adatum"), "looking at it chose nothing");
        let narrowed = both.get(&format!("/admin/t/{}/operations", world.tenant)).await;
        let expected = format!("/admin/operations?workspace={}&tenant={}", world.workspace, world.tenant);
        assert_eq!(narrowed.location(), Some(expected.as_str()));
        let list = both.get(&expected).await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.body.contains(&run.id.to_string()));
    })
    .await;
}
