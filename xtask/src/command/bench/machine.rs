//! What the figures were measured on.

use std::process::Command;

use anyhow::Result;

use super::units::parse_status;
use crate::machine::{Need, Tools};
use crate::process;

/// One line: processor, cores, memory, and the versions that matter.
pub(super) fn about() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    let memory = parse_status(&std::fs::read_to_string("/proc/meminfo")?, "MemTotal")?.0 >> 30;
    let postgres = Tools::provide(&[Need::Postgres])?.postgres()?.join("postgres");
    let version = process::output(Command::new(postgres).arg("--version"))?;
    let version = version.split_whitespace().nth(2).unwrap_or("of unknown version").to_owned();
    let rustc = process::output(Command::new("rustc").arg("--version"))?;
    let rustc = rustc.split_whitespace().nth(1).unwrap_or("unknown");
    let date = process::output(Command::new("date").args(["-u", "+%F"]))?;
    Ok(format!("{}: {model}, {cores} cores, {memory} GiB; PostgreSQL {version}, rustc {rustc}", date.trim()))
}
