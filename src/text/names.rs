//! Names of character references: those of HTML 4 and the later ones that feeds really use.

use std::{collections::HashMap, sync::LazyLock};

/// Each name with its character, one space between the pairs (a no-break space is a value here).
const TABLE: &str = "\
    Tab=\u{9} NewLine=\u{a} excl=! QUOT=\" quot=\" num=# dollar=$ percnt=% AMP=& amp=& apos=' lpar=( rpar=) \
    ast=* plus=+ comma=, period=. sol=/ colon=: semi=; LT=< lt=< equals== GT=> gt=> quest=? commat=@ \
    lbrack=[ lsqb=[ bsol=\\ rbrack=] rsqb=] lowbar=_ grave=` lbrace={ lcub={ verbar=| vert=| rbrace=} rcub=} \
    NonBreakingSpace=\u{a0} nbsp=\u{a0} iexcl=¡ cent=¢ pound=£ curren=¤ yen=¥ brvbar=¦ sect=§ uml=¨ COPY=© \
    copy=© ordf=ª laquo=« not=¬ shy=\u{ad} REG=® reg=® macr=¯ deg=° plusmn=± sup2=² sup3=³ acute=´ micro=µ \
    para=¶ middot=· cedil=¸ sup1=¹ ordm=º raquo=» frac14=¼ frac12=½ frac34=¾ iquest=¿ Agrave=À Aacute=Á \
    Acirc=Â Atilde=Ã Auml=Ä Aring=Å AElig=Æ Ccedil=Ç Egrave=È Eacute=É Ecirc=Ê Euml=Ë Igrave=Ì Iacute=Í \
    Icirc=Î Iuml=Ï ETH=Ð Ntilde=Ñ Ograve=Ò Oacute=Ó Ocirc=Ô Otilde=Õ Ouml=Ö times=× Oslash=Ø Ugrave=Ù \
    Uacute=Ú Ucirc=Û Uuml=Ü Yacute=Ý THORN=Þ szlig=ß agrave=à aacute=á acirc=â atilde=ã auml=ä aring=å \
    aelig=æ ccedil=ç egrave=è eacute=é ecirc=ê euml=ë igrave=ì iacute=í icirc=î iuml=ï eth=ð ntilde=ñ \
    ograve=ò oacute=ó ocirc=ô otilde=õ ouml=ö divide=÷ oslash=ø ugrave=ù uacute=ú ucirc=û uuml=ü yacute=ý \
    thorn=þ yuml=ÿ aogon=ą Cacute=Ć cacute=ć Ccaron=Č ccaron=č eogon=ę Gbreve=Ğ gbreve=ğ Idot=İ imath=ı \
    inodot=ı Lstrok=Ł lstrok=ł nacute=ń OElig=Œ oelig=œ Sacute=Ś sacute=ś Scedil=Ş scedil=ş Scaron=Š \
    scaron=š Yuml=Ÿ zdot=ż Zcaron=Ž zcaron=ž fnof=ƒ circ=ˆ tilde=˜ Alpha=Α Beta=Β Gamma=Γ Delta=Δ Epsilon=Ε \
    Zeta=Ζ Eta=Η Theta=Θ Iota=Ι Kappa=Κ Lambda=Λ Mu=Μ Nu=Ν Xi=Ξ Omicron=Ο Pi=Π Rho=Ρ Sigma=Σ Tau=Τ Upsilon=Υ \
    Phi=Φ Chi=Χ Psi=Ψ Omega=Ω alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η theta=θ iota=ι kappa=κ \
    lambda=λ mu=μ nu=ν xi=ξ omicron=ο pi=π rho=ρ sigmaf=ς sigma=σ tau=τ upsilon=υ phi=φ chi=χ psi=ψ omega=ω \
    thetasym=ϑ upsih=ϒ piv=ϖ ensp=\u{2002} emsp=\u{2003} numsp=\u{2007} puncsp=\u{2008} thinsp=\u{2009} \
    hairsp=\u{200a} ZeroWidthSpace=\u{200b} zwnj=\u{200c} zwj=\u{200d} lrm=\u{200e} rlm=\u{200f} dash=‐ \
    hyphen=‐ ndash=– mdash=— horbar=― lsquo=‘ rsquo=’ rsquor=’ sbquo=‚ ldquo=“ rdquo=” rdquor=” bdquo=„ \
    ldquor=„ dagger=† Dagger=‡ bull=• nldr=‥ hellip=… mldr=… permil=‰ prime=′ Prime=″ lsaquo=‹ rsaquo=› \
    oline=‾ frasl=⁄ euro=€ image=ℑ weierp=℘ real=ℜ trade=™ alefsym=ℵ larr=← uarr=↑ rarr=→ darr=↓ harr=↔ \
    crarr=↵ lArr=⇐ uArr=⇑ rArr=⇒ dArr=⇓ hArr=⇔ forall=∀ part=∂ exist=∃ empty=∅ nabla=∇ isin=∈ notin=∉ ni=∋ \
    prod=∏ sum=∑ minus=− lowast=∗ radic=√ prop=∝ infin=∞ ang=∠ and=∧ or=∨ cap=∩ cup=∪ int=∫ there4=∴ sim=∼ \
    cong=≅ asymp=≈ ne=≠ equiv=≡ le=≤ ge=≥ sub=⊂ sup=⊃ nsub=⊄ sube=⊆ supe=⊇ oplus=⊕ otimes=⊗ perp=⊥ sdot=⋅ \
    lceil=⌈ rceil=⌉ lfloor=⌊ rfloor=⌋ lang=⟨ rang=⟩ loz=◊ starf=★ star=☆ phone=☎ spades=♠ clubs=♣ hearts=♥ \
    diams=♦ check=✓";

/// The character of each name.
pub(super) static NAMES: LazyLock<HashMap<&'static str, char>> = LazyLock::new(|| {
    let pairs = TABLE.split(' ').filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(name, value)| Some((name, value.chars().next()?))).collect()
});

/// Whether browsers take this name without its semicolon: the names of Latin-1 and of markup's own signs.
pub(super) fn is_legacy(name: &str, c: char) -> bool {
    matches!(name, "amp" | "lt" | "gt" | "quot" | "AMP" | "LT" | "GT" | "QUOT")
        || (matches!(c, '\u{a0}'..='\u{ff}') && name != "NonBreakingSpace")
}
