"""How Sphinx builds the pages (`make docs`); what is made from the code is in docs/_ext."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))
os.environ["PYTHONPATH"] = str(HERE / "_ext")  # for the kernel that runs the tutorial

import sim  # noqa: E402  (the extensions' folder comes first)

project = "ketasim"
author = "The ketasim developers"
copyright = "The ketasim developers, MIT licence"
version = release = sim.__version__
language = "en-GB"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "ketasim_pages",
]
exclude_patterns = ["_build", "_ext", "images", "gallery", "**/*.ipynb", "**/*.py", "**/*.json"]
exclude_patterns += ["**/*.zip", "**/*.md5", "**/sg_execution_times.rst", "sg_execution_times.rst"]
smartquotes = False  # an option begins with two hyphens
default_role = "code"  # docstrings have single backticks, as Markdown has

# Markdown, as GitHub shows it: headings can be linked, and the tutorial alone is run.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
nb_execution_mode = "off"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # nothing is loaded from elsewhere

autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_type_aliases = {name: name for name in ("style.Panels", "Floats", "Ints", "Bools")}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 72

GROUPS = ("policies", "people", "clinic", "planning", "economics", "doses", "evidence")
sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "figures",
    "filename_pattern": r"/plot_",
    "image_scrapers": ("figure_scraper.drawn",),
    "reset_modules": (),
    "subsection_order": [f"gallery/{group}" for group in GROUPS],
    "within_subsection_order": "FileNameSortKey",
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
    "plot_gallery": "True",
    "abort_on_example_error": True,
    "min_reported_time": 60,
    "thumbnail_size": (400, 280),
    "copyfile_regex": "",
}

html_theme = "pydata_sphinx_theme"
html_title = f"ketasim {release}"
html_static_path = ["_static"]
html_css_files = ["ketasim.css"]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {
        "image_light": "_static/logo.svg",
        "image_dark": "_static/logo.svg",
        "alt_text": "ketasim",
        "text": f"ketasim {release}",
    },
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    "pygments_light_style": "a11y-light",
    "pygments_dark_style": "a11y-dark",
}
html_sidebars = {"index": [], "changelog": [], "tutorial": []}
