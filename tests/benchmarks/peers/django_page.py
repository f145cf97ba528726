"""The question page in Django: its ORM on the same tables, the same templates."""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpResponse
from django.urls import path
from tests.benchmarks.peers import common

settings.configure(
    SECRET_KEY="only for measuring",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PLEDGE_DATABASE_URL"].removeprefix("sqlite:///"),
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()


class Organisation(models.Model):
    """An organisation."""

    id = models.CharField(primary_key=True, max_length=36)
    name = models.CharField(max_length=200)
    risk_sectors = models.TextField()
    headcount_band = models.CharField(max_length=10)
    labour = models.TextField()
    outside_work = models.TextField()
    turnover_36m = models.BooleanField()

    class Meta:
        app_label, managed, db_table = "peers", False, "organisation"


class Session(models.Model):
    """A session."""

    id = models.CharField(primary_key=True, max_length=36)
    person = models.CharField(max_length=36)
    token_hash = models.CharField(max_length=64)
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_column="organisation")
    expires = models.CharField(max_length=40)

    class Meta:
        app_label, managed, db_table = "peers", False, "session"


class Assessment(models.Model):
    """An assessment."""

    id = models.CharField(primary_key=True, max_length=36)
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_column="organisation")
    questionnaire = models.CharField(max_length=60)
    status = models.CharField(max_length=10)
    version = models.CharField(max_length=20)
    revision = models.IntegerField()
    answers = models.TextField()

    class Meta:
        app_label, managed, db_table = "peers", False, "assessment"


class Note(models.Model):
    """A note."""

    assessment = models.CharField(primary_key=True, max_length=36)
    question = models.CharField(max_length=60)
    text = models.TextField()

    class Meta:
        app_label, managed, db_table = "peers", False, "answer_note"


found = common.templates()


def page(request) -> HttpResponse:
    """Show the page."""
    hashed = common.hashed(request.COOKIES["pledge"])
    session = Session.objects.select_related("organisation").get(token_hash=hashed, expires__gt=common.now())
    draft = Assessment.objects.select_related("organisation").get(
        organisation_id=session.organisation_id, questionnaire="procurement", status="draft"
    )
    notes = dict(Note.objects.filter(assessment=draft.id).values_list("question", "text"))
    firm = draft.organisation
    fields = {name: getattr(firm, name) for name in ("risk_sectors", "headcount_band", "labour", "outside_work")}
    fields |= {"turnover_36m": firm.turnover_36m, "answers": draft.answers, "revision": draft.revision}
    return HttpResponse(
        common.page(found, {"person": session.person, "organisation": firm.id, "name": firm.name}, fields, notes)
    )


urlpatterns = [path(f"assessments/procurement/{common.SECTION}", page)]
app = get_wsgi_application()
