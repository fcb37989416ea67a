"""The pages as a WSGI application (served by granian)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinuo.site.settings")
application = get_wsgi_application()

# What was loaded lives as long as the worker: the collector need not walk through it again every few pages, and a
# page makes more than the 700 objects after which it would begin.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
