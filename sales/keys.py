"""The keys of the till: what each action is called, its usual key, and which keys it may be moved to.

A key is written as the browser's `KeyboardEvent.key`, with `Shift+` before it where shift is held: `F9`,
`Shift+F2`, `Delete`. A sign needs no `Shift+`, because shift is a part of it already: `+`.
Two actions share a key only in different contexts: "till" is the basket, "pay" the payment on top of it.

>>> written("shift+f2"), written("delete"), written("+")
('Shift+F2', 'Delete', '+')
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User

TILL, PAY = "till", "pay"


@dataclass(frozen=True)
class Action:
    name: str
    label: StrOrPromise
    default: str
    context: str = TILL


ACTIONS = [
    Action("quantity", gettext_lazy("Quantity"), "F2"),
    Action("price", gettext_lazy("Price"), "F3"),
    Action("discount", gettext_lazy("Discount on the line"), "F4"),
    Action("sale_discount", gettext_lazy("Discount on the sale"), "F6"),
    Action("note", gettext_lazy("Note"), "Shift+F2"),
    Action("one_more", gettext_lazy("One more"), "+"),
    Action("one_less", gettext_lazy("One less"), "-"),
    Action("remove", gettext_lazy("Remove the line"), "Delete"),
    Action("hint", gettext_lazy("Add the first hint"), "F1"),
    Action("hold", gettext_lazy("Hold the basket"), "F7"),
    Action("resume", gettext_lazy("Resume a basket"), "F8"),
    Action("pay", gettext_lazy("Pay"), "F9"),
    Action("customer", gettext_lazy("Customer"), "F10"),
    Action("grid", gettext_lazy("Sell by touch"), "Shift+F3"),
    Action("drawer", gettext_lazy("Open the drawer"), "Shift+F4"),
    Action("reprint", gettext_lazy("Print the last receipt again"), "Shift+F8"),
    Action("shift", gettext_lazy("Shift"), "Shift+F10"),
    Action("preset_1", gettext_lazy("First quick amount"), "F1", PAY),
    Action("preset_2", gettext_lazy("Second quick amount"), "F2", PAY),
    Action("preset_3", gettext_lazy("Third quick amount"), "F3", PAY),
    Action("preset_4", gettext_lazy("Fourth quick amount"), "F4", PAY),
    Action("next_method", gettext_lazy("Next payment method"), "F6", PAY),
    Action("split", gettext_lazy("Split the payment"), "F7", PAY),
]
BY_NAME = {action.name: action for action in ACTIONS}

# Browsers reload, go full screen or open their tools with these, whatever a page says.
BROWSER_KEYS = frozenset({"F5", "F11", "F12", "Tab"})
BROWSER_MODIFIERS = ("ctrl+", "control+", "alt+", "altgraph+", "meta+")
# Lines are walked through, things confirmed and closed, and help is asked for with these.
OWN_KEYS = frozenset({"Enter", "Escape", "Backspace", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "?", "/", "*"})
NAMED_KEYS = frozenset({*(f"F{n}" for n in range(1, 13)), "Insert", "Delete", "Home", "End", "PageUp", "PageDown"})
# Signs that no one types into the empty scan field; the fields of a payment take every sign.
FREE_SIGNS = frozenset("+-=")

_SPELLINGS = {key.lower(): key for key in NAMED_KEYS | BROWSER_KEYS | OWN_KEYS}


def keys_for(user: User) -> dict[str, str]:
    """Return the key of every action: the usual one, or the one this person has moved it to."""
    return merged(user.till_keys)


def merged(own: Mapping[str, str]) -> dict[str, str]:
    return {action.name: own.get(action.name) or action.default for action in ACTIONS}


def moved(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what of `keys` differs from the usual ones, tidily written; an empty key means the usual one."""
    tidy = {name: written(key) for name, key in keys.items() if name in BY_NAME}
    return {name: key for name, key in tidy.items() if key and key != BY_NAME[name].default}


def written(key: str) -> str:
    """Return `key` as this table writes it, whatever the case it was typed in."""
    key = key.strip()
    if key.lower().startswith("shift+") and len(key) > len("shift+"):
        return "Shift+" + _spelt(key[len("shift+") :])
    return _spelt(key)


def _spelt(key: str) -> str:
    return _SPELLINGS.get(key.lower(), key)


def wrong_keys(own: Mapping[str, str]) -> dict[str, str]:
    """Return, for each action whose key in `own` cannot stand, one sentence that says why."""
    wrong = {name: reason for name, key in own.items() if (reason := _unfit(key, BY_NAME[name].context))}
    return _doubled(own) | wrong


def _unfit(key: str, context: str) -> str:
    bare = key.removeprefix("Shift+") or key
    if bare in BROWSER_KEYS or bare.lower().startswith(BROWSER_MODIFIERS):
        return _("The browser keeps %(key)s for itself. Choose another key.") % {"key": key}
    if bare in OWN_KEYS:
        return _("The till itself needs %(key)s. Choose another key.") % {"key": key}
    if bare in NAMED_KEYS or (key in FREE_SIGNS and context == TILL):
        return ""
    if len(bare) == 1:
        return _("%(key)s is typed into the field. Choose another key, such as F2.") % {"key": key}
    return _("The till knows no key “%(key)s”. Write it like F2 or Shift+F2.") % {"key": key}


def _doubled(own: Mapping[str, str]) -> dict[str, str]:
    """Name every action whose key means another one already; who sits on their usual key keeps it."""
    holders: dict[tuple[str, str], list[Action]] = {}
    for name, key in merged(own).items():
        holders.setdefault((BY_NAME[name].context, key), []).append(BY_NAME[name])
    wrong = {}
    for (_context, key), actions in holders.items():
        first, *others = sorted(actions, key=lambda action: action.default != key)
        for action in others:
            wrong[action.name] = _("%(key)s means “%(other)s” already. Choose another key.") % {
                "key": key,
                "other": first.label,
            }
    return wrong
