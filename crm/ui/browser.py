"""What only the browser can do: keep the theme for every page, speak a language, sign out and in, open a page
before the app in the same tab, print.

Streamlit keeps the chosen theme in the browser by page address; this copies the person's choice to
all of them, and reloads the page once when that changes how it looks.
"""

import streamlit as st

THEMES = {None: "System", "light": "Light", "dark": "Dark"}
"""The names that Streamlit gives to the themes that we keep."""

_SCRIPT = """
export default function ({ data }) {
  document.documentElement.lang = data.language
  if (data.leaves) {
    fetch("/session/logout", { method: "POST" }).finally(() => window.location.assign("/login"))
    return
  }
  const key = path => `stActiveTheme-${path}-v2`
  const before = localStorage.getItem(key(window.location.pathname)) ?? JSON.stringify("System")
  const wanted = JSON.stringify(data.theme)
  data.paths.forEach(path => localStorage.setItem(key(path), wanted))
  if (before !== wanted) window.location.reload()
}
"""

_LINK = """
export default function ({ data, parentElement }) {
  const link = parentElement.querySelector("a")
  link.textContent = data.label
  link.href = data.address
}
"""

_LINK_STYLE = """
a {
  color: var(--st-link-color);
  font-family: var(--st-font);
  font-size: var(--st-base-font-size);
}
"""

_PRINT = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.onclick = () => window.print()
}
"""

_PRINT_STYLE = """
button {
  color: var(--st-text-color);
  background: transparent;
  border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius);
  padding: 0.35rem 0.75rem;
  font: inherit;
  font-family: var(--st-font);
  font-size: var(--st-base-font-size);
  cursor: pointer;
}
"""

_settle = st.components.v2.component("pintail_browser", js=_SCRIPT)
_link = st.components.v2.component("pintail_link", html="<a></a>", css=_LINK_STYLE, js=_LINK)

_print = st.components.v2.component("pintail_print", html="<button></button>", css=_PRINT_STYLE, js=_PRINT)


def settle(language: str, theme: str | None, paths: list[str], *, leaves: bool = False) -> None:
    """Bring the browser in line with what the person chose; `leaves` signs out and opens the sign-in page."""
    _settle(
        key="browser",
        data={"language": language.replace("_", "-"), "theme": THEMES[theme], "paths": paths, "leaves": leaves},
    )


def link(label: str, address: str, *, key: str) -> None:
    """A link to a page of ours outside the app that opens in the same tab, which links in markdown do not."""
    _link(key=key, data={"label": label, "address": address})


def print_button(label: str, *, key: str) -> None:
    """A button that opens the browser's print dialog."""
    _print(key=key, data={"label": label})
