//! A week by day and hour: the darker, the more people.

use super::{MUTED, RULE, draw, number, pixel, text};
use plotters::prelude::*;

const SIZE: (u32, u32) = (1480, 290);
const LEFT: i32 = 180;
const TOP: i32 = 8;
const BOTTOM: i32 = 52;
const TEXT: i32 = 33;

/// A shade from light to dark: 0 is nearly white, 1 the darkest.
pub(super) fn shade(share: f64) -> RGBColor {
    let mix = |light: u8, dark: u8| {
        let mixed = f64::from(light) + (f64::from(dark) - f64::from(light)) * share.clamp(0.0, 1.0);
        u8::try_from(pixel(mixed)).unwrap_or(u8::MAX)
    };
    RGBColor(mix(0xF1, 0x5A), mix(0xE7, 0x2A), mix(0xDC, 0x18))
}

/// Seven rows of 24 hours with the names of days before them and of hours (index and text) below.
#[must_use]
pub fn heat(counts: &[[u32; 24]; 7], days: &[String], hours: &[(usize, String)]) -> String {
    let most = counts.iter().flatten().copied().max().unwrap_or(0).max(1);
    let (width, height) = (pixel(f64::from(SIZE.0)) - LEFT, pixel(f64::from(SIZE.1)) - TOP - BOTTOM);
    let x = |hour: usize| LEFT + pixel(f64::from(width) / 24.0 * number(hour));
    let y = |day: usize| TOP + pixel(f64::from(height) / 7.0 * number(day));
    draw(SIZE, |area| {
        for (day, (row, name)) in counts.iter().zip(days).enumerate() {
            area.draw(&Text::new(name.clone(), (LEFT - 18, y(day) + 30), text(TEXT, "end")))?;
            area.draw(&PathElement::new([(LEFT, y(day + 1)), (LEFT + width, y(day + 1))], RULE.stroke_width(1)))?;
            for (hour, count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
                let color = shade(f64::from(*count) / f64::from(most));
                area.draw(&Rectangle::new(
                    [(x(hour) + 2, y(day) + 2), (x(hour + 1) - 2, y(day + 1) - 2)],
                    color.filled(),
                ))?;
            }
        }
        for (hour, label) in hours {
            let anchor = if *hour == 24 { "end" } else { "middle" };
            area.draw(&PathElement::new([(x(*hour), TOP), (x(*hour), TOP + height)], MUTED.stroke_width(1)))?;
            area.draw(&Text::new(label.clone(), (x(*hour), TOP + height + 46), text(TEXT, anchor)))?;
        }
        Ok(())
    })
}
