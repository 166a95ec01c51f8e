"""How everything looks and speaks: the frame of a page, the components that pages are made of, the error pages.

Owns no table. A page loads `{% load ui %}` and uses the tags of `templatetags/ui.py`; each tag renders one
template of `templates/ui/components/`. Colours, sizes and spaces are tokens in `static/ui/tokens.css`; behaviour
is one small script each in `static/ui/`. There is no inline style and no inline script, so that the strict
content security policy holds. `navigation.py` is the list that the rail shows, filled in `wiring.py`;
`fields.py` makes a form out of a JSON Schema; `docs/reference/design-system.md` says when to use what.
"""
