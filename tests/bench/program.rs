//! khabar as a process, and what the kernel says of it.

use crate::setting::Setting;
use anyhow::{Context as _, bail, ensure};
use std::{
    cell::RefCell,
    fs::File,
    os::unix::net::UnixDatagram,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};
use tokio::time::Instant;

/// Ticks of `/proc/<pid>/stat` in a second, on every Linux.
const TICKS: f64 = 100.0;
/// Between two looks at a process.
const LOOK: Duration = Duration::from_millis(10);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_mins(5);

/// A running khabar; it is killed when dropped.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    /// When it was started.
    pub(crate) started: Instant,
    ready: UnixDatagram,
    // What it said last of its work.
    status: RefCell<String>,
}

/// What a khabar that ended had used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    /// CPU seconds, user and system.
    pub(crate) cpu_secs: f64,
    /// Most resident memory, in MB.
    pub(crate) peak_mb: f64,
}

impl Program {
    /// Starts `khabar run` with further arguments; its log tells what is wrong.
    pub(crate) fn start(setting: &Setting, arguments: &[&str]) -> anyhow::Result<Self> {
        Self::logging(setting, arguments, "warn")
    }

    /// The same, with a log of that level.
    pub(crate) fn logging(setting: &Setting, arguments: &[&str], level: &str) -> anyhow::Result<Self> {
        let socket = setting.path("notify");
        if socket.exists() {
            std::fs::remove_file(&socket)?;
        }
        let ready = UnixDatagram::bind(&socket)?;
        ready.set_read_timeout(Some(PATIENCE))?;
        let started = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_khabar"))
            .args(["run", "--config"])
            .arg(setting.path("khabar.toml"))
            .args(arguments)
            .env("NOTIFY_SOCKET", &socket)
            .env("KHABAR_LOG", level)
            .env_remove("JOURNAL_STREAM")
            .stdin(Stdio::null())
            .stdout(File::create(setting.path("stdout"))?)
            .stderr(File::create(setting.path("stderr"))?)
            .spawn()?;
        Ok(Self { child, started, ready, status: RefCell::default() })
    }

    /// Waits until it says that it is ready; gives the seconds since its start.
    pub(crate) fn ready_secs(&self) -> anyhow::Result<f64> {
        let mut datagram = [0; 512];
        loop {
            let length = self.ready.recv(&mut datagram).context("khabar never said that it is ready")?;
            let secs = self.started.elapsed().as_secs_f64();
            let said = datagram.get(..length).unwrap_or_default();
            if said.split(|byte| *byte == b'\n').any(|line| line == b"READY=1") {
                return Ok(secs);
            }
        }
    }

    /// Waits until `is_so`, while it runs.
    pub(crate) fn until(&self, what: &str, is_so: impl Fn() -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !is_so() {
            self.listen()?;
            ensure!(self.stat()?.state != 'Z', "khabar ended before {what}");
            ensure!(Instant::now() < deadline, "{what} did not come");
            sleep(LOOK);
        }
        Ok(())
    }

    /// CPU seconds so far, user and system, of all its threads.
    pub(crate) fn cpu_secs(&self) -> anyhow::Result<f64> {
        Ok(self.stat()?.cpu_secs)
    }

    /// Resident memory now, in MB.
    pub(crate) fn resident_mb(&self) -> anyhow::Result<f64> {
        memory_mb(self.child.id(), "VmRSS:")
    }

    /// Waits for its end, which must be a success.
    pub(crate) fn finish(mut self) -> anyhow::Result<Used> {
        let deadline = Instant::now() + PATIENCE;
        let mut peak_mb: f64 = 0.0;
        loop {
            // A process that ended keeps its times until it is waited for, but not its memory.
            let stat = self.stat()?;
            if stat.state == 'Z' {
                let status = self.child.wait()?;
                ensure!(status.success(), "khabar ended with {status}");
                return Ok(Used { cpu_secs: stat.cpu_secs, peak_mb });
            }
            self.listen()?;
            peak_mb = peak_mb.max(memory_mb(self.child.id(), "VmHWM:").unwrap_or_default());
            ensure!(Instant::now() < deadline, "khabar did not end");
            sleep(LOOK);
        }
    }

    /// The last line it told the service manager of its work, as far as something waited for it since; empty where
    /// it told none.
    pub(crate) fn status(&self) -> String {
        self.status.borrow().clone()
    }

    /// Takes what it said to the service manager: it waits where that is never read.
    fn listen(&self) -> std::io::Result<()> {
        self.ready.set_nonblocking(true)?;
        let mut datagram = [0; 512];
        while let Ok(length) = self.ready.recv(&mut datagram) {
            let said = String::from_utf8_lossy(datagram.get(..length).unwrap_or_default());
            if let Some(status) = said.lines().find_map(|line| line.strip_prefix("STATUS=")) {
                status.clone_into(&mut self.status.borrow_mut());
            }
        }
        Ok(())
    }

    fn stat(&self) -> anyhow::Result<Stat> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name before may hold spaces and parentheses.
        let (_, fields) = text.rsplit_once(')').context("no stat")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let [state, user, system] = [0, 11, 12].map(|place| fields.get(place).copied().unwrap_or_default());
        let cpu_secs = (user.parse::<f64>()? + system.parse::<f64>()?) / TICKS;
        Ok(Stat { state: state.chars().next().context("no state")?, cpu_secs })
    }
}

/// Most resident memory of `khabar stage feed` over these files, in MB.
pub(crate) fn stage_memory(files: &[PathBuf]) -> anyhow::Result<f64> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_khabar"))
        .args(["stage", "feed"])
        .args(files)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let mut peak_mb: f64 = 0.0;
    while child.try_wait()?.is_none() {
        peak_mb = peak_mb.max(memory_mb(child.id(), "VmHWM:").unwrap_or_default());
        sleep(Duration::from_millis(1));
    }
    ensure!(child.wait()?.success(), "khabar stage feed failed");
    Ok(peak_mb)
}

/// What a process takes, by `key` of `/proc/<pid>/status`, in MB.
fn memory_mb(process: u32, key: &str) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let Some(line) = text.lines().find_map(|line| line.strip_prefix(key)) else { bail!("no {key}") };
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024.0 / 1e6)
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What `/proc/<pid>/stat` says.
#[derive(Debug, Clone, Copy)]
struct Stat {
    state: char,
    cpu_secs: f64,
}
