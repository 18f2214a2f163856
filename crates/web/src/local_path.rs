//! Where to go on, when the request says it: only to a page of ours.

use crate::auth::invited::is_token;

/// The path and query, when it is a page of the product on this host: it begins with `/admin` and can be read in one way only, or it
/// is that of an invitation.
pub(crate) fn local_path(text: &str) -> Option<&str> {
    if text.strip_prefix("/invitations/").is_some_and(is_token) {
        return Some(text);
    }
    below(pages::href::HOME, text)
}

/// The same of the platform's pages, which begin with `/system`.
pub(crate) fn system_path(text: &str) -> Option<&str> {
    below(pages::href::SYSTEM, text)
}

fn below<'a>(home: &str, text: &'a str) -> Option<&'a str> {
    let after = text.strip_prefix(home)?;
    let ours = after.is_empty() || after.starts_with(['/', '?']);
    let plain = text.len() <= 2000 && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
    (ours && plain && !text.contains("//") && !text.contains("/..")).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_gone_to() {
        for good in ["/admin", "/admin?q=a%2Fb", "/admin/t/1?x=y&z=%20"] {
            assert_eq!(local_path(good), Some(good));
            let platform = good.replace("admin", "system");
            assert_eq!((system_path(&platform), local_path(&platform)), (Some(platform.as_str()), None));
        }
        let invitation = format!("/invitations/{}", "0a".repeat(32));
        assert_eq!(local_path(&invitation), Some(invitation.as_str()));
        assert_eq!(local_path(&format!("{invitation}/account")), None);
        for bad in [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/admin",
            "/adminx",
            "/admin//evil.example",
            "/admin\r\nSet-Cookie: a=b",
            "/admin/../sign-out",
            "/sign-in",
            "javascript:alert(1)",
            "/admin\\",
            "admin",
            "/admin#x",
            "/invitations/0123",
            "/invitations/../sign-out",
            "/ädmin",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
            assert_eq!(system_path(&bad.replace("admin", "system")), None, "{bad}");
        }
    }
}
