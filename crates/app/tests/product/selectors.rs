//! Selectors search and name from the database alone, and what is chosen there is kept.

use model::access::can;
use model::directory::DirectoryFilter;
use model::operations::{directory_role_definitions_sync, entra_group_sync};
use model::run::Trigger;
use testkit::browserless::Browserless;
use testkit::graph::TestGraph;
use testkit::html;
use testkit::stores::on_both;

use crate::served::Served;
use crate::somebody::Somebody;

const KINDS: [&str; 4] = ["groups", "role_definitions", "assignment_filters", "scope_tags"];

/// A tenant whose inventory and directory were synced.
async fn synced(served: &Served) -> TestGraph {
    let graph = served.synced(60).await;
    let world = &served.world;
    let permit = world.tenant_scope(&world.owner).await.permit::<can::DirectorySync>().unwrap();
    for request in
        [entra_group_sync::Arguments::default().request(world.tenant), directory_role_definitions_sync::request(world.tenant)]
    {
        world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap();
    }
    assert_eq!(graph.worker(&world.store).run_queue_now().await.unwrap(), 2);
    graph
}

#[tokio::test(flavor = "multi_thread")]
async fn selectors_are_db_only() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = synced(&served).await;
        let tenant = served.world.tenant;
        graph.sim.clear_ledger();
        for who in [Somebody::Owner, Somebody::Readonly] {
            let browser = served.browser(who).await;
            let settings = browser.get(&format!("/admin/t/{tenant}/settings")).await;
            assert_eq!(settings.status, 200);
            assert_eq!(settings.body.matches("Searches the directory cache, last synced").count(), 2, "{who:?}");
            assert_eq!(settings.body.matches(r#"role="combobox""#).count(), 2);
            for kind in KINDS {
                let back = format!("/admin/t/{tenant}/settings");
                for text in ["", "a", "adm", "zzzz", "50%25", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "deadbeef"] {
                    let address =
                        format!("/admin/t/{tenant}/directory/select?kind={kind}&field=access.group&back={back}&q={text}");
                    let page = browser.get(&address).await;
                    assert_eq!(page.status, 200, "{address}");
                    assert!(page.body.contains("Searches the directory cache, last synced"), "{address}");
                    let part = browser.get_with(&address, &[("atlas-regions", "results")]).await;
                    assert!(part.status == 200 && !part.body.contains("<nav"), "the part alone: {address}");
                    let found = hits(&page.body).len();
                    assert_eq!(found, hits(&part.body).len(), "{address}");
                    assert_eq!(found > 0, text.is_empty() || (found > 0 && text != "zzzz"), "{address}");
                }
            }
            for address in ["", "?tab=role_definitions", "?q=a", "?kind=dynamic", "?gone=yes"] {
                assert_eq!(browser.get(&format!("/admin/t/{tenant}/directory{address}")).await.status, 200);
            }
        }
        assert_eq!(graph.sim.requests(), 0, "a selector asked Graph");
    })
    .await;
}

/// What was found: where choosing it leads.
fn hits(body: &str) -> Vec<String> {
    html::links(body).into_iter().filter(|link| link.contains("?access.group=")).collect()
}

/// Follows the first hit back to the form and saves it.
async fn choose(browser: &Browserless, select: &str) {
    let found = hits(&browser.get(select).await.body);
    let page = browser.get(&found[0]).await;
    assert_eq!(page.status, 200);
    let form = html::forms(&page.body).into_iter().find(|form| form.field("revision.access.group").is_some()).unwrap();
    let fields = [
        ("csrf", form.field("csrf").unwrap()),
        ("own", "access.group"),
        ("access.group", form.field("access.group").unwrap()),
        ("revision.access.group", form.field("revision.access.group").unwrap()),
    ];
    let fields: Vec<(String, String)> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let path = page_path(&found[0]);
    assert_eq!(browser.post(&path, &fields).await.status, 303);
}

fn page_path(link: &str) -> String {
    link.split('?').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_without_a_script_is_saved_and_named() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = synced(&served).await;
        let (tenant, browser) = (served.world.tenant, served.browser(Somebody::Owner).await);
        let settings = format!("/admin/t/{tenant}/settings");
        choose(&browser, &format!("/admin/t/{tenant}/directory/select?kind=groups&field=access.group&back={settings}")).await;
        let scope = served.world.tenant_scope(&served.world.owner).await;
        let all = served.world.store.directory().groups(&scope, &DirectoryFilter::default(), None, 1).await.unwrap().rows;
        let page = browser.get(&settings).await;
        assert!(html::text(&page.body).contains(&all[0].name), "named from the cache");
        // Gone from the cache as if it had never been there: it stays chosen and says that nobody knows it.
        test.execute("delete from directory_groups").await;
        let page = browser.get(&settings).await;
        let tail = model::directory::tail(&all[0].object_id);
        assert!(html::text(&page.body).contains(&format!("Unresolved (…{tail})")), "{tail}");
        // A way back that leads elsewhere is not taken, nor a field that is none.
        let odd = browser.get(&format!("/admin/t/{tenant}/directory/select?back=https://evil.example/")).await;
        assert!(odd.status == 200 && html::links(&odd.body).iter().all(|link| !link.starts_with("https://evil")));
        assert_eq!(browser.get(&format!("/admin/t/{tenant}/directory/select?field=a%22b")).await.status, 400);
        assert_eq!(browser.get(&format!("/admin/t/{tenant}/directory/select?kind=planets")).await.status, 400);
        assert_eq!(browser.get(&format!("/admin/t/{tenant}/directory/group?id=nobody")).await.status, 200);
        drop(graph);
    })
    .await;
}
