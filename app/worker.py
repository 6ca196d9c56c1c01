"""What Celery's command line starts: `celery -A app.worker worker | beat | flower`."""

from __future__ import annotations

from app.logs import configure
from app.settings import from_environment
from app.watching import watch
from app.wiring import install_services, make_broker

settings = from_environment()
configure(settings.log_level, secrets=settings.secrets())
watch(settings.sentry_dsn, secrets=settings.secrets())
app = make_broker(settings)
install_services(settings, app)
