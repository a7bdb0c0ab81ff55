//! Markdown on lines of one width.
//!
//! Comments are wrapped where the code needs it, and the page on config.yaml puts other words before them.

const WIDTH: usize = 120;

/// Markdown with lines of one width, indented. Examples and tables stay as they are.
pub fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut is_example = false;
    for line in text.lines() {
        let is_fence = line.starts_with("```");
        let stays = is_example || is_fence || line.is_empty() || line.starts_with('|');
        let is_item = line.starts_with("- ");
        is_example ^= is_fence;
        match &mut open {
            Some((_, paragraph)) if !stays && !is_item => {
                paragraph.push(' ');
                paragraph.push_str(line.trim());
                continue;
            }
            _ => lines.extend(open.take().into_iter().flat_map(|(hang, text)| fold(&text, indent, hang))),
        }
        if stays {
            lines.push(if line.is_empty() { String::new() } else { format!("{:indent$}{line}", "") });
        } else {
            open = Some((if is_item { 2 } else { 0 }, line.to_string()));
        }
    }
    lines.extend(open.into_iter().flat_map(|(hang, text)| fold(&text, indent, hang)));
    lines.into_iter().map(|line| line + "\n").collect()
}

/// One paragraph on lines of one width, all but the first hanging; what stands in backticks is not torn apart.
fn fold(text: &str, indent: usize, hang: usize) -> Vec<String> {
    let mut is_code = false;
    let words = text.split(|c: char| {
        is_code ^= c == '`';
        c == ' ' && !is_code
    });
    let mut lines = Vec::new();
    let mut line = " ".repeat(indent);
    let mut is_begun = false;
    for word in words.filter(|word| !word.is_empty()) {
        if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent + hang)));
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines.push(line);
    lines
}
