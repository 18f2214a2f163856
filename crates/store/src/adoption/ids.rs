//! The ids of what is adopted: the same for the same row of the same source, in the order in which the rows were made.

use model::time::Moment;
use uuid::Uuid;

/// A UUIDv7 of that moment. Within one millisecond ids follow the older numbers; the rest tells sources and tables apart.
pub(super) fn derived(source: &str, kind: &str, old_id: &str, at: Moment) -> Uuid {
    let mut hasher = blake3::Hasher::new();
    for part in [source, kind, old_id] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let mut bytes = [0_u8; 16];
    let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&hash.as_bytes()[..10]);
    if let Ok(number) = old_id.parse::<u64>() {
        // 12 bits beside the version, 20 bits beside the variant.
        let low = (number & 0xffff_ffff) as u32;
        bytes[6..8].copy_from_slice(&((low >> 20) as u16).to_be_bytes());
        let rest = low & 0x000f_ffff;
        bytes[8] = (rest >> 14) as u8;
        bytes[9] = (rest >> 6) as u8;
        bytes[10] = ((rest << 2) as u8) | (bytes[10] & 3);
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_sort_by_time_and_number_and_differ_between_sources_and_tables() {
        let at = |micros: i64| Moment::from_micros(1_700_000_000_000_000 + micros);
        let id = |source, kind, old: u64, micros| derived(source, kind, &old.to_string(), at(micros));
        assert_eq!(id("a", "runs", 7, 0), id("a", "runs", 7, 0));
        assert_eq!(id("a", "runs", 7, 0).get_version_num(), 7);
        assert!(id("a", "runs", 4_000_000_000, 0) < id("a", "runs", 1, 1000), "an earlier millisecond comes first");
        let mut before = id("a", "runs", 0, 0);
        for number in [1, 2, 255, 256, 4095, 4096, 1 << 14, 1 << 20, (1 << 20) + 1, 1 << 31, u64::from(u32::MAX)] {
            let next = id("a", "runs", number, 0);
            assert!(before < next, "{number}");
            before = next;
        }
        assert_ne!(id("a", "runs", 7, 0), id("b", "runs", 7, 0));
        assert_ne!(id("a", "runs", 7, 0), id("a", "items", 7, 0));
        assert_ne!(derived("a", "x", "7:1", at(0)), derived("a", "x", "7:2", at(0)));
    }
}
