//! Copies of a database of PostgreSQL, with that one's own tools. The password goes to them by their environment, never by an argument,
//! which every user of the machine could read.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, anyhow, bail};
use secrecy::{ExposeSecret as _, SecretString};
use store::NewFile;
use tokio::process::Command;
use url::{Url, form_urlencoded};

/// What a dump begins with.
const MAGIC: &[u8] = b"PGDMP";
/// What of the URL the tools know, too.
const KNOWN: &[&str] = &["host", "hostaddr", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"];
/// Row-level security holds for the product's role as well: as the system it sees every row.
const AS_SYSTEM: &str = "-c app.system=on";

/// The URL without its password, and the password.
struct Access {
    url: String,
    password: Option<SecretString>,
}

impl Access {
    fn of(url: &SecretString) -> Result<Self> {
        // The parser's error could quote it.
        let unreadable = || anyhow!("the PostgreSQL URL cannot be read");
        let mut url = Url::parse(url.expose_secret()).map_err(|_| unreadable())?;
        let mut password = url.password().map(decoded);
        if password.is_some() {
            url.set_password(None).map_err(|()| unreadable())?;
        }
        let mut kept = form_urlencoded::Serializer::new(String::new());
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "password" => password = Some(SecretString::from(value.into_owned())),
                "ssl-mode" => _ = kept.append_pair("sslmode", &value),
                "ssl-root-cert" | "ssl-ca" => _ = kept.append_pair("sslrootcert", &value),
                "ssl-cert" => _ = kept.append_pair("sslcert", &value),
                "ssl-key" => _ = kept.append_pair("sslkey", &value),
                known if KNOWN.contains(&known) => _ = kept.append_pair(known, &value),
                _ => {}
            }
        }
        // The tools take a plus for what it is.
        let kept = kept.finish().replace('+', "%20");
        url.set_query(Some(&kept).filter(|kept| !kept.is_empty()).map(String::as_str));
        Ok(Self { url: url.into(), password })
    }

    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.stdin(Stdio::null()).arg("--no-password").env("PGAPPNAME", "tenantatlas db");
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password.expose_secret());
        }
        command
    }
}

/// Percent signs as what they stand for; a plus is a plus.
fn decoded(text: &str) -> SecretString {
    let pair = format!("p={}", text.replace('+', "%2B").replace('&', "%26"));
    SecretString::from(form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default())
}

pub(super) async fn back_up(url: &SecretString, file: &Path) -> Result<()> {
    let access = Access::of(url)?;
    let new = NewFile::claim(file)?;
    let mut dump = access.tool("pg_dump");
    dump.env("PGOPTIONS", AS_SYSTEM);
    dump.args(["--format=custom", "--enable-row-security", "--no-owner", "--no-privileges", "--no-comments"]);
    dump.arg("--file").arg(new.part()).arg("--dbname").arg(&access.url);
    run(dump, "pg_dump").await?;
    read_through(new.part()).await?;
    let bytes = new.settle()?;
    println!("Copied {bytes} bytes to {}; read through.", file.display());
    println!("The keys of the configuration are not in it: keep them too, elsewhere.");
    Ok(())
}

pub(super) async fn put_back(url: &SecretString, file: &Path) -> Result<()> {
    let access = Access::of(url)?;
    let mut begin = Vec::new();
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    opened.take(MAGIC.len() as u64).read_to_end(&mut begin)?;
    if begin != MAGIC {
        bail!("{} is no copy of a PostgreSQL database", file.display());
    }
    read_through(file).await?;
    if !store::is_bare(url.expose_secret()).await? {
        bail!("something is in this database already, and nothing is overwritten: create an empty one");
    }
    let mut restore = access.tool("pg_restore");
    // Everything or nothing.
    restore.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]);
    restore.arg("--dbname").arg(&access.url).arg(file);
    run(restore, "pg_restore").await?;
    println!("Put back from {}.", file.display());
    println!("Then `tenantatlas migrate`, and `tenantatlas check`, which says whether the configured keys open its secrets.");
    Ok(())
}

/// Whether a dump can be read from its first byte to its last.
async fn read_through(file: &Path) -> Result<()> {
    let mut read = Command::new("pg_restore");
    read.arg("--file=/dev/null").arg(file).stdin(Stdio::null());
    run(read, "pg_restore").await.with_context(|| format!("{} is damaged", file.display()))
}

/// Runs a tool; what it says goes to where our own errors go.
async fn run(mut command: Command, name: &str) -> Result<()> {
    let status = command.kill_on_drop(true).stdout(Stdio::null()).status().await.map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow!("{name} is not installed here: it comes with the client programs of PostgreSQL"),
        _ => anyhow!("cannot run {name}: {error}"),
    })?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (String, Option<String>) {
        let access = Access::of(&SecretString::from(text)).unwrap();
        (access.url, access.password.map(|password| password.expose_secret().to_owned()))
    }

    #[test]
    fn the_password_is_taken_out_and_what_the_tools_do_not_know_too() {
        let (url, password) =
            of("postgres://me:p%40ss+w%25=&%C3%A9@db.example:5433/atlas?statement-cache-capacity=0&ssl-mode=require");
        assert_eq!(url, "postgres://me@db.example:5433/atlas?sslmode=require");
        assert_eq!(password.as_deref(), Some("p@ss+w%=&é"));
        assert_eq!(of("postgres://me@h/d"), ("postgres://me@h/d".to_owned(), None));
        let (url, password) = of("postgres:///d?host=/run/postgresql&user=me&password=pw&options=-c%20x");
        assert_eq!((url.as_str(), password.as_deref()), ("postgres:///d?host=%2Frun%2Fpostgresql&user=me", Some("pw")));
        let error = Access::of(&SecretString::from("postgres://me:canary@h:port/d")).err().unwrap();
        assert!(!format!("{error:#}").contains("canary"));
    }
}
