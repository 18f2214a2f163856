//! What does not exist and what is not theirs cannot be told apart: not by status, headers or body, and not by how much the database is
//! asked, which is what a difference in time would come from.

use model::ids::{InventoryItemId, TenantId, UserId, WorkspaceId};
use testkit::browserless::{Answer, Browserless};
use testkit::stores::on_both;
use web::RouteInfo;

use crate::asking::Place;
use crate::served::Served;
use crate::somebody::Somebody;
use crate::statements;

/// What can be told apart of an answer: not the request's own id, nor the time.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, &str) {
    let own = ["x-request-id", "date"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
    headers.sort();
    (answer.status, headers, &answer.body)
}

/// Asks for both in one browser, and finds no difference.
async fn alike(served: &Served, route: &RouteInfo, browser: &Browserless, who: Somebody, hidden: &Place, absent: &Place) {
    // What a process asks once, the first time, is asked before.
    let ask = async |place: &Place| match route.operation {
        Some(_) => served.ask(route, who, place).await,
        None => served.ask_as(browser, route, place).await,
    };
    ask(absent).await;
    statements::taken();
    let not_theirs = ask(hidden).await;
    let asked = statements::taken();
    let nothing = ask(absent).await;
    assert_eq!(not_theirs.status, 404, "{} {} as {who:?}", route.method, route.path);
    assert_eq!(told(&not_theirs), told(&nothing), "{} {} as {who:?}", route.method, route.path);
    assert!(!asked.is_empty(), "the driver told nothing of {}, so that this proves nothing", route.path);
    assert_eq!(asked, statements::taken(), "{} {} as {who:?}", route.method, route.path);
}

#[tokio::test(flavor = "multi_thread")]
async fn absent_and_not_theirs_are_the_same_answer_after_the_same_statements() {
    statements::listen();
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let _graph = served.synced(10).await;
        let world = &served.world;
        let (run, schedule) = (served.active_run(world.tenant).await, served.a_schedule(&world.owner, world.tenant).await);
        let (operator, _) = served.a_new_operator().await;
        let people = served.people(world.workspace, world.tenant, None).await;
        let token = served.a_token(&world.owner).await;
        let nowhere = Place::nowhere();
        let backup = served.a_backup(world.tenant).await;
        let restore = served.a_restore(&world.owner, world.tenant).await;
        let first = Place {
            tenant: world.tenant,
            run,
            item: served.an_item().await,
            schedule,
            backup,
            restore,
            rollout: served.a_rollout(world.tenant).await,
            baseline: served.a_baseline(world.tenant, "").await,
            group: served.a_group(&world.owner, world.workspace).await,
            alert: served.an_alert(&world.owner, world.workspace).await,
            people,
            operator,
            token,
            ..nowhere
        };
        let schedule = served.a_schedule(&world.stranger, world.foreign_tenant).await;
        let people = served.people(world.foreign_workspace, world.foreign_tenant, None).await;
        let token = served.a_token(&world.stranger).await;
        let backup = served.a_backup(world.foreign_tenant).await;
        let restore = served.a_restore(&world.stranger, world.foreign_tenant).await;
        let run = served.foreign_run().await;
        let rollout = served.a_rollout(world.foreign_tenant).await;
        let baseline = served.a_baseline(world.foreign_tenant, "").await;
        let group = served.a_group(&world.stranger, world.foreign_workspace).await;
        let alert = served.an_alert(&world.stranger, world.foreign_workspace).await;
        let foreign = Place {
            tenant: world.foreign_tenant,
            run,
            schedule,
            backup,
            restore,
            rollout,
            baseline,
            group,
            alert,
            people,
            token,
            ..first
        };
        let table = web::table();
        for (who, theirs) in
            [(Somebody::Stranger, first), (Somebody::Outsider, first), (Somebody::Owner, foreign), (Somebody::Operator, foreign)]
        {
            let browser = served.browser(who).await;
            for route in &table {
                let parts = ["{tenant}", "{run}", "{operator}"];
                // Those of a workspace: whoever may not manage them there is told so, whichever it is.
                let of_workspace = [
                    "{member}",
                    "{invitation}",
                    "{api_token}",
                    "{rollout}",
                    "{baseline}",
                    "{group}",
                    "{alert_rule}",
                    "{alert_destination}",
                ];
                let manages = matches!(who, Somebody::Owner | Somebody::Stranger);
                let within = |parts: &[&str]| parts.iter().any(|part| route.path.contains(part));
                if within(&parts) || (manages && within(&of_workspace)) {
                    alike(&served, route, &browser, who, &theirs, &nowhere).await;
                }
                // In a tenant that is theirs: what is in another one. Schedules of reports are of no tenant's part: `reports.rs` has them.
                if who == Somebody::Owner
                    && route.path.contains("{tenant}")
                    && ["{schedule}", "{item}", "{backup}", "{restore}"].iter().any(|part| route.path.contains(part))
                {
                    let elsewhere = Place { tenant: world.other_tenant, ..foreign };
                    let nothing = Place { tenant: world.other_tenant, ..nowhere };
                    let elsewhere = Place { item: first.item, ..elsewhere };
                    alike(&served, route, &browser, who, &elsewhere, &nothing).await;
                }
            }
        }
        let owner = served.browser(Somebody::Owner).await;
        let no_item = owner.get(&pages::href::item(world.tenant, InventoryItemId::generate())).await;
        let no_id = owner.get(&format!("{}/inventory/no-id", pages::href::tenant(world.tenant))).await;
        assert_eq!(told(&no_item), told(&no_id));
    })
    .await;
}

