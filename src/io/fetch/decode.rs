//! A body while it arrives: content codings undone, limits kept. No I/O.
//!
//! # Why
//! reqwest's own decoding stops after the first gzip member and has no limit. Here each chunk is decoded
//! as it comes into one small buffer, so that a bomb is noticed before its output is kept.

use super::Excess;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState, enc::StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use std::io;
use zstd::stream::raw::{DParameter, Decoder as Zstd, Operation};

/// The ratio is judged past this many decoded bytes: small bodies compress as they like.
const RATIO_FROM: u64 = 1 << 20;

/// The largest zstd window that HTTP allows (RFC 9659): 8 MiB.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Decoded bytes in one step.
const STEP: usize = 16 << 10;

/// Most that is reserved on the word of a Content-Length.
const RESERVE_MAX: u64 = 256 << 10;

/// What a body may grow to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes as sent.
    pub(super) wire: u64,
    /// Bytes decoded.
    pub(super) decoded: u64,
    /// Decoded bytes for each byte sent.
    pub(super) ratio: u64,
}

/// Why a body is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It exceeds this limit, which is the number.
    Excess(Excess, u64),
    /// It is not what its coding says.
    Coding(io::Error),
}

/// A body that arrives.
pub(super) struct Body {
    /// Its limits.
    limits: Limits,
    /// Bytes that arrived.
    wire: u64,
    /// Bytes of them that the decoder took: a bomb is measured by these, not by what waits behind.
    taken: u64,
    /// Bytes decoded.
    decoded: Vec<u8>,
    /// Undoes the coding; `None` where there is none.
    coding: Option<Coding>,
    /// Where the coded stream is.
    state: State,
    /// Takes each step's output.
    step: Box<[u8]>,
}

/// Where a coded stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing came yet.
    Empty,
    /// Within a member or frame.
    Within,
    /// A member or frame is complete; another may follow.
    Complete,
}

/// A decoder of one content coding.
enum Coding {
    /// gzip, member by member.
    Gzip(Decompress),
    /// deflate: zlib by the standard, raw by some servers; the first byte tells.
    Deflate(Option<Decompress>),
    /// Brotli.
    Brotli(Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>),
    /// zstd, frame by frame.
    Zstd(Zstd<'static>),
}

/// What one step did.
struct Progress {
    /// Bytes taken.
    read: usize,
    /// Bytes given.
    written: usize,
    /// Whether a member or frame is complete.
    complete: bool,
}

impl Body {
    /// An empty body under the coding that `Content-Encoding` names. One coding at most: nobody was asked
    /// for two, and a bomb likes company.
    pub(super) fn new(coding: Option<&[u8]>, length: Option<u64>, limits: Limits) -> Result<Self, Refusal> {
        if length.is_some_and(|length| length > limits.wire) {
            return Err(Refusal::Excess(Excess::Wire, limits.wire));
        }
        let coding = Coding::named(coding.unwrap_or_default()).map_err(Refusal::Coding)?;
        let reserve = usize::try_from(length.unwrap_or_default().min(RESERVE_MAX)).unwrap_or_default();
        let step = vec![0; if coding.is_some() { STEP } else { 0 }].into_boxed_slice();
        Ok(Self {
            limits,
            wire: 0,
            taken: 0,
            decoded: Vec::with_capacity(reserve),
            coding,
            state: State::Empty,
            step,
        })
    }

    /// Takes the next bytes of the wire.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        self.wire = self.wire.saturating_add(chunk.len() as u64);
        if self.wire > self.limits.wire {
            return Err(Refusal::Excess(Excess::Wire, self.limits.wire));
        }
        let Some(mut coding) = self.coding.take() else {
            self.taken = self.wire;
            return self.keep(chunk);
        };
        let pushed = self.decode(&mut coding, chunk);
        self.coding = Some(coding);
        pushed
    }

    /// Bytes decoded so far.
    pub(super) fn length(&self) -> usize {
        self.decoded.len()
    }

