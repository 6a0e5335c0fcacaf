//! Markdown of an article: YAML front matter, the title, one blank line between blocks. Reading it back
//! gives the same blocks.
//!
//! Text is escaped so that nothing of it is read as markup: what an author wrote as `[x](javascript:y)` or
//! `---` stays text. The standfirst is a paragraph wholly in bold, an embed is a quote that opens with a
//! link named `embed`; neither can be confused, since `*` and `[` are escaped in text.

use crate::model::{Article, Block, BlockKind, Direction, Image};
use std::fmt::Write as _;

/// The Markdown file of an article.
pub fn markdown(article: &Article) -> String {
    let mut out = front_matter(article);
    let _infallible = writeln!(out, "\n# {}", inline(&article.title));
    for image in &article.images {
        if let Some(picture) = picture(article, image) {
            let _infallible = writeln!(out, "\n{picture}");
        }
    }
    for block in &article.body {
        let _infallible = writeln!(out, "\n{}", block_text(block));
    }
    out
}

/// A picture that stands outside the body: a linked image, or its caption in italics where it has no
/// address. Neither form is used for blocks.
fn picture(article: &Article, image: &Image) -> Option<String> {
    let caption = inline(image.caption.as_deref().unwrap_or_default());
    let Some(url) = image.url.as_deref() else {
        return (!caption.is_empty()).then(|| format!("*{caption}*"));
    };
    let in_body = article.body.iter().any(|block| block.url.as_deref() == Some(url));
    (!in_body).then(|| format!("[![{caption}](<{0}>)](<{0}>)", angle(url)))
}

fn is_picture(line: &str) -> bool {
    line.starts_with("[![") || (line.starts_with('*') && !line.starts_with("**"))
}

fn front_matter(article: &Article) -> String {
    let mut out = String::from("---\n");
    let mut line = |key: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _infallible = writeln!(out, "{key}: {}", quoted(value));
        }
    };
    let direction = if article.direction == Direction::Rtl { "rtl" } else { "ltr" };
    line("id", Some(&article.id));
    line("url", article.url.as_deref());
    line("title", Some(&article.title));
    line("kicker", article.kicker.as_deref());
    line("byline", article.byline.as_deref());
    line("place", article.place.as_deref());
    line("source", article.source.as_deref());
    line("language", Some(&article.language));
    line("dir", Some(direction));
    line("published", article.published.map(crate::model::Moment::to_rfc3339).as_deref());
    line("first_seen", article.first_seen.as_deref());
    line("image", article.images.iter().find_map(|image| image.url.as_deref()));
    line("duplicate_of", article.duplicate.as_ref().map(|duplicate| duplicate.of.as_str()));
    let _infallible = writeln!(out, "revision: {}", article.revision);
    if !article.tags.is_empty() {
        let tags: Vec<String> = article.tags.iter().map(|tag| quoted(tag)).collect();
        let _infallible = writeln!(out, "tags: [{}]", tags.join(", "));
    }
    out.push_str("---\n");
    out
}

/// A JSON string is a YAML double-quoted string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn block_text(block: &Block) -> String {
    match block.kind {
        BlockKind::Standfirst => format!("**{}**", inline(&block.text)),
        BlockKind::Paragraph => paragraph(&block.text),
        BlockKind::Heading => {
            let marks = "#".repeat(usize::from(block.level.unwrap_or(2).clamp(1, 6)));
            format!("{marks} {}", inline(&block.text))
        }
        BlockKind::Quote => prefixed("> ", &paragraph(&block.text)),
        BlockKind::List => {
            block.items.iter().map(|item| format!("- {}", inline(item))).collect::<Vec<_>>().join("\n")
        }
        BlockKind::Table => table(&block.rows),
        BlockKind::Image => {
            format!("![{}](<{}>)", inline(&block.text), angle(block.url.as_deref().unwrap_or_default()))
        }
        BlockKind::Embed => {
            let link = format!("[embed](<{}>)", angle(block.url.as_deref().unwrap_or_default()));
            prefixed("> ", &format!("{link}\n{}", paragraph(&block.text)))
        }
        BlockKind::Code => code(&block.text),
    }
}

fn prefixed(prefix: &str, text: &str) -> String {
    text.split('\n').map(|line| format!("{prefix}{line}")).collect::<Vec<_>>().join("\n")
}

fn table(rows: &[Vec<String>]) -> String {
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| inline(cell)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let mut lines: Vec<String> = rows.iter().map(|cells| row(cells)).collect();
    if let Some(first) = rows.first() {
        lines.insert(1, format!("|{}", " --- |".repeat(first.len())));
    }
    lines.join("\n")
}

/// Code between fences longer than any run of backticks inside.
fn code(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

/// An address between angle brackets.
fn angle(url: &str) -> String {
    url.replace('<', "%3C").replace('>', "%3E").replace(['\n', '\r'], "")
}

/// Text in which nothing is markup anywhere in a line; line breaks become hard breaks.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\\n"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '~' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}

/// [`inline`] text whose first characters are no block markup either, on any of its lines.
fn paragraph(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| guarded(&inline(line))).collect();
    lines.join("\\\n")
}

