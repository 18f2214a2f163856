//! The command that takes over the database of an earlier installation, as an operator runs it, and the addresses that people kept.

#[path = "../../../store/tests/adoption/older.rs"]
mod older;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::unix::fs::PermissionsExt as _;

use testkit::browserless::Browserless;
use testkit::html;
use testkit::postgres::Database;

use crate::installation::Installation;
use older::{CANARY, ODD_ADOPTED, ODD_RUNS, Size};

const PASSWORD: &str = "canary-new-password-of-a-person";

/// Somebody of the older database with a new password, signed in.
async fn person(place: &Installation, base: &str, number: u32) -> Browserless {
    let email = format!("person{number}@older.test");
    let reset = place.run(&["user", "reset", &email], "").await;
    assert_eq!(reset.code, Some(0), "{}", reset.err);
    let path = reset.out.trim().strip_prefix("https://atlas.example.test/").expect("one line, the link").to_owned();
    let browser = Browserless::at(base);
    let form = browser.page(&format!("/{path}")).await.form("/sign-in/reset").with("password", PASSWORD).with("again", PASSWORD);
    assert_eq!(browser.submit(&form).await.status, 303);
    let browser = Browserless::at(base);
    browser.sign_in(&email, PASSWORD).await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_adopts_an_older_database_and_its_people_find_their_runs() {
    let older = Database::create().await;
    older::fill(older.url(), Size::SMALL).await;
    for mut place in [Installation::sqlite().await, Installation::postgres().await] {
        place.set("SERVER_PUBLIC_URL", "https://atlas.example.test/");
        let file = |name: &str| place.folder.path().join(name).display().to_string();
        let (url, report, rows) = (file("url"), file("report.json"), file("rows.csv"));
        std::fs::write(&url, format!("{}\n", older.url())).unwrap();
        let common = ["adopt", "--from-file", &url, "--source", "older", "--report", &report, "--legacy-rows", &rows];
        let json = || serde_json::from_slice::<serde_json::Value>(&std::fs::read(&report).unwrap()).unwrap();

        let tried = place.run(&[&common[..], &["--dry-run"]].concat(), "").await;
        assert_eq!(tried.code, Some(0), "{}{}", tried.out, tried.err);
        assert!(tried.out.starts_with("Would be adopted from older:"), "{}", tried.out);
        assert!(!place.folder.path().join("atlas.db").exists(), "a dry run makes no database");
        let mut planned = json();
        let done = place.run(&common, "").await;
        assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
        assert_eq!(planned["dry_run"].take(), true);
        let mut told = json();
        assert_eq!(told["dry_run"].take(), false);
        assert_eq!(planned, told, "a dry run says the same");
        assert_eq!(told["tables"]["operation_runs"]["adopted"], Size::SMALL.runs + ODD_ADOPTED);
        let csv = std::fs::read_to_string(&rows).unwrap();
        let legacy = Size::SMALL.syncs + Size::SMALL.group_syncs + Size::SMALL.schedule_runs;
        assert_eq!(u64::try_from(csv.lines().count()).unwrap(), 1 + legacy);
        for path in [&report, &rows] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
        }
        let again = place.run(&common, "").await;
        let (runs, known) = (Size::SMALL.runs + ODD_RUNS, Size::SMALL.runs + ODD_ADOPTED);
        let line = format!("operation_runs: {runs} read, 0 adopted, {known} known before");
        assert!(again.out.contains(&line), "{}", again.out);
        let all = format!("{}{}{}{}{}{csv}{told}", tried.out, tried.err, done.out, done.err, again.err);
        assert!(!all.contains(CANARY), "what is told quotes the older database");

        let mut serve = place.start(&["serve", "--no-worker"]);
        let base = serve.ready().await;
        let owner = person(&place, &base, 1).await;
        let shown = owner.get("/admin/operations/12").await;
        assert_eq!((shown.status, shown.location()), (200, None), "served in place");
        assert!(shown.body.contains("Inventory sync") && shown.body.contains("Tenant 1"));
        let stranger = person(&place, &base, 2).await;
        let (hidden, absent) = (stranger.get("/admin/operations/12").await, stranger.get("/admin/operations/999999").await);
        assert_eq!((hidden.status, absent.status), (404, 404));
        assert_eq!(hidden.body, absent.body, "theirs and nobody's are one answer");
        for path in [
            "/admin/operations/012",
            "/admin/operations/-12",
            "/admin/operations/99999999999999999999",
            "/admin/inventory-sync-runs/12",
        ] {
            assert_eq!(owner.get(path).await.status, 404, "{path}");
        }
        every_page_shows(&owner, &shown.link("/admin/t/").expect("its tenant")).await;
        serve.kill().await;
        place.remove().await;
    }
    older.drop().await;
}

/// How many pages of what was adopted are looked at.
const PAGES: usize = 250;
/// How many pages of one kind: ten items look as two do.
const OF_A_KIND: usize = 2;

/// An address without its ids and its query: what pages of one kind share.
fn kind(path: &str) -> String {
    let plain = path.split(['?', '#']).next().unwrap_or_default();
    plain.split('/').map(|part| if part.len() == 36 { "{id}" } else { part }).collect::<Vec<_>>().join("/")
}

/// Follows the links from an adopted tenant: each page of what came over is shown, and none quotes the older database.
async fn every_page_shows(owner: &Browserless, of_tenant: &str) {
    let tenant = of_tenant.split(['/', '?']).nth(3).expect("an id");
    let mut waiting = VecDeque::from([format!("/admin/t/{tenant}"), "/admin/operations".to_owned(), "/admin".to_owned()]);
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut pages = 0;
    while let Some(path) = waiting.pop_front() {
        let path = path.split('#').next().unwrap_or_default().to_owned();
        let alike = seen.entry(kind(&path)).or_default();
        if !path.starts_with("/admin") || alike.len() >= OF_A_KIND || !alike.insert(path.clone()) || pages >= PAGES {
            continue;
        }
        pages += 1;
        let page = owner.get(&path).await;
        assert!(matches!(page.status, 200 | 303), "{path}: {}", page.status);
        assert!(!page.body.contains(CANARY), "{path} quotes the older database");
        waiting.extend(html::links(&page.body));
    }
    for of in ["/inventory/{id}", "/backups/{id}", "/restores/{id}", "/drift/{id}", "/schedules/{id}"] {
        assert!(seen.contains_key(&format!("/admin/t/{{id}}{of}")), "{of} is not among {:?}", seen.keys());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_adopted_is_refused_without_telling_a_password() {
    let place = Installation::sqlite().await;
    let refused = place.run(&["adopt", "--from", "postgres://somebody:canary-word@127.0.0.1:1/older"], "").await;
    assert!(refused.code != Some(0) && !format!("{}{}", refused.out, refused.err).contains("canary-word"), "{}", refused.err);
    let refused = place.run(&["adopt", "--from", "sqlite:/nowhere.db"], "").await;
    assert!(refused.code != Some(0) && refused.err.contains("postgres://"), "{}", refused.err);
    assert!(place.run(&["adopt"], "").await.err.contains("--from"));
}
