"""Every table of the installation, gathered so that the metadata is whole (migrations, tests)."""

from lms.accounts import models as accounts
from lms.badges import models as badges
from lms.catalog import models as catalog
from lms.competencies import models as competencies
from lms.db import Base
from lms.delivery import models as delivery
from lms.evaluations import models as evaluations
from lms.frameworks import models as frameworks
from lms.hubs import models as hubs
from lms.jobs import Job
from lms.learning import models as learning
from lms.mail import OutgoingMail
from lms.quality import models as quality

__all__ = [
    "Base",
    "Job",
    "OutgoingMail",
    "accounts",
    "badges",
    "catalog",
    "competencies",
    "delivery",
    "evaluations",
    "frameworks",
    "hubs",
    "learning",
    "quality",
]