/// A line that a reader would take for a heading, quote, list or rule gets a backslash where that ends.
fn guarded(line: &str) -> String {
    let digits = line.len() - line.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let numbered = digits > 0 && line.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')']));
    if numbered {
        let (number, rest) = line.split_at_checked(digits).unwrap_or((line, ""));
        return format!("{number}\\{rest}");
    }
    let marked = line.starts_with(['#', '>', '-', '+', '=', '!', ' ', '\t']);
    if marked { format!("\\{line}") } else { line.to_owned() }
}

/// The blocks of a file that [`markdown`] wrote.
pub fn blocks_of_markdown(file: &str) -> Vec<Block> {
    let body =
        file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(file, |(_, body)| body);
    let mut lines = body.lines().peekable();
    let mut blocks = Vec::new();
    let mut title_seen = false;
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let mut group = vec![line];
        if let Some(fence) = fence_of(line) {
            group.extend(lines.by_ref().take_while(|line| *line != fence));
        } else {
            while let Some(next) = lines.next_if(|next| !next.is_empty()) {
                group.push(next);
            }
        }
        if !title_seen && line.starts_with("# ") {
            title_seen = true;
        } else if !is_picture(line) {
            blocks.push(block_of(&group));
        }
    }
    blocks
}

fn fence_of(line: &str) -> Option<&str> {
    (line.len() >= 3 && line.bytes().all(|byte| byte == b'`')).then_some(line)
}

/// The block that a group of adjacent lines stands for.
fn block_of(group: &[&str]) -> Block {
    let first = group.first().copied().unwrap_or_default();
    let joined = group.join("\n");
    if fence_of(first).is_some() {
        return Block::text(BlockKind::Code, group.iter().skip(1).copied().collect::<Vec<_>>().join("\n"));
    }
    if let Some((marks, text)) =
        first.split_once(' ').filter(|(marks, _)| marks.bytes().all(|byte| byte == b'#'))
    {
        let lines: Vec<&str> = std::iter::once(text).chain(group.iter().skip(1).copied()).collect();
        return Block::heading(u8::try_from(marks.len()).unwrap_or(6), plain(&lines.join("\n")));
    }
    if first.starts_with("- ") {
        return Block::list(items(&joined, "- ").iter().map(|item| plain(item)).collect());
    }
    if first.starts_with("| ") {
        return Block::table(rows(&joined));
    }
    if first.starts_with('>') {
        return quote_of(group);
    }
    if let Some((caption, url)) = joined.strip_prefix("![").and_then(link_of) {
        return Block { url: some(url), ..Block::text(BlockKind::Image, plain(caption)) };
    }
    match joined.strip_prefix("**").and_then(|rest| rest.strip_suffix("**")) {
        Some(lead) => Block::text(BlockKind::Standfirst, plain(lead)),
        None => Block::text(BlockKind::Paragraph, plain(&joined)),
    }
}

fn quote_of(group: &[&str]) -> Block {
    let lines: Vec<&str> = group.iter().map(|line| line.strip_prefix("> ").unwrap_or_default()).collect();
    match lines.first().and_then(|line| line.strip_prefix('[')).and_then(link_of) {
        Some(("embed", url)) => {
            let text = lines.iter().skip(1).copied().collect::<Vec<_>>().join("\n");
            Block { url: some(url), ..Block::text(BlockKind::Embed, plain(&text)) }
        }
        _ => Block::text(BlockKind::Quote, plain(&lines.join("\n"))),
    }
}

/// `text](<url>)` → text and url.
fn link_of(rest: &str) -> Option<(&str, &str)> {
    rest.strip_suffix(">)")?.rsplit_once("](<")
}

fn some(url: &str) -> Option<String> {
    (!url.is_empty()).then(|| url.to_owned())
}

/// Items of a list: a line that follows a hard break goes on with its item.
fn items(joined: &str, mark: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in joined.split('\n') {
        match items.last_mut().filter(|_| goes_on) {
            Some(item) => {
                item.push('\n');
                item.push_str(line);
            }
            None => items.push(line.strip_prefix(mark).unwrap_or(line).to_owned()),
        }
        goes_on = ends_in_break(line);
    }
    items
}

/// Whether a line ends in a backslash that is not itself escaped.
fn ends_in_break(line: &str) -> bool {
    line.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1
}

fn rows(joined: &str) -> Vec<Vec<String>> {
    let lines = items(joined, "");
    let data = lines.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| line);
    data.map(|line| {
        let inner = line.strip_prefix("| ").and_then(|rest| rest.strip_suffix(" |")).unwrap_or_default();
        inner.split(" | ").map(plain).collect()
    })
    .collect()
}

/// Escapes undone, hard breaks back to line breaks.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    out
}
