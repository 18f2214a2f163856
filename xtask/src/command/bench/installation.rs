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
        let installation = Self { program: program.to_owned(), folder, database, graph: simulator.url.clone() };
        installation.done(installation.command(&["migrate"]))?;
        let person = ["user", "add", "--email", EMAIL, "--name", "Owner", "--workspace", WORKSPACE, "--password-file"];
        installation.done(installation.command(&person).arg(installation.folder.join("password")))?;
        let tenant = ["tenant", "add", "--workspace", WORKSPACE, "--name", Self::TENANT, "--cloud", "custom"];
        let mut command = installation.command(&tenant);
        command.args(["--domain", "simulated.onmicrosoft.example", "--entra-tenant-id", simulator.said("Tenant")?]);
        command.args(["--client-id", simulator.said("Client id")?, "--client-secret-file"]);
        installation.done(command.arg(installation.folder.join("secret")))?;
        Ok(installation)
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
