"""A still of an animation's page, by headless Chromium: `python still.py PAGE.html OUT.png FRAME`.

Its plan alone, without the line of controls. Chromium is looked for by its usual names.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SHOW = """<script>addEventListener("load", function () {{ setTimeout(function () {{
  var plot = document.getElementById("animation");
  Plotly.animate(plot, [plot._transitionData._frames[{frame}].name],
    {{mode: "immediate", frame: {{duration: 0, redraw: false}}, transition: {{duration: 0}}}});
}}, 300); }});</script></body>"""


def still(page: Path, out: Path, frame: int, size: str = "1170,600") -> None:
    """Show one frame of a page, and write what is seen of it."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        sys.exit(f"a still needs a browser: {', '.join(NAMES)}")
    text = page.read_text(encoding="utf-8").replace("</body>", SHOW.format(frame=frame))
    with tempfile.TemporaryDirectory() as folder:
        shown = Path(folder) / "page.html"
        shown.write_text(text, encoding="utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-background-networking", "--virtual-time-budget=8000",
            f"--window-size={size}", f"--screenshot={out}", shown.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    still(Path(sys.argv[1]), Path(sys.argv[2]).absolute(), int(sys.argv[3]))
