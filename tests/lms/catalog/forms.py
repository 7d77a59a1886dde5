"""The fields of a page as a browser would send them."""

from __future__ import annotations

from lxml import html


def fields_of(page: str, form: str = "//form[.//input[@name='revision']]") -> dict[str, list[str]]:
    """Name -> values of the first form that matches; buttons left out."""
    found = html.fromstring(page).xpath(form)[0]
    sent: dict[str, list[str]] = {}
    for one in found.xpath(".//input|.//textarea|.//select"):
        name, kind = one.get("name"), one.get("type", "")
        if not name or (kind in ("checkbox", "radio") and one.get("checked") is None):
            continue
        values = (
            [option.get("value") for option in one.xpath("./option[@selected]")]
            or [option.get("value") for option in one.xpath("./option")[:1]]
            if one.tag == "select"
            else [(one.text or "").removeprefix("\n") if one.tag == "textarea" else one.get("value", "")]
        )
        sent.setdefault(name, []).extend(values)
    return sent
