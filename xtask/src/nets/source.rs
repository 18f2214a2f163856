//! Rust text taken apart as far as nets need it: comments, strings, and test modules.

/// One Rust file in several forms, all with the same line numbers and without test modules.
pub(super) struct Source {
    /// As it stands in the file.
    pub(super) text: String,
    /// Neither comments nor what stands in strings.
    pub(super) code: String,
    /// Without comments, with strings.
    pub(super) uncommented: String,
    /// Only what stands in strings.
    pub(super) strings: String,
    /// How many lines are no test module.
    pub(super) lines: usize,
}

impl Source {
    /// Takes a file apart.
    pub(super) fn parse(text: &str) -> Self {
        let (code, strings, uncommented) = strip(text);
        let tests = test_modules(&code);
        let without = |text: &str| -> String {
            let keep = |(number, line)| if in_any(&tests, number) { "" } else { line };
            text.lines().enumerate().map(keep).collect::<Vec<_>>().join("\n")
        };
        let lines = text.lines().enumerate().filter(|(number, _)| !in_any(&tests, *number)).count();
        Self { text: without(text), code: without(&code), uncommented: without(&uncommented), strings: without(&strings), lines }
    }
}

/// The line (from 1) in which a byte of a text stands.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|byte| **byte == b'\n').count() + 1
}

/// The starts of an identifier-like word, `::` allowed inside the word, whose neighbours are no identifier characters.
pub(super) fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(start, _)| start).filter(move |start| {
        let before = text[..*start].chars().next_back();
        let after = text[*start + word.len()..].chars().next();
        !before.is_some_and(is_identifier) && !after.is_some_and(is_identifier)
    })
}

/// True for the characters of which identifiers are made.
pub(super) fn is_identifier(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// The position after the bracket that closes the one at `open`, in text without strings and comments.
pub(super) fn after_bracket(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, char) in code[open..].char_indices() {
        match char {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(open + offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn in_any(ranges: &[(usize, usize)], number: usize) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&number))
}

/// First and last line (from 0) of each `#[cfg(test)] mod … { … }`.
fn test_modules(code: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, mark) in code.match_indices("#[cfg(test)]") {
        let after = start + mark.len();
        let module = code[after..].trim_start();
        let Some(brace) = code[after..].find(['{', ';']).map(|offset| after + offset) else { continue };
        let is_module = module.starts_with("mod ") || module.starts_with("pub(crate) mod ") || module.starts_with("#[");
        if is_module && code[brace..].starts_with('{') && words(&code[after..brace], "mod").next().is_some() {
            let end = after_bracket(code, brace).unwrap_or(code.len());
            found.push((line_of(code, start) - 1, line_of(code, end) - 1));
        }
    }
    found
}

/// Gives the code, the strings, and both, with blanks for everything else. Lines stay where they are.
fn strip(text: &str) -> (String, String, String) {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut strings, mut both) = (String::new(), String::new(), String::new());
    let mut at = 0;
    while at < chars.len() {
        let (end, kind) = next(&chars, at);
        for char in &chars[at..end] {
            let blank = if *char == '\n' { '\n' } else { ' ' };
            code.push(if kind == Kind::Code { *char } else { blank });
            strings.push(if kind == Kind::Text { *char } else { blank });
            both.push(if kind == Kind::Comment { blank } else { *char });
        }
        at = end;
    }
    (code, strings, both)
}

#[derive(PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
}

/// The end of the comment, string, word or single character that begins at `at`.
fn next(chars: &[char], at: usize) -> (usize, Kind) {
    let rest = &chars[at..];
    match rest {
        ['/', '/', ..] => (at + rest.iter().position(|char| *char == '\n').unwrap_or(rest.len()), Kind::Comment),
        ['/', '*', ..] => (at + block_comment(rest), Kind::Comment),
        ['"', ..] => (at + string(rest), Kind::Text),
        ['\'', '\\', ..] => (at + quoted(rest, '\''), Kind::Text),
        ['\'', _, '\'', ..] => (at + 3, Kind::Text),
        [first, ..] if is_identifier(*first) => {
            let word = rest.iter().position(|char| !is_identifier(*char)).unwrap_or(rest.len());
            let raw = matches!(rest[..word], ['r'] | ['b', 'r'] | ['c', 'r']);
            match raw.then(|| raw_string(&rest[word..])).flatten() {
                Some(length) => (at + word + length, Kind::Text),
                None => (at + word, Kind::Code),
            }
        }
        _ => (at + 1, Kind::Code),
    }
}

/// The length of a block comment; they nest.
fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &[char]) -> usize {
    quoted(rest, '"')
}

/// The length of what stands between two quotes with backslash escapes, quotes included.
fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            char if char == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of `#"…"#` with any number of `#`, if that is what begins here.
fn raw_string(rest: &[char]) -> Option<usize> {
    let marks = rest.iter().take_while(|char| **char == '#').count();
    (rest.get(marks) == Some(&'"')).then(|| {
        let body = &rest[marks + 1..];
        let close =
            |at: &usize| body[*at] == '"' && body[*at + 1..].iter().take(marks).filter(|char| **char == '#').count() == marks;
        (0..body.len()).find(close).map_or(rest.len(), |at| marks + 1 + at + 1 + marks)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_taken_out_and_lines_stay() {
        let text = "let a = \"x // y\"; // z\n/* one /* two */ three */ let b = r#\"q\"w\"#;\nlet c: &'a str = '\"';\n";
        let source = Source::parse(text);
        assert!(!source.code.contains('x') && !source.code.contains('w') && !source.code.contains("three"), "{}", source.code);
        assert!(source.uncommented.contains("x // y") && !source.uncommented.contains("z\n"), "{}", source.uncommented);
        assert!(source.code.contains("&'a str"), "{}", source.code);
        assert!(source.strings.contains("x // y") && !source.strings.contains("let"), "{}", source.strings);
        assert_eq!(source.code.lines().count(), 3);
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        let source = Source::parse(r#"call("a\"b", '\'', b"c"); done()"#);
        assert!(source.code.contains("done()") && !source.code.contains('b'.to_string().repeat(2).as_str()), "{}", source.code);
    }

    #[test]
    fn a_test_module_is_left_out_and_what_follows_it_is_not() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn t() { \"}\"; }\n}\nfn b() {}\n";
        let source = Source::parse(text);
        assert_eq!(source.lines, 2);
        assert!(source.code.contains("fn b") && !source.code.contains("fn t"), "{}", source.code);
    }

    #[test]
    fn a_declared_test_module_hides_nothing() {
        assert_eq!(Source::parse("#[cfg(test)]\nmod tests;\n\npub fn a() {}\n").lines, 4);
    }

    #[test]
    fn a_test_only_function_is_no_test_module() {
        assert_eq!(Source::parse("#[cfg(test)]\nfn only() {}\nmod b { fn c() {} }\n").lines, 3);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(words("last_run run rerun run_id run", "run").collect::<Vec<_>>(), [9, 26]);
    }
}
