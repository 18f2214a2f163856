//! The header: the key of the file, wrapped once for each who may read it.

use std::io;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey, X25519};
use aws_lc_rs::{hkdf, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use secrecy::{ExposeSecret as _, SecretString};

use super::{BEGINNING, Key, Lock};

/// No header that we read is longer.
pub(super) const LONGEST: u64 = 64 * 1024;
/// Work that a passphrase costs, as a power of two: a second or so, and 256 MiB of memory. `age` itself writes the same.
const WORK: u8 = if cfg!(test) { 4 } else { 18 };
/// More is refused when reading: a header of 200 bytes must not take a machine's memory, nor keep a worker busy for hours.
const MOST_WORK: u8 = 18;
/// One passphrase at a time in the whole process, for the same reason.
static AT_WORK: Mutex<()> = Mutex::new(());
/// Letters of a line.
const COLUMNS: usize = 64;

const FILE_KEY: usize = 16;
/// A file key with what proves it.
const WRAPPED: usize = FILE_KEY + 16;

type Secret = [u8; 32];

/// Header and nonce of a new file, and the key of what follows.
pub(super) fn make(lock: &Lock) -> io::Result<(Vec<u8>, Secret)> {
    let mut file_key = [0; FILE_KEY];
    fill(&mut file_key)?;
    let mut text = BEGINNING.to_vec();
    match lock {
        Lock::Passphrase(passphrase) => {
            let mut salt = [0; 16];
            fill(&mut salt)?;
            let wrap = by_passphrase(passphrase, &salt, WORK).ok_or_else(failed)?;
            stanza(&mut text, &format!("scrypt {} {WORK}", BASE64.encode(salt)), &wrapped(&wrap, file_key)?);
        }
        Lock::Recipients(recipients) if recipients.is_empty() => return Err(io::Error::other("nobody to encrypt for")),
        Lock::Recipients(recipients) => {
            for recipient in recipients {
                let mut once = [0; 32];
                fill(&mut once)?;
                let share = public(&once).ok_or_else(failed)?;
                let wrap = by_agreement(&once, &recipient.0, &share, &recipient.0).ok_or_else(failed)?;
                stanza(&mut text, &format!("X25519 {}", BASE64.encode(share)), &wrapped(&wrap, file_key)?);
            }
        }
    }
    text.extend(b"---");
    let proof = hmac::sign(&mac_key(&file_key), &text);
    text.extend(format!(" {}\n", BASE64.encode(proof)).bytes());
    let mut nonce = [0; 16];
    fill(&mut nonce)?;
    text.extend(nonce);
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other("more recipients than a header takes"));
    }
    Ok((text, derived(&nonce, &file_key, b"payload")))
}

/// The key of what follows the header, and where that begins.
pub(super) fn unlock(bytes: &[u8], key: &Key) -> Result<(Secret, u64), &'static str> {
    const BROKEN: &str = "its header is damaged";
    let mut at = BEGINNING.len();
    let mut line = || {
        let length = bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&bytes[at..at + length]).ok()?;
        at += length + 1;
        Some((line, at))
    };
    let mut stanzas: Vec<(Vec<&str>, Vec<u8>)> = Vec::new();
    let (proof, end) = loop {
        let (words, end) = line().ok_or(BROKEN)?;
        if let Some(proof) = words.strip_prefix("--- ") {
            break (proof, end);
        }
        let words = words.strip_prefix("-> ").ok_or(BROKEN)?.split(' ').collect();
        let mut body = String::new();
        loop {
            let (part, _) = line().ok_or(BROKEN)?;
            body.push_str(part);
            if part.len() < COLUMNS {
                break;
            }
        }
        stanzas.push((words, BASE64.decode(body).map_err(|_| BROKEN)?));
    };
    // A passphrase stands alone: else a file could be for others too, unseen.
    if stanzas.len() > 1 && stanzas.iter().any(|(words, _)| words[0] == "scrypt") {
        return Err(BROKEN);
    }
    let mut found = None;
    for (words, body) in &stanzas {
        found = match (key, words.as_slice()) {
            (Key::Passphrase(passphrase), ["scrypt", salt, work]) => {
                let salt: [u8; 16] = BASE64.decode(salt).ok().and_then(|salt| salt.try_into().ok()).ok_or(BROKEN)?;
                let work: u8 = work.parse().map_err(|_| BROKEN)?;
                if work > MOST_WORK {
                    return Err("its passphrase costs more work than is done here");
                }
                by_passphrase(passphrase, &salt, work).and_then(|wrap| unwrapped(&wrap, body))
            }
            (Key::Identity(identity), ["X25519", share]) => {
                let share: Secret = BASE64.decode(share).ok().and_then(|share| share.try_into().ok()).ok_or(BROKEN)?;
                let own = public(&identity.0).ok_or("the key is none that X25519 takes")?;
                by_agreement(&identity.0, &share, &share, &own).and_then(|wrap| unwrapped(&wrap, body))
            }
            _ => None,
        };
        if found.is_some() {
            break;
        }
    }
    let file_key = found.ok_or("neither the passphrase nor the key opens it")?;
    let proof = BASE64.decode(proof).map_err(|_| BROKEN)?;
    let proved = bytes[..end].len() - "\n".len() - " ".len() - BASE64.encode(&proof).len();
    hmac::verify(&mac_key(&file_key), &bytes[..proved], &proof).map_err(|_| "its header was changed")?;
    let nonce = bytes.get(end..end + 16).ok_or(BROKEN)?;
    Ok((derived(nonce, &file_key, b"payload"), end as u64 + 16))
}

