//! Charts, drawn by plotters as SVG. Few labels and opaque colours: text costs layout, and opacity costs a transparency
//! object each. Lengths are pixels, three to a point on the page.

mod bars;
mod heat;
mod periods;
mod plane;
mod scatter;
mod weekly;

pub use bars::{Bar, Dots, Mark, Stack, dots, ranking, stacks};
pub use heat::heat;
pub use periods::{Columns, Line, begins_above_zero, columns, lines};
pub use plane::Unit;
pub use scatter::{Cloud, scatter};
pub use weekly::{Series, bars, own_weeks, scores};

use super::fonts::CHART_FAMILY;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const INK: RGBColor = RGBColor(0x2B, 0x29, 0x25);
const MUTED: RGBColor = RGBColor(0x69, 0x63, 0x5A);
const RULE: RGBColor = RGBColor(0xD9, 0xD2, 0xC5);
const ACCENT: RGBColor = RGBColor(0x8C, 0x4F, 0x36);
const SOFT: RGBColor = RGBColor(0xCD, 0xB9, 0xA6);

/// Colours of series that stand beside each other: also apart in grey, and to most colour-blind eyes.
const SERIES: [RGBColor; 6] = [
    INK,
    RGBColor(0xB5, 0x62, 0x3C),
    RGBColor(0x3F, 0x7A, 0x80),
    RGBColor(0xD1, 0xA2, 0x4A),
    RGBColor(0x84, 0x6C, 0x9C),
    RGBColor(0x9A, 0xAF, 0x7A),
];

/// How many series a chart can show apart.
pub const MOST_SERIES: usize = SERIES.len();

type Drawn = Result<(), Box<dyn Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws on an SVG of a size. Drawing into memory fails only where plotters has a bug; then the chart stays empty.
fn draw(size: (u32, u32), paint: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let drawn = paint(&area).and_then(|()| Ok(area.present()?));
        debug_assert!(drawn.is_ok(), "{drawn:?}");
    }
    svg
}

/// Text style; plotters knows where a text is anchored by its position. It writes four fifths of the size into the SVG.
fn text(points: i32, anchor: &str) -> TextStyle<'static> {
    use plotters::style::text_anchor::{HPos, Pos, VPos};
    let horizontal = match anchor {
        "start" => HPos::Left,
        "end" => HPos::Right,
        _ => HPos::Center,
    };
    TextStyle::from((CHART_FAMILY, points).into_font()).color(&MUTED).pos(Pos::new(horizontal, VPos::Bottom))
}

/// A count as a coordinate.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_possible_truncation, reason = "a picture is far smaller than 2^31 pixels")]
fn pixel(place: f64) -> i32 {
    place.round() as i32
}

/// A name as it can be drawn: composed, and without the marks above and below letters that are left then (vowels of Hebrew
/// and Arabic), for which text in pictures has no glyphs of its own.
fn drawable(name: &str) -> String {
    name.nfc().filter(|letter| !is_combining_mark(*letter)).collect()
}

/// The width of a text in pixels; the measuring font has no Chinese, Japanese or Korean letters, which are square.
fn width(name: &str, points: i32) -> u32 {
    let (square, other): (String, String) = name.chars().partition(|letter| *letter >= '\u{2e80}');
    // The measure takes the height of a line for the size of the font, which in Noto Sans is 1.36 of it.
    let measured =
        (CHART_FAMILY, f64::from(points) * 0.8 * 1.36).into_font().box_size(&other).map_or(0, |(width, _)| width);
    let squares = u32::try_from(square.chars().count()).unwrap_or(u32::MAX);
    measured.saturating_add(squares.saturating_mul(u32::try_from(points * 4 / 5).unwrap_or(0)))
}

/// A name that is at most so many pixels wide. What is too long loses its middle: names often begin alike.
fn fit(name: &str, pixels: u32, points: i32) -> String {
    let name = drawable(name);
    let letters: Vec<char> = name.chars().collect();
    let shortened = |kept: usize| {
        let (head, tail) = (kept - kept / 3, kept / 3);
        let part = |letters: &[char]| letters.iter().collect::<String>();
        part(&letters[..head]).trim_end().to_string() + "…" + part(&letters[letters.len() - tail..]).trim_start()
    };
    if width(&name, points) <= pixels {
        return name;
    }
    // The more letters, the wider: the most that fit are found by halving.
    let (mut fitting, mut too_many) = (0, letters.len());
    while too_many - fitting > 1 {
        let kept = usize::midpoint(fitting, too_many);
        let fits = width(&shortened(kept), points) <= pixels;
        *(if fits { &mut fitting } else { &mut too_many }) = kept;
    }
    shortened(fitting)
}
