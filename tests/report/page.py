"""A page of a report, read as a browser reads it."""

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "br", "img"})


class Page(HTMLParser):
    """Ids, links, tags and texts; `unclosed` has what is not nested as it should be."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags, self.languages = [], [], [], []
        self.attributes, self.texts, self.unclosed, self._open = set(), [], [], []
        self.feed(text)
        self.unclosed += self._open

    def handle_starttag(self, tag, attributes):
        self._note(tag, dict(attributes))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self._note(tag, dict(attributes))

    def _note(self, tag, found):
        self.tags.append(tag)
        self.texts.append(" ")
        self.attributes |= set(found)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []
        self.languages += [found["lang"]] if "lang" in found else []

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, data):
        if self._open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self):
        """Return all text, blanks as one."""
        return " ".join("".join(self.texts).split())


def read(path):
    """Return the page of a file."""
    return Page(path.read_text("utf-8"))
