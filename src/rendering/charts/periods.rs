//! What happened by day, week, month or hour: columns beside each other, or lines.

use super::plane::{Margins, Plane, Unit, from_zero};
use super::{Drawn, SERIES, SOFT, draw, number};
use plotters::prelude::*;
use std::ops::Range;

/// One series: a name and a value for each period; none where there is nothing to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What the legend says.
    pub name: String,
    /// By period.
    pub values: Vec<Option<f64>>,
}

/// Series over the same periods.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// What is counted, above the axis.
    pub axis: String,
    /// What the axis counts in.
    pub unit: Unit,
    /// Index of a period and what stands below it.
    pub labels: Vec<(usize, String)>,
    /// At most [`super::MOST_SERIES`].
    pub series: Vec<Line>,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

impl Columns {
    fn periods(&self) -> usize {
        self.series.iter().map(|line| line.values.len()).max().unwrap_or(0).max(1)
    }

    fn known(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|line| line.values.iter().flatten().copied())
    }

    fn margins(&self) -> Margins {
        let legend = if self.series.len() > 1 { 56 } else { 0 };
        Margins { top: 56 + legend, bottom: 50, left: 96, right: 30 }
    }

    fn draw(&self, heights: Range<f64>, paint: impl FnOnce(&Plane<'_>) -> Drawn) -> String {
        draw(self.size, |area| {
            let plane = Plane::new(area, self.margins(), 0.0..number(self.periods()), heights);
            plane.heights(self.unit, &self.axis)?;
            plane.legend(&self.series.iter().map(|line| line.name.clone()).collect::<Vec<_>>())?;
            paint(&plane)?;
            plane.places(&self.labels)
        })
    }
}

/// Columns from zero, those of one period beside each other.
#[must_use]
pub fn columns(chart: &Columns) -> String {
    let width = 0.76 / number(chart.series.len().max(1));
    chart.draw(from_zero(chart.known()), |plane| {
        let colors = if chart.series.len() == 1 { &[SOFT][..] } else { &SERIES };
        for ((index, line), color) in chart.series.iter().enumerate().zip(colors) {
            for (period, value) in line.values.iter().enumerate() {
                let Some(value) = value.filter(|value| *value > 0.0) else { continue };
                let left = number(period) + 0.12 + width * number(index);
                plane.area.draw(&Rectangle::new([(left, 0.0), (left + width, value)], color.filled()))?;
            }
        }
        Ok(())
    })
}

/// Lines with a gap where there is no value; a value without neighbours is a dot. Shares are drawn around their own range,
/// all else from zero.
#[must_use]
pub fn lines(chart: &Columns) -> String {
    let heights = if chart.unit == Unit::Percent { around(chart.known()) } else { from_zero(chart.known()) };
    let many = chart.periods() > 40;
    chart.draw(heights, |plane| {
        for (line, color) in chart.series.iter().zip(SERIES) {
            let points = line.values.iter().enumerate();
            let points = points.filter_map(|(period, value)| Some((period, (number(period) + 0.5, (*value)?))));
            let points: Vec<(usize, (f64, f64))> = points.collect();
            for stretch in points.chunk_by(|a, b| a.0 + 1 == b.0) {
                let path: Vec<(f64, f64)> = stretch.iter().map(|(_, point)| *point).collect();
                for point in path.iter().filter(|_| !many || path.len() == 1) {
                    plane.area.draw(&Circle::new(*point, 8, color.filled()))?;
                }
                plane.area.draw(&PathElement::new(path, color.stroke_width(4)))?;
            }
        }
        Ok(())
    })
}

/// Whether the axis of shares begins above 0.
#[must_use]
pub fn begins_above_zero(chart: &Columns) -> bool {
    around(chart.known()).start > 0.0
}

/// A little more than the range of values, within 0 to 1.
fn around(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return 0.0..1.0;
    }
    let margin = ((high - low) * 0.12).max(0.02);
    (low - margin).max(0.0)..(high + margin).min(1.0)
}
