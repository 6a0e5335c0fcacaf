//! What the service manager is told: readiness, status, watchdog, reload, stop. Without one, nothing happens.

use std::time::Duration;

/// Why the service manager could not be told. Never fatal: it is said once in the log.
#[derive(Debug, thiserror::Error)]
#[error("cannot tell the service manager `{what}`")]
pub struct Error {
    what: String,
    #[source]
    source: std::io::Error,
}

/// A state that the service manager is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<'a> {
    /// Start-up or reload is over.
    Ready,
    /// A reload begins.
    Reloading,
    /// The stop begins.
    Stopping,
    /// Work makes progress.
    Alive,
    /// One line for `systemctl status`.
    Status(&'a str),
}

/// Tells the service manager.
pub fn tell(state: &State<'_>) -> Result<(), Error> {
    let states = match state {
        State::Ready => vec![sd_notify::NotifyState::Ready],
        State::Reloading => {
            let mut states = vec![sd_notify::NotifyState::Reloading];
            states.extend(sd_notify::NotifyState::monotonic_usec_now().ok());
            states
        }
        State::Stopping => vec![sd_notify::NotifyState::Stopping],
        State::Alive => vec![sd_notify::NotifyState::Watchdog],
        State::Status(line) => vec![sd_notify::NotifyState::Status(line)],
    };
    sd_notify::notify(&states).map_err(|source| Error { what: format!("{state:?}"), source })
}

/// The time within which the service manager wants a sign of life, if it wants one.
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}
