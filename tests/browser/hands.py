"""Somebody who has a keyboard and no pointer: Tab, Enter, Space, arrows and letters; the focus is seen at each stop."""

from __future__ import annotations

import pytest

from courses.grading import correct_response

FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return {lost: true};
  const drawn = (one) => {
    const style = one && getComputedStyle(one);
    return Boolean(style) && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none');
  };
  const box = at.getBoundingClientRect();
  const middle = document.elementFromPoint(box.x + box.width / 2, Math.max(1, Math.min(innerHeight - 1, box.y + Math.min(box.height / 2, 20))));
  // the parts of a date field (its calendar button) are the browser's own, which draws their focus
  const inner = at.matches('input:is([type=date], [type=time], [type=datetime-local])') && !at.matches(':focus-visible');
  return {what: at.outerHTML.slice(0, 140), seen: inner || drawn(at) || drawn(at.closest('label')) || drawn(at.closest('.md-editor')),
          hidden: box.width > 0 && (!middle || !(at.contains(middle) || middle.contains(at) || at.closest('label')?.contains(middle)))};
}"""


class Hands:
    """A person who has a keyboard and no pointer."""

    def __init__(self, visitor) -> None:
        self.visitor, self.page, self.keys = visitor, visitor.page, visitor.page.keyboard
        self.unseen: list[str] = []

    def reach(self, target, *, most: int = 200) -> None:
        """Press Tab until the focus is on this element; each stop on the way shows its focus."""
        self.page.wait_for_load_state()  # scripts that move the focus at the start have done so
        target.first.wait_for()
        for _ in range(most):
            if target.first.evaluate("one => one === document.activeElement"):
                return
            self.keys.press("Tab")
            stop = self.page.evaluate(FOCUS)
            if not stop.get("lost") and (not stop["seen"] or stop["hidden"]):
                self.unseen.append(stop["what"])
        pytest.fail(f"Tab does not reach {target} on {self.page.url}")

    def enter(self, target) -> None:
        self.reach(target)
        self.keys.press("Enter")

    def act(self, words: str) -> None:
        """Press the button that says this; once its answer is there the focus is inside the activity."""
        before = self.page.locator("#activity input[name=revision]").first.get_attribute("value")
        self.enter(self.page.locator("#activity").get_by_role("button", name=self.visitor.say(words)))
        self.page.wait_for_function(
            "before => document.querySelector('#activity input[name=revision]')?.value !== before && !document.querySelector('.htmx-request')",
            arg=before,
        )
        self.page.wait_for_function("() => document.activeElement.closest('#activity')")

    def answer(self, question) -> None:
        page, right = self.page, correct_response(question)
        page.locator(".quiz-prompt", has_text=question.prompt.split("*")[0][:30]).wait_for()
        if question.type == "single":
            self.reach(page.locator("#activity input[type=radio]").first)
            self.keys.press("Space")
            for _ in question.choices:
                if page.locator(f"#answer-{right}").is_checked():
                    break
                self.keys.press("ArrowDown")
        elif question.type == "multiple":
            for choice in right:
                page.locator(".quiz-prompt").focus()
                self.reach(page.locator(f"#answer-{choice}"))
                self.keys.press("Space")
        elif question.type in ("ordering", "matching"):
            for choice in page.locator("#activity select").all():
                self.reach(choice)
                identifier = choice.get_attribute("id").split("-", 1)[1]
                wanted = (
                    str(right.index(identifier) + 1)
                    if question.type == "ordering"
                    else next(one.match for one in question.choices if one.id == identifier)
                )
                for _ in range(12):
                    if choice.evaluate("one => one.selectedOptions[0].text") == wanted:
                        break
                    self.keys.press("ArrowDown")
        else:
            self.reach(page.locator("#answer"))
            self.keys.type(str(right))

    # what a form or a page asks of the same hands

    def follow(self, words: str, **values: object) -> None:
        """Follow the link that says this."""
        said = self.visitor.say(words, **values)
        self.go_to(self.page.locator("main").get_by_role("link", name=said).first)

    def press(self, words: str, **values: object) -> None:
        """Press the button that says this."""
        said = self.visitor.say(words, **values)
        self.go_to(self.page.locator("main").get_by_role("button", name=said).first)

    def go_to(self, target) -> None:
        """Reach a link or a button that leads to another page, press it, and wait for that page."""
        self.reach(target)
        with self.page.expect_navigation():
            self.keys.press("Enter")
        self.page.wait_for_load_state()

    def write(self, label: str, text: str) -> None:
        """Type in the field of this label."""
        self.reach(self.visitor.field(label))
        self.keys.press("Control+a")
        self.keys.type(text)

    def write_date(self, label: str) -> None:
        """Make a date with the arrows, whatever the order of its parts; twice gives the same one."""
        self.reach(self.visitor.field(label))
        for _part in range(3):
            self.keys.press("ArrowUp")
            self.keys.press("ArrowRight")

    def choose_file(self, name: str, data: bytes) -> None:
        """Open the file chooser of the form with Enter and choose a file of this name."""
        self.reach(self.page.locator("main input[type=file]"))
        with self.page.expect_file_chooser() as chooser:
            self.keys.press("Enter")
        chooser.value.set_files({"name": name, "mimeType": "", "buffer": data})

    def pick(self, name: str, value: str) -> None:
        """Choose among radio buttons: the arrows go from one to the next."""
        group, wanted = (
            self.page.locator(f"main input[name={name}]"),
            self.page.locator(f"main input[name={name}][value={value}]"),
        )
        ticked = self.page.locator(f"main input[name={name}]:checked")
        self.reach(ticked if ticked.count() else group)
        self.keys.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.keys.press("ArrowDown")
        assert wanted.is_checked()
