"""Addresses of how the system fares."""

from django.urls import path

from yinuo.packs.operations.views import backups, jobs, letters, runs, state

app_name = "operations"
prefix = "operations"

urlpatterns = [
    path("", state.state, name="state"),
    path("/alarms/<uuid:alarm_id>/acknowledge", state.acknowledge, name="acknowledge"),
    path("/backups", backups.listing, name="backups"),
    path("/jobs", jobs.listing, name="jobs"),
    path("/jobs/<uuid:job_id>/cancel", jobs.cancel, name="cancel-job"),
    path("/jobs/<uuid:job_id>/resume", jobs.resume, name="resume-job"),
    path("/letters", letters.listing, name="letters"),
    path("/letters/<uuid:letter_id>/send-again", letters.send_again, name="send-again"),
    path("/letters/<uuid:letter_id>/arrived", letters.arrived, name="arrived"),
    path("/consequences", runs.listing, name="runs"),
    path("/consequences/<uuid:run_id>/retry", runs.retry, name="retry-run"),
]
