//! `cargo xtask test`: every test, both databases, then the browser.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::machine::{Need, Tools};
use crate::postgres::Server;
use crate::report::{Ended, Report};
use crate::workspace::Workspace;
use crate::{browser, doc_tests, mail_server, process, schemathesis};

/// What may be chosen.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Leave the browser tests out; then neither Chromium nor Node is needed.
    #[arg(long)]
    no_browser: bool,
    /// Only tests whose name contains this.
    filter: Option<String>,
}

/// All tests, then the summary.
pub(crate) fn main(options: &Options) -> Result<bool> {
    let workspace = Workspace::find()?;
    let mut report = Report::default();
    run(&workspace, options, &mut report);
    Ok(report.close())
}

/// All tests, into a report that others may have begun.
pub(crate) fn run(workspace: &Workspace, options: &Options, report: &mut Report) {
    let needs: &[Need] = if options.no_browser { &[Need::Postgres] } else { &[Need::Postgres, Need::Chromium, Need::Node] };
    let mut tools = None;
    report.step("what the tests need", || {
        tools = Some(Tools::provide(needs)?);
        Tools::wish(&[Need::Faketime, Need::Node]);
        Ok(Ended::by(true))
    });
    let Some(tools) = tools else { return };
    // Programs and tests in one go: a separate build of the program would resolve other features and compile most of it again.
    let build = ["build", "--workspace", "--bins", "--tests", "--locked"];
    if !report.step("build", || Ok(Ended::by(process::run(workspace.cargo().args(build))?))) {
        return;
    }
    let mut lines = Vec::new();
    report.step("tests", || rust_tests(workspace, &tools, options.filter.as_deref(), &mut lines));
    report.step("doc tests", || documentation(workspace));
    if !options.no_browser {
        report.step("browser tests", || browser_tests(workspace, &tools, options.filter.as_deref(), &mut lines));
    }
    for line in lines.into_iter().filter(|line| line.starts_with("SKIPPED:")) {
        report.note(line);
    }
}

/// The Rust tests, with a private PostgreSQL as long as they run.
fn rust_tests(workspace: &Workspace, tools: &Tools, filter: Option<&str>, lines: &mut Vec<String>) -> Result<Ended> {
    let server = Server::start(tools.postgres()?)?;
    println!("private PostgreSQL {}", server.url());
    // A filter that may mean it, or none.
    let wished = filter.is_none_or(|filter| "schemathesis_finds_no_answer_that_the_document_does_not_say".contains(filter));
    let schemathesis = wished.then(|| schemathesis::provide(workspace)).and_then(|provided| match provided {
        Ok(program) => Some(program),
        Err(error) => {
            println!("schemathesis is not installed: {error:#}");
            None
        }
    });
    let mail_server = mail_server::provide(workspace).map_err(|error| println!("aiosmtpd is not installed: {error:#}")).ok();
    let nextest = process::succeeds(workspace.cargo().args(["nextest", "--version"]));
    // Beside the workspace, also where cargo builds elsewhere. An older report would speak for this run if it broke off.
    let junit = workspace.root().join("target/nextest/default/junit.xml");
    let _ = std::fs::remove_file(&junit);
    let mut command = workspace.cargo();
    command.env("TENANTATLAS_TEST_POSTGRES", server.url()).env("TENANTATLAS_TEST_DATA", workspace.test_data()?);
    // Tests of a replica have it start servers of their own. Where the build left it: it may have replaced the file that we run from.
    let this_program = workspace.target_folder()?.join("debug").join(format!("xtask{}", std::env::consts::EXE_SUFFIX));
    command.env("TENANTATLAS_TEST_XTASK", this_program);
    if let Some(node) = identity_provider(workspace) {
        command.env("TENANTATLAS_TEST_NODE", node).env("TENANTATLAS_TEST_OIDC", workspace.root().join("tests/oidc/provider.mjs"));
    }
    if let Some(program) = schemathesis {
        command.env("TENANTATLAS_TEST_SCHEMATHESIS", program);
    }
    if let Some(python) = mail_server {
        command.env("TENANTATLAS_TEST_SMTP", python);
    }
    if nextest {
        command.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
        // With a filter, the test that is meant may be one of the browser's.
        command.args(filter.map(|_| "--no-tests=pass")).args(filter);
    } else {
        println!("cargo-nextest is not installed, so cargo test runs them");
        command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--locked", "--no-fail-fast"]);
        command.args(filter).args(["--", "--show-output"]);
    }
    let (passed, kept) = process::watch(&mut command, |line| {
        line.starts_with("Summary [") || line.starts_with("test result: ") || line.starts_with("SKIPPED:")
    })?;
    let figures = if nextest { nextest_figures(&kept) } else { libtest_figures(&kept) };
    lines.extend(kept);
    if nextest {
        lines.extend(skipped_in_junit(&junit));
    }
    Ok(if passed { Ended::Passed(figures) } else { Ended::Failed(figures) })
}

