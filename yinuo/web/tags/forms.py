"""Forms, drafts and files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString

from yinuo.web import fields, leaves
from yinuo.web.parts import FileMark
from yinuo.web.tags.component import Offered

offered = Offered()


@offered.component("errors")
def error_summary(form: BaseForm | Sequence[BaseForm], kept: str = "") -> dict[str, Any]:
    """What must be mended, each a link to its field; nothing when all is fine. `kept` tells what was kept.

    Several forms that are sent together have one summary.
    """
    forms = [form] if isinstance(form, BaseForm) else form
    return {"errors": [error for one in forms for error in fields.errors_of(one)], "kept": kept}


@offered.component("field")
def field(
    bound: BoundField, hint: str = "", count: int = 0, affix: str = "", optional: str = "", css: str = ""
) -> dict[str, Any]:
    """A field with label, hint, error and control; radio and checkbox groups become picks.

    `count`: longest text in characters, counted below; `affix`: unit at the right; `optional`: words beside
    the label of a field that need not be filled ("" = "optional"); `css`: "rate" for five marks in a row.
    """
    return fields.drawn(bound, hint=hint, count=count, affix=affix, optional=optional, css=css)


@offered.part
def pick(choice: BoundWidget) -> SafeString:
    """The control of one choice of a group."""
    return leaves.pick(choice.data)


@offered.component("draft")
def draft_status(saved_at: datetime | None = None, note: str = "") -> dict[str, Any]:
    """ "Saved automatically 14:31"; kept true by the script of <form data-draft-url>."""
    return {"saved_at": saved_at, "note": note}


@offered.component("files")
def file_list(files: Sequence[FileMark], key: str = "files") -> dict[str, Any]:
    """Files with their state; `key` is the id that an upload control points at."""
    return {"files": files, "key": key}


@offered.component("file")
def file_row(file: FileMark) -> dict[str, Any]:
    """One file: what an upload view answers."""
    return {"file": file}


@offered.component("file_pick")
def file_picker(
    name: str, text: str, upload_url: str = "", into: str = "files", accept: str = "", most: int = 20971520
) -> dict[str, Any]:
    """A button that chooses files; with `upload_url` each is sent at once and its row put into the list
    `into`."""
    return {
        "name": name,
        "text": text,
        "upload_url": upload_url,
        "into": into,
        "accept": accept,
        "most": most,
    }
