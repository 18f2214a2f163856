//! A PostgreSQL server with a streaming replica, of its own.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use model::time::{Clock, FakeClock};
use store::Store;

use crate::stores::{TestStore, options, start_of_time};

/// Two servers; both end when it is dropped.
#[derive(Debug)]
pub struct Pair {
    watchdog: Child,
    says: Lines<BufReader<ChildStdout>>,
    /// The URL of the one that takes writes.
    pub database: String,
    /// The URL of the one that follows.
    pub replica: String,
}

impl Drop for Pair {
    fn drop(&mut self) {
        // The servers end with their watchdog's standard input.
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

impl Pair {
    /// `None`, with a visible line, where nobody says how to start them.
    ///
    /// # Panics
    /// When they do not start.
    #[must_use]
    pub fn start(test: &str) -> Option<Self> {
        let Some(program) = std::env::var_os("TENANTATLAS_TEST_XTASK") else {
            eprintln!("SKIPPED: {test}: nothing starts a replica (TENANTATLAS_TEST_XTASK); cargo xtask test says what does");
            return None;
        };
        let mut command = Command::new(program);
        command.args(["postgres", "--replica"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut watchdog = command.spawn().expect("xtask starts");
        let mut lines = BufReader::new(watchdog.stdout.take().expect("a pipe")).lines();
        let mut url = || -> String {
            let line = lines.next().expect("two lines").expect("a line");
            line.split_once('=').expect("a URL").1.to_owned()
        };
        let (database, replica) = (url(), url());
        Some(Self { watchdog, says: lines, database, replica })
    }

    /// The product's database, empty, on the server that takes writes.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn store(&self) -> TestStore {
        let clock = Arc::new(FakeClock::at(start_of_time()));
        let opened = Store::open(&self.database, options(Some(Arc::clone(&clock) as Arc<dyn Clock>))).await;
        let opened = opened.expect("PostgreSQL opens");
        TestStore::of(opened, clock, self.database.clone())
    }

    /// Stops the one that follows, as a power cut does.
    ///
    /// # Panics
    /// When it is gone already.
    pub fn stop_replica(&mut self) {
        self.watchdog.stdin.as_mut().expect("a pipe").write_all(b"stop replica\n").expect("the watchdog listens");
        self.says.next().expect("a line").expect("a line");
    }
}
