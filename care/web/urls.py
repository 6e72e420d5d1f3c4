from django.urls import path

from . import views

app_name = "care"
urlpatterns = [
    path("orders/<uuid:order>/lines/<uuid:line>/help/", views.open_ticket, name="open"),
    path("help/<uuid:public_id>/", views.show_ticket, name="ticket"),
    path("help/<uuid:public_id>/support/", views.escalate, name="escalate"),
    path("help/<uuid:public_id>/solved/", views.solve, name="solve"),
    path("help/photos/<uuid:public_id>/", views.photo, name="photo"),
]
