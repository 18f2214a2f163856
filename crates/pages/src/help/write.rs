//! Markdown to HTML. Nothing is handed through: every tag that comes out is written here.

use std::fmt::Write as _;

use maud::Escaper;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::anchor::{self, Anchors};
use super::document::Heading;
use super::pictures::SIZE;
use super::target::{self, Target};
use crate::text::shown;

/// What comes out.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) html: String,
    pub(super) headings: Vec<Heading>,
    pub(super) links: Vec<String>,
}

/// Reads the text of the file at `path`.
pub(super) fn write(path: &str, markdown: &str) -> Written {
    let mut writer = Writer { path, ..Writer::default() };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        writer.event(event);
    }
    writer.done
}

/// Where the words of an inline go.
#[derive(Debug, Default, PartialEq, Eq)]
enum Into {
    #[default]
    Body,
    /// Words of a heading, collected until it ends.
    Heading,
    /// What a picture says to those who do not see it.
    Picture,
}

/// A table under way.
#[derive(Debug, Default)]
struct Table {
    heads: Vec<String>,
    in_head: bool,
    column: usize,
}

#[derive(Debug, Default)]
struct Writer<'a> {
    path: &'a str,
    done: Written,
    anchors: Anchors,
    into: Into,
    words: String,
    picture: Option<&'static str>,
    table: Table,
    /// How each open link ends.
    links: Vec<&'static str>,
    /// Whether the first paragraph is under way, or over.
    lead: Option<bool>,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            // Markup in the Markdown is text like any other; the other kinds are not switched on.
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Code(text) => {
                self.tag("<code>");
                self.text(&text);
                self.tag("</code>");
            }
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.tag("<br>"),
            Event::Rule => self.tag("<hr>"),
            Event::FootnoteReference(text) => self.text(&text),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    /// A tag of the body; inside headings and pictures there are none.
    fn tag(&mut self, html: &str) {
        if self.into == Into::Body {
            self.done.html.push_str(html);
        }
    }

    fn text(&mut self, text: &str) {
        let text = shown(text, usize::MAX);
        if self.into != Into::Body {
            self.words.push_str(&text);
            return;
        }
        escape(&text, &mut self.done.html);
        if self.table.in_head
            && let Some(head) = self.table.heads.last_mut()
        {
            head.push_str(&text);
        }
        if self.lead == Some(true) {
            self.done.lead.push_str(&text.replace('\n', " "));
        }
        if let Some(heading) = self.done.headings.last_mut() {
            heading.text.push_str(&text.replace('\n', " "));
        }
    }

    /// Between two blocks, words of a search must not run together.
    fn space(&mut self) {
        if let Some(heading) = self.done.headings.last_mut()
            && !heading.text.is_empty()
        {
            heading.text.push(' ');
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => {
                self.lead.get_or_insert(true);
                self.tag("<p>");
            }
            Tag::Heading { .. } => self.into = Into::Heading,
            Tag::BlockQuote(_) => self.tag("<blockquote>"),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.tag("<pre class=\"code\" tabindex=\"0\"><code>")
            }
            Tag::HtmlBlock => self.tag("<pre class=\"code\" tabindex=\"0\">"),
            Tag::List(Some(first)) => {
                let start = format!("<ol start=\"{first}\">");
                self.tag(if first == 1 { "<ol>" } else { &start });
            }
            Tag::List(None) => self.tag("<ul>"),
            Tag::Item => self.tag("<li>"),
            Tag::Table(_) => {
                self.table = Table::default();
                let about = self.done.headings.last().map_or(&self.done.title, |heading| &heading.words).clone();
                self.done.html.push_str("<div class=\"table-box\"><table role=\"table\" aria-label=\"");
                escape(&about, &mut self.done.html);
                self.done.html.push_str("\">");
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.tag("<thead role=\"rowgroup\"><tr role=\"row\">");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.tag("<tr role=\"row\">");
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.tag("<em>"),
            Tag::Strong => self.tag("<strong>"),
            Tag::Link { dest_url, .. } => self.link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.done.links.push(dest_url.to_string());
                self.picture = target::picture(self.path, &dest_url);
                (self.into, self.words) = (Into::Picture, String::new());
            }
            // Not switched on.
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                if self.lead == Some(true) {
                    self.lead = Some(false);
                }
                self.tag("</p>\n");
            }
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::BlockQuote(_) => self.tag("</blockquote>\n"),
            TagEnd::CodeBlock => self.tag("</code></pre>\n"),
            TagEnd::HtmlBlock => self.tag("</pre>\n"),
            TagEnd::List(ordered) => self.tag(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.tag("</li>\n"),
            TagEnd::Table => self.tag("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.table.in_head = false;
                self.tag("</tr></thead><tbody role=\"rowgroup\">");
            }
            TagEnd::TableRow => self.tag("</tr>\n"),
            TagEnd::TableCell => self.tag(if self.table.in_head { "</th>" } else { "</td>" }),
            TagEnd::Emphasis => self.tag("</em>"),
            TagEnd::Strong => self.tag("</strong>"),
            TagEnd::Link => {
                let close = self.links.pop().unwrap_or_default();
                self.tag(close);
            }
            TagEnd::Image => self.image(),
            TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
        if matches!(tag, TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::Item | TagEnd::TableCell) {
            self.space();
        }
    }

    /// The first of the highest level is the title of the page; the others are headings of it.
    fn heading(&mut self, level: HeadingLevel) {
        self.into = Into::Body;
        let words = std::mem::take(&mut self.words);
        let anchor = self.anchors.name(&words);
        if level == HeadingLevel::H1 && self.done.title.is_empty() {
            self.done.title = words;
            return;
        }
        let level = (level as u8).clamp(2, 4);
        let _ = write!(self.done.html, "<h{level} id=\"");
        escape(&anchor::id(&anchor), &mut self.done.html);
        self.done.html.push_str("\">");
        escape(&words, &mut self.done.html);
        let _ = writeln!(self.done.html, "</h{level}>");
        self.done.headings.push(Heading { level, anchor, words, text: String::new() });
    }

    /// Cells carry the words of their column: on a phone a row becomes a card.
    fn cell(&mut self) {
        if self.table.in_head {
            self.table.heads.push(String::new());
            self.tag("<th role=\"columnheader\" scope=\"col\">");
            return;
        }
        let label = self.table.heads.get(self.table.column).cloned().unwrap_or_default();
        let class = if self.table.column == 0 { " class=\"row-head\"" } else { "" };
        self.table.column += 1;
        let _ = write!(self.done.html, "<td role=\"cell\"{class} data-label=\"");
        escape(&label, &mut self.done.html);
        self.done.html.push_str("\">");
    }

    fn link(&mut self, link: &str) {
        self.done.links.push(link.to_owned());
        let (start, href, end) = match target::of(self.path, link) {
            Target::Ours(href) => ("<a href=\"", href, "</a>"),
            Target::Theirs(href) => ("<a rel=\"noreferrer\" href=\"", href, "</a>"),
            Target::Nothing => {
                self.links.push("");
                return;
            }
        };
        self.links.push(end);
        if self.into == Into::Body {
            self.done.html.push_str(start);
            escape(&href, &mut self.done.html);
            self.done.html.push_str("\">");
        }
    }

    /// A picture, or its words where there is none.
    fn image(&mut self) {
        self.into = Into::Body;
        let words = std::mem::take(&mut self.words);
        let Some(path) = self.picture.take() else {
            self.text(&words);
            return;
        };
        let (width, height) = SIZE;
        let _ = write!(
            self.done.html,
            "<img class=\"picture\" loading=\"lazy\" width=\"{width}\" height=\"{height}\" src=\"{path}\" alt=\""
        );
        escape(&words, &mut self.done.html);
        self.done.html.push_str("\">");
    }
}

