"""The features that make the application, each an ``init_feature(app, house, limiter)``, in the order of the design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.accounts import views as accounts
from lms.badges import views as badges
from lms.catalog import views as catalog
from lms.competencies import views as competencies
from lms.delivery import views as delivery
from lms.evaluations import views as evaluations
from lms.home import views as home
from lms.hubs import views as hubs
from lms.learning import views as learning
from lms.quality import views as quality

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from lms.web.limits import BlueprintLimiter
    from lms.web.state import Installation

FEATURES: tuple[Callable[[Flask, Installation, BlueprintLimiter], None], ...] = (
    accounts.init_feature,
    hubs.init_feature,
    catalog.init_feature,
    delivery.init_feature,
    competencies.init_feature,
    evaluations.init_feature,
    learning.init_feature,
    quality.init_feature,
    badges.init_feature,
    home.init_feature,
)
