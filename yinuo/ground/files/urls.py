"""The separate path of files."""

from django.urls import path

from yinuo.ground.files.views import download

app_name = "files"

urlpatterns = [path("files/<uuid:file_id>", download, name="download")]
