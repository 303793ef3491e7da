"""A page as a browser would take it: what it asks for, what is open, what can be read."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input", "path", "use", "rect"}
ASKING = ("src", "href", "xlink:href", "data", "poster", "action")


class Page(HTMLParser):
    """Reads a page: `ids` in order, `tags`, `pictures` by their words, `outside`, `unclosed`."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.html, self.ids, self.tags = html, [], set()
        self.pictures, self.outside, self.unclosed = [], [], []
        self._said = []
        self.feed(html)
        self.text = " ".join("".join(self._said).split())

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag not in VOID:
            self.unclosed.append(tag)
        self._look_at(tag, dict(attributes))

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)
        self._look_at(tag, dict(attributes))

    def handle_endtag(self, tag):
        if self.unclosed and self.unclosed[-1] == tag:
            self.unclosed.pop()
        elif tag not in VOID:
            self.unclosed.append(f"/{tag}")

    def handle_data(self, data):
        if "style" not in self.unclosed:
            self._said.append(data)

    def _look_at(self, tag, attributes):
        inside_svg = "svg" in self.unclosed[:-1]
        if "id" in attributes and not inside_svg:
            self.ids.append(attributes["id"])
        if tag in ("img", "svg") and not inside_svg:
            self.pictures.append(attributes.get("alt") or attributes.get("aria-label"))
        for name in ASKING:
            value = attributes.get(name) or "#"
            if not value.startswith(("#", "data:")):
                self.outside.append(value)
