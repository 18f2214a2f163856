//! Files stay small enough to read in one go.

use super::tree::Tree;
use super::{Finding, Net};

/// Lines that are no test module, per Rust file.
const LIMIT: usize = 400;

/// Sizes in the allowlist are rounded up to this, so that not every edit touches the list.
const STEP: usize = 50;

pub(super) const NET: Net = Net {
    name: "file_size",
    rule: "a Rust file has at most 400 lines beside its test module; split it by noun (tests/ folders are free)",
    find,
};

fn find(tree: &Tree) -> Vec<Finding> {
    let sizes = tree.rust().map(|(file, source)| (file.path.clone(), source.lines));
    let long = sizes.filter(|(_, lines)| *lines > LIMIT);
    long.map(|(path, lines)| Finding {
        key: format!("{path}: at most {}", lines.div_ceil(STEP) * STEP),
        place: format!("{path}:{lines}"),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found_and_its_size_rounded_up() {
        let text = "// line\n".repeat(421);
        let found = find(&Tree::of(&[("crates/a/src/lib.rs", &text)]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].key, "crates/a/src/lib.rs: at most 450");
    }

    #[test]
    fn tests_do_not_count() {
        let module = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "    // line\n".repeat(500));
        let long = "// line\n".repeat(900);
        assert!(find(&Tree::of(&[("crates/a/src/lib.rs", &module), ("crates/a/tests/all.rs", &long)])).is_empty());
    }

    #[test]
    fn exactly_the_limit_is_allowed() {
        assert!(find(&Tree::of(&[("crates/a/src/lib.rs", &"// line\n".repeat(LIMIT))])).is_empty());
    }
}
