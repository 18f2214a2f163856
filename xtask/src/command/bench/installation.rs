//! A fresh installation of the product on a fresh database, with one person and one tenant, ready to be used.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::program::{self, Program};
use crate::process;

const WORKSPACE: &str = "Benchmark";
const EMAIL: &str = "owner@benchmark.example";
const PASSWORD: &str = "a password for the benchmark";
/// Seals the simulated tenant's simulated secret.
const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A prepared installation; `start` makes it run.
pub(super) struct Installation {
    program: PathBuf,
    folder: PathBuf,
    database: String,
    graph: String,
    /// Microsoft's id of the simulator's first tenant.
    entra_id: String,
    client_id: String,
}

impl Installation {
    /// What its tenant is called.
    pub(super) const TENANT: &'static str = "Simulated";

    /// Creates the schema, a person and a tenant that is reached by the simulator.
    pub(super) fn prepare(program: &Path, folder: PathBuf, database: String, simulator: &Program) -> Result<Self> {
        std::fs::create_dir_all(&folder)?;
        for (name, text) in [("key", KEY), ("password", PASSWORD), ("secret", simulator.said("Client secret")?)] {
            std::fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
        }
        let (entra_id, client_id) = (simulator.said("Tenant")?.to_owned(), simulator.said("Client id")?.to_owned());
        let graph = simulator.url.clone();
        let installation = Self { program: program.to_owned(), folder, database, graph, entra_id, client_id };
        installation.done(installation.command(&["migrate"]))?;
        let person = ["user", "add", "--email", EMAIL, "--name", "Owner", "--workspace", WORKSPACE, "--password-file"];
        installation.done(installation.command(&person).arg(installation.folder.join("password")))?;
        installation.add(Self::TENANT, "simulated.onmicrosoft.example", &installation.entra_id)?;
        Ok(installation)
    }

    /// Adds a further tenant of the simulator; its Microsoft ids count up.
    pub(super) fn add_tenant(&self, further: usize) -> Result<()> {
        let (head, tail) = self.entra_id.split_at(self.entra_id.len().saturating_sub(12));
        let first = u64::from_str_radix(tail, 16).context("the simulator's tenant has an unknown id")?;
        let id = format!("{head}{:012x}", first + further as u64);
        self.add(&format!("{} {further}", Self::TENANT), &format!("simulated-{further}.onmicrosoft.example"), &id)
    }

    fn add(&self, name: &str, domain: &str, entra_id: &str) -> Result<()> {
        let tenant = ["tenant", "add", "--workspace", WORKSPACE, "--name", name, "--cloud", "custom"];
        let mut command = self.command(&tenant);
        command.args(["--domain", domain, "--entra-tenant-id", entra_id]);
        command.args(["--client-id", &self.client_id, "--client-secret-file"]);
        self.done(command.arg(self.folder.join("secret")))
    }

    /// Serves pages only.
    pub(super) fn serve(&self) -> Result<Program> {
        let mut command = self.command(&["serve", "--no-worker", "--listen", "127.0.0.1:0", "--custom-cloud", &self.graph]);
        Program::start(&mut command, &self.folder.join("log"))
    }

    /// One more process that works.
    pub(super) fn work(&self, number: usize, slots: u64) -> Result<Program> {
        let mut command = self.command(&["worker", "--custom-cloud", &self.graph]);
        command.env("TENANTATLAS_WORKER_SLOTS", slots.to_string()).env("TENANTATLAS_GRAPH_CUSTOM_PACED", "false");
        Program::until(&mut command, &self.folder.join(format!("worker-{number}.log")), "Working as ")
    }

    /// Serves pages and works on runs in one process, on a free port; `paced` by the limits that Microsoft publishes, where the
    /// simulator has them.
    pub(super) fn start(&self, paced: bool) -> Result<Program> {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--custom-cloud", &self.graph]);
        command.env("TENANTATLAS_GRAPH_CUSTOM_PACED", paced.to_string());
        Program::start(&mut command, &self.folder.join("log"))
    }

    /// What to type into the sign-in page: mail address and password.
    pub(super) const fn person() -> (&'static str, &'static str) {
        (EMAIL, PASSWORD)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = program::command(&self.program);
        // In the environment, as in any installation: the URL holds a password.
        command.env("TENANTATLAS_DATABASE_URL", &self.database).env("TENANTATLAS_SECRETS_KEY_FILE", self.folder.join("key"));
        command.args(args);
        command
    }

    fn done(&self, mut command: impl std::borrow::BorrowMut<Command>) -> Result<()> {
        process::output(command.borrow_mut().stdin(Stdio::null())).map(drop)
    }
}
