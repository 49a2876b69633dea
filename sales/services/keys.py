"""Each person moves their own keys of the till."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.errors import InvalidInput, NotAllowed
from sales.keys import moved, wrong_keys


class KeysRefused(InvalidInput):
    """Some keys cannot stand; `wrong` has a sentence for each action."""

    code = "keys_refused"

    def __init__(self, wrong: Mapping[str, str]) -> None:
        self.wrong = dict(wrong)
        name, sentence = next(iter(self.wrong.items()))
        super().__init__(sentence, field=name, wrong=self.wrong)


def till_keys_save(*, keys: Mapping[str, str], by: User) -> dict[str, str]:
    """Keep the keys of the person acting, action → key; an action without a key gets its usual one.

    Returns what was kept. Raises KeysRefused when a key is taken or cannot be used, NotAllowed without the till.
    """
    if not by.can("sell"):
        raise NotAllowed(_("Only who sells at the till has keys of it."))
    own = moved(keys)
    if wrong := wrong_keys(own):
        raise KeysRefused(wrong)
    by.till_keys = own
    by.save(update_fields=["till_keys"])
    return own
