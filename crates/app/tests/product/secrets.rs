//! Canaries: a secret that goes in is in no page, no row, no file, no log line.

use std::path::Path;

use testkit::html;
use testkit::world::CANARY_SECRET;

use crate::installation::{Installation, Tenants, assert_no_secret, ended, sync_now, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_secret_is_in_no_page_row_or_log() {
    let graph = Tenants::invented(2, 20).await;
    // The second tenant refuses the secret, as one does where it was rotated.
    graph.sim.change_apps(graph.ids[1], |apps| apps[0].secret = "rotated".to_owned()).unwrap();
    for mut place in [Installation::sqlite().await, Installation::postgres().await] {
        place.graph(graph.base());
        place.set("LOG_FILTER", "trace");
        place.set_up().await;
        let tenants = [place.add_tenant("Contoso", graph.ids[0]).await, place.add_tenant("Fabrikam", graph.ids[1]).await];
        let mut serve = place.start(&["serve"]);
        let owner = place.owner_at(&serve.ready().await).await;
        let mut seen = String::new();
        let mut paths = vec!["/admin".to_owned(), "/admin/operations".to_owned(), "/admin/notices".to_owned()];
        for (tenant, outcome) in tenants.iter().zip(["Completed Succeeded", "Completed Failed"]) {
            let run = sync_now(&owner, *tenant).await;
            assert_eq!(ended(&owner, &run).await, outcome);
            paths.extend([run, pages::href::tenant(*tenant), pages::href::inventory(*tenant)]);
        }
        for path in &paths {
            let page = owner.page(path).await;
            seen.push_str(&page.body);
            paths_of_items(&page.body, &mut seen, &owner).await;
        }
        serve.kill().await;
        assert!(!seen.contains(CANARY_SECRET), "in a page");
        assert!(!rows(&place).await.contains(CANARY_SECRET), "in a row");
        for file in files(place.folder.path()) {
            let bytes = std::fs::read(&file).unwrap();
            let found = bytes.windows(CANARY_SECRET.len()).any(|window| window == CANARY_SECRET.as_bytes());
            assert!(!found, "in {}", file.display());
        }
        let said = serve.said();
        assert!(said.contains("TRACE"), "the log was not as talkative as it can be");
        assert_no_secret(&said);
        println!(
            "{}: {} bytes of pages, {} bytes of log at trace, no canary",
            place.url.split(':').next().unwrap(),
            seen.len(),
            said.len()
        );
        place.remove().await;
    }
}

async fn paths_of_items(body: &str, seen: &mut String, owner: &testkit::browserless::Browserless) {
    for link in html::links(body).into_iter().filter(|link| link.contains("/inventory/") && !link.ends_with("/sync")) {
        seen.push_str(&owner.page(&link).await.body);
    }
}

/// Every row of every table as text; nothing for SQLite, whose file is read as it is.
async fn rows(place: &Installation) -> String {
    if !place.url.starts_with("postgres") {
        return String::new();
    }
    let store = place.store().await;
    let mut all = String::new();
    for table in texts(&store, "select tablename::text from pg_tables where schemaname = 'public'").await {
        // Bytes are shown as hexadecimal digits: what is sealed is sealed, what is not would be found as text of the same row.
        let rows = texts(&store, &format!("select t::text from {table} t")).await;
        all.push_str(&rows.join("\n"));
        let hex: String = CANARY_SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!all.contains(&hex), "in bytes of {table}");
    }
    store.close().await;
    all
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // The file that the secret was handed over in is the operator's own.
    entries.filter(|path| path.is_file() && path.file_name().is_some_and(|name| name != "secret")).collect()
}
