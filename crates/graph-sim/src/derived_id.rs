//! Ids that follow from something, so that they are the same every time.

/// A random-looking UUID (version 4) of given bytes.
pub(crate) fn uuid_of(bytes: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The id that is always the same for the same words (FNV-1a from two beginnings: no cryptography is asked of it).
pub(crate) fn id_from(words: &str) -> String {
    let hash = |start: u64| words.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let (high, low) = (hash(0xcbf2_9ce4_8422_2325), hash(0x8422_2325_cbf2_9ce4));
    uuid_of(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
}
