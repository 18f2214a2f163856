//! Copies of an embedded database.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::config::Config;

pub(super) async fn back_up(config: &Config, database: &Path, file: &Path) -> Result<()> {
    let copy = store::back_up(database, file).await?;
    println!("Copied {} bytes, schema {}, to {}; checked.", copy.bytes, copy.schema, file.display());
    match config.secrets.key_beside(database) {
        Some(key) => println!("The key {} is not in it: keep a copy of it too, elsewhere.", key.display()),
        None => println!("The keys of the configuration are not in it: keep them too, elsewhere."),
    }
    Ok(())
}

pub(super) async fn put_back(config: &Config, database: &Path, file: &Path) -> Result<()> {
    let copy = store::put_back(file, database).await?;
    println!("Put back {} bytes, schema {}, to {}; checked.", copy.bytes, copy.schema, database.display());
    if let Some(key) = missing(config, database) {
        println!(
            "Put the key of that time to {} before anything else is started: otherwise a new one is made there, and the secrets of this database cannot be opened.",
            key.display()
        );
    } else {
        println!("Then `tenantatlas migrate`, and `tenantatlas check`, which says whether the configured keys open its secrets.");
    }
    Ok(())
}

/// Where a key is expected and is none.
fn missing(config: &Config, database: &Path) -> Option<PathBuf> {
    config.secrets.key_beside(database).filter(|key| !key.exists())
}
