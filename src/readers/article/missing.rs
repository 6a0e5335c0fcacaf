//! Pages that say with a good status that there is nothing at their address: no articles.
//!
//! # Why
//! They are known by title and main heading alone, each taken whole: an article may well speak of a page that
//! was not found. Where both say so, even a page full of other news is none.

use crate::{
    model::Article,
    page::{Node, Page, Tag},
    text,
};
use std::{collections::HashSet, sync::LazyLock};

/// The page is none.
const NOT_FOUND: &str = "article/not-found";

/// Words of a body up to which one of title and heading is believed; and both.
const WORDS_ONE: usize = 120;
const WORDS_BOTH: usize = 800;

/// Main headings that are looked at.
const HEADINGS_MAX: usize = 3;

/// Letters of a sentence that says no more than that.
const LENGTH_MAX: usize = 90;

/// Takes the body from an article whose page says that there is none; `own_names` are the site's, folded.
pub(super) fn settle(article: &mut Article, page: &Page, own_names: &[String]) {
    let is_short = article.words <= WORDS_ONE;
    if article.words > WORDS_BOTH {
        return;
    }
    let title = page.title().unwrap_or_default();
    if !is_short && !says_missing(&title) {
        return;
    }
    let headings = page.root().elements().filter(|node| node.tag() == Tag::H1).take(HEADINGS_MAX);
    let headings: Vec<String> = headings.map(Node::text).collect();
    let headed = headings.iter().any(|heading| says_only_that(heading, own_names));
    let is_headline = says_missing(&article.title) || is_nothing(&article.title, own_names);
    let is_titled =
        says_missing(&title) && (says_only_that(&title, own_names) || speaks_of_other(&title, &headings));
    let is_none = headed && says_missing(&title) || is_short && (headed && is_headline || is_titled);
    if is_none {
        article.body.clear();
        article.text.clear();
        article.words = 0;
        article.warnings.push(NOT_FOUND.to_owned());
        if !article.warnings.iter().any(|code| code == "article/no-body") {
            article.warnings.push("article/no-body".to_owned());
        }
    }
}

/// Whether a heading, or a part of it set apart by a mark, says that a page is not there.
fn says_missing(heading: &str) -> bool {
    let heading = plain(heading);
    parts(&heading).any(says_so) || says_so(bare(&heading))
}

/// Whether a heading says that and nothing else: beside it stand the site's name, a number or a sigh at most.
///
/// # Why
/// "Search of the lake: nothing found" is news.
fn says_only_that(heading: &str, own_names: &[String]) -> bool {
    let plain = plain(heading);
    let is_rest = |part: &str| says_so(part) || is_nothing(part, own_names);
    says_so(bare(&plain)) || parts(&plain).any(says_so) && parts(&plain).all(is_rest)
}

/// Whether what a title says beside it is in no heading: it is the site's name then, not a headline.
fn speaks_of_other(title: &str, headings: &[String]) -> bool {
    let title = plain(title);
    let is_in = |part: &str| headings.iter().any(|heading| plain(heading).contains(part));
    !headings.is_empty() && !parts(&title).filter(|part| !says_so(part)).any(is_in)
}

/// Whether a part of a heading says nothing of its own.
fn is_nothing(part: &str, own_names: &[String]) -> bool {
    let folded = text::fold(part);
    let compact = |name: &str| name.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let is_own = |name: &String| *name == folded || compact(name) == compact(&folded);
    folded.is_empty()
        || folded.parse::<u32>().is_ok()
        || SIGHS.contains(&folded.as_str())
        || own_names.iter().any(is_own)
}

fn plain(heading: &str) -> String {
    text::fold(heading).replace(['’', '‘', '`'], "'")
}

fn bare(part: &str) -> &str {
    part.trim_matches(|letter: char| !letter.is_alphanumeric())
}

fn parts(heading: &str) -> impl Iterator<Item = &str> {
    heading.split(MARKS).map(bare).filter(|part| !part.is_empty())
}

fn says_so(part: &str) -> bool {
    let begins = |words: &String| part.starts_with(words);
    WHOLE.contains(part) || part.chars().count() <= LENGTH_MAX && BEGUN.iter().any(begins)
}