    /// The whole body and its length on the wire. A coded stream that stops within a member is refused.
    pub(super) fn finish(mut self) -> Result<(Vec<u8>, u64), Refusal> {
        if self.coding.is_some() && self.state == State::Within {
            return Err(Refusal::Coding(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the coded body is cut short",
            )));
        }
        // Doubling leaves up to half unused, which matters only where it is much.
        if self.decoded.capacity() - self.decoded.len() > STEP {
            self.decoded.shrink_to_fit();
        }
        Ok((self.decoded, self.wire))
    }

    /// What was decoded so far, whole or not and up to the limit where it went beyond, and the length on the wire.
    pub(super) fn so_far(self) -> (Vec<u8>, u64) {
        (self.decoded, self.wire)
    }

    /// Decodes all of `chunk`.
    fn decode(&mut self, coding: &mut Coding, mut chunk: &[u8]) -> Result<(), Refusal> {
        let mut output = std::mem::take(&mut self.step);
        // A decoder that filled the buffer may hold more without taking any input.
        let mut full = false;
        // One that neither takes nor gives twice in a row never will.
        let mut stalled = false;
        while !chunk.is_empty() || full {
            if self.state == State::Complete && !coding.begins_anew(&mut chunk).map_err(Refusal::Coding)? {
                break;
            }
            self.state = State::Within;
            let progress = coding.step(chunk, &mut output).map_err(Refusal::Coding)?;
            chunk = chunk.get(progress.read..).unwrap_or_default();
            self.taken = self.taken.saturating_add(progress.read as u64);
            self.keep(output.get(..progress.written).unwrap_or_default())?;
            full = progress.written == output.len() && !progress.complete;
            if progress.complete {
                self.state = State::Complete;
            }
            let idle = progress.read == 0 && progress.written == 0;
            if idle && stalled {
                return Err(Refusal::Coding(invalid("the coded body makes no sense")));
            }
            stalled = idle;
        }
        self.step = output;
        Ok(())
    }

    /// Keeps decoded bytes, within the limits.
    fn keep(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let length = self.decoded.len() as u64 + bytes.len() as u64;
        if length > self.limits.decoded {
            let room = self.limits.decoded.saturating_sub(self.decoded.len() as u64);
            let room = usize::try_from(room).unwrap_or_default();
            self.decoded.extend_from_slice(bytes.get(..room).unwrap_or_default());
            return Err(Refusal::Excess(Excess::Decoded, self.limits.decoded));
        }
        if length > RATIO_FROM && length > self.taken.saturating_mul(self.limits.ratio) {
            return Err(Refusal::Excess(Excess::Ratio, self.limits.ratio));
        }
        self.decoded.extend_from_slice(bytes);
        Ok(())
    }
}

impl Coding {
    /// The decoder for a `Content-Encoding`.
    fn named(value: &[u8]) -> io::Result<Option<Self>> {
        let value = String::from_utf8_lossy(value).trim().to_ascii_lowercase();
        Ok(Some(match value.as_str() {
            "" | "identity" => return Ok(None),
            "gzip" | "x-gzip" => Self::Gzip(Decompress::new_gzip(15)),
            "deflate" => Self::Deflate(None),
            "br" => {
                let alloc = StandardAlloc::default;
                // Strict: without the large windows that HTTP does not know, which would be memory on demand.
                Self::Brotli(Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())))
            }
            "zstd" => {
                let mut decoder = Zstd::new()?;
                decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG))?;
                Self::Zstd(decoder)
            }
            other => {
                let coding: String = other.chars().take(50).collect();
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    format!("the coding {coding:?} was not asked for"),
                ));
            }
        }))
    }

    /// Makes ready for what follows a complete member; `false` when only padding follows. gzip members and
    /// zstd frames may be followed by more, and gzip by zeros as tape writers leave them; else it is junk.
    fn begins_anew(&mut self, rest: &mut &[u8]) -> io::Result<bool> {
        match self {
            Self::Gzip(decoder) => {
                while let Some((0, tail)) = rest.split_first() {
                    *rest = tail;
                }
                decoder.reset(true);
                Ok(!rest.is_empty())
            }
            Self::Zstd(_) => Ok(true),
            Self::Deflate(_) | Self::Brotli(_) => Err(invalid("bytes follow the coded body")),
        }
    }

    /// Decodes some of `input` into `output`.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Progress> {
        match self {
            Self::Gzip(decoder) => inflate(decoder, input, output),
            Self::Deflate(decoder) => {
                let has_header = input.first().is_some_and(|first| first & 0x8f == 8);
                inflate(decoder.get_or_insert_with(|| Decompress::new(has_header)), input, output)
            }
            Self::Brotli(state) => unbrotli(state, input, output),
            Self::Zstd(decoder) => {
                let status = decoder.run_on_buffers(input, output)?;
                let complete = status.remaining == 0;
                Ok(Progress { read: status.bytes_read, written: status.bytes_written, complete })
            }
        }
    }
}

/// A body that is not what its coding says.
fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// One step of inflate, with gzip's, zlib's or no frame.
fn inflate(decoder: &mut Decompress, input: &[u8], output: &mut [u8]) -> io::Result<Progress> {
    let (read, written) = (decoder.total_in(), decoder.total_out());
    let status = decoder.decompress(input, output, FlushDecompress::None)?;
    let count = |after: u64, before: u64| usize::try_from(after - before).unwrap_or_default();
    Ok(Progress {
        read: count(decoder.total_in(), read),
        written: count(decoder.total_out(), written),
        complete: status == Status::StreamEnd,
    })
}

/// One step of Brotli.
fn unbrotli(
    state: &mut BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    input: &[u8],
    output: &mut [u8],
) -> io::Result<Progress> {
    let (mut available_in, mut read, mut available_out, mut written, mut total) =
        (input.len(), 0, output.len(), 0, 0);
    let result = BrotliDecompressStream(
        &mut available_in,
        &mut read,
        input,
        &mut available_out,
        &mut written,
        output,
        &mut total,
        state,
    );
    match result {
        BrotliResult::ResultFailure => Err(invalid("not Brotli")),
        BrotliResult::ResultSuccess => Ok(Progress { read, written, complete: true }),
        BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {
            Ok(Progress { read, written, complete: false })
        }
    }
}
