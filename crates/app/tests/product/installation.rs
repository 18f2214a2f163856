//! An installation as an operator makes one: a database, settings in the environment, and the commands of the binary.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use graph_sim::{AppRegistration, Listening, Settings, Sim, Size, TenantProfile, TenantState};
use model::ids::{EntraTenantId, TenantId};
use model::resource_types::{self, ResourceType};
use model::time::SystemClock;
use store::Store;
use tempfile::TempDir;
use testkit::browserless::{Answer, Browserless};
use testkit::eventually::eventually;
use testkit::process::{Ended, Program};
use testkit::stores::{self, TEST_KEY};
use testkit::world::CANARY_SECRET;
use testkit::{graph, html, postgres};

const OWNER: &str = "owner@example.test";
const PASSWORD: &str = "canary-password-of-the-owner";
const WORKSPACE: &str = "Northwind Services";

pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_tenantatlas"))
}

/// A database and the settings to reach it. What is in a folder goes with it.
pub(crate) struct Installation {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    settings: Vec<(String, String)>,
    database: Option<postgres::Database>,
}

impl Installation {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("atlas.db").display());
        Self::new(url, folder, None)
    }

    pub(crate) async fn postgres() -> Self {
        let database = postgres::Database::create().await;
        Self::new(database.url().to_owned(), TempDir::new().unwrap(), Some(database))
    }

    /// On a database of somebody else's server, which goes with it.
    pub(crate) fn on(url: &str) -> Self {
        Self::new(url.to_owned(), TempDir::new().unwrap(), None)
    }

    fn new(url: String, folder: TempDir, database: Option<postgres::Database>) -> Self {
        let key: String = TEST_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut place = Self { url: url.clone(), folder, settings: Vec::new(), database };
        place.set("DATABASE_URL", &url);
        place.set("SECRETS_KEY", &key);
        place.set("SERVER_LISTEN", "127.0.0.1:0");
        place
    }

    /// Changes a setting, named as in the environment.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let name = format!("TENANTATLAS_{name}");
        self.settings.retain(|(have, _)| *have != name);
        self.settings.push((name, value.to_owned()));
    }

    /// All of them.
    pub(crate) fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// Where connections of the custom cloud lead. It has no limits, so that nothing waits for them.
    pub(crate) fn graph(&mut self, base: &str) {
        self.set("GRAPH_CUSTOM_PACED", "false");
        self.set("GRAPH_CUSTOM_AUTHORITY", base);
        self.set("GRAPH_CUSTOM_BASE", base);
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str], input: &str) -> Ended {
        Program::run(binary(), arguments, &self.settings, input).await
    }

    /// As [`Installation::run`], and takes it only when it went well.
    async fn must(&self, arguments: &[&str], input: &str) -> Ended {
        let ended = self.run(arguments, input).await;
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}{}", ended.out, ended.err);
        ended
    }

    /// Starts a command that goes on.
    pub(crate) fn start(&self, arguments: &[&str]) -> Program {
        Program::start(binary(), arguments, &self.settings)
    }

    /// Makes the schema, and the owner of a workspace.
    pub(crate) async fn set_up(&self) {
        self.must(&["migrate"], "").await;
        self.must(&["user", "add", "--email", OWNER, "--name", "Owner", "--workspace", WORKSPACE], PASSWORD).await;
    }

    /// Adds a tenant with a connection of the custom cloud.
    pub(crate) async fn add_tenant(&self, name: &str, id: EntraTenantId) -> TenantId {
        self.add_tenant_with(name, id, &graph::app()).await
    }

    pub(crate) async fn add_tenant_with(&self, name: &str, id: EntraTenantId, app: &AppRegistration) -> TenantId {
        let secret = self.folder.path().join("secret");
        std::fs::write(&secret, format!("{}\n", app.secret)).unwrap();
        let (secret, id) = (secret.display().to_string(), id.to_string());
        let arguments = [
            ["tenant", "add"],
            ["--workspace", WORKSPACE],
            ["--name", name],
            ["--domain", "contoso.example"],
            ["--entra-tenant-id", &id],
            ["--client-id", &app.client_id],
            ["--client-secret-file", &secret],
            ["--cloud", "custom"],
        ];
        let ended = self.must(&arguments.concat(), "").await;
        let id = ended.out.trim_end().trim_end_matches('.').rsplit(' ').next().unwrap();
        id.parse().unwrap_or_else(|_| panic!("no tenant's id at the end of {}", ended.out))
    }

    /// The owner, signed in at that address.
    pub(crate) async fn owner_at(&self, base: &str) -> Browserless {
        let browser = Browserless::at(base);
        browser.sign_in(OWNER, PASSWORD).await;
        browser
    }

    /// A look into the database, beside the processes.
    pub(crate) async fn store(&self) -> Store {
        let options = store::Options { exclusive: false, migrate: false, ..stores::options(None) };
        Store::open(&self.url, options).await.unwrap().store
    }

    /// Removes a database of a server.
    pub(crate) async fn remove(self) {
        if let Some(database) = self.database {
            database.drop().await;
        }
    }
}

/// Simulated tenants with the same invented content each, behind one address.
pub(crate) struct Tenants {
    pub(crate) sim: Sim,
    pub(crate) ids: Vec<EntraTenantId>,
    pub(crate) listening: Listening,
}

