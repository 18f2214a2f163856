//! The figures that the simulation starts from, as the document of benchmarks has them.

use anyhow::{Context, Result};

/// What one sync of a tenant with 5,000 policies takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sync {
    /// Seconds from its creation to its end, under Microsoft's published limits.
    pub(super) wall: f64,
    /// Seconds of the product's processor time.
    pub(super) cpu: f64,
    /// Requests as Microsoft counts them.
    pub(super) requests: f64,
    /// Seconds of wall without any latency, less the product's own: what the database takes at most, the simulator's part included.
    pub(super) database: f64,
}

/// Everything that is read, all on PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    pub(super) first: Sync,
    pub(super) unchanged: Sync,
    /// Runs a second that can be claimed, begun and ended, by 4 workers of 8 slots.
    pub(super) runs_per_second: f64,
    /// Seconds until the last of 10,000 schedules that were due at once had its run (p99).
    pub(super) fired_after: f64,
}

impl Measured {
    /// Reads the document.
    pub(super) fn read(document: &str) -> Result<Self> {
        Ok(Self {
            first: sync(document, "first")?,
            unchanged: sync(document, "second, unchanged")?,
            runs_per_second: number(cell(document, &["complete no-op runs, 4 workers"], 1)?)?,
            fired_after: seconds(cell(document, &["10,000 schedules due at once"], 1)?)?,
        })
    }
}

fn sync(document: &str, which: &str) -> Result<Sync> {
    let without = ["0 ms", "1,000", "PostgreSQL", which];
    let (wall, cpu) = (seconds(cell(document, &without, 4)?)?, seconds(cell(document, &without, 5)?)?);
    Ok(Sync {
        wall: seconds(cell(document, &["PostgreSQL", which], 2)?)?,
        cpu,
        requests: number(cell(document, &["PostgreSQL", which], 7)?)?,
        database: (wall - cpu).max(0.0),
    })
}

/// The cell of the first row that begins with these cells, the last of them perhaps longer.
fn cell<'a>(document: &'a str, begins: &[&str], at: usize) -> Result<&'a str> {
    let mut rows =
        document.lines().filter(|line| line.starts_with("| ")).map(|line| line.trim_matches('|').split('|').map(str::trim));
    let found = rows.find_map(|row| {
        let cells: Vec<&str> = row.collect();
        let (last, before) = begins.split_last()?;
        let fits = before.iter().zip(&cells).all(|(wanted, have)| wanted == have);
        (fits && cells.get(before.len())?.starts_with(last)).then(|| cells.get(at).copied())?
    });
    found.with_context(|| format!("the benchmarks have no row {begins:?} with {at} cells"))
}

/// `2,512` of `**2,512/s**, p99 3 ms`.
fn number(text: &str) -> Result<f64> {
    let digits: String =
        text.trim_start_matches('*').chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
    digits.trim_end_matches([',', '.']).replace(',', "").parse().with_context(|| format!("{text:?} is no number"))
}

/// `352 ms`, `2.61 s`, `**4.0 s**, …` in seconds.
fn seconds(text: &str) -> Result<f64> {
    let value = number(text)?;
    let unit =
        text.trim_start_matches('*').trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.')).trim_start();
    if unit.starts_with("ms") {
        Ok(value / 1_000.0)
    } else {
        unit.starts_with('s').then_some(value).with_context(|| format!("{text:?} has no unit of time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_are_written() {
        assert_eq!((seconds("352 ms").unwrap(), seconds("**4.0 s**, 64 dispatchers").unwrap()), (0.352, 4.0));
        assert_eq!((number("1,541/s").unwrap(), number("**2,512/s**").unwrap()), (1_541.0, 2_512.0));
        assert!(number("–").is_err() && seconds("17").is_err());
    }

    #[test]
    fn a_row_is_found_by_its_first_cells() {
        let document = "| a | b | 1 |\n| a | bc | 2 |\n| begins with words | 3 |\n";
        assert_eq!(cell(document, &["a", "bc"], 2).unwrap(), "2");
        assert_eq!(cell(document, &["begins with"], 1).unwrap(), "3");
        assert!(cell(document, &["x"], 1).is_err());
    }
}
