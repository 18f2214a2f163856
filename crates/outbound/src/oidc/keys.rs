//! The keys that a provider publishes (RFC 7517), and signatures by them (RFC 7518).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::json::Json;

/// Keys of one provider that are looked at; more is no list of signing keys.
const MOST: usize = 50;

/// How a token is signed. Nothing else is accepted, least of all `none`, or one with a shared secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

impl Algorithm {
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point.
    P256(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    id: Option<String>,
    /// The one algorithm that it is for, where the provider says so.
    only: Option<String>,
    material: Material,
}

/// The keys of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Keys(Vec<Key>);

/// Which key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verified {
    /// One of these, and the signature is right.
    Right,
    /// One of these, and the signature is wrong.
    Wrong,
    /// None of these.
    NoKey,
}

pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

impl Keys {
    /// Reads a key set; keys that are for something else, or of a kind that is not accepted, are left out.
    pub(super) fn read(document: &Json) -> Option<Self> {
        let list = document.get("keys")?.as_array()?;
        Some(Self(list.iter().take(MOST).filter_map(key).collect()))
    }

    /// Verifies a signature. A token that names no key is taken only when there is one that fits, and no choice.
    pub(super) fn verify(&self, id: Option<&str>, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Verified {
        let fits = |key: &&Key| {
            let kind = matches!((&key.material, algorithm), (Material::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256))
                || matches!((&key.material, algorithm), (Material::P256(_), Algorithm::Es256));
            kind && key.only.as_deref().is_none_or(|only| Algorithm::of(only) == Some(algorithm))
        };
        let mut fitting = self.0.iter().filter(fits).filter(|key| id.is_none() || key.id.as_deref() == id);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) if key.signed(algorithm, message, signature) => Verified::Right,
            (Some(_), None) => Verified::Wrong,
            _ => Verified::NoKey,
        }
    }
}

fn key(entry: &Json) -> Option<Key> {
    let text = |name: &str| entry.get(name).and_then(Json::as_str);
    if text("use").is_some_and(|of| of != "sig") {
        return None;
    }
    let bytes = |name: &str| decoded(text(name)?);
    let material = match text("kty")? {
        "RSA" => Material::Rsa { n: bytes("n")?, e: bytes("e")? },
        "EC" if text("crv") == Some("P-256") => {
            let (x, y) = (bytes("x")?, bytes("y")?);
            (x.len() == 32 && y.len() == 32).then_some(())?;
            Material::P256([&[4][..], &x, &y].concat())
        }
        _ => return None,
    };
    Some(Key { id: text("kid").map(str::to_owned), only: text("alg").map(str::to_owned), material })
}

impl Key {
    fn signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match (&self.material, algorithm) {
            (Material::Rsa { n, e }, Algorithm::Rs256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            (Material::Rsa { n, e }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
            }
            (Material::P256(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.3: a signature with ES256.
    const KEY: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"a",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    const SIGNED: &str =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn keys(text: &str) -> Keys {
        Keys::read(&Json::parse(text.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn the_example_of_the_rfc_is_verified() {
        let signature = decoded(SIGNATURE).unwrap();
        let verify = |id, algorithm, message: &str| keys(KEY).verify(id, algorithm, message.as_bytes(), &signature);
        assert_eq!(verify(Some("a"), Algorithm::Es256, SIGNED), Verified::Right);
        assert_eq!(verify(None, Algorithm::Es256, SIGNED), Verified::Right, "there is only one");
        assert_eq!(verify(Some("a"), Algorithm::Es256, "eyJhbGciOiJFUzI1NiJ9.e30"), Verified::Wrong);
        assert_eq!(verify(Some("b"), Algorithm::Es256, SIGNED), Verified::NoKey);
        assert_eq!(verify(Some("a"), Algorithm::Rs256, SIGNED), Verified::NoKey, "not a key of that kind");
    }

    #[test]
    fn a_key_for_something_else_signs_nothing() {
        for (from, to) in [
            ("\"crv\":\"P-256\"", "\"crv\":\"P-384\""),
            ("\"kty\"", "\"use\":\"enc\",\"kty\""),
            ("\"kty\"", "\"alg\":\"RS256\",\"kty\""),
            ("\"kty\":\"EC\"", "\"kty\":\"oct\",\"k\":\"AAAA\""),
        ] {
            let keys = keys(&KEY.replacen(from, to, 1));
            let verified = keys.verify(None, Algorithm::Es256, SIGNED.as_bytes(), &decoded(SIGNATURE).unwrap());
            assert_eq!(verified, Verified::NoKey, "{to}");
        }
    }

    #[test]
    fn without_a_name_there_must_be_no_choice() {
        let two = KEY.replace("}]", "},{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"b\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]");
        let verified = keys(&two).verify(None, Algorithm::Es256, SIGNED.as_bytes(), &decoded(SIGNATURE).unwrap());
        assert_eq!(verified, Verified::NoKey);
        for name in ["none", "HS256", "ES384", ""] {
            assert_eq!(Algorithm::of(name), None);
        }
    }
}
