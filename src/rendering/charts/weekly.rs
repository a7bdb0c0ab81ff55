//! The charts of weekly reports. Colour is never the only carrier: this week is also the last and the largest.

use super::{ACCENT, Area, Drawn, INK, RULE, SOFT, draw, number, pixel, text};
use plotters::prelude::*;

/// Two charts side by side on a teacher's page: three pixels a point.
const HALF_PAGE: (u32, u32) = (738, 369);
/// The chart of a family's page.
const FULL_PAGE: (u32, u32) = (1440, 560);

/// Sizes of text; plotters writes four fifths of them into the SVG.
const HALF_TEXT: i32 = 33;
const FULL_TEXT: i32 = 38;

/// A value for each week, with the labels of some weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// A value for each week; none where there is nothing to tell.
    pub values: Vec<Option<f64>>,
    /// Index of a week and what stands below it.
    pub labels: Vec<(usize, String)>,
}

/// Bars from zero, one a week; the last one dark.
#[must_use]
pub fn bars(series: &Series) -> String {
    draw(HALF_PAGE, |area| {
        let top = ceiling(series.values.iter().flatten().copied().fold(1.0, f64::max));
        let frame = Frame::new(series, 0.0..top, 74, 6);
        frame.guides(area, HALF_PAGE, &[(0.0, "0".to_string()), (top, format!("{top:.0}"))], HALF_TEXT)?;
        let last = series.values.len().saturating_sub(1);
        for (week, value) in series.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let color = if week == last { ACCENT } else { SOFT };
            let (left, right) = (frame.x(HALF_PAGE, number(week) - 0.34), frame.x(HALF_PAGE, number(week) + 0.34));
            let corners = [(left, frame.y(HALF_PAGE, *value)), (right, frame.y(HALF_PAGE, 0.0))];
            area.draw(&Rectangle::new(corners, color.filled()))?;
        }
        frame.weeks(area, HALF_PAGE, series, HALF_TEXT)
    })
}

/// A line on the scale of scores, 0 to 100; the last point large.
#[must_use]
pub fn scores(series: &Series) -> String {
    draw(HALF_PAGE, |area| {
        let frame = Frame::new(series, 0.0..100.0, 74, 6);
        let guides = [0.0, 50.0, 100.0].map(|level| (level, format!("{level:.0}")));
        frame.guides(area, HALF_PAGE, &guides, HALF_TEXT)?;
        frame.line(area, HALF_PAGE, series, 5)?;
        frame.weeks(area, HALF_PAGE, series, HALF_TEXT)
    })
}

/// A student's own weeks around their own usual: three words instead of numbers.
#[must_use]
pub fn own_weeks(series: &Series, usual: f64, words: [String; 3]) -> String {
    draw(FULL_PAGE, |area| {
        let farthest = series.values.iter().flatten().map(|value| (value - usual).abs()).fold(10.0, f64::max);
        let frame = Frame::new(series, usual - farthest * 1.25..usual + farthest * 1.25, 330, 40);
        let [less, same, more] = words;
        let guides = [(usual - farthest, less), (usual, same), (usual + farthest, more)];
        frame.guides(area, FULL_PAGE, &guides, FULL_TEXT)?;
        frame.line(area, FULL_PAGE, series, 7)?;
        frame.weeks(area, FULL_PAGE, series, FULL_TEXT)
    })
}

/// Where values stand in the picture.
struct Frame {
    weeks: f64,
    range: std::ops::Range<f64>,
    left: i32,
    right: i32,
}

impl Frame {
    fn new(series: &Series, range: std::ops::Range<f64>, left: i32, right: i32) -> Self {
        Self { weeks: number(series.values.len().max(1)), range, left, right }
    }

    fn x(&self, size: (u32, u32), week: f64) -> i32 {
        let width = f64::from(size.0) - f64::from(self.left + self.right);
        self.left + pixel((week + 0.5) / self.weeks * width)
    }

    fn y(&self, size: (u32, u32), value: f64) -> i32 {
        let height = f64::from(size.1) - 74.0;
        let share = (value - self.range.start) / (self.range.end - self.range.start);
        26 + pixel((1.0 - share) * height)
    }

    fn guides(&self, area: &Area<'_>, size: (u32, u32), levels: &[(f64, String)], points: i32) -> Drawn {
        let right = i32::try_from(size.0)? - self.right;
        for (level, label) in levels {
            let y = self.y(size, *level);
            area.draw(&PathElement::new([(self.left, y), (right, y)], RULE.stroke_width(2)))?;
            area.draw(&Text::new(label.clone(), (self.left - 14, y + points / 3), text(points, "end")))?;
        }
        Ok(())
    }

    fn line(&self, area: &Area<'_>, size: (u32, u32), series: &Series, width: u32) -> Drawn {
        let known = series.values.iter().enumerate();
        let points =
            known.filter_map(|(week, value)| Some((week, (self.x(size, number(week)), self.y(size, (*value)?)))));
        let points: Vec<(usize, (i32, i32))> = points.collect();
        for stretch in points.chunk_by(|a, b| a.0 + 1 == b.0) {
            let path: Vec<(i32, i32)> = stretch.iter().map(|(_, point)| *point).collect();
            area.draw(&PathElement::new(path, INK.stroke_width(width)))?;
        }
        let last = series.values.len().saturating_sub(1);
        for (week, point) in points {
            let (radius, color) = if week == last { (width * 5 / 2, ACCENT) } else { (width + 1, INK) };
            area.draw(&Circle::new(point, radius, color.filled()))?;
        }
        Ok(())
    }

    fn weeks(&self, area: &Area<'_>, size: (u32, u32), series: &Series, points: i32) -> Drawn {
        let bottom = i32::try_from(size.1)? - 10;
        for (week, label) in &series.labels {
            let anchor = match *week {
                0 => "start",
                week if week + 1 == series.values.len() => "end",
                _ => "middle",
            };
            let middle = self.x(size, number(*week));
            let half = ((self.x(size, 1.0) - self.x(size, 0.0)) / 2).min(60);
            let x = match anchor {
                "start" => middle - half,
                "end" => middle + half,
                _ => middle,
            };
            area.draw(&Text::new(label.clone(), (x, bottom), text(points, anchor)))?;
        }
        Ok(())
    }
}

/// The next round number at or above a value: one of ten steps of a power of ten.
fn ceiling(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .map(|step| step * power)
        .into_iter()
        .find(|top| *top >= value)
        .unwrap_or(value)
}
