//! One file under reading: its text, its TOML with positions, and the faults found in it.

use super::fault::{Fault, line_starts, place, printable};
use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeSet,
    ops::Range,
    sync::Arc,
};
use toml::de::DeTable;

/// More faults of one file are counted, not listed: nobody reads them, and a file of garbage has millions.
const FAULTS_MAX: usize = 100;
/// How often a file is read again with its broken lines blanked, to find the faults behind them.
const ROUNDS_MAX: usize = 20;

/// A file's text and the faults found in it so far.
#[derive(Debug)]
pub(super) struct File<'t> {
    /// Printable name.
    pub(super) name: Arc<str>,
    text: &'t str,
    /// Where its lines start, once somebody asks.
    lines: OnceCell<Vec<usize>>,
    /// The text without the lines that are not TOML, where there are any.
    mended: OnceCell<String>,
    findings: RefCell<Findings>,
}

/// What was found in a file.
#[derive(Debug, Default)]
struct Findings {
    faults: Vec<Fault>,
    /// Lines that are not TOML: what else seems wrong in them is a consequence.
    broken: BTreeSet<usize>,
    left_out: usize,
}

impl<'t> File<'t> {
    /// A file and nothing found in it yet.
    pub(super) fn new(name: &str, text: &'t str) -> Self {
        Self {
            name: Arc::from(printable(name, usize::MAX)),
            text,
            lines: OnceCell::new(),
            mended: OnceCell::new(),
            findings: RefCell::default(),
        }
    }

    /// The source text of a span.
    pub(super) fn raw(&self, span: &Range<usize>) -> &'t str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Where the lines start.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| line_starts(self.text))
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines().partition_point(|&start| start <= at).max(1)
    }

    /// A fault at `span`, not yet recorded; what stands nowhere concerns the whole file.
    pub(super) fn fault(&self, span: &Range<usize>, message: &str) -> Fault {
        if *span == (0..0) {
            return Fault::of_file(&self.name, message);
        }
        Fault::at(&self.name, place(self.text, self.lines(), span), message)
    }

    /// Records a fault.
    pub(super) fn push(&self, fault: Fault) {
        let mut findings = self.findings.borrow_mut();
        if findings.broken.contains(&fault.line) {
            return;
        }
        if findings.faults.len() < FAULTS_MAX {
            findings.faults.push(fault);
        } else {
            findings.left_out += 1;
        }
    }

    /// Records an error at `span`.
    pub(super) fn error(&self, span: &Range<usize>, message: &str) {
        self.push(self.fault(span, message));
    }

    /// Records an error at `span` with advice.
    pub(super) fn error_with_hint(&self, span: &Range<usize>, message: &str, hint: &str) {
        self.push(self.fault(span, message).hint(hint));
    }

    /// Records that something is absent; not where lines were lost to broken TOML, which may have held it.
    pub(super) fn absent(&self, span: &Range<usize>, message: &str, hint: &str) {
        if self.findings.borrow().broken.is_empty() {
            self.error_with_hint(span, message, hint);
        }
    }

    /// The faults in the order of their lines.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        let Findings { mut faults, left_out, .. } = self.findings.into_inner();
        faults.sort_by_key(|fault| (fault.line, fault.column));
        if left_out > 0 {
            faults.push(Fault::of_file(
                &self.name,
                &format!("{left_out} more faults in this file are not listed"),
            ));
        }
        faults
    }

    /// The file as TOML. The parser gives up at some faults, so each broken line is recorded, blanked
    /// (positions stay) and the rest read again: one fault does not hide the next.
    pub(super) fn parse(&self) -> DeTable<'_> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return table.into_inner();
        }
        let mended = self.mended.get_or_init(|| self.mend(errors));
        DeTable::parse_recoverable(mended).0.into_inner()
    }

    /// The text without its broken lines, which are recorded.
    fn mend(&self, mut errors: Vec<toml::de::Error>) -> String {
        let mut text = self.text.to_owned();
        for _ in 0..ROUNDS_MAX {
            errors.iter().take(FAULTS_MAX).for_each(|error| self.broken(error));
            self.findings.borrow_mut().left_out += errors.len().saturating_sub(FAULTS_MAX);
            text = self.without_broken_lines(&text);
            if errors.len() > FAULTS_MAX {
                break;
            }
            errors = DeTable::parse_recoverable(&text).1;
            if errors.is_empty() {
                break;
            }
        }
        text
    }

    /// Records a line that is not TOML, with the first reason given for it.
    fn broken(&self, error: &toml::de::Error) {
        let fault = self.fault(&error.span().unwrap_or(0..0), error.message());
        let line = fault.line;
        self.push(fault);
        self.findings.borrow_mut().broken.insert(line);
    }

    /// `text` with every broken line turned to spaces.
    fn without_broken_lines(&self, text: &str) -> String {
        let broken = &self.findings.borrow().broken;
        let lines = text.split_inclusive('\n').zip(1..);
        lines
            .map(|(line, number)| if broken.contains(&number) { blank(line) } else { line.to_owned() })
            .collect()
    }
}

/// As many bytes of space, with the line break kept.
fn blank(line: &str) -> String {
    let end = if line.ends_with('\n') { "\n" } else { "" };
    " ".repeat(line.len() - end.len()) + end
}
