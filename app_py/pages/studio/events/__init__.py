"""What happened: the language in which the page, the engines and time speak to `update`, a module for each noun."""

from app_py.pages.studio.events.live import *
from app_py.pages.studio.events.own_styles import *
from app_py.pages.studio.events.page import *
from app_py.pages.studio.events.painting import *
from app_py.pages.studio.events.photos import *
from app_py.pages.studio.events.queue import *
from app_py.pages.studio.events.session import *
from app_py.pages.studio.events.settings import *
from app_py.pages.studio.events.style_batch import *

Event = (
    PageEvent | PhotoEvent | SettingsEvent | PaintingEvent | StyleBatchEvent | OwnStyleEvent | QueueEvent | SessionEvent
)
"""All but those of the live camera."""
