"""Sphinx configuration: MyST pages, the Furo theme, no network at build time."""

from importlib.metadata import version as installed_version

project = "Evenhand"
author = "The Evenhand authors"
copyright = "The Evenhand authors, Apache License 2.0"
release = version = installed_version("evenhand")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Evenhand {release}"
nitpicky = True
