//! What holds for routes beside their status: absent and not theirs are one answer, what changes something is audited, and the
//! addresses of earlier versions are gone.

use std::time::Duration;

use model::ids::{FindingId, RunId, ScheduleId, TenantId};
use testkit::browserless::Answer;
use testkit::html;
use testkit::stores::{TestStore, on_both};
use web::RouteInfo;

use crate::asking::{People, Place, WALKED_ELSEWHERE, WRITTEN_ELSEWHERE, removes_a_schedule};
use crate::made::{is_about_a_group, is_about_alerts};
use crate::served::Served;
use crate::somebody::Somebody;

/// What changes no record of a workspace, and so leaves no audit entry. Compared as a whole below: it cannot grow unseen.
const NOT_AUDITED: &[(&str, &str)] = &[
    ("/admin/switch", "which workspace a session looks at"),
    ("/admin/theme", "a cookie"),
    ("/admin/notices/read", "a person read their own notices"),
    ("/api/v1/notices/read", "the same by their program"),
];

/// Somebody who may do it: nobody may sign in or make an account who is signed in, and a last owner may not leave.
fn who_may(path: &str) -> Somebody {
    match path {
        "/invitations/{token}/account" => Somebody::Anonymous,
        path if path.starts_with("/sign-in") => Somebody::Anonymous,
        "/invitations/{token}" => Somebody::Stranger,
        "/admin/members/leave" => Somebody::Manager,
        _ => Somebody::Owner,
    }
}

/// A new member, and an invitation: for the stranger where one is accepted, else for somebody new.
async fn somebody_for(served: &Served, path: &str, tenant: TenantId) -> People {
    // A workspace has room for 200 invitations: fewer than there are routes.
    if !["{member}", "members", "{invitation}", "{token}"].iter().any(|name| path.contains(name)) {
        return People::nobody();
    }
    let stranger = (path == "/invitations/{token}").then_some(served.world.stranger.email.as_str());
    served.people(served.world.workspace, tenant, stranger).await
}

async fn audit_entries(test: &TestStore) -> i64 {
    test.number("select count(*) from audit_entries").await
}

