//! The address rule: which addresses are of the public Internet, and which URLs may be dialed at all.
//! Pure; the resolver and the client ask it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// Whether `address` is an ordinary unicast address of the public Internet.
///
/// IPv6 forms that carry an IPv4 address to which a router or the kernel sends the packet are judged by
/// that address. Of the rest of IPv6 only `2000::/3` has ever been given out.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match carried_v4(address) {
            Some(carried) => is_public_v4(carried),
            None => is_public_v6(address),
        },
    }
}

/// IPv4 without the IANA special-purpose ranges.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // In order: this network, private, loopback, and multicast to broadcast; carrier-grade NAT; link-local
    // with cloud metadata; private; protocol assignments and documentation; 6to4 relays, given up; private;
    // benchmarks; documentation, twice.
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// The IPv4 address that packets to `address` end at: mapped, NAT64 and 6to4.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match segments {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(join(high, low)),
        _ => None,
    }
}

/// Global unicast IPv6 without the IANA special-purpose ranges.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Protocol assignments (Teredo, benchmarks, ORCHID) and documentation, twice.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// The addresses of `allow` for the port of `url`, in their plain form, sorted.
pub(super) fn allowed_addresses(url: &Url, allow: &[SocketAddr]) -> Vec<IpAddr> {
    let port = url.port_or_known_default();
    let mut addresses: Vec<IpAddr> =
        allow.iter().filter(|a| Some(a.port()) == port).map(|a| a.ip().to_canonical()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Whether `address` may be dialed: public, or among `allowed`.
pub(super) fn permits(address: IpAddr, allowed: &[IpAddr]) -> bool {
    is_public(address) || allowed.contains(&address.to_canonical())
}

/// The address that forbids asking `url` at all, before any name is resolved. The parsed host is already
/// free of decimal, hexadecimal, octal, short and full-width spellings.
pub(super) fn blocked_literal(url: &Url, allowed: &[IpAddr]) -> Option<IpAddr> {
    let address = match url.host()? {
        Host::Ipv4(address) => IpAddr::V4(address),
        Host::Ipv6(address) => IpAddr::V6(address),
        Host::Domain(name) if is_localhost(name) && !allowed.iter().any(IpAddr::is_loopback) => {
            IpAddr::V4(Ipv4Addr::LOCALHOST)
        }
        Host::Domain(_) => return None,
    };
    let named = matches!(url.host(), Some(Host::Domain(_)));
    (named || !permits(address, allowed)).then_some(address)
}

/// Names that mean this machine by convention, whatever a resolver says.
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case("localhost.localdomain")
}