fn escape(text: &str, out: &mut String) {
    // Writing into a String cannot fail.
    let _ = Escaper::new(out).write_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_as_text() {
        let html = write("docs/X.md", "# T\n\n<script>alert(1)</script>\n\na <b onclick=x>b</b> [c](javascript:alert(1))\n").html;
        assert!(!html.contains("<script") && !html.contains("<b ") && !html.contains("href"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && html.contains("&lt;b onclick=x&gt;"), "{html}");
    }

    #[test]
    fn title_lead_and_headings_are_taken_out() {
        let written = write(
            "docs/X.md",
            "# The *title*\n\nFirst `words`\nof it.\n\nMore.\n\n## A part\n\nBelow.\n\n### A part\n\n- deep\n- er\n",
        );
        assert_eq!((written.title.as_str(), written.lead.as_str()), ("The title", "First words of it."));
        let headings: Vec<_> = written.headings.iter().map(|h| (h.level, h.anchor.as_str(), h.text.as_str())).collect();
        assert_eq!(headings, [(2, "a-part", "Below. "), (3, "a-part-1", "deep er ")]);
        assert!(written.html.contains("<h3 id=\"at-a-part-1\">A part</h3>"), "{}", written.html);
    }

    #[test]
    fn cells_know_their_columns_and_pictures_that_are_not_there_their_words() {
        let html = write("docs/X.md", "| a \"b\" | c |\n|---|--:|\n| 1 | ![a view](pictures/none.webp) |\n").html;
        assert!(html.contains("<td role=\"cell\" class=\"row-head\" data-label=\"a &quot;b&quot;\">1</td>"), "{html}");
        assert!(html.contains("<td role=\"cell\" data-label=\"c\">a view</td>"), "{html}");
    }
}
