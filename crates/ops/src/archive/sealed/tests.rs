use std::io::{Cursor, Read as _, Seek as _, SeekFrom, Write as _};

use super::*;

fn passphrase(text: &str) -> SecretString {
    text.to_owned().into()
}

fn sealed(lock: &Lock, text: &[u8]) -> Vec<u8> {
    let mut writer = seal(Vec::new(), lock).unwrap();
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

fn opened(bytes: &[u8], key: &Key) -> Result<Vec<u8>, String> {
    let mut reader = open(Box::new(Cursor::new(bytes.to_vec())), Some(key)).map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    reader.read_to_end(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

fn identity(byte: u8) -> Identity {
    Identity([byte; 32])
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    let lock = Lock::Passphrase(passphrase("correct horse"));
    for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let text: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let bytes = sealed(&lock, &text);
        assert_eq!(opened(&bytes, &Key::Passphrase(passphrase("correct horse"))), Ok(text));
        let wrong = opened(&bytes, &Key::Passphrase(passphrase("Correct horse")));
        assert_eq!(wrong, Err("encrypted with age: neither the passphrase nor the key opens it".to_owned()));
    }
}

#[test]
fn each_recipient_opens_it_and_nobody_else() {
    let recipients = [1, 2].map(|byte| identity(byte).recipient().unwrap()).to_vec();
    let bytes = sealed(&Lock::Recipients(recipients), b"text");
    for byte in [1, 2] {
        assert_eq!(opened(&bytes, &Key::Identity(identity(byte))), Ok(b"text".to_vec()));
    }
    assert!(opened(&bytes, &Key::Identity(identity(3))).is_err());
    assert!(opened(&bytes, &Key::Passphrase(passphrase("x"))).is_err());
    assert!(seal(Vec::new(), &Lock::Recipients(Vec::new())).is_err());
}

#[test]
fn whatever_is_changed_or_cut_off_is_found() {
    let bytes = sealed(&Lock::Recipients(vec![identity(1).recipient().unwrap()]), &[7; 70_000]);
    let key = Key::Identity(identity(1));
    for at in (0..bytes.len()).step_by(997).chain(0..300) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(opened(&changed, &key).is_err(), "byte {at}");
        assert!(opened(&bytes[..at], &key).is_err(), "cut at {at}");
    }
    assert!(opened(&[bytes, vec![0]].concat(), &key).is_err());
}

#[test]
fn it_is_read_at_any_place() {
    let text: Vec<u8> = (0..150_000_u32).map(|at| (at % 253) as u8).collect();
    let bytes = sealed(&Lock::Passphrase(passphrase("p")), &text);
    let mut reader = open(Box::new(Cursor::new(bytes)), Some(&Key::Passphrase(passphrase("p")))).unwrap();
    assert_eq!(reader.seek(SeekFrom::End(0)).unwrap(), 150_000);
    for at in [149_990, 0, 65_530, 65_536, 131_071] {
        reader.seek(SeekFrom::Start(at)).unwrap();
        let mut some = [0; 10];
        reader.read_exact(&mut some).unwrap();
        assert_eq!(some, text[usize::try_from(at).unwrap()..][..10]);
    }
}

#[test]
fn keys_are_texts() {
    let recipient = identity(9).recipient().unwrap();
    let text = recipient.to_string();
    assert!(text.starts_with("age1") && text.len() == 62, "{text}");
    assert_eq!(text.parse(), Ok(recipient));
    let secret = bech32::encode("age-secret-key-", &[9; 32]).to_uppercase();
    assert!(secret.starts_with("AGE-SECRET-KEY-1"));
    let file = format!("# created: 2026\n# public key: {text}\n{secret}\n");
    assert_eq!(Identity::from_file(&file).unwrap().recipient().unwrap().to_string(), text);
    assert!(!format!("{:?}", identity(9)).contains('9'));
    for bad in
        ["", "age1", "age1qqqq", &text[..61], &text.replace("age1", "bge1"), &text.to_uppercase().replace("AGE", "age"), "ü1"]
    {
        assert!(bad.parse::<Recipient>().is_err(), "{bad}");
    }
    assert!(secret.parse::<Recipient>().is_err());
    assert!(Identity::from_file("# nothing\n").is_err());
}

#[test]
fn a_header_that_asks_for_years_of_work_is_refused() {
    let bytes = sealed(&Lock::Passphrase(passphrase("p")), b"text");
    // `-> scrypt SALT 4`
    let at = BEGINNING.len() + bytes[BEGINNING.len()..].iter().position(|byte| *byte == b'\n').unwrap() - 1;
    assert_eq!(bytes[at], b'4');
    let saying = |work: &str| {
        let changed = [&bytes[..at], work.as_bytes(), &bytes[at + 1..]].concat();
        opened(&changed, &Key::Passphrase(passphrase("p"))).unwrap_err()
    };
    for work in ["19", "20", "30", "255"] {
        assert_eq!(saying(work), "encrypted with age: its passphrase costs more work than is done here");
    }
    // As much as is written here is done: only then it is known that the key is another one.
    assert_eq!(saying("18"), "encrypted with age: neither the passphrase nor the key opens it");
    assert_eq!(saying("256"), "encrypted with age: its header is damaged");
}

#[test]
fn no_more_recipients_than_a_header_takes() {
    let of = |count: usize| seal(Vec::new(), &Lock::Recipients(vec![identity(1).recipient().unwrap(); count])).map(|_| ());
    assert!(of(500).is_ok());
    assert!(of(700).is_err());
}

#[test]
fn what_another_program_wrote_is_read() {
    // Made with pyrage 1.4 for the key below, which was made for this test. It has a recipient of a kind that nobody knows beside.
    const THEIRS: &str = concat!(
        "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBuZGQvQ2xxWTZjbHordGt5N0w5cy9tTGhSdys2eUkvbzhIK2ZXWTJzZmxzCnJKckZ0cXpCVmtMUzVrcn",
        "d5eUtDR1JSZUxUZnA2TTE4Qk1sNnJyb3ZnemcKLT4gVS1ncmVhc2UgS1ksWyAyaGp7OCBGc3l6JkUgJQpyOHdMNUxSMGdNMzhVU2FoSVBNcCtIV0U1Zm56aE9Y",
        "SE1JQy84QQotLS0gZzNZeko2QjZiYm9Mb2Fpd0FQTlUyUlN3dUVnOFN6cTNPNHlVUG8rQzZvZwqlahcEo+26TEmdyC2fMk+qn/y0QVDFsP0zqElvZGOQS6Aqlp",
        "qMvUXSVS+tLhm9"
    );
    let secret: Identity = "AGE-SECRET-KEY-1EV89A7US9UPRR0V05DNMYE8JC9YKQVFF97V5H5YSZWS4NZF63QWSUPKZXK".parse().unwrap();
    assert_eq!(secret.recipient().unwrap().to_string(), "age1u3v2ntd6fgrnpghwh4qfnydnwcep62kjar83kmfjcu8ak9eze9ts0c8qyt");
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, THEIRS).unwrap();
    assert_eq!(opened(&bytes, &Key::Identity(secret)), Ok(b"made elsewhere".to_vec()));
}
