//! Roles and capabilities are named in their registry, `crates/model/src/access.rs`, and nowhere else by their texts: whoever needs one says
//! the variant, so that the compiler knows who asks for what.

use super::source::{is_identifier, line_of};
use super::tree::{File, Tree};
use super::{Finding, Net};

pub(super) const ROLES: Net = Net {
    name: "role_names",
    rule: "the texts of roles stand in crates/model/src/access.rs only; bind Role::….code(), ask for a capability",
    find: roles,
};

pub(super) const CAPABILITIES: Net = Net {
    name: "capability_strings",
    rule: "the texts of capabilities stand in crates/model/src/access.rs only; say Capability::…",
    find: capabilities,
};

const REGISTRY: &str = "crates/model/src/access.rs";

/// What is shown and served in tests and in the demo decides nothing.
const FREE: &[&str] = &["crates/pages/src/samples/", "crates/testkit/", "crates/graph-sim/"];

/// Product code outside the registry.
fn guarded(file: &File) -> bool {
    let path = file.path.as_str();
    path.starts_with("crates/") && path != REGISTRY && !FREE.iter().any(|free| path.starts_with(free))
}

/// A role that shares its name with a word of the audit trail and of the platform: it counts beside `role` only.
const WORD: &str = "operator";

/// The roles that the registry declares, as they are written in Rust and in SQL.
fn names(tree: &Tree) -> Vec<String> {
    let Some(source) = tree.file(REGISTRY).and_then(File::source) else { return Vec::new() };
    let declared =
        source.uncommented.split_once("Role {").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(block, _)| block);
    let roles = declared.split("= \"").skip(1).filter_map(|rest| rest.split('"').next());
    let written = |role: &str| match role {
        WORD => vec![format!("role = '{role}'")],
        _ => vec![format!("\"{role}\""), format!("'{role}'")],
    };
    roles.flat_map(written).collect()
}

fn roles(tree: &Tree) -> Vec<Finding> {
    let names = names(tree);
    let mut findings = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| guarded(file)) {
        for name in &names {
            findings.extend(source.uncommented.match_indices(name.as_str()).map(|(at, _)| Finding {
                key: format!("{}: {name}", file.path),
                place: format!("{}:{}", file.path, line_of(&source.uncommented, at)),
            }));
        }
    }
    findings
}

/// The codes that the registry declares: `Variant = "tenant.view"`.
fn codes(tree: &Tree) -> Vec<String> {
    let Some(source) = tree.file(REGISTRY).and_then(File::source) else { return Vec::new() };
    let quoted = source.uncommented.split("= \"").skip(1).filter_map(|rest| rest.split('"').next());
    quoted.filter(|code| code.starts_with("tenant.") || code.starts_with("workspace.")).map(str::to_owned).collect()
}

fn capabilities(tree: &Tree) -> Vec<Finding> {
    let codes = codes(tree);
    let mut findings = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| guarded(file)) {
        for code in &codes {
            let whole = source.strings.match_indices(code.as_str()).filter(|(at, _)| {
                let part = |c: Option<char>| c.is_some_and(|c| is_identifier(c) || c == '.');
                !part(source.strings[..*at].chars().next_back()) && !part(source.strings[at + code.len()..].chars().next())
            });
            findings.extend(whole.map(|(at, _)| Finding {
                key: format!("{}: {code}", file.path),
                place: format!("{}:{}", file.path, line_of(&source.strings, at)),
            }));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: (&str, &str) = (
        REGISTRY,
        "codes! { Role { Owner = \"owner\", Manager = \"manager\", Operator = \"operator\" } }\nTenant Readonly: TenantView = \"tenant.view\", Sync = \"tenant.inventory.sync\";",
    );

    #[test]
    fn a_role_that_is_named_elsewhere_is_found_in_rust_and_in_sql() {
        let sql = "const A: &str = \"select 1 where role in ('owner', 'manager') or m.role = 'operator'\";";
        let rust = "if role == \"owner\" { }";
        assert_eq!(roles(&Tree::of(&[HERE, ("crates/store/src/a.rs", sql), ("crates/web/src/b.rs", rust)])).len(), 4);
        let free = "let actor = \"operator\"; // \"owner\"\nlet b = \"the owner\";";
        assert!(roles(&Tree::of(&[HERE, ("crates/store/src/c.rs", free), ("crates/store/tests/d.rs", rust)])).is_empty());
    }

    #[test]
    fn a_capability_that_is_named_elsewhere_is_found() {
        let found = capabilities(&Tree::of(&[HERE, ("crates/web/src/a.rs", "may(\"tenant.inventory.sync\")")]));
        assert_eq!(found.len(), 1);
        let free = "act(\"tenant.view.open\"); act(\"my.tenant.view\"); // \"tenant.view\"\nCapability::TenantView";
        assert!(capabilities(&Tree::of(&[HERE, ("crates/web/src/b.rs", free)])).is_empty());
    }

    #[test]
    fn the_real_registry_declares_what_the_net_looks_for() {
        let text = include_str!("../../../crates/model/src/access.rs");
        let found = codes(&Tree::of(&[(REGISTRY, text)]));
        assert!(found.len() > 20 && found.iter().any(|code| code == "tenant.restore.execute"), "{found:?}");
        let written = ["\"owner\"", "'owner'", "\"manager\"", "'manager'", "role = 'operator'", "\"readonly\"", "'readonly'"];
        assert_eq!(names(&Tree::of(&[(REGISTRY, text)])), written);
    }
}
