//! `index.md`: the contents of an export for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::resource_types::find;

use super::manifest::{Manifest, Secrets};
use super::refusal::shown;

/// The name of the index.
pub(super) const INDEX: &str = "index.md";

/// The text of the index.
pub(super) fn text(manifest: &Manifest) -> String {
    let Manifest { tenant, set, .. } = manifest;
    let mut out = format!("# {}\n\n", plain(&set.name));
    let of = |words: &str, value: &str| format!("- {words}: {value}\n");
    out += &of("Tenant", &format!("{} ({})", plain(&tenant.name), plain(&tenant.entra_id)));
    out += &of("Captured", &format!("{} UTC", set.captured_at.to_utc_words()));
    out += &of("Exported", &format!("{} UTC", manifest.exported_at.to_utc_words()));
    out += &of("Complete", if set.complete { "yes" } else { "no, see below" });
    out += &of("Objects", &manifest.files.len().to_string());
    out += &of(
        "Secrets",
        match manifest.secrets {
            Secrets::Withheld => "left out, scripts as well",
            Secrets::ScriptsIncluded => "left out, but not the texts of scripts",
            Secrets::Included => "included as far as Microsoft gives them out",
        },
    );
    out += "\nEach file holds one object as Microsoft Graph returns it. `manifest.json` has the hashes; `tenantatlas backup verify` checks them.\n";
    let mut types: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for file in &manifest.files {
        types.entry(&file.resource_type).or_default().push(file);
    }
    let partly: Vec<_> = manifest.coverage.iter().filter(|one| !one.proves_absence()).collect();
    if !partly.is_empty() {
        out += "\n## Not read to the end\n\n| type | state | failure |\n|---|---|---|\n";
        for one in partly {
            let failure = one.failure.as_deref().unwrap_or_default();
            let _ = writeln!(out, "| {} | {} | {} |", label(&one.resource_type), plain(&one.state), plain(failure));
        }
    }
    if !manifest.missing.is_empty() {
        out += "\n## Missing\n\n| name | type | why |\n|---|---|---|\n";
        for one in &manifest.missing {
            let _ = writeln!(out, "| {} | {} | {} |", plain(&one.name), label(&one.resource_type), plain(&one.code));
        }
    }
    for (key, files) in types {
        let _ = write!(out, "\n## {} ({})\n\n| name | file | captured |\n|---|---|---|\n", label(key), files.len());
        for file in files {
            let name = if file.name.is_empty() { "(no name)".to_owned() } else { plain(&file.name) };
            let withheld = if file.withheld > 0 { " (secrets left out)" } else { "" };
            let _ = writeln!(out, "| {name}{withheld} | [{0}]({0}) | {1} |", file.path, file.captured_at.to_utc_words());
        }
    }
    out
}

fn label(key: &str) -> String {
    find(key).map_or_else(|| plain(key), |kind| kind.label.clone())
}

/// A text from outside that stays text in Markdown, whatever it holds.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '|' | '!' | '~' | '@' | ':' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_text() {
        assert_eq!(plain("a|b\n[x](javascript:1)<b>"), "a\\|b\u{fffd}\\[x\\]\\(javascript\\:1\\)&lt;b&gt;");
    }
}
