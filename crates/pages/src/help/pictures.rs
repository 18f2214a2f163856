//! The pictures of the documents: taken by the browser tests of the product's own pages, all of one size.

/// Width and height of every picture, in pixels.
pub(super) const SIZE: (u32, u32) = (1120, 700);

macro_rules! picture {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../../docs/pictures/", $name, ".webp")))
    };
}

/// Name and bytes (WebP) of each, `docs/pictures/<name>.webp`.
pub(crate) const PICTURES: &[(&str, &[u8])] = &[
    picture!("alerts"),
    picture!("audit"),
    picture!("backups"),
    picture!("baselines"),
    picture!("compare"),
    picture!("directory"),
    picture!("drift"),
    picture!("onboarding"),
    picture!("overview"),
    picture!("reports"),
    picture!("restore"),
    picture!("rollout"),
    picture!("runs"),
    picture!("schedule"),
    picture!("search"),
    picture!("sync"),
    picture!("versions"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Width and height as the head of a WebP file in the extended form tells them, less one each, in three bytes.
    fn size(bytes: &[u8]) -> Option<(u32, u32)> {
        let of = |at: usize| match bytes.get(at..at + 3)? {
            [a, b, c] => Some(u32::from_le_bytes([*a, *b, *c, 0]) + 1),
            _ => None,
        };
        (bytes.starts_with(b"RIFF") && bytes.get(8..16)? == b"WEBPVP8X").then(|| Some((of(24)?, of(27)?))).flatten()
    }

    #[test]
    fn every_picture_has_the_size_and_all_together_are_small() {
        for (name, bytes) in PICTURES {
            assert_eq!(size(bytes), Some(SIZE), "{name}");
        }
        let all: usize = PICTURES.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(all < 2_000_000, "{all} bytes");
    }
}
