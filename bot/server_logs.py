"""gunicorn's lines take the same way as all others. Imported only where gunicorn runs."""

from typing import Any

from gunicorn.glogging import Logger as GunicornLogger


class ThroughOurs(GunicornLogger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self._access_log_enabled = False  # paths of feeds and forms tell more than anybody should keep
        for logger in (self.error_log, self.access_log):
            logger.handlers[:], logger.propagate = [], True
