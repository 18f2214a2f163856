//! Pages call nobody, but for one thing: signing in asks the provider. The trait by which it does is named in few places.

use super::source::{line_of, words};
use super::tree::Tree;
use super::{Finding, Net};

pub(super) const NET: Net = Net {
    name: "provider_calls",
    rule: "of the web crate, only signing in (crates/web/src/ui/sign_in) and its options (state.rs) name the provider of identities",
    find,
};

const FREE: &[&str] =
    &["crates/web/src/ui/sign_in/", "crates/web/src/state.rs", "crates/web/tests/", "crates/web/src/ui/sign_in.rs"];

fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        if !file.path.starts_with("crates/web/") || FREE.iter().any(|free| file.path.starts_with(free)) {
            continue;
        }
        for name in ["IdentityProvider", "options().providers"] {
            findings.extend(
                words(&source.code, name)
                    .map(|at| Finding { key: file.path.clone(), place: format!("{}:{}", file.path, line_of(&source.code, at)) }),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_asks_a_provider_is_found() {
        let text = "use model::sign_in::IdentityProvider;";
        assert_eq!(find(&Tree::of(&[("crates/web/src/ui/runs/list.rs", text)])).len(), 1);
        assert!(find(&Tree::of(&[("crates/web/src/ui/sign_in/provider.rs", text)])).is_empty());
    }
}
