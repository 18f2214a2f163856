//! Certificates as people enter them: each form that tools write is read, and what is wrong is said in words.

use model::time::Moment;
use proptest::prelude::*;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use store::{CertificatePair, CertificateProblem as Problem, MAX_CERTIFICATE_FILE};
use testkit::certificates::{PASSWORD, THUMBPRINT, file, pem};

fn now() -> Moment {
    Moment::parse("2026-12-01T00:00:00Z").unwrap()
}

fn of_pem(names: &[&str], password: &str) -> Result<CertificatePair, Problem> {
    CertificatePair::from_pem(&pem(names), &SecretString::from(password), now())
}

fn of_pfx(name: &str, password: &str) -> Result<CertificatePair, Problem> {
    CertificatePair::from_pkcs12(&file(name), &SecretString::from(password), now())
}

#[test]
fn every_form_of_the_same_pair_becomes_the_same() {
    let plain = of_pem(&["leaf.pem", "leaf.key"], "").unwrap();
    assert_eq!(plain.thumbprint(), THUMBPRINT);
    let texts: [(&[&str], &str); 5] = [
        (&["leaf.pkcs1.key", "leaf.pem"], ""),
        (&["leaf.pem", "leaf.encrypted.key"], PASSWORD),
        (&["ca.pem", "leaf.pem", "leaf.key"], "not needed"),
        (&["leaf.key", "leaf.pem", "leaf.pem"], ""),
        (&["leaf.trusted.pem", "leaf.key"], ""),
    ];
    let files =
        [("modern.pfx", PASSWORD), ("tdes.pfx", PASSWORD), ("rc2.pfx", PASSWORD), ("open.pfx", ""), ("nomac.pfx", PASSWORD)];
    let pairs = texts.map(|(names, password)| (format!("{names:?}"), of_pem(names, password)));
    let pairs = pairs.into_iter().chain(files.map(|(name, password)| (name.to_owned(), of_pfx(name, password))));
    for (name, pair) in pairs {
        let pair = pair.unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert_eq!(pair.certificate(), plain.certificate(), "{name}: the leaf, not what issued it");
        assert_eq!(pair.expose_key(), plain.expose_key(), "{name}");
        assert_eq!(pair.not_after(), plain.not_after());
        assert!(!format!("{pair:?}").contains("key:"), "{name}");
    }
    let either = |name: &str| CertificatePair::from_file(&file(name), &SecretString::from(PASSWORD), now());
    assert!(either("modern.pfx").is_ok());
    let text: SecretSlice<u8> = pem(&["leaf.pem", "leaf.key"]).expose_secret().as_bytes().to_vec().into();
    assert!(CertificatePair::from_file(&text, &SecretString::from(""), now()).is_ok());
}

#[test]
fn what_is_wrong_is_said() {
    let texts: [(&[&str], &str, Problem); 11] = [
        (&[], "", Problem::Empty),
        (&["leaf.pem"], "", Problem::NoKey),
        (&["leaf.key"], "", Problem::NoCertificate),
        (&["ca.pem", "leaf.key"], "", Problem::KeyMismatch),
        (&["leaf.pem", "leaf.key", "leaf.pkcs1.key"], "", Problem::SeveralKeys),
        (&["ec.pem", "ec.key"], "", Problem::NotRsa),
        (&["ec.pem"], "", Problem::NotRsa),
        (&["short.pem", "short.key"], "", Problem::KeyTooShort),
        (&["leaf.pem", "leaf.encrypted.key"], "wrong", Problem::WrongPassword),
        (&["leaf.pem", "leaf.old.key"], "x1234", Problem::OldEncryption),
        (&["README.md"], "", Problem::UnreadablePem),
    ];
    for (names, password, problem) in texts {
        assert_eq!(of_pem(names, password).err(), Some(problem), "{names:?}");
    }
    let files = [
        ("modern.pfx", "wrong", Problem::WrongPassword),
        ("modern.pfx", "", Problem::WrongPassword),
        ("tdes.pfx", "wrong", Problem::WrongPassword),
        ("rc2.pfx", "wrong", Problem::WrongPassword),
        ("open.pfx", PASSWORD, Problem::WrongPassword),
        ("nokey.pfx", PASSWORD, Problem::NoKey),
        ("slow.pfx", PASSWORD, Problem::TooSlow),
        ("leaf.pem", "", Problem::UnreadablePkcs12),
        ("leaf.public.der", "", Problem::UnreadablePkcs12),
    ];
    for (name, password, problem) in files {
        assert_eq!(of_pfx(name, password).err(), Some(problem), "{name} {password}");
    }
    let large = SecretString::from("x".repeat(MAX_CERTIFICATE_FILE + 1));
    assert_eq!(CertificatePair::from_pem(&large, &SecretString::from(""), now()).err(), Some(Problem::TooLarge));
}

#[test]
fn an_expired_certificate_is_refused_and_one_that_does_not_hold_yet_is_told() {
    let at = |text: &str| {
        let now = Moment::parse(text).unwrap();
        let pair = CertificatePair::from_pem(&pem(&["leaf.pem", "leaf.key"]), &SecretString::from(""), now);
        pair.map(|pair| pair.begins_later_than(now))
    };
    assert_eq!(at("2200-01-01T00:00:00Z"), Err(Problem::Expired));
    assert_eq!(at("2026-12-01T00:00:00Z"), Ok(false));
    assert_eq!(at("2020-01-01T00:00:00Z"), Ok(true));
}

#[test]
fn problems_hold_nothing_of_what_was_entered() {
    let text = SecretString::from("-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n");
    let problem = CertificatePair::from_pem(&text, &SecretString::from("canary"), now()).unwrap_err();
    assert!(!format!("{problem} {problem:?}").contains("canary"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Somebody else made the file: a bent one is refused, and never ends the process.
    #[test]
    fn bent_files_are_refused(at in 0_usize..2500, bits in 1_u8..=255, cut in 0_usize..2500) {
        for name in ["modern.pfx", "nomac.pfx", "leaf.pem"] {
            let mut bytes = file(name).expose_secret().to_vec();
            let at = at % bytes.len();
            bytes[at] ^= bits;
            bytes.truncate(bytes.len() - cut % bytes.len());
            let pair = CertificatePair::from_file(&bytes.into(), &SecretString::from(PASSWORD), now());
            prop_assert!(pair.is_err() || name == "nomac.pfx");
        }
    }
}
