//! Lines of a CSV file that a spreadsheet opens without harm.

pub(crate) mod file;

/// A line. A cell that a spreadsheet would take for a formula begins with an apostrophe, as OWASP advises; a name that holds a line
/// break stays in its cell.
#[must_use]
pub fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let safe = cells.into_iter().map(|cell| harmless(cell.as_ref()));
    // Writing to memory cannot fail.
    let _ = writer.write_record(safe);
    writer.into_inner().unwrap_or_default()
}

fn harmless(cell: &str) -> String {
    let cell: String = cell.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let begins = cell.trim_start().chars().next().or(cell.chars().next());
    let formula = begins.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@')) || cell.starts_with(['\t', '\n']);
    if formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_stays_one() {
        let cells = ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "a,b", "say \"x\"", "two\nlines", "\u{0}\u{7}x", ""];
        let text = String::from_utf8(line(cells)).unwrap();
        let expected = "'=1+1,'+1,'-1,'@SUM(A1),'  =1,'\t=1,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",x,\r\n";
        assert_eq!(text, expected);
    }
}
