//! `cargo xtask check`: everything that reads the sources and runs none of the product. Cheap steps come first.

use anyhow::Result;

use crate::machine::{Need, Tools};
use crate::report::{Ended, Report};
use crate::workspace::Workspace;
use crate::{closure, deny, nets, process, units};

/// All checks, then the summary.
pub(crate) fn main() -> Result<bool> {
    let workspace = Workspace::find()?;
    let mut report = Report::default();
    run(&workspace, &mut report);
    Ok(report.close())
}

/// All checks, into a report that others may continue.
pub(crate) fn run(workspace: &Workspace, report: &mut Report) {
    report.step("format", || {
        let passed = process::run(workspace.cargo().args(["fmt", "--all", "--check"]))?;
        Ok(if passed { Ended::by(true) } else { Ended::Failed("run: cargo fmt --all".into()) })
    });
    report.step("nets", || nets::check(workspace.root()));
    report.step("walls between crates", || closure::check(workspace));
    // Elsewhere only what is there already is asked: one of the packages brings a server that is started.
    if std::env::var_os("CI").is_some() {
        Tools::wish(&[Need::Shellcheck, Need::Promtool, Need::Compose, Need::Kubectl]);
    }
    report.step("systemd units", || units::check(workspace));
    report.step("shell scripts", || units::scripts(workspace));
    report.step("compose file", || units::compose(workspace));
    report.step("alert rules", || units::rules(workspace));
    report.step("Kubernetes manifests", || units::manifests(workspace));
    report.step("dependencies", || deny::check(workspace));
    report.step("advisories", || deny::advisories(workspace));
    report.step("clippy", || {
        let command = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
        Ok(Ended::by(process::run(workspace.cargo().args(command))?))
    });
}
