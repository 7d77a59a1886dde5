"""The WSGI entry point of a server process: settings from the environment."""

from __future__ import annotations

from lms.app import create_installation, create_wsgi
from lms.config import load_settings, prepare_data_folder

_settings = prepare_data_folder(load_settings())
house = create_installation(_settings)
application = create_wsgi(_settings, house)
