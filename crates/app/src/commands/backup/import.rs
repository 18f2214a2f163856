//! `tenantatlas backup import`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use model::access::can;
use model::backup::BackupStatus;
use model::operations::backup_set_capture::MAX_NAME;
use ops::archive::{self, Limits, Verdict};
use ops::backup_files::{self, Importer};

use super::{KeyFiles, print};
use crate::cli::Settings;
use crate::commands::called::called;
use crate::open::{Purpose, open};

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    settings: Settings,
    /// Tenant that the set is kept with: its id, Microsoft's id of it, domain or name. Its inventory is not touched.
    #[arg(long)]
    tenant: String,
    /// The export: a zip, an encrypted zip or a folder.
    file: PathBuf,
    #[command(flatten)]
    key: KeyFiles,
    /// What the set is called; unless said, what the file is called.
    #[arg(long)]
    name: Option<String>,
    /// Name every file that was left out or has something to know about it, not only what is wrong.
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(wish: &Import) -> Result<()> {
    let config = wish.settings.load()?;
    let (limits, key, path) = (Limits::default(), wish.key.read()?, wish.file.clone());
    let file = wish.file.display();
    // What cannot be opened at all leaves no trace in the database.
    drop(archive::open(&path, key.as_ref(), &limits).with_context(|| file.to_string())?);
    let file_name = wish.file.file_stem().map(|name| archive::shown(&name.to_string_lossy()));
    let name: String =
        wish.name.clone().or(file_name).filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "Import".to_owned());
    let name: String = name.trim().chars().take(MAX_NAME).collect();
    let opened = open(&config, Purpose::Look).await?;
    let scope = called(&opened, &wish.tenant).await?;
    let permit = scope.permit::<can::BackupsRun>()?;
    let set = opened.store.backups().begin_import(&permit, &name).await?;
    let by = Importer::Person(&permit);
    let opener = Box::new(move |limits: &Limits| archive::open(&path, key.as_ref(), limits));
    let mut import = backup_files::import(&opened.store, set, limits, opener);
    while import.portion(&by).await?.is_some() {}
    let (sealed, report) = import.finish(&by).await.with_context(|| file.to_string())?;
    opened.store.close().await;
    print(&report, wish.all);
    if report.set.as_ref().is_some_and(|(tenant, _)| tenant.entra_id != scope.tenant().entra_tenant_id.to_string()) {
        println!("note  it was captured in another tenant than {}", scope.tenant().name);
    }
    match sealed.status {
        BackupStatus::Failed => bail!("nothing in it was understood; the backup set {set} holds nothing"),
        BackupStatus::Complete => println!("Imported as the backup set {set}: complete, {} objects.", sealed.items),
        _ => println!("Imported as the backup set {set}: not complete, {} objects.", sealed.items),
    }
    match report.count(Verdict::Wrong) {
        0 => Ok(()),
        1 => bail!("1 file is not what it should be"),
        many => bail!("{many} files are not what they should be"),
    }
}