#[tokio::test(flavor = "multi_thread")]
async fn mutations_leave_audit_reads_do_not() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        served.add_signer().await;
        let graph = served.synced(10).await;
        test.clock.advance(Duration::from_secs(60));
        let mut findings = served.findings(&graph, 24).await;
        let mut silent = Vec::new();
        // Made before anything is counted.
        served.caller(Somebody::Owner).await;
        let walked = |route: &RouteInfo| {
            WALKED_ELSEWHERE.contains(&route.path) || (route.method != "GET" && WRITTEN_ELSEWHERE.contains(&route.path))
        };
        for route in web::table().into_iter().filter(|route| !walked(route)) {
            let tenant = served.world.tenant;
            // A tenant has room for 200: fewer than there are routes.
            let of_schedule = route.path.contains("{schedule}");
            let schedule =
                if of_schedule { served.a_schedule(&served.world.owner, tenant).await } else { ScheduleId::generate() };
            let people = somebody_for(&served, route.path, tenant).await;
            let (run, item) = (served.active_run(tenant).await, served.an_item().await);
            let (operator, link) = served.a_new_operator().await;
            let token = if route.path.contains("{api_token}") {
                served.a_token(&served.world.owner).await
            } else {
                Place::nowhere().token
            };
            let backup = served.a_backup(tenant).await;
            let restore = match route.path.contains("{restore}") {
                true => served.a_restore(&served.world.owner, tenant).await,
                false => Place::nowhere().restore,
            };
            let rollout = match route.path.contains("{rollout}") {
                true => served.a_rollout(tenant).await,
                false => Place::nowhere().rollout,
            };
            let baseline = match route.path.contains("{baseline}") {
                true => served.a_baseline(tenant, route.path).await,
                false => Place::nowhere().baseline,
            };
            let group = match is_about_a_group(route.path) {
                true => served.a_group_for(&served.world.owner, served.world.workspace, baseline.0, route.path).await,
                false => Place::nowhere().group,
            };
            let alert = match is_about_alerts(route.path) {
                true => served.an_alert(&served.world.owner, served.world.workspace).await,
                false => Place::nowhere().alert,
            };
            // Each moves one that nobody moved before.
            let of_findings = ["{finding}", "/drift/bulk", "/findings/"].iter().any(|part| route.path.contains(part));
            let finding = if of_findings { findings.pop().unwrap() } else { FindingId::generate() };
            let mut place = Place {
                tenant,
                run,
                item,
                schedule,
                backup,
                restore,
                finding,
                rollout,
                baseline,
                group,
                alert,
                people,
                operator,
                link,
                token,
            };
            if route.path.ends_with("/advance") || route.path.starts_with("/admin/onboarding/{tenant}") {
                place.tenant = served.onboarding(served.world.workspace, true).await;
            }
            if removes_a_schedule(&route) {
                served.put_away(&served.world.owner, tenant, schedule).await;
            }
            let who = match route.guard {
                "Door" => Somebody::Anonymous,
                "Operates" if route.path != "/system/break-glass/exit" => Somebody::Platform,
                "Operates" | "InGlass" => Somebody::Glass,
                _ => who_may(route.path),
            };
            let browser = served.browser(who).await;
            served.made_ready(route.path, place.run).await;
            // Completing asks for a check that reached the tenant, and there is no report before one.
            if route.path.ends_with("/complete") || route.path.ends_with("/connection/report") {
                served.verified(place.tenant).await;
            }
            // Nobody is let go of where nobody is.
            if route.path.ends_with("/findings/assign") {
                let scope = served.world.tenant_scope(&served.world.owner).await;
                let (permit, who) = (scope.permit().unwrap(), Some(served.world.owner.id));
                assert_eq!(test.store.findings().assign_some(&permit, &[place.finding], who).await.unwrap(), 1);
            }
            let before = audit_entries(&test).await;
            let answer = match route.operation {
                Some(_) => served.ask(&route, Somebody::Owner, &place).await,
                None => served.ask_as(&browser, &route, &place).await,
            };
            assert!(answer.status < 400, "{} {}: {}", route.method, route.path, answer.status);
            let written = audit_entries(&test).await - before;
            served.put_back(route.path).await;
            if route.method == "GET" {
                assert_eq!(written, 0, "GET {} leaves an audit entry", route.path);
            } else if written == 0 {
                silent.push(route.path);
            }
        }
        assert_eq!(silent, NOT_AUDITED.iter().map(|(path, _)| *path).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_404_a_readonly_member_403_on_start_and_a_disabled_button() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let sync = pages::href::sync(served.world.tenant);
        let route = web::table().into_iter().find(|route| route.method == "POST" && route.path.ends_with("/sync")).unwrap();
        let place = Place { tenant: served.world.tenant, ..Place::nowhere() };
        let denied = async || test.number("select count(*) from audit_entries where outcome = 'denied'").await;

        assert_eq!(served.ask(&route, Somebody::Stranger, &place).await.status, 404);
        let before = denied().await;
        let refused = served.ask(&route, Somebody::Readonly, &place).await;
        assert_eq!(refused.status, 403);
        assert!(html::text(&refused.body).contains("tenant.inventory.sync"), "the missing capability is named");
        assert_eq!(denied().await, before + 1, "the attempt is on record");
        assert!(served.runs().await.is_empty(), "nobody of them started anything");

        let dashboard = pages::href::tenant(served.world.tenant);
        let seen = served.browser(Somebody::Readonly).await.page(&dashboard).await;
        assert!(sync_button(&seen).contains(" disabled"), "{}", sync_button(&seen));
        assert!(html::text(&seen.body).contains("Insufficient permission – ask a tenant owner."));
        assert!(html::forms(&seen.body).iter().all(|form| form.action != sync), "there is nothing to send");
        let theirs = served.browser(Somebody::Operator).await.page(&dashboard).await;
        assert!(!sync_button(&theirs).contains(" disabled"));
        assert!(theirs.form(&sync).enabled);
    })
    .await;
}

/// The opening tag of the button that says "Sync now".
fn sync_button(page: &Answer) -> &str {
    let buttons = page.body.split("<button").skip(1).filter(|rest| {
        let inside = rest.split("</button").next().unwrap_or_default();
        inside.contains("Sync now")
    });
    let mut tags = buttons.map(|rest| rest.split('>').next().unwrap_or_default());
    tags.next().expect("a button that says Sync now")
}

#[tokio::test(flavor = "multi_thread")]
async fn legacy_run_urls_are_404() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (tenant, run) = (served.world.tenant, served.active_run(served.world.tenant).await);
        let mut bodies = Vec::new();
        for older in ["inventory-sync-runs", "entra-group-sync-runs", "backup-schedule-runs"] {
            for id in [String::new(), format!("/{run}"), "/17".to_owned(), format!("/{}", RunId::generate())] {
                for path in [format!("/admin/t/{tenant}/{older}{id}"), format!("/admin/{older}{id}")] {
                    for who in [Somebody::Anonymous, Somebody::Stranger, Somebody::Readonly, Somebody::Owner] {
                        let answer = served.browser(who).await.get(&path).await;
                        assert_eq!((answer.status, answer.location()), (404, None), "{path} as {who:?}");
                        bodies.push(answer.body);
                    }
                }
            }
        }
        assert!(bodies.windows(2).all(|two| two[0] == two[1]), "all say the same");
    })
    .await;
}
