//! What systemd and a shell say of the files under `deploy/`. That these name only what the product has is a test of the product
//! (`crates/app/src/shipped`).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::report::Ended;
use crate::workspace::Workspace;

/// Where packages put the program, and a program that is on every machine.
const PROGRAM: (&str, &str) = ("/usr/bin/tenantatlas", "/bin/true");

/// The exposure above which a unit keeps too little in, in tenths, as `systemd-analyze security` has it.
const EXPOSURE: &str = "20";

/// Lets systemd read every unit, and weigh what it keeps in.
pub(crate) fn check(workspace: &Workspace) -> Result<Ended> {
    if !process::succeeds(Command::new("systemd-analyze").arg("--version")) {
        return Ok(Ended::Skipped("systemd-analyze is not here".into()));
    }
    let folder = std::env::temp_dir().join(format!("xtask-units-{}", std::process::id()));
    let ended = in_folder(workspace, &folder);
    // Whatever it said, nothing of it stays.
    let _ = std::fs::remove_dir_all(&folder);
    ended
}

fn in_folder(workspace: &Workspace, folder: &Path) -> Result<Ended> {
    std::fs::create_dir_all(folder)?;
    let mut units = Vec::new();
    for unit in files(&workspace.root().join("deploy/systemd"), "service")? {
        let name = unit.file_name().context("a unit without a name")?.to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&unit)?;
        // A template is looked at as one of its instances.
        let copy = folder.join(name.replace("@.", "@9091."));
        std::fs::write(&copy, with_program(&text))?;
        units.push(copy);
    }
    let said = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units).output()?;
    let words = String::from_utf8_lossy(&said.stderr);
    // Units of the machine itself may have faults too.
    let faults: Vec<&str> = words.lines().filter(|line| line.contains("tenantatlas")).collect();
    faults.iter().for_each(|line| println!("{line}"));
    let mut open = 0;
    for unit in &units {
        let weigh = ["security", "--offline=true", "--no-pager", "--threshold", EXPOSURE];
        if !process::succeeds(Command::new("systemd-analyze").args(weigh).arg(unit)) {
            println!("{} keeps too little in: systemd-analyze security --offline=true", unit.display());
            open += 1;
        }
    }
    Ok(match faults.len() + open {
        0 => Ended::Passed(format!("{} units", units.len())),
        faults => Ended::Failed(format!("{faults} faults")),
    })
}

/// The unit as it would be on a machine where the program is installed.
fn with_program(text: &str) -> String {
    text.replace(&format!("={} ", PROGRAM.0), &format!("={} ", PROGRAM.1))
}

/// Lets a shell read every script, without running any.
pub(crate) fn scripts(workspace: &Workspace) -> Result<Ended> {
    let scripts = files(&workspace.root().join("deploy/compose"), "sh")?;
    for script in &scripts {
        if !process::run(Command::new("sh").arg("-n").arg(script))? {
            return Ok(Ended::Failed(format!("{}", script.display())));
        }
    }
    // What a shell takes may still be wrong.
    if process::succeeds(Command::new("shellcheck").arg("--version")) && !process::run(Command::new("shellcheck").args(&scripts))?
    {
        return Ok(Ended::Failed("shellcheck".into()));
    }
    Ok(Ended::Passed(format!("{} scripts", scripts.len())))
}

/// Lets Prometheus read the rules.
pub(crate) fn rules(workspace: &Workspace) -> Result<Ended> {
    let rules = workspace.root().join("deploy/monitoring/alerts.yaml");
    by_tool("promtool", &["--version"], Command::new("promtool").args(["check", "rules"]).arg(rules))
}

/// Lets Docker's tool read the compose file, with the one setting that a person has to say.
pub(crate) fn compose(workspace: &Workspace) -> Result<Ended> {
    let folder = workspace.root().join("deploy/compose");
    let plugin = process::succeeds(Command::new("docker").args(["compose", "version"]));
    let (mut command, version): (_, &[&str]) = match plugin {
        true => (Command::new("docker"), &["compose", "version"]),
        false => (Command::new("docker-compose"), &["version"]),
    };
    let file = if plugin {
        command.arg("compose");
        folder.join("compose.yaml")
    } else {
        let copy = std::env::temp_dir().join(format!("xtask-compose-{}.yaml", std::process::id()));
        let text = std::fs::read_to_string(folder.join("compose.yaml"))?;
        std::fs::write(&copy, for_the_first_compose(&text))?;
        copy
    };
    command.arg("--project-directory").arg(&folder).arg("--file").arg(&file).args(["config", "--quiet"]);
    command.env("TENANTATLAS_PUBLIC_URL", "https://atlas.example.com");
    let ended = by_tool("docker-compose", version, &mut command);
    if file.parent() != Some(&folder) {
        let _ = std::fs::remove_file(&file);
    }
    ended
}

/// The same services for the first generation of the tool, which Debian has: it asks for a version in place of a name.
fn for_the_first_compose(text: &str) -> String {
    text.replacen("\nname: tenantatlas\n", "\nversion: \"3.9\"\n", 1)
}

/// Lets Kubernetes' own tool put the manifests together.
pub(crate) fn manifests(workspace: &Workspace) -> Result<Ended> {
    let folder = workspace.root().join("deploy/kubernetes");
    by_tool("kubectl", &["version", "--client"], Command::new("kubectl").arg("kustomize").arg(folder))
}

/// What a tool says of a file that is its; skipped where it is not installed.
fn by_tool(name: &str, version: &[&str], command: &mut Command) -> Result<Ended> {
    let asked = command.get_program().to_owned();
    if !process::succeeds(Command::new(asked).args(version)) {
        return Ok(Ended::Skipped(format!("{name} is not here")));
    }
    let said = command.output()?;
    if !said.status.success() {
        println!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    }
    Ok(Ended::by(said.status.success()))
}

fn files(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|it| it == end));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_program_is_put_in_place_of() {
        let unit = "ExecStart=/usr/bin/tenantatlas serve\nWorkingDirectory=/var/lib/tenantatlas\n";
        assert_eq!(with_program(unit), "ExecStart=/bin/true serve\nWorkingDirectory=/var/lib/tenantatlas\n");
    }

    #[test]
    fn the_units_and_scripts_are_read_without_a_fault() {
        let workspace = Workspace::find().unwrap();
        let all = [check(&workspace), scripts(&workspace), compose(&workspace), rules(&workspace), manifests(&workspace)];
        for ended in all.map(Result::unwrap) {
            assert!(!matches!(ended, Ended::Failed(_)));
        }
    }
}
