//! What every route answers to everybody, as a table that is reviewed as a diff: `../route_matrix.txt`.
//!
//! The rows come from the product's own table of routes: a new route changes the text, and fails here until somebody has looked
//! at its row. `UPDATE_GOLDEN=1` writes the text anew.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use model::ids::{ApiTokenId, BackupSetId, BaselineId, FindingId, OperatorId, RestoreId, RolloutId, ScheduleId, TenantGroupId};
use store::Backend;
use testkit::browserless::Answer;
use testkit::stores::{TestStore, on};
use testkit::world;
use web::RouteInfo;

use crate::asking::{People, Place, removes_a_schedule};
use crate::made::{is_about_a_group, is_about_alerts};
use crate::served::Served;
use crate::somebody::Somebody;

const HEAD: &str = "\
Every route x everybody -> status. `in` is 303 to the sign-in page. Pages are asked with a session, /api/v1 with a token
that was given all that its holder could hand on. Who asks:
  anonymous  nobody is signed in
  stranger   owner of another workspace
  outsider   member of the workspace, entitled to none of its tenants
  readonly, operator  member with that role, in the first tenant too
  manager, owner      member with that role, and so entitled to every tenant
  platform   operator of the installation
  glass      operator of the installation who has the workspace open by break-glass
";

// One for each database, so that they run beside each other: together they take ten minutes.

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everybody_as_the_table_says_on_sqlite() {
    holds(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everybody_as_the_table_says_on_postgres() {
    holds(Backend::Postgres).await;
}

/// That what everybody is answered is what the table says: on both databases the same.
async fn holds(backend: Backend) {
    let found = Mutex::new(String::new());
    on(backend, true, &|test| async {
        let text = matrix(test).await;
        *found.lock().unwrap() = text;
    })
    .await;
    let found = found.into_inner().unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/route_matrix.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() && backend == Backend::Sqlite {
        std::fs::write(&golden, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    for (line, (is, should_be)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(is, should_be, "route_matrix.txt, line {}; UPDATE_GOLDEN=1 writes it anew, on SQLite", line + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "a route without a row, or a row without a route");
}

/// The places that a route is asked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    First,
    Other,
    Foreign,
    Nowhere,
}

impl Where {
    const fn title(self) -> &'static str {
        match self {
            Self::First => "In the first tenant",
            Self::Other => {
                "In the second tenant, to which only the manager and the owner are entitled (the item is of the first)"
            }
            Self::Foreign => "In the stranger's tenant (the item is of the first)",
            Self::Nowhere => "With ids that nothing has",
        }
    }
}

async fn matrix(test: TestStore) -> String {
    let served = Served::of(&test).await;
    served.add_signer().await;
    let _graph = served.synced(20).await;
    let world = &served.world;
    world.store.connections().save(&world.operator, world.other_tenant, &world::connection()).await.unwrap();
    let mut text = HEAD.to_owned();
    for at in [Where::First, Where::Other, Where::Foreign, Where::Nowhere] {
        let routes = web::table();
        let depends = |route: &&RouteInfo| match at {
            Where::First => true,
            Where::Nowhere => ["{tenant}", "{run}", "{operator}", "{link}"].iter().any(|part| route.path.contains(part)),
            Where::Other | Where::Foreign => ["{tenant}", "{run}"].iter().any(|part| route.path.contains(part)),
        };
        let mut rows = vec![vec!["".to_owned(), "".to_owned(), "guard".to_owned()]];
        rows[0].extend(Somebody::ALL.map(|who| who.word().to_owned()));
        for route in routes.iter().filter(depends) {
            let guard = route.capability.map_or(route.guard.to_owned(), |capability| format!("{} {capability}", route.guard));
            let mut row = vec![route.method.to_string(), route.path.to_owned(), guard];
            let mut place = place(&served, at, route).await;
            for who in Somebody::ALL {
                // A run that is still active for each of them: somebody before may have cancelled it.
                if route.method != "GET" {
                    place = self::place(&served, at, route).await;
                    served.made_ready(route.path, place.run).await;
                }
                row.push(word(&served.ask(route, who, &place).await));
                served.put_back(route.path).await;
            }
            rows.push(row);
        }
        let _ = write!(text, "\n{}\n{}", at.title(), aligned(&rows));
    }
    text
}

async fn place(served: &Served, at: Where, route: &RouteInfo) -> Place {
    let path = route.path;
    let world = &served.world;
    let item = served.an_item().await;
    let (user, tenant, run) = match at {
        Where::First => (&world.owner, world.tenant, served.active_run(world.tenant).await),
        Where::Other => (&world.owner, world.other_tenant, served.active_run(world.other_tenant).await),
        Where::Foreign => (&world.stranger, world.foreign_tenant, served.foreign_run().await),
        Where::Nowhere => return Place::nowhere(),
    };
    let schedule = if path.contains("{schedule}") { served.a_schedule(user, tenant).await } else { ScheduleId::generate() };
    let backup = if path.contains("{backup}") { served.a_backup(tenant).await } else { BackupSetId::generate() };
    let restore = if path.contains("{restore}") { served.a_restore(user, tenant).await } else { (RestoreId::generate(), 1) };
    let rollout = if path.contains("{rollout}") { served.a_rollout(tenant).await } else { RolloutId::generate() };
    let of_baseline = path.contains("{baseline}");
    let baseline = if of_baseline { served.a_baseline(tenant, path).await } else { (BaselineId::generate(), 1) };
    if removes_a_schedule(route) {
        served.put_away(user, tenant, schedule).await;
    }
    let workspace = if at == Where::Foreign { world.foreign_workspace } else { world.workspace };
    // A workspace has room for 200 invitations: none for the members of groups.
    let asked = ["{member}", "{invitation}", "{token}", "/members"].iter().any(|part| path.contains(part));
    let asked = asked && !path.contains("/tenant-groups/");
    let people = if asked { served.people(workspace, tenant, None).await } else { People::nobody() };
    let tenant = if path.ends_with("/advance") { served.onboarding(workspace, at == Where::First).await } else { tenant };
    let (operator, link) = if path.contains("{operator}") || path.contains("{link}") {
        served.a_new_operator().await
    } else {
        (OperatorId::generate(), "")
    };
    let token = if path.contains("{api_token}") { served.a_token(user).await } else { ApiTokenId::generate() };
    let group = if is_about_a_group(path) {
        served.a_group_for(user, workspace, baseline.0, path).await
    } else {
        TenantGroupId::generate()
    };
    let alert = match is_about_alerts(path) {
        true => served.an_alert(user, workspace).await,
        false => Place::nowhere().alert,
    };
    let finding = FindingId::generate();
    Place {
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
    }
}

fn word(answer: &Answer) -> String {
    let to_sign_in = answer.location().is_some_and(|to| {
        let to = to.strip_prefix("/system").unwrap_or(to);
        to == "/sign-in" || to.starts_with("/sign-in?")
    });
    if answer.status == 303 && to_sign_in { "in".to_owned() } else { answer.status.to_string() }
}

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().enumerate().map(|(i, cell)| format!("{cell:<width$}", width = width(i))).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}
