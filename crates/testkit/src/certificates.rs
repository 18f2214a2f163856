//! Certificates of the folder `certificates`; its README says what each is.

use secrecy::{SecretSlice, SecretString};

/// The password of everything that has one.
pub const PASSWORD: &str = "pässwort";
/// SHA-256 of `leaf.pem`.
pub const THUMBPRINT: &str = "26acc07e6eef62501ae71dc561b306dd856bc81c4dad8fb79937506fe30c0590";

/// The text of a PEM file, or of several.
///
/// # Panics
/// When there is no such file.
#[must_use]
pub fn pem(names: &[&str]) -> SecretString {
    let read = |name: &&str| std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    SecretString::from(names.iter().map(read).collect::<String>())
}

/// The bytes of a file.
///
/// # Panics
/// When there is no such file.
#[must_use]
pub fn file(name: &str) -> SecretSlice<u8> {
    std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}")).into()
}

fn path(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("certificates").join(name)
}
