//! Installing Debian packages without a question.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::find;
use crate::process;

/// Where PostgreSQL's packaging looks for what to do when a server package is installed.
const CLUSTER_SETTINGS: &str = "/etc/postgresql-common/createcluster.d";

/// True when this process may install packages.
pub(super) fn usable() -> bool {
    let root = process::output(Command::new("id").arg("-u")).is_ok_and(|text| text.trim() == "0");
    root && find::program("apt-get").is_some()
}

/// Installs packages, without the ones that they only recommend.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    if packages.contains(&"postgresql") {
        forbid_cluster()?;
    }
    if !process::run(apt_get().args(["-q", "update"]))? {
        bail!("apt-get update failed; install by hand: {}", packages.join(" "));
    }
    let options = ["-q", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", "install"];
    if !process::run(apt_get().args(options).args(packages))? {
        bail!("apt-get could not install: {}", packages.join(" "));
    }
    Ok(())
}

/// Installing the server package would create and start a cluster of its own, which nobody here uses.
fn forbid_cluster() -> Result<()> {
    let file = Path::new(CLUSTER_SETTINGS).join("tenantatlas-tests.conf");
    if !file.exists() {
        std::fs::create_dir_all(CLUSTER_SETTINGS)?;
        std::fs::write(file, "create_main_cluster = false\n")?;
    }
    Ok(())
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(std::process::Stdio::null());
    command
}