fn stanza(text: &mut Vec<u8>, words: &str, body: &[u8]) {
    // 32 bytes are 43 letters: one short line, as every body has to end.
    text.extend(format!("-> {words}\n{}\n", BASE64.encode(body)).bytes());
}

/// The public half of a secret number.
pub(super) fn public(secret: &Secret) -> Option<Secret> {
    let private = PrivateKey::from_private_key(&X25519, secret).ok()?;
    private.compute_public_key().ok()?.as_ref().try_into().ok()
}

fn by_agreement(secret: &Secret, other: &Secret, share: &Secret, recipient: &Secret) -> Option<Secret> {
    let private = PrivateKey::from_private_key(&X25519, secret).ok()?;
    let salt = [share.as_slice(), recipient].concat();
    agreement::agree(&private, UnparsedPublicKey::new(&X25519, other), (), |shared| {
        // A share of low order makes all zeros, whoever the other one is.
        if shared.iter().all(|byte| *byte == 0) { Err(()) } else { Ok(derived(&salt, shared, b"age-encryption.org/v1/X25519")) }
    })
    .ok()
}

fn by_passphrase(passphrase: &SecretString, salt: &[u8; 16], work: u8) -> Option<Secret> {
    // Nothing is behind the lock that could be left half done.
    let _one = AT_WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let params = scrypt::Params::new(work, 8, 1).ok()?;
    let salt = [b"age-encryption.org/v1/scrypt".as_slice(), salt].concat();
    let mut key = Secret::default();
    scrypt::scrypt(passphrase.expose_secret().as_bytes(), &salt, &params, &mut key).ok()?;
    Some(key)
}

fn wrapping(key: &Secret) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key).ok().map(LessSafeKey::new)
}

fn wrapped(key: &Secret, file_key: [u8; FILE_KEY]) -> io::Result<Vec<u8>> {
    let mut body = file_key.to_vec();
    let sealed = wrapping(key).ok_or_else(failed)?;
    // Each wrapping key is used once: its nonce is zero.
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    sealed.seal_in_place_append_tag(nonce, Aad::empty(), &mut body).map_err(|_| failed())?;
    Ok(body)
}

fn unwrapped(key: &Secret, body: &[u8]) -> Option<[u8; FILE_KEY]> {
    let mut body: [u8; WRAPPED] = body.try_into().ok()?;
    let opened = wrapping(key)?.open_in_place(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut body).ok()?;
    (&*opened).try_into().ok()
}

fn mac_key(file_key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &derived(&[], file_key, b"header"))
}

fn derived(salt: &[u8], secret: &[u8], purpose: &[u8]) -> Secret {
    let mut key = Secret::default();
    let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    // 32 bytes are what one round of the hash gives: it cannot be too many.
    if let Ok(okm) = derived.expand(&[purpose], hkdf::HKDF_SHA256) {
        let _ = okm.fill(&mut key);
    }
    key
}

fn fill(bytes: &mut [u8]) -> io::Result<()> {
    rand::fill(bytes).map_err(|_| failed())
}

fn failed() -> io::Error {
    io::Error::other("encryption failed")
}
