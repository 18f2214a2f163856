//! What a command needs beyond Rust: looked for, installed where we may, otherwise named in one line.

mod apt;
mod find;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Something that a command cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// PostgreSQL's server programs: `initdb`, `pg_ctl`, `postgres`.
    Postgres,
    /// Chromium or Chrome.
    Chromium,
    /// Node.js 18 or newer, with npm.
    Node,
    /// The library that tells programs another time. Tests that miss it say so and are skipped.
    Faketime,
    /// Reads scripts of a shell.
    Shellcheck,
    /// Prometheus' own tool.
    Promtool,
    /// What reads a compose file.
    Compose,
    /// Kubernetes' own tool.
    Kubectl,
}

impl Need {
    /// What to call it, and the Debian packages that bring it.
    ///
    /// Fonts come with Chromium because without recommended packages it would draw empty boxes.
    fn words(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Postgres => ("PostgreSQL's server programs (initdb, pg_ctl)", &["postgresql"]),
            Self::Chromium => ("Chromium", &["chromium", "fonts-liberation"]),
            Self::Node => ("Node.js 18 or newer with npm", &["nodejs", "npm"]),
            Self::Faketime => ("libfaketime", &["libfaketime"]),
            Self::Shellcheck => ("shellcheck", &["shellcheck"]),
            Self::Promtool => ("promtool", &["prometheus"]),
            Self::Compose => ("docker-compose", &["docker-compose"]),
            Self::Kubectl => ("kubectl", &["kubernetes-client"]),
        }
    }

    fn find(self) -> Option<PathBuf> {
        match self {
            Self::Postgres => find::postgres(),
            Self::Chromium => find::chromium(),
            Self::Node => find::node(),
            Self::Faketime => find::faketime(),
            Self::Shellcheck => find::program("shellcheck"),
            Self::Promtool => find::program("promtool"),
            Self::Compose => find::program("docker-compose"),
            Self::Kubectl => find::program("kubectl"),
        }
    }
}

/// Where the needed things are: for PostgreSQL a folder, for the others a program.
pub(crate) struct Tools(Vec<(Need, PathBuf)>);

impl Tools {
    /// Finds everything that is needed; installs what is missing when this process is root on a system with apt-get.
    pub(crate) fn provide(needs: &[Need]) -> Result<Self> {
        let missing = missing(needs);
        if !missing.is_empty() && apt::usable() {
            apt::install(&packages(&missing))?;
        }
        let missing = self::missing(needs);
        if !missing.is_empty() {
            bail!("{}", sentence(&missing));
        }
        Ok(Self(needs.iter().filter_map(|need| Some((*need, need.find()?))).collect()))
    }

    /// Installs what is missing where that can be done, and goes on without it where not.
    pub(crate) fn wish(needs: &[Need]) {
        let missing = missing(needs);
        if !missing.is_empty()
            && apt::usable()
            && let Err(error) = apt::install(&packages(&missing))
        {
            println!("not installed: {error:#}");
        }
    }

    /// The folder with PostgreSQL's server programs.
    pub(crate) fn postgres(&self) -> Result<&Path> {
        self.get(Need::Postgres)
    }

    /// The browser.
    pub(crate) fn chromium(&self) -> Result<&Path> {
        self.get(Need::Chromium)
    }

    /// The `node` program; `npm` is in the search path beside it.
    pub(crate) fn node(&self) -> Result<&Path> {
        self.get(Need::Node)
    }

    fn get(&self, need: Need) -> Result<&Path> {
        let found = self.0.iter().find(|(other, _)| *other == need);
        Ok(&found.with_context(|| format!("{} was not asked for", need.words().0))?.1)
    }
}

fn missing(needs: &[Need]) -> Vec<Need> {
    needs.iter().copied().filter(|need| need.find().is_none()).collect()
}

fn packages(needs: &[Need]) -> Vec<&'static str> {
    needs.iter().flat_map(|need| need.words().1).copied().collect()
}

/// The one line for a person who has to install something.
fn sentence(missing: &[Need]) -> String {
    let names: Vec<&str> = missing.iter().map(|need| need.words().0).collect();
    let without_browser = !missing.contains(&Need::Postgres);
    format!(
        "missing: {}; on Debian: apt-get install {}{}",
        names.join(", "),
        packages(missing).join(" "),
        if without_browser { " (or leave the browser tests out with --no-browser)" } else { "" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_in_one_line_with_its_packages() {
        let line = sentence(&[Need::Postgres, Need::Node]);
        assert_eq!(
            line,
            "missing: PostgreSQL's server programs (initdb, pg_ctl), Node.js 18 or newer with npm; \
             on Debian: apt-get install postgresql nodejs npm"
        );
    }

    #[test]
    fn a_missing_browser_offers_to_go_without() {
        assert!(sentence(&[Need::Chromium]).contains("--no-browser"));
    }
}