/// The Node.js with which the provider of OpenID Connect runs that tests sign in with, once that is installed. Without it these tests
/// say that they were skipped.
fn identity_provider(workspace: &Workspace) -> Option<PathBuf> {
    let tools = Tools::provide(&[Need::Node]).inspect_err(|error| println!("{error:#}")).ok()?;
    browser::install(&workspace.root().join("tests/oidc")).inspect_err(|error| println!("{error:#}")).ok()?;
    tools.node().ok().map(Path::to_owned)
}

/// The examples in documentation, where there are any.
fn documentation(workspace: &Workspace) -> Result<Ended> {
    let crates = doc_tests::crates(workspace)?;
    if crates.is_empty() {
        return Ok(Ended::Passed("there are none".into()));
    }
    println!("examples in: {}", crates.join(", "));
    // All crates, though most have none: choosing some would resolve other features and compile their dependencies again.
    Ok(Ended::by(process::run(workspace.cargo().args(["test", "--doc", "--workspace", "--locked"]))?))
}

fn browser_tests(workspace: &Workspace, tools: &Tools, filter: Option<&str>, lines: &mut Vec<String>) -> Result<Ended> {
    let program = workspace.target_folder()?.join("debug").join(format!("tenantatlas{}", std::env::consts::EXE_SUFFIX));
    let (passed, kept) = browser::test(workspace, tools, &program, filter)?;
    let figures = browser::one_line(&kept);
    lines.extend(kept);
    Ok(if passed { Ended::Passed(figures) } else { Ended::Failed(figures) })
}

/// nextest's own closing line.
fn nextest_figures(lines: &[String]) -> String {
    lines.iter().rfind(|line| line.starts_with("Summary [")).cloned().unwrap_or_default()
}

/// The sum over the closing lines of all test programs.
fn libtest_figures(lines: &[String]) -> String {
    let sum = |what: &str| -> u32 {
        let ends = lines.iter().filter_map(|line| line.strip_prefix("test result: "));
        let parts = ends.flat_map(|line| line.split([';', '.']));
        parts.filter_map(|part| part.trim().strip_suffix(what)?.trim().parse::<u32>().ok()).sum()
    };
    format!("{} passed, {} failed, {} ignored", sum("passed"), sum("failed"), sum("ignored"))
}

/// What tests said that they skipped: nextest shows nothing of a test that passed, but writes it into its report.
fn skipped_in_junit(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let said = text.lines().filter_map(|line| line.find("SKIPPED:").map(|start| &line[start..]));
    said.map(|line| line.split("</").next().unwrap_or(line))
        .map(|line| line.replace("&quot;", "\"").replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">"))
        .map(|line| line.replace("&amp;", "&").trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_all_test_programs_are_added() {
        let lines = [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ];
        assert_eq!(libtest_figures(&lines.map(str::to_owned)), "15 passed, 2 failed, 1 ignored");
    }

    #[test]
    fn the_last_summary_of_nextest_counts() {
        let lines = ["Summary [   0.1s] 1 test run: 1 passed", "Summary [   1.4s] 9 tests run: 9 passed, 0 skipped"];
        assert_eq!(nextest_figures(&lines.map(str::to_owned)), lines[1]);
    }

    #[test]
    fn skipped_lines_are_read_from_the_report() {
        let folder = std::env::temp_dir().join(format!("xtask-junit-{}", std::process::id()));
        std::fs::write(&folder, "<system-err>SKIPPED: no &quot;tenants&quot; folder\n</system-err>").unwrap();
        let lines = skipped_in_junit(&folder);
        std::fs::remove_file(&folder).unwrap();
        assert_eq!(lines, ["SKIPPED: no \"tenants\" folder"]);
    }
}
