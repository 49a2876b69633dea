"""Sessions in the database, as Django keeps them; only the read of every request is prepared."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from .prepared import prepared

_session = prepared(lambda key: Session.objects.filter(session_key=key))


class SessionStore(DatabaseSessions):
    """The engine of `SESSION_ENGINE`."""

    def _get_session_from_db(self) -> Session | None:
        session = _session.first(self.session_key)
        if session is None or session.expire_date <= timezone.now():
            self._session_key = None
            return None
        return session
