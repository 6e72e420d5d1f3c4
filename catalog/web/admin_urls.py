"""Reports on what shoppers search and on the engine that answers, inside the admin."""

from django.urls import path

from catalog.selectors.searches import Report

from .search_reports import report_view
from .search_status import status_view

app_name = "searches"
urlpatterns = [
    path("", report_view(Report.EMPTY), name="empty"),
    path("few-clicks/", report_view(Report.FEW_CLICKS), name="few-clicks"),
    path("top/", report_view(Report.TOP), name="top"),
    path("engine/", status_view, name="engine"),
]
