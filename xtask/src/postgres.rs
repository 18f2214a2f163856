//! One private PostgreSQL for a test run: own data folder, own port on loopback, gone afterwards.
//!
//! A watchdog shell (`postgres/server.sh`) owns the folder from its creation to its removal. It holds the read end of a pipe
//! from us: when we drop the server, fail, panic, or are killed with any signal, the pipe closes, and the watchdog stops the
//! server and removes the folder.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

/// How often another port is tried when someone took the free one in between.
const TRIES: usize = 3;

/// A running server; dropping it stops it and removes its data.
pub(crate) struct Server {
    watchdog: Child,
    says: Option<BufReader<ChildStdout>>,
    url: String,
    replica: Option<String>,
}

impl Server {
    /// Starts a server with the programs in `bin`. Takes about two seconds.
    ///
    /// The role of the URL may create databases and is neither superuser nor exempt from row-level security.
    pub(crate) fn start(bin: &Path) -> Result<Self> {
        Self::start_so(bin, "no", false)
    }

    /// As [`Server::start`], with an empty database of the product and a streaming replica beside it. The role may pause what that
    /// replays.
    pub(crate) fn start_with_replica(bin: &Path) -> Result<Self> {
        Self::start_so(bin, "no", true)
    }

    /// As [`Server::start`], but what is committed is on the disk, as in an installation: for measurements.
    pub(crate) fn start_durable(bin: &Path) -> Result<Self> {
        Self::start_so(bin, "yes", false)
    }

    fn start_so(bin: &Path, durable: &str, replica: bool) -> Result<Self> {
        let mut why = String::new();
        for _ in 0..TRIES {
            let port = free_port()?;
            let replica = if replica { Some(free_port()?) } else { None };
            match Self::start_on(bin, port, durable, replica)? {
                Ok(server) => return Ok(server),
                Err(words) => why = words,
            }
            if !why.contains("Address already in use") {
                break;
            }
        }
        bail!("the private PostgreSQL did not start:\n{why}");
    }

    /// The URL of its first database, for `TENANTATLAS_TEST_POSTGRES`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The same of its replica, where it has one.
    pub(crate) fn replica(&self) -> Option<&str> {
        self.replica.as_deref()
    }

    /// Stops the replica, as a power cut does.
    pub(crate) fn stop_replica(&mut self) -> Result<()> {
        let (Some(to), Some(from)) = (self.watchdog.stdin.as_mut(), self.says.as_mut()) else { bail!("the server is gone") };
        to.write_all(b"stop-replica\n")?;
        from.read_line(&mut String::new())?;
        Ok(())
    }

    /// The inner error is what the server said when it did not start.
    fn start_on(bin: &Path, port: u16, durable: &str, replica: Option<u16>) -> Result<Result<Self, String>> {
        let password = random_word()?;
        let account = Account::choose()?;
        let folder = account.folder()?.join(format!("tenantatlas-postgres-{}", random_word()?));
        let mut watchdog = Command::new("sh")
            .args(["-c", include_str!("postgres/server.sh"), "tenantatlas-postgres"])
            .args(&account.prefix)
            .env("SERVER_FOLDER", &folder)
            .env("SERVER_BIN", bin)
            .env("SERVER_PORT", port.to_string())
            .env("SERVER_PASSWORD", &password)
            .env("SERVER_OWNER", &account.owner)
            .env("SERVER_DURABLE", durable)
            .env("SERVER_REPLICA", replica.map(|port| port.to_string()).unwrap_or_default())
            // Ctrl-C goes to the whole foreground group; the watchdog must outlive it to clean up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run sh")?;
        let mut answer = String::new();
        let mut says = watchdog.stdout.take().map(BufReader::new);
        if let Some(reader) = &mut says {
            reader.read_line(&mut answer)?;
            if answer.trim() != "ready" {
                reader.read_to_string(&mut answer)?;
            }
        }
        let url =
            |port: u16| format!("postgres://atlas:{password}@127.0.0.1:{port}/{}", replica.map_or("postgres", |_| "tenantatlas"));
        let server = Self { watchdog, says, url: url(port), replica: replica.map(url) };
        Ok(if answer.trim() == "ready" { Ok(server) } else { Err(answer) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// Who the server runs as. PostgreSQL refuses root, so root steps down to an account without rights.
struct Account {
    /// What to put before a command; empty when we are not root.
    prefix: Vec<String>,
    /// Whom the data folder must belong to (`uid:gid`); empty when us.
    owner: String,
}

impl Account {
    fn choose() -> Result<Self> {
        let id = |args: &[&str]| process::output(Command::new("id").args(args)).map(|text| text.trim().to_owned());
        if id(&["-u"])? != "0" {
            return Ok(Self { prefix: Vec::new(), owner: String::new() });
        }
        for name in ["postgres", "nobody"] {
            if let (Ok(user), Ok(group)) = (id(&["-u", name]), id(&["-g", name])) {
                let prefix = ["setpriv", "--reuid", &user, "--regid", &group, "--clear-groups", "--"].map(str::to_owned);
                return Ok(Self { prefix: prefix.into(), owner: format!("{user}:{group}") });
            }
        }
        bail!("PostgreSQL does not run as root and there is neither an account postgres nor nobody");
    }

    /// A folder for temporary files that the account can reach (root's own may be closed to it).
    fn folder(&self) -> Result<PathBuf> {
        let candidates = [std::env::temp_dir(), PathBuf::from("/tmp"), PathBuf::from("/var/tmp")];
        let reachable = |folder: &PathBuf| match self.prefix.split_first() {
            None => folder.is_dir(),
            Some((program, rest)) => process::succeeds(Command::new(program).args(rest).args(["test", "-x"]).arg(folder)),
        };
        candidates.into_iter().find(reachable).context("no folder for temporary files (is setpriv of util-linux installed?)")
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?.local_addr()?.port())
}

/// 32 hexadecimal digits that nobody can guess.
fn random_word() -> Result<String> {
    let mut bytes = [0u8; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
