# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Every sentence that a person sees, in that person's language. Codes, and JSON, are the same in all of them."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from cccd_reader.errors import CccdError
from cccd_reader.messages import catalogue
from cccd_reader.messages.pattern import match

if TYPE_CHECKING:  # an error's words are wanted before any of these is loaded
    from cccd_reader.inspection.events import Step
    from cccd_reader.inspection.policy import VerdictKind
    from cccd_reader.inspection.reading import AttemptOutcome, CardAccessSource, Method
    from cccd_reader.inspection.results import Check, Outcome, Reason

_SAYS, _HINT = "says.", ".hint"
_ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_ISO_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")
_STATUS = re.compile(r"(?P<code>[0-9A-F]{4}) \((?P<meaning>[^()]+)\)")
_DATE = "date_"


class Spoken(NamedTuple):
    """An error as a person sees it: what it means, and what to do next, empty where only a programmer can act."""

    message: str
    hint: str


class Words:
    """The words of one language. `language` is its code (BCP 47), one of `catalogue.LANGUAGES`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = catalogue.load(language)

    @classmethod
    def of(cls, language: str) -> Words:
        """Return the words of a language, loaded once. Raises `ValueError` for one that there is none of."""
        return _of(language)

    def text(self, code: str, /, **values: object) -> str:
        """Return the words of a code with the values in their places; the code itself where it has no words."""
        words = self._texts.get(code, code)
        return words.format_map(values) if values else words

    def reason(self, reason: Reason) -> str:
        """Return what a reason means."""
        return self.text(f"reason.{reason.code}")

    def todo(self, reason: Reason) -> str:
        """Return what to do next about a reason, empty where there is nothing to do."""
        return self._texts.get(f"reason.{reason.code}.do", "")

    def todos(self, checks: tuple[Check, ...]) -> tuple[str, ...]:
        """Return what to do next about these checks, each thing once."""
        return tuple(dict.fromkeys(words for check in checks if (words := self.todo(check.reason))))

    def outcome(self, outcome: Outcome) -> str:
        """Return an outcome in a word or two."""
        return self.text(f"outcome.{outcome.value}")

    def verdict(self, verdict: VerdictKind) -> str:
        """Return a verdict in a word or two, in capitals."""
        return self.text(f"verdict.{verdict.value}")

    def sentence(self, verdict: VerdictKind) -> str:
        """Return what a verdict means."""
        return self.text(f"verdict.{verdict.value}.sentence")

    def check(self, name: str) -> str:
        """Return the short name of a check of the catalogue."""
        return self.text(f"check.{name}")

    def step(self, step: Step, subject: str = "") -> str:
        """Return where the reading is; `subject` is a file's short name or a method."""
        return self.text(f"step.{step.value}", subject=subject)

    def method(self, method: Method) -> str:
        """Return how a chip is opened."""
        return self.text(f"method.{method.value}")

    def attempt(self, outcome: AttemptOutcome) -> str:
        """Return how an attempt to open a chip ended."""
        return self.text(f"attempt.{outcome.value}")

    def parameters(self, source: CardAccessSource) -> str:
        """Return where the parameters of PACE came from."""
        return self.text(f"parameters.{source.name.lower()}")

    def field(self, name: str) -> str:
        """Return the name of a document's field; one that has no words is shown as it is written in JSON."""
        return self._texts.get(f"field.{name}", name.replace("_", " "))

    def title(self, kind: str, name: str, title: str) -> str:
        """Return what a thing of a list is, by its name; `title`, in English, where there are no words for it."""
        return self._texts.get(f"{kind}.{name}", title)

    def value(self, name: str, value: str) -> str:
        """Return what stands in a field: a code in words, an ISO date in the language's form, else as it is."""
        known = self._texts.get(f"value.{name}.{value}")
        if known is not None or not name.startswith(_DATE):
            return value if known is None else known
        month = _ISO_MONTH.fullmatch(value)
        return self.text("format.month", **month.groupdict()) if month else self._dated(value)

    def detail(self, check: Check) -> str:
        """Return what a check found, in this language as far as it has words for it."""
        return self._dated(self.said(check.detail))

    def error(self, error: CccdError) -> Spoken:
        """Return what an error means and what to do next.

        Where the library's own English words have none in this language, they stand in parentheses after those of the
        error's class.
        """
        message = str(error)
        known = self._known(message)
        if known is None:
            named = (f"error.{each.__name__}" for each in type(error).__mro__)
            known = self.text(next(code for code in named if code in self._texts), message=message)
        return Spoken(known, self.said(error.hint))

    def failure(self, kind: str, message: str) -> str:
        """Return what a failure outside the exception tree means: `InternalError`, `Unwritten` or `Aborted`."""
        return self.text(f"error.{kind}", message=message)

    def said(self, words: str) -> str:
        """Return in this language what the library says in English; unchanged where there are no words for it."""
        known = self._known(words)
        return words if known is None else known

    def _known(self, words: str) -> str | None:
        if self.language == "en":
            return words
        code = self._index.get(words)
        if code is not None:
            return self.text(code)
        status = _STATUS.fullmatch(words)
        if status is not None:
            return f"{status['code']} ({self.said(status['meaning'])})"
        for pattern, code in self._patterns:
            values = match(pattern, words)
            if values is not None:
                return self.text(code, **{name: self._placed(value) for name, value in values.items()})
        return self._listed(words)

    def _placed(self, value: str) -> str:
        """What stands within a sentence: words of the library, or a date, or what a chip says."""
        known = self._known(value) if _STATUS.fullmatch(value) else self._listed(value)
        return self._dated(value) if known is None else known

    def _listed(self, words: str) -> str | None:
        """Words of the library parted by commas, such as the names of fields; None where one of them is not."""
        codes = [self._index.get(each) for each in words.split(", ")]
        return None if None in codes else ", ".join(self.text(code) for code in codes if code)

    def _dated(self, value: str) -> str:
        found = _ISO_DATE.fullmatch(value)
        return self.text("format.date", **found.groupdict()) if found else value

    @cached_property
    def _index(self) -> dict[str, str]:
        english = _of("en")._texts
        return {words: code for code, words in english.items() if code.startswith(_SAYS) or code.endswith(_HINT)}

    @cached_property
    def _patterns(self) -> tuple[tuple[str, str], ...]:
        return tuple((words, code) for words, code in self._index.items() if "{" in words)


@cache
def _of(language: str) -> Words:
    return Words(language)
