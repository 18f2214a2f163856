//! `tenantatlas backup`

mod export;
mod import;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use model::resource_types::find;
use ops::archive::{self, Format, Identity, Key, Limits, Report, Verdict};
use secrecy::SecretString;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check an export without a database: every hash of one of ours; of one by IntuneCD, IntuneManagement or IntuneBackupAndRestore,
    /// what would be understood. Fails when something is missing, changed or damaged.
    Verify(Verify),
    /// Write a backup set of a tenant to a file. Secrets are in it only when it is encrypted.
    Export(export::Export),
    /// Read an export into a backup set of a tenant: one of ours, or one by IntuneCD, IntuneManagement or IntuneBackupAndRestore. The
    /// tenant's inventory stays as it is.
    Import(import::Import),
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The export: a zip, an encrypted zip or a folder.
    file: PathBuf,
    #[command(flatten)]
    key: KeyFiles,
    /// Name every file that was left out or has something to know about it, not only what is wrong.
    #[arg(long)]
    all: bool,
}

/// What opens an encrypted export. Never given on the command line itself, where every user of the machine could read it.
#[derive(Debug, Args)]
pub(crate) struct KeyFiles {
    /// File with the passphrase in its first line; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "identity_file")]
    passphrase_file: Option<PathBuf>,
    /// File with an age key (AGE-SECRET-KEY-1…).
    #[arg(long, value_name = "FILE")]
    identity_file: Option<PathBuf>,
}

impl KeyFiles {
    /// The key, where one was named.
    pub(crate) fn read(&self) -> Result<Option<Key>> {
        if let Some(path) = &self.passphrase_file {
            return Ok(Some(Key::Passphrase(Self::passphrase(path)?)));
        }
        let Some(path) = &self.identity_file else { return Ok(None) };
        Ok(Some(Key::Identity(Identity::from_file(&text_of(path)?)?)))
    }

    /// The passphrase in the first line of a file.
    pub(crate) fn passphrase(path: &Path) -> Result<SecretString> {
        let text = text_of(path)?;
        let line = text.lines().next().filter(|line| !line.is_empty()).context("the passphrase is empty")?;
        Ok(SecretString::from(line.to_owned()))
    }
}

fn text_of(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(crate) async fn run(command: &Command) -> Result<()> {
    match command {
        Command::Verify(options) => verify(options),
        Command::Export(wish) => export::run(wish).await,
        Command::Import(wish) => import::run(wish).await,
    }
}

fn verify(options: &Verify) -> Result<()> {
    let limits = Limits::default();
    let key = options.key.read()?;
    let file = options.file.display();
    let mut source = archive::open(&options.file, key.as_ref(), &limits).with_context(|| file.to_string())?;
    let report = archive::import(&mut *source, &limits, &mut |_| Ok(())).with_context(|| file.to_string())?;
    print(&report, options.all);
    match report.count(Verdict::Wrong) {
        0 if report.understood() == 0 && report.format != Format::Ours => bail!("nothing in it was understood"),
        0 => Ok(()),
        1 => bail!("1 file is not what it should be"),
        many => bail!("{many} files are not what they should be"),
    }
}

fn print(report: &Report, all: bool) {
    println!("made by {}, {} files", report.format.label(), report.files);
    if let Some((tenant, set)) = &report.set {
        let (tenant, name) = (archive::shown(&tenant.name), archive::shown(&set.name));
        let complete = if set.complete { "complete" } else { "incomplete" };
        println!("tenant {tenant}, set {name}, captured {} UTC, {complete}", set.captured_at.to_utc_words());
    }
    for (key, count) in &report.objects {
        println!("ok    {count:>6}  {}", find(key).map_or(*key, |kind| kind.label.as_str()));
    }
    if report.withheld > 0 {
        println!("note  secrets were left out of {} objects when they were exported", report.withheld);
    }
    for line in &report.lines {
        match line.verdict {
            Verdict::Wrong => println!("fail  {line}"),
            Verdict::Left if all => println!("left  {line}"),
            Verdict::Note if all => println!("note  {line}"),
            Verdict::Left | Verdict::Note => {}
        }
    }
    let (left, notes) = (report.count(Verdict::Left), report.count(Verdict::Note));
    let hint = if all || left + notes == 0 { "" } else { "; --all names them" };
    println!("      {} objects understood, {left} files left out, {notes} remarks{hint}", report.understood());
}
