//! The world outside: network, disk, clock, logs, the service manager. These modules return facts and
//! decide nothing.

pub mod clock;
pub mod fetch;
pub mod notify;
pub mod observe;
pub mod publish;
pub mod store;
