//! Looking up a command and its flags in the command line, where a text only names them.

use clap::CommandFactory as _;

use crate::cli::Cli;

/// What is wrong with `words`, which follow the product's name: a command that does not exist, or a flag that it does not have.
pub(super) fn fault(words: &[&str]) -> Option<String> {
    let mut command = Cli::command();
    let mut rest = words.iter();
    let mut next = rest.next();
    while let Some(sub) = next.and_then(|word| command.find_subcommand(word).cloned()) {
        command = sub;
        next = rest.next();
    }
    if command.has_subcommands() {
        return Some(format!("{:?} is no command", next.unwrap_or(&"")));
    }
    let flags = next.into_iter().chain(rest).filter_map(|word| word.trim_start_matches('[').strip_prefix("--"));
    for flag in flags {
        let flag = flag.split(['=', ']']).next().unwrap_or_default();
        let known = ["help"].contains(&flag) || command.get_arguments().any(|argument| argument.get_long() == Some(flag));
        if !known {
            return Some(format!("{} has no --{flag}", command.get_name()));
        }
    }
    None
}

#[test]
fn commands_and_flags_that_do_not_exist_are_found() {
    assert_eq!(fault(&["db", "backup", "FILE"]), None);
    assert_eq!(fault(&["backup", "export", "--tenant", "T", "[--passphrase-file", "F]"]), None);
    assert!(fault(&["db", "dump"]).unwrap().contains("dump"));
    assert!(fault(&["helthcheck"]).is_some());
    assert!(fault(&["serve", "--prot", "80"]).unwrap().contains("--prot"));
}
