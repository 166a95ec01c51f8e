"""The icons: drawn for this on a 16 × 16 grid with a 1.5 line, in the colour of the text around them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_CROSS = '<path d="m5.5 5.5 5 5m0-5-5 5"/>'
_RING = '<circle cx="8" cy="8" r="6.25"/>'

DRAWINGS: dict[str, str] = {
    # states
    "hourglass": '<path d="M4 1.75h8M4 14.25h8M5 1.75c0 3.5 3 4.25 3 6.25s-3 2.75-3 6.25m6-12.5c0 3.5-3 4.25-3 6.25'
    's3 2.75 3 6.25"/>',
    "tick": _RING + '<path d="m5.25 8.25 2 2 3.5-4.25"/>',
    "cross": _RING + _CROSS,
    "dot": '<circle class="ring" cx="8" cy="8" r="6.25"/><circle class="solid" cx="8" cy="8" r="3"/>',
    "bar": _RING + '<path d="M5 8h6"/>',
    "line": '<path d="M2.25 8h11.5"/>',
    "queue": _RING + '<path d="M8 4.75V8l2 1.5"/>',
    "pending": '<circle cx="8" cy="8" r="6.25" stroke-dasharray="2.2 2.4"/>',
    "skip": '<path d="M2.5 4.5 6 8l-3.5 3.5M7 4.5 10.5 8 7 11.5M13.25 4.5v7"/>',
    "return": '<path d="M6 3 2.75 6.25 6 9.5M3 6.25h6.5a3.5 3.5 0 0 1 0 7H7"/>',
    "speech": '<path d="M2 3.25h12v8H7.5L4.5 13.75v-2.5H2z"/>',
    "clock-over": '<path d="M14.25 8A6.25 6.25 0 1 1 8 1.75M8 4.75V8l2 1.5M11 1.75l3 3m0-3-3 3"/>',
    # places
    "inbox": '<path d="M1.75 9h3.5l1 2h3.5l1-2h3.5M1.75 9v4.25h12.5V9M1.75 9l2.5-6.25h7.5L14.25 9"/>',
    "agent": '<rect x="2.5" y="5.25" width="11" height="8.5" rx="2"/>'
    '<path d="M8 5.25V2.5M6 2.25h4M6 9v1m4-1v1"/>',
    "run": '<path d="M4.5 2.75 12.5 8l-8 5.25z"/>',
    "bell": '<path d="M3 11.75c1.25-1 1.25-2.25 1.25-4.5a3.75 3.75 0 0 1 7.5 0c0 2.25 0 3.5 1.25 4.5zM6.75 14'
    'h2.5"/>',
    "people": '<circle cx="6" cy="5.25" r="2.5"/><path d="M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M11 3'
    'a2.5 2.5 0 0 1 0 4.75m1.25 2.25c1.5.5 2.25 1.75 2.25 3.5"/>',
    "house": '<path d="M2.75 14V3.25h6.5V14M9.25 6.75h4V14M1.5 14h13M5 6h2M5 8.75h2M5 11.5h2"/>',
    "switch": '<path d="m5 6.25 3-3 3 3m-6 3.5 3 3 3-3"/>',
    "home": '<path d="M2.25 7.25 8 2.25l5.75 5v6.5h-4v-4h-3.5v4h-4z"/>',
    # kinds of steps and things
    "spark": '<path d="M8 1.75 9.5 6.5 14.25 8 9.5 9.5 8 14.25 6.5 9.5 1.75 8 6.5 6.5z"/>',
    "seal": '<circle cx="8" cy="6" r="4.25"/><path d="m6.25 6 1.25 1.25L9.75 4.75M5.5 9.5 4.5 14.25 8 12.5'
    'l3.5 1.75-1-4.75"/>',
    "wrench": '<path d="M13.5 4.75a3.75 3.75 0 0 1-5 4.5L4.25 13.5a1.24 1.24 0 0 1-1.75-1.75L6.75 7.5'
    'a3.75 3.75 0 0 1 4.5-5L9 4.75 11.25 7z"/>',
    "branch": '<circle cx="4" cy="3.5" r="1.75"/><circle cx="4" cy="12.5" r="1.75"/>'
    '<circle cx="12" cy="5" r="1.75"/><path d="M4 5.25v5.5M12 6.75c0 2.25-2 2.5-4 2.75-2.5.25-4 .5-4 1.25"/>',
    "mail": '<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="m2 4.5 6 4.5 6-4.5"/>',
    "shield": '<path d="M8 1.75 13.5 3.75v4c0 3.25-2.25 5.5-5.5 6.5-3.25-1-5.5-3.25-5.5-6.5v-4z"/>',
    "file": '<path d="M3.5 1.75h5.75L12.5 5v9.25h-9zM9 1.75V5.25h3.5"/>',
    "key": '<circle cx="5" cy="11" r="3.25"/><path d="m7.5 8.5 6-6M11 5l2 2"/>',
    "gear": '<circle cx="8" cy="8" r="2.25"/><path d="M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.42 1.42'
    'm6.36 6.36 1.42 1.42m0-9.2-1.42 1.42m-6.36 6.36L3.4 12.6"/>',
    "computer": '<rect x="2.75" y="3" width="10.5" height="7.25" rx="1"/><path d="M1.25 12.75h13.5"/>',
    "phone": '<rect x="4.5" y="1.75" width="7" height="12.5" rx="1.5"/><path d="M7.25 12h1.5"/>',
    "tablet": '<rect x="3" y="1.75" width="10" height="12.5" rx="1.5"/><path d="M7.25 12h1.5"/>',
    "device": '<rect x="2.75" y="3" width="10.5" height="10" rx="1.5"/><path d="M6.75 6.5a1.25 1.25 0 1 1 1.75 1.25'
    'c-.5.25-.5.5-.5.75m0 1.75v.25"/>',
    # actions and signs
    "check": '<path d="m3 8.5 3.25 3.25L13 4.75"/>',
    "close": '<path d="m4 4 8 8m0-8-8 8"/>',
    "pencil": '<path d="m2.5 13.5.75-3.25L10.75 2.75l2.5 2.5-7.5 7.5zM9.25 4.25l2.5 2.5"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "retry": '<path d="M13.25 8A5.25 5.25 0 1 1 11.5 4.1M11.75 1.5v3h-3"/>',
    "stop": '<rect x="3.75" y="3.75" width="8.5" height="8.5" rx="1"/>',
    "right": '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
    "left": '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
    "warning": '<path d="M8 2.25 14.5 13.5h-13zM8 6.5v3.25M8 11.5v.25"/>',
    "note": '<circle cx="8" cy="8" r="6.25"/><path d="M8 7.25v4M8 4.75V5"/>',
    "search": '<circle cx="7" cy="7" r="4.75"/><path d="m10.5 10.5 3.75 3.75"/>',
    "exit": '<path d="M9.5 2.25h-7v11.5h7M6.5 8h8M11.5 5l3 3-3 3"/>',
    "keyboard": '<rect x="1.25" y="3.75" width="13.5" height="8.5" rx="1.5"/>'
    '<path d="M4 6.5v.25m2.65-.25v.25m2.65-.25v.25m2.65-.25v.25M5 9.75h6"/>',
    "seconder": '<path d="m1.25 8.75 3.25 3.25L10.5 4.5M7.5 11.5l.75.75 6.5-8"/>',
}


def inner(name: str) -> SafeString:
    """The drawing without its frame, to be placed inside a larger picture. KeyError for an unknown name."""
    return mark_safe(DRAWINGS[name])  # noqa: S308  # our own constant above


def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG; hidden from screen readers unless a label is given. KeyError for an unknown name."""
    if label:
        return format_html(
            '<svg class="icon icon-{}" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>',
            name,
            label,
            inner(name),
        )
    return format_html(
        '<svg class="icon icon-{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', name, inner(name)
    )
