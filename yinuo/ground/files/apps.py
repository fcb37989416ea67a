"""Uploaded files: sniffed, stored by hash, given back as attachments."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """The app `files`."""

    name = "yinuo.ground.files"
    label = "files"
