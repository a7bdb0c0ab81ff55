//! The fonts that come with the program, and what they can show.
//!
//! typst refuses a document with a character that no font has, so every text from data is looked at before.

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

const REGULAR: &[u8] = include_bytes!("../../templates/fonts/NotoSans-Regular.ttf");
const EMBEDDED: [&[u8]; 6] = [
    REGULAR,
    include_bytes!("../../templates/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../templates/fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../templates/fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("../../templates/fonts/DroidSansFallbackFull.ttf"),
    include_bytes!("../../templates/fonts/NotoSansMath-Regular.ttf"),
];

/// The family of formulas; no text is set in it.
const MATH_FAMILY: &str = "Noto Sans Math";

/// The family that charts name; typst falls back from it as in text.
pub const CHART_FAMILY: &str = "Noto Sans";

/// All fonts, loaded once.
#[derive(Debug)]
pub struct Fonts {
    /// What typst chooses from.
    pub book: LazyHash<FontBook>,
    /// The fonts, in the book's order.
    pub fonts: Vec<Font>,
}

impl Fonts {
    /// Loads the embedded fonts, and tells plotters of the one that it measures text with.
    #[must_use]
    pub fn load() -> Self {
        let fonts: Vec<Font> = EMBEDDED.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes))).collect();
        // A second registration of the same font is refused, which changes nothing.
        let _ = plotters::style::register_font(CHART_FAMILY, plotters::style::FontStyle::Normal, REGULAR);
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    /// Whether some font has every character of a text.
    #[must_use]
    pub fn cover(&self, text: &str) -> bool {
        let of_text = || self.fonts.iter().filter(|font| font.info().family != MATH_FAMILY);
        text.chars().all(|letter| letter == ' ' || of_text().any(|font| font.info().coverage.contains(letter.into())))
    }
}
