//! Bytes of all kinds: whatever comes, reading ends, and never by a panic.

use std::sync::LazyLock;

use ops::archive::{Identity, Key, Limits, Lock, Protection};
use proptest::prelude::*;

use crate::raw_zip::{RawZip, Said};
use crate::sets::{exported, invented, opened, read, set_of};

fn small() -> Limits {
    Limits { files: 500, file: 1 << 20, total: 8 << 20, manifest: 1 << 20, ..Limits::default() }
}

fn whatever(bytes: &[u8]) {
    let limits = small();
    for key in [None, Some(&*KEY)] {
        if let Ok(mut source) = opened(bytes, key, &limits) {
            let _ = read(&mut *source, &limits);
        }
    }
}

static KEY: LazyLock<Key> = LazyLock::new(|| Key::Identity(identity()));

fn identity() -> Identity {
    "AGE-SECRET-KEY-1EV89A7US9UPRR0V05DNMYE8JC9YKQVFF97V5H5YSZWS4NZF63QWSUPKZXK".parse().unwrap()
}

static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let lock = Lock::Recipients(vec![identity().recipient().unwrap()]);
    exported(&set_of(&invented(2)), &Protection::Sealed(lock))
});

static OURS: LazyLock<Vec<u8>> = LazyLock::new(|| exported(&set_of(&invented(12)), &Protection::Open { scripts: false }));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        whatever(&bytes);
        whatever(&[b"PK\x03\x04".as_slice(), &bytes].concat());
        whatever(&[b"age-encryption.org/v1\n".as_slice(), &bytes].concat());
    }

    #[test]
    fn an_export_with_some_bytes_changed(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>()) {
        let mut bytes = OURS.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        whatever(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        whatever(&bytes);
    }

    #[test]
    fn an_encrypted_export_with_some_bytes_changed(at in 0_usize..400, byte in any::<u8>(), more in prop::collection::vec(any::<u8>(), 0..40)) {
        // The header is where texts are read.
        let mut bytes = SEALED.clone();
        bytes[at] = byte;
        whatever(&bytes);
        bytes.splice(at..at, more);
        whatever(&bytes);
        bytes.truncate(at);
        whatever(&bytes);
    }

    #[test]
    fn a_list_with_some_bytes_changed(changes in prop::collection::vec((0_usize..2_000, any::<u8>()), 1..6)) {
        // The list and the end are where harm is done.
        let mut bytes = OURS.clone();
        for (from_end, byte) in changes {
            let at = bytes.len() - 1 - from_end.min(bytes.len() - 1);
            bytes[at] = byte;
        }
        whatever(&bytes);
    }

    #[test]
    fn any_text_in_every_place(
        text in prop_oneof![
            any::<String>(),
            "[\\[\\]{}:,\"a-z0-9 \\n&*!|>#'-]{0,60}",
            Just(r##"{"@odata.type":"#microsoft.graph.iosCompliancePolicy","displayName":1,"assignments":{"value":{}}}"##.to_owned()),
        ],
        folder in prop::sample::select(vec![
            "Settings Catalog", "Compliance Policies/Policies", "Compliance Policies/Scripts", "SettingsCatalog", "EndpointSecurity",
            "Administrative Templates", "Administrative Templates/Assignments", "Client Apps", "Management Intents/T",
            "Device Management Settings", "",
        ]),
        name in prop::sample::select(vec!["a.json", "a.yaml", "a_Settings.json", "settings.yml", "MigrationTable.json", "manifest.json"]),
    ) {
        let mut zip = RawZip::default();
        let at = |folder: &str, name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        zip.say(&Said::honest(at(folder, name).as_bytes(), text.as_bytes()));
        if at(folder, name) != at(folder, "a.json") {
            zip.say(&Said::honest(at(folder, "a.json").as_bytes(), br#"{"displayName":"x","name":"y"}"#));
        }
        whatever(&zip.finish());
    }
}
