//! Pages come from the database alone: while everybody looks at everything, Graph is not asked once.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use testkit::html;
use testkit::stores::on_both;

use crate::asking::Place;
use crate::served::Served;
use crate::somebody::Somebody;

#[tokio::test(flavor = "multi_thread")]
async fn rendering_calls_nobody() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = served.synced(60).await;
        test.clock.advance(Duration::from_secs(60));
        let finding = served.findings(&graph, 1).await[0];
        let tenant = served.world.tenant;
        let (run, schedule) = (served.active_run(tenant).await, served.a_schedule(&served.world.owner, tenant).await);
        let people = served.people(served.world.workspace, tenant, None).await;
        let (operator, link) = served.a_new_operator().await;
        let token = served.a_token(&served.world.owner).await;
        let (item, backup) = (served.an_item().await, served.a_backup(tenant).await);
        let restore = served.a_restore(&served.world.owner, tenant).await;
        let (rollout, baseline) = (served.a_rollout(tenant).await, served.a_baseline(tenant, "").await);
        let group = served.a_group(&served.world.owner, served.world.workspace).await;
        let alert = served.an_alert(&served.world.owner, served.world.workspace).await;
        let place = Place {
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
        assert!(graph.sim.requests() > 0, "the sync itself did ask");
        graph.sim.clear_ledger();
        let mut rendered = 0;
        for route in web::table().iter().filter(|route| route.method == "GET") {
            for who in Somebody::ALL {
                let answer = served.ask(route, who, &place).await;
                assert!(answer.status < 500, "{} as {who:?}: {}", route.path, answer.status);
                rendered += u32::from(answer.status == 200);
            }
        }
        assert_eq!(graph.sim.requests(), 0, "rendering asked Graph");
        println!("{:?}: {rendered} pages rendered over 9 kinds of people, 0 requests to Graph", test.store.backend());
    })
    .await;
}

/// Follows every link from the start, as a person would with a lot of time.
#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_to_a_page_and_none_of_them_asks_graph() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = served.synced(60).await;
        served.active_run(served.world.tenant).await;
        graph.sim.clear_ledger();
        for who in [Somebody::Owner, Somebody::Readonly, Somebody::Outsider, Somebody::Glass] {
            let browser = served.browser(who).await;
            let start = if who.operates() { "/system" } else { "/admin" };
            let (mut seen, mut kinds) = (BTreeSet::from([start.to_owned()]), BTreeSet::new());
            let mut next: VecDeque<String> = seen.iter().cloned().collect();
            while let Some(path) = next.pop_front() {
                let answer = browser.get(&path).await;
                assert!(matches!(answer.status, 200 | 303), "{path} as {who:?}: {}", answer.status);
                let links = html::links(&answer.body).into_iter().chain(answer.location().map(str::to_owned));
                for link in links.filter(|link| !link.starts_with('#')) {
                    // Documents name places elsewhere; nobody goes there by itself.
                    if path.starts_with("/admin/help/") && link.starts_with("https://") {
                        continue;
                    }
                    let page = link.split('#').next().unwrap_or_default().to_owned();
                    assert!(page.starts_with('/') && !page.starts_with("//"), "{path} links to {link}");
                    // A few of each kind: thousands of combined filters say nothing new.
                    if kinds.insert(kind(&page)) && seen.insert(page.clone()) {
                        next.push_back(page);
                    }
                }
            }
            println!("{:?}, {who:?}: {} addresses followed", test.store.backend(), seen.len());
            assert!(seen.len() > 3, "{seen:?}");
        }
        assert_eq!(graph.sim.requests(), 0, "rendering asked Graph");
    })
    .await;
}

/// An address without the ids in it and the values of its query.
fn kind(link: &str) -> String {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let is_id = |part: &&str| part.len() == 36 && part.bytes().filter(|byte| *byte == b'-').count() == 4;
    let parts: Vec<&str> = path.split('/').map(|part| if is_id(&part) { "{id}" } else { part }).collect();
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{names:?}", parts.join("/"))
}
