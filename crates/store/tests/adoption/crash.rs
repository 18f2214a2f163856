//! Adoptions that are killed as by a power cut (`kill -9`, a process of their own), after each of their commits and in the middle of
//! batches. Whoever goes on ends with what one ends with that nobody killed.

use std::time::Duration;

use store::{Options, Store};
use testkit::process::Program;
use testkit::stores::{self, TestStore, on, on_both};

use super::older::{ODD_ADOPTED, Size};
use super::{FULL, adopt, everything, older_of};
use store::Backend;

/// Set in the environment of the process: the new database, the older one, and whether it stops after its first commit.
const DATABASE: &str = "ADOPTION_DATABASE";
const OLDER: &str = "ADOPTION_OLDER";
const STOPS: &str = "ADOPTION_STOPS";
/// What it says.
const STOPPED: &str = "Stopped at commit";
const DONE: &str = "Adopted everything";

/// Starts an adoption as a process of its own.
fn start(database: &str, older: &str, stops: bool) -> Program {
    let program = std::env::current_exe().unwrap();
    let arguments = ["adoption::crash::adopts_until_it_is_killed", "--exact", "--ignored", "--nocapture"];
    let environment = [(DATABASE, database), (OLDER, older), (STOPS, if stops { "1" } else { "" })];
    Program::start(&program, &arguments, &environment.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "no test: the process that the tests beside it kill"]
async fn adopts_until_it_is_killed() {
    let (Ok(database), Ok(older)) = (std::env::var(DATABASE), std::env::var(OLDER)) else { return };
    let options = Options { exclusive: false, migrate: false, ..stores::options(None) };
    let opened = Store::open(&database, options).await.unwrap();
    if std::env::var(STOPS).is_ok_and(|stops| !stops.is_empty()) {
        store::testing::stop_at_commit(store::testing::commits("adopt") + 1, "adopt", |n| println!("{STOPPED} {n}"));
    }
    opened.store.adoption().adopt(&opened.operator, &super::named(&older, "older", false)).await.unwrap();
    println!("{DONE}");
}

/// Where the process got to: `true` when it said that it stopped, `false` when it adopted the rest.
async fn stopped(program: &Program) -> bool {
    let said = |line: &str| line.contains(STOPPED).then_some(true).or_else(|| line.contains(DONE).then_some(false));
    program.line("that it stopped or ended", said).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adoption_that_is_killed_after_each_commit_ends_as_one_that_was_not() {
    let older = older_of(Size::SMALL).await;
    let url = older.url().to_owned();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let wanted = std::sync::Mutex::new(None);
        let (url, wanted) = (&url, &wanted);
        on(backend, false, &|t: TestStore| async move {
            adopt(&t, url).await;
            *wanted.lock().unwrap() = Some(everything(&t).await);
        })
        .await;
        on(backend, false, &|t: TestStore| async move {
            let mut kills = 0;
            loop {
                let mut program = start(&t.url, url, true);
                if !stopped(&program).await {
                    assert_eq!(program.ended().await.code, Some(0));
                    break;
                }
                program.kill().await;
                kills += 1;
                assert!(kills < 100, "it gets no further");
            }
            println!("{backend:?}: killed after each of {kills} commits");
            assert!(kills > 15, "{kills} commits are too few for so many tables");
            assert_eq!(Some(everything(&t).await), wanted.lock().unwrap().take());
            assert_eq!(adopt(&t, url).await.adopted(), 0);
        })
        .await;
    }
    older.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adoption_that_is_killed_in_the_middle_of_its_runs_goes_on() {
    let older = older_of(FULL).await;
    let url = older.url().to_owned();
    on_both(|t: TestStore| {
        let url = url.clone();
        async move {
            let mut kills = 0;
            for after in [2_000, 9_000, 15_000] {
                let mut program = start(&t.url, &url, false);
                loop {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    let runs = t.number("select count(*) from operation_runs").await;
                    if runs >= after || program.is_over() {
                        break;
                    }
                }
                kills += u32::from(!program.is_over());
                program.kill().await;
                // In one statement: the database may still carry out the last commit of the killed process.
                let apart = "select (select count(*) from operation_runs) - (select count(*) from adopted_records where kind = 'operation_runs')";
                assert_eq!(t.number(apart).await, 0, "a batch and its record are one");
            }
            assert!(kills > 0, "none was still at work");
            adopt(&t, &url).await;
            let runs = i64::try_from(FULL.runs + ODD_ADOPTED).unwrap();
            assert_eq!(t.number("select count(*) from operation_runs").await, runs);
            assert_eq!(t.number("select count(distinct old_id) from adopted_records where kind = 'operation_runs'").await, runs);
            assert_eq!(adopt(&t, &url).await.adopted(), 0);
        }
    })
    .await;
    older.drop().await;
}
