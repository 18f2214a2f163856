//! Opening what a password sealed: PBES2 (RFC 8018) as today's tools write it, and the schemes of RFC 7292 that Windows and older
//! OpenSSL write. Nothing is ever sealed with these here: what is read is sealed anew with a key of ours.

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{AES_128, AES_192, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA384, PBKDF2_HMAC_SHA512};
use des::TdesEde3;
use des::cipher::{Array, BlockCipherDecrypt, BlockSizeUser, KeyInit as _, consts::U8};
use rc2::Rc2;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::CertificateProblem as Problem;
use super::der::{Der, OCTETS, OID, SEQUENCE};

/// All derivations of one file together may take that many rounds: about a second. Tools write 2,000 to 600,000 for each of two or three.
const MOST_ROUNDS: u32 = 3_000_000;

/// What may still be spent on one file, which somebody else made.
pub(super) struct Work(u32);

/// Which key of RFC 7292, appendix B.3, is derived.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

impl Work {
    pub(super) const fn new() -> Self {
        Self(MOST_ROUNDS)
    }

    pub(super) fn spend(&mut self, rounds: u32) -> Result<NonZeroU32, Problem> {
        self.0 = self.0.checked_sub(rounds).ok_or(Problem::TooSlow)?;
        NonZeroU32::new(rounds).ok_or(Problem::UnreadablePkcs12)
    }

    /// `EncryptedPrivateKeyInfo` → `PrivateKeyInfo`.
    pub(super) fn open_key(&mut self, der: &[u8], password: &SecretString) -> Result<SecretSlice<u8>, Problem> {
        let mut info = Der::new(der).inside(SEQUENCE).ok_or(Problem::UnreadableKey)?;
        let algorithm = info.inside(SEQUENCE).ok_or(Problem::UnreadableKey)?;
        let sealed = info.take(OCTETS).ok_or(Problem::UnreadableKey)?;
        self.open(algorithm, sealed, password)
    }

    /// Opens what an algorithm identifier says how it was sealed.
    pub(super) fn open(
        &mut self,
        mut algorithm: Der<'_>,
        sealed: &[u8],
        password: &SecretString,
    ) -> Result<SecretSlice<u8>, Problem> {
        let scheme = algorithm.take(OID).ok_or(Problem::UnreadablePkcs12)?;
        let parameters = algorithm.inside(SEQUENCE).ok_or(Problem::UnreadablePkcs12)?;
        match scheme {
            // 1.2.840.113549.1.5.13
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d] => self.pbes2(parameters, sealed, password),
            // 1.2.840.113549.1.12.1.n: 3 is 3DES; 5 and 6 are RC2 of 128 and of 40 bits.
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01, which @ (3 | 5 | 6)] => {
                self.old(*which, parameters, sealed, password)
            }
            _ => Err(Problem::OldEncryption),
        }
    }

    fn pbes2(&mut self, mut parameters: Der<'_>, sealed: &[u8], password: &SecretString) -> Result<SecretSlice<u8>, Problem> {
        const BAD: Problem = Problem::UnreadablePkcs12;
        let mut derivation = parameters.inside(SEQUENCE).ok_or(BAD)?;
        let mut cipher = parameters.inside(SEQUENCE).ok_or(BAD)?;
        // PBKDF2, 1.2.840.113549.1.5.12; scrypt is written by no tool that makes such files by itself.
        if derivation.take(OID) != Some(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c]) {
            return Err(Problem::OldEncryption);
        }
        let mut derivation = derivation.inside(SEQUENCE).ok_or(BAD)?;
        let salt = derivation.take(OCTETS).ok_or(BAD)?;
        let rounds = self.spend(derivation.number().ok_or(BAD)?)?;
        // The length of the key, which the cipher tells anyway.
        let _ = derivation.number();
        let algorithm = match derivation.inside(SEQUENCE).and_then(|mut function| function.take(OID)) {
            None | Some([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x07]) => PBKDF2_HMAC_SHA1,
            Some([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09]) => PBKDF2_HMAC_SHA256,
            Some([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0a]) => PBKDF2_HMAC_SHA384,
            Some([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0b]) => PBKDF2_HMAC_SHA512,
            Some(_) => return Err(Problem::OldEncryption),
        };
        let derive = |length: usize| {
            let mut key = vec![0; length];
            pbkdf2::derive(algorithm, rounds, salt, password.expose_secret().as_bytes(), &mut key);
            SecretSlice::from(key)
        };
        let name = cipher.take(OID).ok_or(BAD)?;
        let iv = cipher.take(OCTETS).ok_or(BAD)?;
        let (aes, length) = match name {
            // aes128-CBC-PAD, aes192-CBC-PAD, aes256-CBC-PAD: 2.16.840.1.101.3.4.1.2, .22, .42.
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02] => (&AES_128, 16),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16] => (&AES_192, 24),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a] => (&AES_256, 32),
            // des-EDE3-CBC, 1.2.840.113549.3.7.
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07] => return tdes(derive(24).expose_secret(), iv, sealed),
            _ => return Err(Problem::OldEncryption),
        };
        let key = UnboundCipherKey::new(aes, derive(length).expose_secret()).map_err(|_| BAD)?;
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(|_| BAD)?;
        let iv = FixedLength::<16>::try_from(iv).map_err(|_| BAD)?;
        let mut bytes = sealed.to_vec();
        let plain = key.decrypt(&mut bytes, DecryptionContext::Iv128(iv)).map_err(|_| Problem::WrongPassword)?;
        Ok(plain.to_vec().into())
    }

    fn old(
        &mut self,
        which: u8,
        mut parameters: Der<'_>,
        sealed: &[u8],
        password: &SecretString,
    ) -> Result<SecretSlice<u8>, Problem> {
        let salt = parameters.take(OCTETS).ok_or(Problem::UnreadablePkcs12)?;
        let rounds = parameters.number().ok_or(Problem::UnreadablePkcs12)?;
        let mut derive = |purpose, length| self.derive(&SHA1_FOR_LEGACY_USE_ONLY, password, salt, rounds, purpose, length);
        let iv = derive(Purpose::Iv, 8)?;
        let length = match which {
            3 => 24,
            5 => 16,
            _ => 5,
        };
        let key = derive(Purpose::Key, length)?;
        if which == 3 {
            return tdes(key.expose_secret(), iv.expose_secret(), sealed);
        }
        cbc(&Rc2::new_with_eff_key_len(key.expose_secret(), length * 8), iv.expose_secret(), sealed)
    }

    /// The derivation of RFC 7292, appendix B.2.
    pub(super) fn derive(
        &mut self,
        by: &'static digest::Algorithm,
        password: &SecretString,
        salt: &[u8],
        rounds: u32,
        purpose: Purpose,
        length: usize,
    ) -> Result<SecretSlice<u8>, Problem> {
        self.spend(rounds)?;
        let block = by.block_len();
        let fill =
            |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().cycle().take(bytes.len().div_ceil(block) * block).collect() };
        let mut letters: Vec<u8> = password.expose_secret().encode_utf16().flat_map(u16::to_be_bytes).collect();
        letters.extend([0, 0]);
        let mut input = [fill(salt), fill(&letters)].concat();
        let mut out = Vec::with_capacity(length);
        while out.len() < length {
            let mut hash = digest::digest(by, &[&vec![purpose as u8; block][..], &input].concat());
            for _ in 1..rounds {
                hash = digest::digest(by, hash.as_ref());
            }
            out.extend_from_slice(hash.as_ref());
            let add: Vec<u8> = hash.as_ref().iter().copied().cycle().take(block).collect();
            for part in input.chunks_mut(block) {
                let mut carry = 1_u16;
                for (byte, more) in part.iter_mut().zip(&add).rev() {
                    carry += u16::from(*byte) + u16::from(*more);
                    *byte = (carry & 0xff) as u8;
                    carry >>= 8;
                }
            }
        }
        out.truncate(length);
        Ok(out.into())
    }
}

