//! What binds a sign-in at a provider to the browser that began it: everything but the state is derived from a secret that only this
//! browser has. The database holds none of it.

use model::sign_in::{Asked, Returned};
use secrecy::{ExposeSecret as _, SecretString};

use super::random::{hex, random};
use crate::error::Error;

const NONCE: &str = "TenantAtlas 2026 sign-in nonce v1";
const VERIFIER: &str = "TenantAtlas 2026 sign-in verifier v1";

/// 64 hexadecimal digits, which are a nonce and a verifier (RFC 7636: 43 to 128 letters and digits) as good as any.
fn derive(context: &str, browser: &SecretString, state: &str) -> String {
    let key = blake3::derive_key(context, browser.expose_secret().as_bytes());
    blake3::keyed_hash(&key, state.as_bytes()).to_hex().to_string()
}

/// A new sign-in of this browser.
///
/// # Errors
/// When the machine has no randomness.
pub(crate) fn asked(browser: &SecretString) -> Result<Asked, Error> {
    let state = hex(&random::<32>()?);
    let nonce = derive(NONCE, browser, &state);
    let verifier = SecretString::from(derive(VERIFIER, browser, &state));
    Ok(Asked { state, nonce, verifier })
}

/// What this browser came back with.
pub(crate) fn returned(browser: &SecretString, state: &str, code: &str, issuer: Option<&str>) -> Returned {
    Returned {
        code: SecretString::from(code),
        issuer: issuer.map(str::to_owned),
        nonce: derive(NONCE, browser, state),
        verifier: SecretString::from(derive(VERIFIER, browser, state)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_out_is_found_again_and_only_by_the_same_browser() {
        let (mine, theirs) = (SecretString::from("a".repeat(64)), SecretString::from("b".repeat(64)));
        let out = asked(&mine).unwrap();
        let back = returned(&mine, &out.state, "code", None);
        assert_eq!(back.nonce, out.nonce);
        assert_eq!(back.verifier.expose_secret(), out.verifier.expose_secret());
        let foreign = returned(&theirs, &out.state, "code", None);
        assert_ne!(foreign.nonce, out.nonce);
        assert_ne!(foreign.verifier.expose_secret(), out.verifier.expose_secret());
        assert_ne!(out.nonce, out.verifier.expose_secret(), "who sees the nonce knows no verifier");
        assert_ne!(asked(&mine).unwrap().state, out.state);
    }
}