/// Marks that set the site's name, or an exclamation, apart.
const MARKS: [char; 14] = ['|', '–', '—', '·', '»', '•', ':', '-', '!', '.', ',', '(', ')', '،'];

static WHOLE: LazyLock<HashSet<String>> =
    LazyLock::new(|| WHOLE_WORDS.iter().map(|words| text::fold(words)).collect());
static BEGUN: LazyLock<Vec<String>> =
    LazyLock::new(|| BEGUN_WORDS.iter().map(|words| text::fold(words)).collect());

/// Words in their folded form that such a heading begins with.
const SIGHS: &[&str] = &[
    "error",
    "fehler",
    "erreur",
    "erro",
    "errore",
    "ошибка",
    "خطا",
    "hata",
    "oops",
    "sorry",
    "uh oh",
    "whoops",
    "عذرا",
    "عفوا",
    "متاسفيم",
    "ups",
    "hoppla",
    "désolé",
    "lo sentimos",
];

/// What such a heading says, in many languages.
const WHOLE_WORDS: &[&str] = &[
    "404",
    "error 404",
    "404 error",
    "error 404 not found",
    "404 not found",
    "404 page not found",
    "http 404",
    "not found",
    "page not found",
    "page not found 404",
    "page not available",
    "page unavailable",
    "page missing",
    "missing page",
    "article not found",
    "story not found",
    "content not found",
    "content not available",
    "content unavailable",
    "article unavailable",
    "article not available",
    "file not found",
    "nothing found",
    "no longer available",
    "fehler 404",
    "404 fehler",
    "seite nicht gefunden",
    "404 seite nicht gefunden",
    "artikel nicht gefunden",
    "seite nicht verfügbar",
    "nicht gefunden",
    "erreur 404",
    "404 erreur",
    "page introuvable",
    "page non trouvée",
    "article introuvable",
    "contenu introuvable",
    "página no encontrada",
    "pagina no encontrada",
    "no encontrado",
    "artículo no encontrado",
    "contenido no disponible",
    "página não encontrada",
    "não encontrado",
    "conteúdo não encontrado",
    "erro 404",
    "errore 404",
    "pagina non trovata",
    "articolo non trovato",
    "pagina niet gevonden",
    "niet gevonden",
    "sidan hittades inte",
    "sidan kunde inte hittas",
    "siden ble ikke funnet",
    "fant ikke siden",
    "siden finnes ikke",
    "siden blev ikke fundet",
    "siden findes ikke",
    "sivua ei löydy",
    "sivua ei löytynyt",
    "nie znaleziono strony",
    "strona nie istnieje",
    "strona nie została znaleziona",
    "błąd 404",
    "stránka nenalezena",
    "stránka nebyla nalezena",
    "stránka neexistuje",
    "chyba 404",
    "stránka sa nenašla",
    "stránka nebola nájdená",
    "az oldal nem található",
    "a keresett oldal nem található",
    "pagina nu a fost găsită",
    "pagina nu există",
    "страница не найдена",
    "ошибка 404",
    "404 страница не найдена",
    "материал не найден",
    "сторінку не знайдено",
    "помилка 404",
    "страницата не е намерена",
    "страница није пронађена",
    "stranica nije pronađena",
    "stranica ne postoji",
    "sayfa bulunamadı",
    "aradığınız sayfa bulunamadı",
    "haber bulunamadı",
    "hata 404",
    "η σελίδα δεν βρέθηκε",
    "η σελίδα δε βρέθηκε",
    "σελίδα δεν βρέθηκε",
    "halaman tidak ditemukan",
    "không tìm thấy trang",
    "trang không tồn tại",
    "ページが見つかりません",
    "ページが見つかりませんでした",
    "お探しのページは見つかりませんでした",
    "お探しのページが見つかりません",
    "页面不存在",
    "页面未找到",
    "找不到页面",
    "找不到網頁",
    "頁面不存在",
    "페이지를 찾을 수 없습니다",
    "पृष्ठ नहीं मिला",
    "पेज नहीं मिला",
    "صفحہ نہیں ملا",
    "الصفحة غير موجودة",
    "الصفحة غير متوفرة",
    "الصفحة غير متاحة",
    "الصفحة المطلوبة غير موجودة",
    "صفحة غير موجودة",
    "الصفحة التي تبحث عنها غير موجودة",
    "لم يتم العثور على الصفحة",
    "تعذر العثور على الصفحة",
    "عذرا الصفحة غير موجودة",
    "الخبر غير موجود",
    "المقال غير موجود",
    "المحتوى غير موجود",
    "خطأ 404",
    "404 خطأ",
    "صفحه یافت نشد",
    "صفحه پیدا نشد",
    "صفحه مورد نظر یافت نشد",
    "صفحه مورد نظر پیدا نشد",
    "خطای 404",
    "העמוד לא נמצא",
    "הדף לא נמצא",
];

