//! What is too rare, or too slow, for random histories: a disk that is full, a clock that is wrong.

use std::path::{Path, PathBuf};
use std::time::Duration;

use model::operations::probe::Probe;
use testkit::eventually::eventually;
use tokio::process::Command;

use crate::driver::{Driver, Told};
use crate::judge::judge;
use crate::plan::{Job, Place, Step};
use crate::scene::{Ground, LEASE, Scene, State};
use crate::settle::settle;

const DONE: &str = "select count(*) from operation_run_items";

fn long(name: u32) -> Job {
    Job { probe: Probe::Click, name, tenant: 0, items: 40, item_millis: 20, steps: 1, fail_every: 0 }
}

fn driver(scene: &mut Scene) -> Driver<'_> {
    Driver { scene, server: None, told: Told::default() }
}

/// Lets everything end and looks for what does not hold.
async fn all_is_well(mut driver: Driver<'_>) {
    if let Err(fault) = settle(&mut driver).await {
        let said: Vec<String> = driver.scene.workers.iter().map(|worker| worker.program.said()).collect();
        panic!("{fault}\n{}", said.join("\n"));
    }
    let (faults, figures) = judge(driver.scene, &driver.told).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(figures.items > 0);
}

/// Whether a program is there.
async fn can(program: &str, arguments: &[&str]) -> bool {
    let quiet = std::process::Stdio::null;
    let status = Command::new(program).args(arguments).stdin(quiet()).stdout(quiet()).stderr(quiet()).status().await;
    status.is_ok_and(|status| status.success())
}

/// Sets how large a file the process may write, in bytes; `None`: as large as it likes.
async fn limit_files(process: u32, bytes: Option<u64>) {
    let soft = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
    let set = Command::new("prlimit").args(["--pid", &process.to_string(), &format!("--fsize={soft}:unlimited")]).status().await;
    assert!(set.unwrap().success());
}

/// The file's size may not grow: to SQLite that is a write that fails, as on a disk that is full.
#[tokio::test(flavor = "multi_thread")]
async fn r8_a_worker_on_a_full_disk_loses_nothing_and_goes_on_when_there_is_room() {
    if !can("prlimit", &["--version"]).await {
        eprintln!("SKIPPED: a worker on a full disk: prlimit (util-linux) is not installed");
        return;
    }
    let ground = Ground::sqlite().await;
    let mut scene = Scene::on(&ground).await;
    // A program that is told that its file is too large, instead of being killed for it, as nothing is killed for a full disk.
    let worker = env!("CARGO_BIN_EXE_probe-worker");
    scene.start_worker_by(Path::new("sh"), &["-c", "trap '' XFSZ; exec \"$0\"", worker]).await;
    let id = scene.workers[0].program.id().unwrap();
    let mut driver = driver(&mut scene);
    for name in 0..3 {
        driver.step(Step::Start(long(name))).await;
    }
    eventually("the runs to be in the middle", async || (driver.scene.number(DONE).await >= 6).then_some(())).await;
    // Less than the file and its log have already: nothing more can be written.
    limit_files(id, Some(4096)).await;
    let said = driver.scene.workers[0]
        .program
        .log_line("that it cannot write", |line| line.contains("trying again").then(|| line.to_owned()));
    println!("a full disk: {}", said.await);
    eventually("the leases to run out", async || {
        let over =
            "select count(*) from operation_runs where status = 'running' and lease_expires_at > strftime('%Y-%m-%dT%H:%M:%fZ')";
        (driver.scene.number(over).await == 0).then_some(())
    })
    .await;
    let before = driver.scene.number(DONE).await;
    assert!(before < 120, "there was something left to do");
    assert!(!driver.scene.workers[0].program.is_over(), "it waits for room");
    limit_files(id, None).await;
    all_is_well(driver).await;
    assert_eq!(scene.number(DONE).await, 120);
    scene.remove().await;
    ground.remove().await;
}

/// The library that tells programs another time, where Debian puts it.
fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|file| file.is_file())
}

/// Two workers whose clocks are an hour ahead and an hour behind, beside one that is right.
#[tokio::test(flavor = "multi_thread")]
async fn l6_workers_whose_clocks_are_an_hour_off_take_nothing_from_each_other() {
    let Some(library) = faketime() else {
        eprintln!(
            "SKIPPED: workers whose clocks are an hour off: libfaketime is not installed (on Debian: apt-get install libfaketime)"
        );
        return;
    };
    let server = testkit::postgres::server().await.unwrap();
    let ground = Ground::postgres(server, Place::Postgres).await;
    let mut scene = Scene::on(&ground).await;
    for shift in ["+1h", "-1h", "+0"] {
        scene.environment = vec![
            ("LD_PRELOAD".to_owned(), library.display().to_string()),
            ("FAKETIME".to_owned(), shift.to_owned()),
            // Durations are measured by a clock that nobody sets.
            ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()),
            ("DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()),
        ];
        scene.start_worker().await;
    }
    let mut driver = driver(&mut scene);
    for name in 0..4 {
        driver.step(Step::Start(Job { tenant: usize::from(name % 2 == 0), ..long(name) })).await;
    }
    driver.step(Step::Schedules { count: 3, minutes: 3, tenant: 0, bound: 9 }).await;
    // Several leases long: whoever reads his own clock takes what the others hold, or lets go of what he holds.
    eventually("the runs to be in the middle", async || (driver.scene.number(DONE).await >= 100).then_some(())).await;
    const LOST: &str = "select count(*) from operation_run_events where code = 'lease_lost'";
    assert_eq!(driver.scene.number(LOST).await, 0, "a lease was taken although its holder lives");
    // And what a lost one held is taken in time, not an hour later and not at once.
    let victim = driver.scene.nth(0, State::Live).unwrap();
    driver.scene.kill(victim).await;
    all_is_well(driver).await;
    scene.remove().await;
    ground.remove().await;
    assert!(LEASE < Duration::from_secs(60));
}
