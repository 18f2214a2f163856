//! The platform: for operators of the installation alone, by names of workspaces and counts alone, with break-glass where it is on.

use testkit::browserless::{Answer, Browserless};
use testkit::html;
use testkit::stores::{TestStore, on_both};

use crate::asking::Place;
use crate::served::{OPERATOR_PASSWORD, Served};
use crate::somebody::Somebody;

const SYSTEM: &str = "/system";

fn fields(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Sends a form of that page with these fields changed.
async fn sent(browser: &Browserless, page: &str, action: &str, changed: &[(&str, &str)]) -> Answer {
    let mut form = browser.page(page).await.form(action);
    for (name, value) in changed {
        form = form.with(name, value);
    }
    browser.submit(&form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_signs_in_at_their_own_door() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        served.operator("olga@host.example").await;
        let olga = Browserless::at(&served.base);
        let asked = olga.get("/system/workers").await;
        assert_eq!(asked.location(), Some("/system/sign-in?next=%2Fsystem%2Fworkers"));
        let form = olga.follow(&asked).await.form("/system/sign-in").with("email", "Olga@host.example");
        let wrong = olga.submit(&form.clone().with("password", "wrong")).await;
        assert_eq!(wrong.status, 401);
        let signed = olga.submit(&form.with("password", OPERATOR_PASSWORD)).await;
        assert_eq!((signed.status, signed.location()), (303, Some("/system/workers")));
        olga.page("/system/workers").await;
        assert_eq!(olga.get("/admin").await.location(), Some("/sign-in"), "in a workspace an operator is nobody");
        assert_eq!(olga.get("/admin/events").await.status, 303);
        let out = sent(&olga, SYSTEM, "/system/sign-out", &[]).await;
        assert_eq!(out.location(), Some("/system/sign-in?out=1"));
        assert_eq!(olga.get(SYSTEM).await.location(), Some("/system/sign-in"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_to_a_workspace_finds_nothing_there() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (operator, link) = served.a_new_operator().await;
        let place = Place { operator, link, ..Place::nowhere() };
        for who in [Somebody::Owner, Somebody::Outsider] {
            let absent = served.browser(who).await.get("/system/no/such/page").await;
            assert_eq!(absent.status, 404);
            for route in web::table().iter().filter(|route| route.path.starts_with(SYSTEM)) {
                let answer = served.ask(route, who, &place).await;
                assert_eq!((answer.status, &answer.body), (404, &absent.body), "{} {} as {who:?}", route.method, route.path);
            }
        }
        assert_eq!(
            test.number("select count(*) from platform_operators where password_hash is null").await,
            1,
            "nothing was done"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_link_leads_to_a_password_and_in() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let olga = served.browser(Somebody::Platform).await;
        let page =
            sent(&olga, "/system/operators", "/system/operators", &[("name", "Ivan"), ("email", "ivan@host.example")]).await;
        assert_eq!(page.status, 200);
        let link = html::text(&page.body).split_whitespace().find(|word| word.contains("/system/welcome/")).unwrap().to_owned();
        let path = link.strip_prefix(&served.base).expect("an address of this installation").to_owned();
        let again =
            sent(&olga, "/system/operators", "/system/operators", &[("name", "Ivan"), ("email", "ivan@host.example")]).await;
        assert!(again.status == 422 && html::text(&again.body).contains("exists already"));

        let ivan = Browserless::at(&served.base);
        let short = sent(&ivan, &path, &path, &[("password", "short"), ("again", "short")]).await;
        assert!(short.status == 422 && html::text(&short.body).contains("12 characters"));
        let differ = sent(&ivan, &path, &path, &[("password", OPERATOR_PASSWORD), ("again", "another one that is long")]).await;
        assert_eq!(differ.status, 422);
        let chosen = sent(&ivan, &path, &path, &[("password", OPERATOR_PASSWORD), ("again", OPERATOR_PASSWORD)]).await;
        assert_eq!(chosen.location(), Some("/system/sign-in"));
        assert_eq!(ivan.get(&path).await.status, 404, "it works once");
        let signed =
            sent(&ivan, "/system/sign-in", "/system/sign-in", &[("email", "ivan@host.example"), ("password", OPERATOR_PASSWORD)])
                .await;
        assert_eq!(signed.location(), Some(SYSTEM));
        ivan.page(SYSTEM).await;

        // Each disables the other's page; the last one stays.
        let id = test.texts("select cast(count(*) as text) from platform_operators where disabled_at is null").await;
        assert_eq!(id, ["2"]);
        let list = olga.page("/system/operators").await;
        let disables: Vec<String> = html::links(&list.body).into_iter().filter(|link| link.ends_with("/disable")).collect();
        assert_eq!(disables.len(), 2);
        for (n, path) in disables.iter().enumerate() {
            let form = olga.get(path).await;
            // The first that is disabled may be the viewer, who is then signed out.
            if form.status != 200 {
                continue;
            }
            // One is disabled; the other, whichever it is, is the last one then.
            let answer = olga.submit(&form.form(path)).await;
            assert_eq!(answer.status, if n == 0 { 303 } else { 409 });
        }
        assert_eq!(test.number("select count(*) from platform_operators where disabled_at is null").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_operator_is_told_why_they_stay() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let olga = served.browser(Somebody::Platform).await;
        let path = olga.page("/system/operators").await.link("/system/operators/").unwrap();
        let refused = sent(&olga, &path, &path, &[]).await;
        assert_eq!(refused.status, 409);
        assert!(html::text(&refused.body).contains("at least one operator"), "{}", html::text(&refused.body));
        olga.page(SYSTEM).await;
        assert_eq!(
            test.number("select count(*) from audit_entries where action = 'operator.disable' and outcome = 'denied'").await,
            1
        );
    })
    .await;
}

/// Names of everything that belongs to a workspace, as no page of the platform may show them.
const CANARIES: &str =
    "update tenants set name = 'canary-tenant-' || name, name_key = 'canary', domain = 'canary-domain.example';
  update users set name = 'canary-person-' || name, email = 'canary-mail-' || email;
  update schedules set name = 'canary-schedule';
  update operation_runs set initiator_name = 'canary-initiator', reason_code = 'graph.forbidden', failure_summary =
    '[{\"code\":\"graph.forbidden\",\"message\":\"canary-message\"}]', status = 'completed', outcome = 'failed',
    completed_at = updated_at";

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_platform_name_nobody_and_nothing_of_a_workspace() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let _graph = served.synced(20).await;
        served.active_run(served.world.tenant).await;
        served.a_schedule(&served.world.owner, served.world.tenant).await;
        served.open_glass("glass@host.example").await;
        test.execute(CANARIES).await;
        let (operator, link) = served.a_new_operator().await;
        let place = Place { operator, link, ..Place::nowhere() };
        let (tenant, owner) = (served.world.tenant.to_string(), served.world.owner.id.to_string());
        let mut looked = 0;
        for route in web::table().iter().filter(|route| route.path.starts_with(SYSTEM) && route.method == "GET") {
            for who in [Somebody::Platform, Somebody::Anonymous] {
                let answer = served.ask(route, who, &place).await;
                for never in ["canary", tenant.as_str(), owner.as_str(), "@example.test", "Contoso", "Fabrikam"] {
                    assert!(!answer.body.contains(never), "GET {} as {who:?} has {never}", route.path);
                }
                looked += usize::from(answer.status == 200);
            }
        }
        assert!(looked >= 9, "only {looked} pages");
        let workspaces = html::text(&served.browser(Somebody::Platform).await.page("/system/workspaces").await.body);
        assert!(workspaces.contains("Northwind Services") && workspaces.contains("Somebody Else"), "{workspaces}");
        // The same words are found where they may be seen: the search above can fail.
        let inside = served.browser(Somebody::Glass).await;
        assert!(inside.page("/system/break-glass/workspace").await.body.contains("canary-tenant-Contoso"));
        assert!(inside.page("/system/break-glass/runs").await.body.contains("canary-message"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_created_with_its_first_owner() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let olga = served.browser(Somebody::Platform).await;
        let create = async |name: &str, owner: &str| {
            sent(&olga, "/system/workspaces", "/system/workspaces", &[("name", name), ("owner", owner)]).await
        };
        let nobody = create("Third", "nobody@example.test").await;
        assert!(nobody.status == 422 && html::text(&nobody.body).contains("Nobody in this installation"));
        assert_eq!(create(" ", "manager@example.test").await.status, 422);
        assert_eq!(create("Third", "Manager@example.test").await.status, 303);
        assert!(html::text(&olga.page("/system/workspaces").await.body).contains("Third"));
        let manager = served.browser(Somebody::Manager).await;
        assert!(html::text(&manager.page("/admin").await.body).contains("Third"));
    })
    .await;
}

const ENTER: &str = "/system/break-glass";
const INSIDE: [&str; 4] =
    ["/system/break-glass/workspace", "/system/break-glass/runs", "/system/break-glass/audit", "/system/break-glass/owner"];

#[tokio::test(flavor = "multi_thread")]
async fn break_glass_opens_a_workspace_for_a_while() {
    on_both(|test: TestStore| async move {
        let served = Served::of(&test).await;
        let _graph = served.synced(5).await;
        let olga = served.browser(Somebody::Platform).await;
        let workspace = served.world.workspace.to_string();
        for closed in INSIDE {
            assert_eq!(olga.get(closed).await.status, 404, "{closed}");
        }
        let good = [
            ("workspace", workspace.as_str()),
            ("reason", "its owner is gone"),
            ("minutes", "15"),
            ("password", OPERATOR_PASSWORD),
        ];
        for (n, wrong, words) in [
            (1, "too short", "10 to 500 characters"),
            (3, "wrong", "not your password"),
            (2, "20", "for how long"),
            (0, "no id", "Choose a workspace"),
        ] {
            let mut these = good;
            these[n].1 = wrong;
            let refused = sent(&olga, ENTER, ENTER, &these).await;
            assert_eq!(refused.status, 422, "{wrong}");
            assert!(html::text(&refused.body).contains(words), "{}", html::text(&refused.body));
        }
        let denied = "select count(*) from audit_entries where action = 'break_glass.enter' and outcome = 'denied'";
        assert_eq!(test.number(denied).await, 1, "the wrong password is on record");
        let entered = sent(&olga, ENTER, ENTER, &good).await;
        assert_eq!((entered.status, entered.location()), (303, Some(INSIDE[0])));
        for (page, words) in INSIDE.iter().zip(["Fabrikam", "Inventory sync", "Opened a workspace", "Northwind Services"]) {
            let page = olga.page(page).await;
            assert!(html::text(&page.body).contains(words), "{}", html::text(&page.body));
            assert!(page.body.contains("glass-banner") && html::text(&page.body).contains("for another 15 m"));
        }
        assert!(olga.page(SYSTEM).await.body.contains("glass-banner"), "on every page");
        let told = served.browser(Somebody::Owner).await.page("/admin/notices").await;
        assert!(
            html::text(&told.body).contains("opened Northwind Services") && html::text(&told.body).contains("its owner is gone")
        );

        // Naming an owner, the one thing that can be changed.
        let name =
            async |email: &str, typed: &str| sent(&olga, INSIDE[3], INSIDE[3], &[("email", email), ("typed", typed)]).await;
        assert_eq!(name("outsider@example.test", "northwind").await.status, 422);
        assert_eq!(name("nobody@example.test", "Northwind Services").await.status, 422);
        assert_eq!(name("outsider@example.test", "Northwind Services").await.status, 303);
        assert!(html::text(&olga.page(INSIDE[2]).await.body).contains("Named an owner"));

        let form = olga.page(INSIDE[3]).await.form(INSIDE[3]);
        test.clock.advance(std::time::Duration::from_secs(15 * 60));
        for closed in INSIDE {
            let answer = olga.get(closed).await;
            assert_eq!((answer.status, &answer.body), (404, &olga.get("/system/no/such").await.body), "{closed}");
        }
        let late = form.with("email", "readonly@example.test").with("typed", "Northwind Services");
        assert_eq!(olga.submit(&late).await.status, 404);
        assert!(!olga.page(SYSTEM).await.body.contains("glass-banner"));
        assert_eq!(served.world.store.glass().expire().await.unwrap(), 1);
        assert!(html::text(&olga.page("/system/audit").await.body).contains("closed by itself"));

        assert_eq!(sent(&olga, ENTER, ENTER, &good).await.status, 303);
        assert_eq!(sent(&olga, SYSTEM, "/system/break-glass/exit", &[]).await.status, 303);
        assert_eq!(olga.get(INSIDE[0]).await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_option_there_is_no_break_glass() {
    on_both(|test| async move {
        let served = Served::without_break_glass(&test).await;
        // Opened while it was on: it opens nothing any more.
        let token = served.open_glass("glass@host.example").await;
        let glass = Browserless::operating(&served.base, &token);
        let absent = glass.get("/system/no/such").await;
        for path in [ENTER].iter().chain(&INSIDE) {
            let answer = glass.get(path).await;
            assert_eq!((answer.status, &answer.body), (404, &absent.body), "{path}");
        }
        let home = glass.page(SYSTEM).await;
        assert!(!home.body.contains("break-glass") && !home.body.contains("glass-banner"));
        let csrf = home.form("/system/sign-out").field("csrf").unwrap().to_owned();
        for path in [ENTER, "/system/break-glass/exit", INSIDE[3]] {
            assert_eq!(glass.post(path, &fields(&[("csrf", &csrf)])).await.status, 404, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_one_plane_is_worth_nothing_in_the_other() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (_, token) = served.operator("olga@host.example").await;
        let both = served.browser(Somebody::Owner).await.and_operating(&token);
        let theirs = both.page("/admin").await.form("/sign-out").field("csrf").unwrap().to_owned();
        let ours = both.page(SYSTEM).await.form("/system/sign-out").field("csrf").unwrap().to_owned();
        assert_eq!(both.post("/system/sign-out", &fields(&[("csrf", &theirs)])).await.status, 403);
        assert_eq!(both.post("/sign-out", &fields(&[("csrf", &ours)])).await.status, 403);
        both.page(SYSTEM).await;
        both.page("/admin").await;
    })
    .await;
}