/// How sentences begin that say so.
const BEGUN_WORDS: &[&str] = &[
    "the page you requested could not be found",
    "the page you requested was not found",
    "the page you are looking for",
    "the page you're looking for",
    "the page could not be found",
    "the page can't be found",
    "the requested page could not be found",
    "the requested page was not found",
    "this page could not be found",
    "this page can't be found",
    "this page doesn't exist",
    "this page does not exist",
    "this page isn't available",
    "this page is not available",
    "this page is no longer available",
    "that page can't be found",
    "oops that page can't be found",
    "oops page not found",
    "sorry page not found",
    "sorry the page",
    "sorry this page",
    "sorry we can't find",
    "sorry we couldn't find",
    "we can't find that page",
    "we can't find the page",
    "we can't find this page",
    "we couldn't find that page",
    "we couldn't find the page",
    "die seite wurde nicht gefunden",
    "die gesuchte seite",
    "die angeforderte seite",
    "diese seite existiert nicht",
    "diese seite konnte nicht gefunden",
    "la page demandée",
    "la page que vous cherchez",
    "la page que vous recherchez",
    "cette page n'existe pas",
    "cette page est introuvable",
    "la página que buscas",
    "la página solicitada",
    "esta página no existe",
    "a página que procura",
    "a página que você procura",
    "esta página não existe",
    "la pagina richiesta",
    "la pagina che stai cercando",
    "de pagina die je zoekt",
    "deze pagina bestaat niet",
    "запрашиваемая страница",
    "عذرا الصفحة التي",
    "عفوا الصفحة",
    "الصفحة التي طلبتها",
    "الصفحة التي تحاول الوصول",
];

#[cfg(test)]
mod tests {
    use super::{says_missing, says_only_that};

    #[test]
    fn headings_that_say_that_nothing_is_there() {
        for heading in [
            "404",
            "404 - Page not found | The Small Paper",
            "Page Not Found – The Small Paper",
            "Oops! That page can’t be found.",
            "Sorry, we couldn’t find that page",
            "Seite nicht gefunden (404)",
            "الصفحة غير موجودة | جريدة المدينة",
            "عذراً، الصفحة غير موجودة",
            "خطأ ٤٠٤",
            "صفحه مورد نظر یافت نشد",
            "Страница не найдена",
            "ページが見つかりません",
        ] {
            assert!(says_missing(heading), "{heading}");
        }
        for (heading, is_all) in [
            ("404 - Page not found | The Small Paper", true),
            ("Oops! That page can’t be found.", true),
            ("عذراً، الصفحة غير موجودة - The Small Paper", true),
            ("Search of the lake: nothing found", false),
            ("Weapons – Not found", false),
        ] {
            assert_eq!(says_only_that(heading, &["thesmallpaper".to_owned()]), is_all, "{heading}");
        }
        for heading in [
            "The page that was not found: a history of error 404s on the web",
            "Missing pages of the city's chronicle found",
            "Not found guilty",
            "404 million people live by the sea",
            "الصفحة الأولى من تاريخ المدينة",
            "Route 404 is closed",
            "Nothing",
        ] {
            assert!(!says_missing(heading), "{heading}");
        }
    }
}
