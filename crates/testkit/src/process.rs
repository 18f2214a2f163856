//! Programs as processes of their own: started, listened to, stopped, killed.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::eventually::DEADLINE;

/// What can be sent to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Asks it to end.
    Terminate,
    /// Freezes it.
    Stop,
    /// Lets it go on.
    Continue,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Terminate => "TERM",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        }
    }
}

/// A program that runs. Killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    name: String,
    out: watch::Receiver<Vec<String>>,
    err: watch::Receiver<Vec<String>>,
}

/// How a program that was waited for ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Program {
    /// Starts it with exactly these settings in the environment: those of the test itself are not handed on.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(program: &Path, arguments: &[impl AsRef<OsStr>], environment: &[(String, String)]) -> Self {
        Self::spawn(program, arguments, environment, Stdio::null())
    }

    fn spawn(program: &Path, arguments: &[impl AsRef<OsStr>], environment: &[(String, String)], input: Stdio) -> Self {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"TENANTATLAS_") {
                command.env_remove(name);
            }
        }
        command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let out = lines(child.stdout.take().expect("a pipe"));
        let err = lines(child.stderr.take().expect("a pipe"));
        let name = arguments.first().map_or_else(String::new, |first| first.as_ref().to_string_lossy().into_owned());
        Self { child, name, out, err }
    }

    /// Runs it to its end, with that text on standard input.
    ///
    /// # Panics
    /// When it cannot be started, or does not end in time.
    pub async fn run(program: &Path, arguments: &[impl AsRef<OsStr>], environment: &[(String, String)], input: &str) -> Ended {
        let mut started = Self::spawn(program, arguments, environment, Stdio::piped());
        let mut pipe = started.child.stdin.take().expect("a pipe");
        // A program that does not read its input may have ended already.
        let _ = pipe.write_all(input.as_bytes()).await;
        drop(pipe);
        started.ended().await
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub async fn ended(&mut self) -> Ended {
        let waited = timeout(2 * DEADLINE, async {
            let status: ExitStatus = self.child.wait().await.expect("a child of ours");
            // The pipes are read to their end, also what was written last.
            while self.out.changed().await.is_ok() {}
            while self.err.changed().await.is_ok() {}
            status
        });
        let Ok(status) = waited.await else { panic!("{} does not end\n{}", self.name, self.said()) };
        Ended { code: status.code(), out: self.out.borrow().join("\n"), err: self.err.borrow().join("\n") }
    }

    /// Waits for a line on standard output and takes from it what is wanted.
    ///
    /// # Panics
    /// When it does not come, also because the program ended.
    pub async fn line<T>(&self, what: &str, wanted: impl Fn(&str) -> Option<T>) -> T {
        self.wait(self.out.clone(), what, wanted).await
    }

    /// As [`Program::line`], on standard error.
    ///
    /// # Panics
    /// As [`Program::line`].
    pub async fn log_line<T>(&self, what: &str, wanted: impl Fn(&str) -> Option<T>) -> T {
        self.wait(self.err.clone(), what, wanted).await
    }

    async fn wait<T>(&self, mut lines: watch::Receiver<Vec<String>>, what: &str, wanted: impl Fn(&str) -> Option<T>) -> T {
        let find = |lines: &Vec<String>| lines.iter().find_map(|line| wanted(line));
        let come = timeout(DEADLINE, lines.wait_for(|lines| find(lines).is_some())).await;
        let found = match come {
            Ok(Ok(lines)) => find(&lines),
            Ok(Err(_)) | Err(_) => None,
        };
        found.unwrap_or_else(|| panic!("{} did not say {what}\n{}", self.name, self.said()))
    }

    /// The address that it says it is ready at: `Ready: http://…`.
    ///
    /// # Panics
    /// As [`Program::line`].
    pub async fn ready(&self) -> String {
        self.line("that it is ready", |line| Some(line.strip_prefix("Ready: ")?.trim().to_owned())).await
    }

    /// All that it wrote so far, both streams.
    #[must_use]
    pub fn said(&self) -> String {
        format!("{}\n{}", self.out.borrow().join("\n"), self.err.borrow().join("\n"))
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it has ended already.
    pub async fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("it still runs");
        // The shell's own command: it is there on every machine, and needs no unsafe code here.
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{} {id}", signal.name())).status().await;
        assert!(sent.expect("a shell").success(), "{} cannot be sent {signal:?}", self.name);
    }

    /// Its id, while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Whether it has ended, by itself or otherwise.
    pub fn is_over(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills it as a power cut does, and waits until it is gone.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("a child of ours");
    }
}

/// Collects lines while they come.
fn lines(pipe: impl AsyncRead + Unpin + Send + 'static) -> watch::Receiver<Vec<String>> {
    let (send, receive) = watch::channel(Vec::new());
    tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            send.send_modify(|all| all.push(line));
        }
    });
    receive
}
