//! A PostgreSQL server of one test's own, to be stopped and started.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use tempfile::TempDir;
use tokio::process::Command;

/// The server. Stopped when dropped; its folder goes with it.
pub(crate) struct Server {
    watchdog: Child,
    folder: TempDir,
    programs: PathBuf,
    url: String,
}

/// The folder with `initdb` and `pg_ctl`; of several versions the newest.
fn programs() -> Option<PathBuf> {
    let installed =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all: Vec<PathBuf> = installed.collect();
    all.sort();
    let mut all = all.into_iter().rev().chain(std::env::split_paths(&path));
    all.find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

impl Server {
    /// Starts one, or says why not.
    pub(crate) async fn launch() -> Result<Self, String> {
        let programs = programs().ok_or("PostgreSQL's server programs are not installed")?;
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))
            .and_then(|it| it.local_addr())
            .map_err(|error| error.to_string())?
            .port();
        let watchdog = watch(&programs, folder.path()).map_err(|error| error.to_string())?;
        let server = Self { url: format!("postgres://atlas@127.0.0.1:{port}/postgres"), watchdog, folder, programs };
        if as_root() {
            // PostgreSQL refuses root.
            run(Command::new("chown").arg("postgres").arg(server.folder.path())).await?;
        }
        let data = server.folder.path().join("data");
        run(server.command("initdb").arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]))
        .await?;
        // Trust on loopback, for as long as one test. A commit is on the disk before it is answered, as in an installation, for a
        // server that is stopped at once must forget none; only a power cut of the machine would.
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\nmax_connections = 100\nfsync = off\n\
             jit = off\nlog_min_messages = fatal\n",
            server.folder.path().display()
        );
        let file = data.join("postgresql.conf");
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
        std::fs::write(&file, text + &settings).map_err(|error| error.to_string())?;
        server.start().await;
        let role = "create role atlas login createdb nosuperuser nobypassrls";
        run(server.command("psql").args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "postgres", "-c", role])).await?;
        Ok(server)
    }

    /// The URL of its first database, of a role that may create others.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn command(&self, program: &str) -> Command {
        let mut command = step_down(&self.programs.join(program));
        command.current_dir(self.folder.path());
        command
    }

    /// Stops it at once: what is under way is broken off, and the next start has to recover.
    pub(crate) async fn stop(&self) {
        run(self.command("pg_ctl").args(["-m", "immediate", "-w", "stop", "-D"]).arg(self.folder.path().join("data")))
            .await
            .unwrap();
    }

    /// Starts it again.
    pub(crate) async fn start(&self) {
        let (data, log) = (self.folder.path().join("data"), self.folder.path().join("log"));
        run(self.command("pg_ctl").arg("-D").arg(data).arg("-l").arg(log).args(["-w", "-t", "60", "start"])).await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The pipe closes, as it does when this process is killed.
        drop(self.watchdog.stdin.take());
        if !self.watchdog.wait().is_ok_and(|status| status.success()) {
            eprintln!("the server in {} could not be stopped", self.folder.path().display());
        }
    }
}

/// A shell that stops the server, if it runs, when our end of its pipe is closed, however we end.
fn watch(programs: &Path, folder: &Path) -> std::io::Result<Child> {
    const WATCH: &str = "trap '' HUP INT TERM; read -r _; if [ -f data/postmaster.pid ]; then \"$@\"; fi";
    let stop = step_down(&programs.join("pg_ctl")).into_std();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", WATCH, "sh"]).arg(stop.get_program()).args(stop.get_args());
    shell.args(["-m", "immediate", "-w", "stop", "-D"]).arg(folder.join("data")).current_dir(folder);
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

fn as_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0)
}

/// A command of that program, without root's rights.
fn step_down(program: &Path) -> Command {
    if !as_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"]).arg(program);
    command
}

async fn run(command: &mut Command) -> Result<(), String> {
    // Not through pipes: the server that pg_ctl leaves behind would hold them open.
    let (out, err) = (Stdio::null(), Stdio::null());
    let status = command.stdin(Stdio::null()).stdout(out).stderr(err).status().await.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{:?} failed: {status}", command.as_std())) }
}
