//! Two measures of the same things against each other, with the straight line that fits best. Many points become squares
//! that are darker where there are more.

use super::plane::{Margins, Plane, Unit, from_zero};
use super::{ACCENT, Drawn, INK, draw, number};
use plotters::prelude::*;
use std::collections::BTreeMap;

/// Points, and the names of their axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Cloud {
    /// Horizontal and vertical.
    pub points: Vec<(f64, f64)>,
    /// The straight line: its height at 0 and its slope; none if there is none to draw.
    pub line: Option<(f64, f64)>,
    /// The end of the horizontal axis.
    pub end: f64,
    /// What is counted along the horizontal axis.
    pub across: String,
    /// What is counted along the vertical one, as shares of 1.
    pub up: String,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// More points than this are counted in squares.
const MOST_POINTS: usize = 1500;
/// Squares along each axis.
const SQUARES: f64 = 48.0;

/// Draws the points; the vertical axis is a share of 1.
#[must_use]
pub fn scatter(cloud: &Cloud) -> String {
    let margins = Margins { top: 56, bottom: 92, left: 110, right: 36 };
    draw(cloud.size, |area| {
        let across = from_zero([cloud.end].into_iter());
        let plane = Plane::new(area, margins, across, 0.0..1.04);
        plane.heights(Unit::Percent, &cloud.up)?;
        plane.widths(Unit::Plain, &cloud.across)?;
        if cloud.points.len() > MOST_POINTS {
            squares(&plane, cloud)?;
        } else {
            points(&plane, cloud)?;
        }
        let Some((height, slope)) = cloud.line else { return Ok(()) };
        let ends = within(cloud, height, slope).map(|x| (x, height + slope * x));
        Ok(plane.area.draw(&PathElement::new(ends, ACCENT.stroke_width(6)))?)
    })
}

/// From where to where a line is drawn: as far as there are points, and as it is a share of 1.
fn within(cloud: &Cloud, height: f64, slope: f64) -> [f64; 2] {
    let xs = || cloud.points.iter().map(|(x, _)| *x);
    let (first, last) = (xs().fold(f64::INFINITY, f64::min), xs().fold(0.0, f64::max));
    if slope.abs() < 1e-12 {
        return [first, last];
    }
    let (at_0, at_1) = (-height / slope, (1.0 - height) / slope);
    [first.max(at_0.min(at_1)), last.min(at_0.max(at_1))]
}

fn points(plane: &Plane<'_>, cloud: &Cloud) -> Drawn {
    for point in &cloud.points {
        plane.area.draw(&Circle::new(*point, 6, INK.stroke_width(2)))?;
    }
    Ok(())
}

fn squares(plane: &Plane<'_>, cloud: &Cloud) -> Drawn {
    let (width, height) = (plane.x.end / SQUARES, plane.y.end / SQUARES);
    let mut counts: BTreeMap<(i32, i32), usize> = BTreeMap::new();
    for (x, y) in &cloud.points {
        *counts.entry((super::pixel((x / width).floor()), super::pixel((y / height).floor()))).or_default() += 1;
    }
    let most = number(counts.values().copied().max().unwrap_or(1));
    for ((column, row), count) in counts {
        let (x, y) = (f64::from(column) * width, f64::from(row) * height);
        let color = super::heat::shade((number(count) / most).sqrt());
        plane.area.draw(&Rectangle::new([(x, y), (x + width, y + height)], color.filled()))?;
    }
    Ok(())
}
