//! The plane that a figure of the study is drawn on: two axes, guides, labels, a legend.

use super::{Area, Drawn, INK, MUTED, RULE, SERIES, fit, number, pixel, text};
use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use std::ops::Range;

/// Size of text on an axis: 7.5 points on the page.
pub(super) const TEXT: i32 = 28;

/// What an axis counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Numbers as they are.
    Plain,
    /// Shares of 1, shown as percent.
    Percent,
}

impl Unit {
    /// A value on an axis whose guides are `step` apart.
    fn label(self, value: f64, step: f64) -> String {
        let (value, step) = match self {
            Self::Plain => (value, step),
            Self::Percent => (value * 100.0, step * 100.0),
        };
        // Just above a power of ten is still that power.
        let decimals = usize::try_from(-pixel((step * 1.0001).log10().floor()).min(0)).unwrap_or_default();
        let digits = format!("{:.decimals$}", value.abs());
        let is_zero = digits.chars().all(|letter| matches!(letter, '0' | '.'));
        let shown = if value < 0.0 && !is_zero { format!("–{digits}") } else { digits };
        if self == Self::Percent { shown + " %" } else { shown }
    }
}

/// White around the plane, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margins {
    pub(super) top: u32,
    pub(super) bottom: u32,
    pub(super) left: u32,
    pub(super) right: u32,
}

type Coordinates = Cartesian2d<RangedCoordf64, RangedCoordf64>;

/// A plane in the units of its axes.
pub(super) struct Plane<'a> {
    pub(super) area: DrawingArea<SVGBackend<'a>, Coordinates>,
    pub(super) x: Range<f64>,
    pub(super) y: Range<f64>,
}

impl<'a> Plane<'a> {
    pub(super) fn new(area: &Area<'a>, margins: Margins, x: Range<f64>, y: Range<f64>) -> Self {
        let inner = area.margin(margins.top, margins.bottom, margins.left, margins.right);
        let (across, down) = inner.get_pixel_range();
        let coordinates = Coordinates::new(x.clone(), y.clone(), (across, down.end - 1..down.start));
        Self { area: inner.apply_coord_spec(coordinates), x, y }
    }

    /// A text beside a point of the plane.
    pub(super) fn label(&self, at: (f64, f64), by: (i32, i32), anchor: &str, label: &str) -> Drawn {
        Ok(self.area.draw(&(EmptyElement::at(at) + Text::new(label.to_string(), by, text(TEXT, anchor))))?)
    }

    /// Horizontal guides at round values, with their labels, and the axis' name above them.
    pub(super) fn heights(&self, unit: Unit, name: &str) -> Drawn {
        let guides = round_values(&self.y, 5);
        let step = guides.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        for height in &guides {
            let ends = [(self.x.start, *height), (self.x.end, *height)];
            self.area.draw(&PathElement::new(ends, RULE.stroke_width(2)))?;
            self.label((self.x.start, *height), (-14, TEXT / 3), "end", &unit.label(*height, step))?;
        }
        self.label((self.x.start, self.y.end), (-80, -22), "start", name)
    }

    /// Vertical guides at round values, with their labels below, and the axis' name under them.
    pub(super) fn widths(&self, unit: Unit, name: &str) -> Drawn {
        let span = self.area.get_pixel_range().0;
        let guides = round_values(&self.x, usize::try_from((span.end - span.start) / 90)?.clamp(3, 6));
        let step = guides.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        for width in &guides {
            let ends = [(*width, self.y.start), (*width, self.y.end)];
            self.area.draw(&PathElement::new(ends, RULE.stroke_width(2)))?;
            self.label((*width, self.y.start), (0, 38), "middle", &unit.label(*width, step))?;
        }
        self.label((self.x.end, self.y.start), (0, 76), "end", name)
    }

    /// Labels of some places along the horizontal axis, and a line below all.
    pub(super) fn places(&self, labels: &[(usize, String)]) -> Drawn {
        let ends = [(self.x.start, self.y.start), (self.x.end, self.y.start)];
        self.area.draw(&PathElement::new(ends, MUTED.stroke_width(2)))?;
        for (place, label) in labels {
            self.label((number(*place) + 0.5, self.y.start), (0, 38), "middle", label)?;
        }
        Ok(())
    }

    /// The names of series in their colours, above the plane.
    pub(super) fn legend(&self, names: &[String]) -> Drawn {
        if names.len() < 2 {
            return Ok(());
        }
        let span = self.area.get_pixel_range().0;
        let step = (span.end - span.start) / i32::try_from(names.len())?;
        for (index, (name, color)) in names.iter().zip(SERIES).enumerate() {
            let x = i32::try_from(index)? * step;
            let swatch = Rectangle::new([(x, -78), (x + 26, -58)], color.filled());
            let name = Text::new(fit(name, u32::try_from(step - 56)?, TEXT), (x + 38, -54), text(TEXT, "start"));
            self.area.draw(&(EmptyElement::at((self.x.start, self.y.end)) + swatch + name))?;
        }
        Ok(())
    }

    /// A line from bottom to top, where a value means something.
    pub(super) fn mark_width(&self, width: f64) -> Drawn {
        let ends = [(width, self.y.start), (width, self.y.end)];
        Ok(self.area.draw(&PathElement::new(ends, INK.stroke_width(3)))?)
    }
}

/// Round values within a range, at most so many.
fn round_values(range: &Range<f64>, most: usize) -> Vec<f64> {
    RangedCoordf64::from(range.clone()).key_points(most)
}

/// The range from 0 to a little above the largest value, so that bars and lines do not touch the top.
pub(super) fn from_zero(values: impl Iterator<Item = f64>) -> Range<f64> {
    let top = values.fold(0.0, f64::max);
    0.0..if top > 0.0 { top * 1.08 } else { 1.0 }
}
