//! What holds for routes beside their status: absent and not theirs are one answer, what changes something is audited, and the
//! addresses of earlier versions are gone.

use model::ids::{RunId, TenantId};
use testkit::browserless::Answer;
use testkit::html;
use testkit::stores::{TestStore, on_both};

use crate::asking::{People, Place};
use crate::served::Served;
use crate::somebody::Somebody;

/// What changes no record of a workspace, and so leaves no audit entry. Compared as a whole below: it cannot grow unseen.
const NOT_AUDITED: &[(&str, &str)] = &[
    ("/admin/switch", "which workspace a session looks at"),
    ("/admin/theme", "a cookie"),
    ("/admin/notices/read", "a person read their own notices"),
];

/// Somebody who may do it: nobody may sign in or make an account who is signed in, and a last owner may not leave.
fn who_may(path: &str) -> Somebody {
    match path {
        "/sign-in" | "/invitations/{token}/account" => Somebody::Anonymous,
        "/invitations/{token}" => Somebody::Stranger,
        "/admin/members/leave" => Somebody::Manager,
        _ => Somebody::Owner,
    }
}

/// A new member, and an invitation: for the stranger where one is accepted, else for somebody new.
async fn somebody_for(served: &Served, path: &str, tenant: TenantId) -> People {
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
        let _graph = served.synced(10).await;
        let mut silent = Vec::new();
        for route in web::table() {
            let tenant = served.world.tenant;
            let schedule = served.a_schedule(&served.world.owner, tenant).await;
            let people = somebody_for(&served, route.path, tenant).await;
            let (run, item) = (served.active_run(tenant).await, served.an_item().await);
            let mut place = Place { tenant, run, item, schedule, people };
            if route.path.ends_with("/advance") {
                place.tenant = served.onboarding(served.world.workspace, true).await;
            }
            if route.path.ends_with("/purge") {
                served.put_away(&served.world.owner, tenant, schedule).await;
            }
            let browser = served.browser(who_may(route.path)).await;
            served.made_ready(route.path, place.run).await;
            let before = audit_entries(&test).await;
            let answer = served.ask_as(&browser, &route, &place).await;
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

/// What can be told apart of an answer: not the request's own id, nor the time.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, &str) {
    let own = ["x-request-id", "date"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
    headers.sort();
    (answer.status, headers, &answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn absent_and_not_theirs_are_the_same_answer() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let _graph = served.synced(10).await;
        let world = &served.world;
        let (run, schedule) = (served.active_run(world.tenant).await, served.a_schedule(&world.owner, world.tenant).await);
        let people = served.people(world.workspace, world.tenant, None).await;
        let first = Place { tenant: world.tenant, run, item: served.an_item().await, schedule, people };
        let schedule = served.a_schedule(&world.stranger, world.foreign_tenant).await;
        let people = served.people(world.foreign_workspace, world.foreign_tenant, None).await;
        let run = served.foreign_run().await;
        let foreign = Place { tenant: world.foreign_tenant, run, schedule, people, ..first };
        for (who, theirs) in
            [(Somebody::Stranger, first), (Somebody::Outsider, first), (Somebody::Owner, foreign), (Somebody::Operator, foreign)]
        {
            let in_a_place = |path: &str| path.contains("{tenant}") || path.contains("{run}");
            for route in web::table().iter().filter(|route| in_a_place(route.path)) {
                let hidden = served.ask(route, who, &theirs).await;
                let absent = served.ask(route, who, &Place::nowhere()).await;
                assert_eq!(hidden.status, 404, "{} {} as {who:?}", route.method, route.path);
                assert_eq!(told(&hidden), told(&absent), "{} {} as {who:?}", route.method, route.path);
            }
        }
        let owner = served.browser(Somebody::Owner).await;
        let no_item = owner.get(&pages::href::item(world.tenant, Place::nowhere().item)).await;
        let no_id = owner.get(&format!("{}/inventory/no-id", pages::href::tenant(world.tenant))).await;
        assert_eq!(told(&no_item), told(&no_id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn legacy_run_urls_are_404() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (tenant, run) = (served.world.tenant, served.active_run(served.world.tenant).await);
        let mut bodies = Vec::new();
        for older in ["inventory-sync-runs", "entra-group-sync-runs", "backup-schedule-runs"] {
            for id in [String::new(), format!("/{run}"), "/17".to_owned(), format!("/{}", RunId::generate())] {
                let path = format!("/admin/t/{tenant}/{older}{id}");
                for who in [Somebody::Anonymous, Somebody::Stranger, Somebody::Readonly, Somebody::Owner] {
                    let answer = served.browser(who).await.get(&path).await;
                    assert_eq!((answer.status, answer.location()), (404, None), "{path} as {who:?}");
                    bodies.push(answer.body);
                }
            }
        }
        assert!(bodies.windows(2).all(|two| two[0] == two[1]), "all say the same");
    })
    .await;
}