/// Ids in a query: lists, the stream, and the export take them, too.
#[tokio::test(flavor = "multi_thread")]
async fn lists_streams_and_exports_do_not_tell_a_foreign_id_from_an_unknown_one() {
    statements::listen();
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let world = &served.world;
        served.foreign_run().await;
        let (tenant, workspace, user) = (world.foreign_tenant, world.foreign_workspace, world.stranger.id);
        let ids = [
            ("workspace", workspace.to_string(), WorkspaceId::generate().to_string()),
            ("tenant", tenant.to_string(), TenantId::generate().to_string()),
            ("initiator", user.to_string(), UserId::generate().to_string()),
            ("user", user.to_string(), UserId::generate().to_string()),
        ];
        for who in [Somebody::Owner, Somebody::Readonly, Somebody::Outsider] {
            let browser = served.browser(who).await;
            for route in web::table().iter().filter(|route| route.method == "GET" && !route.path.contains('{')) {
                for (name, theirs, nothing) in &ids {
                    let accept = if route.path == pages::href::EVENTS { "text/event-stream" } else { "text/html" };
                    let ask = async |id: &str| {
                        let path = format!("{}?{name}={id}", route.path);
                        statements::taken();
                        let answer = browser.get_with(&path, &[("accept", accept)]).await;
                        // The address itself may stand on the page: it is what the asker said.
                        let answer = Answer { body: answer.body.replace(id, "{id}"), ..answer };
                        (answer, statements::taken())
                    };
                    ask(nothing).await;
                    let ((hidden, asked), (absent, expected)) = (ask(theirs).await, ask(nothing).await);
                    let what = format!("GET {}?{name}= as {who:?}", route.path);
                    assert_eq!(hidden.status, absent.status, "{what}");
                    assert_eq!(without_own(&hidden, theirs), without_own(&absent, nothing), "{what}");
                    // A stream goes on asking; when it does depends on the moment.
                    if accept == "text/html" {
                        assert_eq!(asked, expected, "{what}");
                    }
                }
            }
        }
    })
    .await;
}

/// An answer without what is of this one rendering: tokens of forms, keys of starts, and the id that was asked for.
fn without_own(answer: &Answer, id: &str) -> (Vec<(String, String)>, String) {
    let (_, headers, body) = told(answer);
    let headers = headers.into_iter().filter(|(name, _)| name != "content-length" && name != "set-cookie");
    // Each answer names its own request.
    let body = match body.split_once("Request id: <code>") {
        Some((before, after)) => format!("{before}{}", after.split_once('<').map_or("", |(_, rest)| rest)),
        None => body.to_owned(),
    };
    let mut parts = body.split(" value=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (value, rest) = part.split_once('"').unwrap_or_default();
        let hex = |text: &str| text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        // Also with a word behind it: two forms of one page have keys of their own.
        let own =
            hex(value.get(..36).unwrap_or(value)) || value.split('-').next().is_some_and(|first| first.len() >= 16 && hex(first));
        text.push_str(if own { " own" } else { value });
        text.push_str(rest);
    }
    (headers.map(|(name, value)| (name, value.replace(id, "{id}"))).collect(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_link_is_as_one_that_never_was() {
    statements::listen();
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (_, used) = served.a_new_operator().await;
        served.world.store.platform().set_password(&used.into(), &"a hash".into()).await.unwrap();
        let (_, expired) = served.a_new_operator().await;
        test.execute("update platform_operators set link_expires_at = created_at where link_hash is not null").await;
        let route = web::table().into_iter().find(|route| route.path.contains("{link}") && route.method == "GET").unwrap();
        let browser = Browserless::at(&served.base);
        for link in [used, expired] {
            let hidden = Place { link, ..Place::nowhere() };
            alike(&served, &route, &browser, Somebody::Anonymous, &hidden, &Place::nowhere()).await;
        }
        let malformed = browser.get("/system/welcome/no-link").await;
        assert_eq!(told(&malformed), told(&browser.get("/system/welcome").await));
    })
    .await;
}

/// Every parameter of a path stands for something in [`Place`]; a new kind of id comes into these tests with it.
#[test]
fn every_id_in_a_path_is_among_those_that_are_compared() {
    // Tokens of invitations and names of providers have tests of their own; codes of settings are known to everybody; numbers of
    // versions belong to their item, files to their set; numbers of items and references to their restore,
    // findings to their tenant (`store/tests/findings.rs`), an assigned tenant to its baseline, incidents to two tenants
    // (`store/tests/findings_incidents.rs`), reports to their tenants (`store/tests/reports.rs`).
    let elsewhere = [
        "{token}",
        "{provider}",
        "{key}",
        "{version}",
        "{file}",
        "{number}",
        "{kind}",
        "{reference}",
        "{finding}",
        "{assigned}",
        "{incident}",
        "{report}",
        "{page}",
    ];
    let compared = [
        "{tenant}",
        "{run}",
        "{operator}",
        "{schedule}",
        "{item}",
        "{backup}",
        "{restore}",
        "{rollout}",
        "{baseline}",
        "{group}",
        "{alert_rule}",
        "{alert_destination}",
        "{link}",
        "{name}",
        "{member}",
        "{invitation}",
        "{api_token}",
    ];
    let known: Vec<&str> = compared.into_iter().chain(elsewhere).collect();
    for route in web::table() {
        for part in route.path.split('/').filter(|part| part.starts_with('{')) {
            assert!(known.contains(&part), "say in absent_and_hidden.rs what stands for {part} of {}", route.path);
        }
    }
}
