//! `cargo xtask scale`: what a large installation takes, from measured figures.
//!
//! A simulation, not a measurement: what one run takes is read from `docs/BENCHMARKS.md`, and what thousands of tenants make of it is
//! computed event by event. It draws no random number, so that the same figures give the same answer.

mod measured;
mod report;
mod world;

use anyhow::{Context, Result};

use super::bench::document;
use crate::workspace::Workspace;

const FROM: &str = "docs/BENCHMARKS.md";
const INTO: &str = "docs/SCALING.md";

/// Computes, and writes between the markers of the document.
pub(crate) fn main() -> Result<bool> {
    let root = Workspace::find()?.root().to_owned();
    let text = computed(&root)?;
    document::write(&root.join(INTO), "scale", &text)?;
    println!("{text}");
    Ok(true)
}

fn computed(root: &std::path::Path) -> Result<String> {
    let benchmarks = std::fs::read_to_string(root.join(FROM)).with_context(|| format!("{FROM} cannot be read"))?;
    Ok(report::write(&measured::Measured::read(&benchmarks)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_what_the_measured_figures_give() {
        let root = Workspace::find().unwrap().root().to_owned();
        let document = std::fs::read_to_string(root.join(INTO)).unwrap();
        let fresh = document::replaced(&document, "scale", &computed(&root).unwrap()).unwrap();
        assert!(document == fresh, "run: cargo xtask scale");
    }
}
