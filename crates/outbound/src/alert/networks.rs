//! Which addresses are sent to: public ones, and those that the installation allows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Networks that are allowed beside public addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

/// A network: an address, and how many of its bits are those of all its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

/// The text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a network is written as 10.0.0.0/8 or fd00::/8")]
pub struct InvalidNetwork;

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = text.trim().split_once('/').ok_or(InvalidNetwork)?;
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let bits = bits.parse().map_err(|_| InvalidNetwork)?;
        if bits > width(address) { Err(InvalidNetwork) } else { Ok(Self { address, bits }) }
    }
}

const fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address as a number, its first bit highest.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        let (width, other) = (width(self.address), width(address));
        let apart = u32::from(width - self.bits.min(width));
        width == other && (number(self.address) ^ number(address)).checked_shr(apart).unwrap_or(0) == 0
    }
}

impl Networks {
    /// Those that are written there, as `10.0.0.0/8`.
    ///
    /// # Errors
    /// [`InvalidNetwork`] when one cannot be read.
    pub fn parse(texts: &[impl AsRef<str>]) -> Result<Self, InvalidNetwork> {
        texts.iter().map(|text| text.as_ref().parse()).collect::<Result<_, _>>().map(Self)
    }

    /// Whether something may be sent to the address: it is public, or allowed.
    #[must_use]
    pub fn allow(&self, address: IpAddr) -> bool {
        self.name(address) || is_public(address)
    }

    /// Whether the address is in a network that was named. What carries an address of IPv4 counts as that one as well.
    #[must_use]
    pub fn name(&self, address: IpAddr) -> bool {
        let has = |address| self.0.iter().any(|network| network.has(address));
        has(address) || mapped(address).is_some_and(|inner| has(IpAddr::V4(inner)))
    }
}

/// The address of IPv4 that an address of IPv6 is another way of writing: `::ffff:a.b.c.d`.
fn mapped(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V6(address) => address.to_ipv4_mapped(),
        IpAddr::V4(_) => None,
    }
}

/// Whether the address is one that everybody on the Internet can have. Everything that is not known to be is none.
#[must_use]
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, d] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback, link-local (and the metadata services of clouds), multicast, reserved, broadcast.
        (0 | 10 | 127 | 224..=255, ..) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Shared by carriers (CGNAT).
        (100, 64..=127, _) => true,
        // Protocol assignments, documentation, the relays of 6to4, benchmarking.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        // A service of a cloud for its own machines.
        (168, 63, 129) => d == 16,
        _ => false,
    };
    !special
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let [a, b, ..] = parts;
    // Only what is given out is public (2000::/3): loopback, unspecified, mapped and compatible IPv4, NAT64, unique local, link-local,
    // site-local, discard-only, segment routing and multicast are all outside of it.
    if a & 0xe000 != 0x2000 {
        return false;
    }
    match (a, b) {
        // Teredo carries an address of IPv4, and the rest of 2001::/23 is for protocols; documentation; ORCHID is in it.
        (0x2001, 0..=0x1ff) | (0x2001, 0xdb8) | (0x3fff, 0..=0xfff) => false,
        // 6to4: what it carries decides.
        (0x2002, high) => {
            let ([p, q], [r, s]) = (high.to_be_bytes(), parts[2].to_be_bytes());
            is_public_4(Ipv4Addr::new(p, q, r, s))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INNER: &[&str] = &[
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ];

    fn within(network: Network, seed: u128) -> IpAddr {
        let apart = u32::from(width(network.address) - network.bits);
        let mask = 1_u128.checked_shl(apart).unwrap_or(0).wrapping_sub(1);
        let full = number(network.address) & !mask | seed & mask;
        match network.address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(full).unwrap())),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(full)),
        }
    }

    #[test]
    fn well_known_addresses() {
        let none = Networks::default();
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "52.96.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2002:808:808::1",
        ] {
            assert!(none.allow(public.parse().unwrap()), "{public}");
        }
        for inner in [
            "127.0.0.1",
            "::1",
            "::",
            "0.0.0.0",
            "169.254.169.254",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "168.63.129.16",
            "255.255.255.255",
            "::127.0.0.1",
        ] {
            assert!(!none.allow(inner.parse().unwrap()), "{inner}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for bad in ["", "10.0.0.0", "10.0.0.0/33", "fd00::/129", "a/8", "10.0.0.0/-1"] {
            assert_eq!(Networks::parse(&[bad]), Err(InvalidNetwork), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_inside_is_allowed_unless_it_is_named(which in 0..INNER.len(), seed: u128) {
            let network: Network = INNER[which].parse().unwrap();
            let address = within(network, seed);
            prop_assert!(!Networks::default().allow(address), "{address} of {}", INNER[which]);
            prop_assert!(Networks::parse(&[INNER[which]]).unwrap().allow(address));
        }

        #[test]
        fn every_way_of_writing_an_inner_address_is_inner(which in 0_usize..15, seed: u32) {
            let network: Network = INNER[which].parse().unwrap();
            let IpAddr::V4(inner) = within(network, u128::from(seed)) else { unreachable!() };
            let [a, b, c, d] = inner.octets();
            let of = |high: u16, low: u16| u16::from_be_bytes([u8::try_from(high).unwrap(), u8::try_from(low).unwrap()]);
            let (high, low) = (of(a.into(), b.into()), of(c.into(), d.into()));
            for address in [
                inner.to_ipv6_mapped(),
                inner.to_ipv6_compatible(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
            ] {
                prop_assert!(!Networks::default().allow(IpAddr::V6(address)), "{address}");
            }
        }

        #[test]
        fn a_named_network_has_its_addresses_and_no_others(address: u32, bits in 1_u8..=32, seed: u32) {
            let network = Network { address: IpAddr::V4(Ipv4Addr::from(address)), bits };
            let apart = 32 - u32::from(bits);
            let same = (address ^ seed).checked_shr(apart).unwrap_or(0) == 0;
            prop_assert_eq!(network.has(IpAddr::V4(Ipv4Addr::from(seed))), same);
        }
    }
}