impl Tenants {
    pub(crate) async fn invented(count: usize, policies: usize) -> Self {
        let state = graph_sim::generate(7, Size { policies, groups: 10 }, stores::start_of_time());
        Self::with(count, &state).await
    }

    pub(crate) async fn with(count: usize, state: &TenantState) -> Self {
        let sim = Sim::with_settings(Arc::new(SystemClock), Settings::default());
        let ids: Vec<EntraTenantId> = (0..count).map(|_| EntraTenantId::generate()).collect();
        for id in &ids {
            sim.add_tenant(TenantProfile::new(*id, "Contoso", "contoso.example", graph::app()), state.clone());
        }
        let listening = sim.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        Self { sim, ids, listening }
    }

    pub(crate) fn base(&self) -> &str {
        &self.listening.base_url
    }

    /// How many objects a tenant has of the types that are kept in the inventory.
    pub(crate) fn objects(&self) -> usize {
        let kept = |key: &str| resource_types::find(key).is_some_and(ResourceType::in_inventory);
        let counts = self.sim.count_by_type(self.ids[0]).unwrap();
        counts.into_iter().filter(|(key, _)| kept(key)).map(|(_, count)| count).sum()
    }
}

/// Presses "Sync now" on a tenant's dashboard and gives the path of the run's page.
pub(crate) async fn sync_now(browser: &Browserless, tenant: TenantId) -> String {
    let form = browser.page(&pages::href::tenant(tenant)).await.form(&pages::href::sync(tenant));
    start(browser, &form).await
}

/// Starts a sync of some types only.
pub(crate) async fn sync_types(browser: &Browserless, tenant: TenantId, types: &[&str]) -> String {
    let mut form = browser.page(&pages::href::sync(tenant)).await.form(&pages::href::sync(tenant));
    form.fields.retain(|(name, _)| name != "types");
    form.fields.extend(types.iter().map(|key| ("types".to_owned(), (*key).to_owned())));
    start(browser, &form).await
}

async fn start(browser: &Browserless, form: &html::Form) -> String {
    let answer = browser.submit(form).await;
    assert_eq!(answer.status, 303, "{}", html::text(&answer.body));
    let page = browser.follow(&answer).await;
    view_run(&page).unwrap_or_else(|| panic!("no link to a run: {}", html::text(&page.body)))
}

/// The address of the "View run" link of a page's toast.
pub(crate) fn view_run(page: &Answer) -> Option<String> {
    let toasts = page.body.split("id=\"toasts\"").nth(1)?.split("data-dismiss").next()?;
    html::links(toasts).into_iter().find(|link| link.starts_with("/admin/operations/"))
}

/// Waits until the run of that page has ended, and gives its status and outcome in words.
pub(crate) async fn ended(browser: &Browserless, run: &str) -> String {
    eventually(&format!("the end of {run}"), async || {
        let words = state_words(&browser.page(run).await);
        words.starts_with("Completed").then_some(words)
    })
    .await
}

/// Status and outcome as a run's page shows them.
pub(crate) fn state_words(page: &Answer) -> String {
    let marks = page.body.split("<div class=\"marks\">").nth(1).and_then(|rest| rest.split("<p class=\"lead\">").next());
    html::text(marks.expect("the run's status"))
}

/// The items that a tenant's inventory shows over all its pages, by address.
pub(crate) async fn all_items(browser: &Browserless, tenant: TenantId, query: &str) -> BTreeSet<String> {
    let list = pages::href::inventory(tenant);
    let mut next = Some(format!("{list}{query}"));
    let mut found = BTreeSet::new();
    while let Some(path) = next {
        let page = browser.page(&path).await;
        let is_item = |link: &String| link.strip_prefix(&format!("{list}/")).is_some_and(|id| id.len() == 36);
        found.extend(html::links(&page.body).into_iter().filter(is_item));
        let tags = html::tags(&page.body);
        let on = tags.iter().find(|tag| tag.name == "a" && tag.attribute("rel") == Some("next"));
        next = on.and_then(|tag| tag.attribute("href")).map(str::to_owned);
    }
    found
}

/// The number that a query answers with.
pub(crate) async fn number(store: &Store, query: &str) -> i64 {
    store::testing::number(store, query, true).await.unwrap()
}

/// The texts that a query answers with.
pub(crate) async fn texts(store: &Store, query: &str) -> Vec<String> {
    store::testing::texts(store, query, true).await.unwrap()
}

/// Asserts that the inventory has so many objects, each once.
pub(crate) async fn assert_whole(store: &Store, objects: usize) {
    let items = number(store, "select count(*) from inventory_items").await;
    assert_eq!(items, i64::try_from(objects).unwrap());
    let twice = "select count(*) from (select 1 from inventory_items group by tenant_id, resource_type, object_id having count(*) > 1) twice";
    assert_eq!(number(store, twice).await, 0, "an object stands there twice");
}

/// Asserts that nothing a process wrote, and nothing in the database's files, holds a secret in clear.
pub(crate) fn assert_no_secret(said: &str) {
    for secret in [CANARY_SECRET, PASSWORD] {
        assert!(!said.contains(secret), "a secret is in what the process wrote");
    }
}