/// The digest of an identifier, where it is one that such files use.
pub(super) fn digest_of(oid: &[u8]) -> Option<&'static digest::Algorithm> {
    Some(match oid {
        [0x2b, 0x0e, 0x03, 0x02, 0x1a] => &SHA1_FOR_LEGACY_USE_ONLY,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01] => &SHA256,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02] => &SHA384,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03] => &SHA512,
        _ => return None,
    })
}

fn tdes(key: &[u8], iv: &[u8], sealed: &[u8]) -> Result<SecretSlice<u8>, Problem> {
    let key = TdesEde3::new_from_slice(key).map_err(|_| Problem::UnreadablePkcs12)?;
    cbc(&key, iv, sealed)
}

/// Cipher block chaining with blocks of eight bytes, and the padding of PKCS#7 taken off.
fn cbc<C: BlockCipherDecrypt + BlockSizeUser<BlockSize = U8>>(
    cipher: &C,
    iv: &[u8],
    sealed: &[u8],
) -> Result<SecretSlice<u8>, Problem> {
    let mut before: [u8; 8] = iv.try_into().map_err(|_| Problem::UnreadablePkcs12)?;
    let mut plain = Vec::with_capacity(sealed.len());
    let (blocks, rest) = sealed.as_chunks::<8>();
    if blocks.is_empty() || !rest.is_empty() {
        return Err(Problem::UnreadablePkcs12);
    }
    for block in blocks {
        let mut open = Array::from(*block);
        cipher.decrypt_block(&mut open);
        plain.extend(open.iter().zip(before).map(|(byte, mask)| byte ^ mask));
        before = *block;
    }
    let padding = usize::from(*plain.last().ok_or(Problem::UnreadablePkcs12)?);
    let fits = (1..=8).contains(&padding) && plain.iter().rev().take(padding).all(|byte| usize::from(*byte) == padding);
    if !fits {
        return Err(Problem::WrongPassword);
    }
    plain.truncate(plain.len() - padding);
    Ok(plain.into())
}
