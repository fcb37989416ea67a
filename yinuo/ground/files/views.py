"""Giving files back: always as attachments, only to whom their owner lets have them."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from yinuo.ground.files.contents import opened
from yinuo.ground.files.models import StoredFile
from yinuo.ground.files.owners import may_read, nobodys


@require_safe
def download(request: HttpRequest, file_id: UUID) -> FileResponse:
    """One file; 404 if there is none, the reader may not know of it, or nobody has it before it is scanned. FileDamaged if
    its bytes changed."""
    found = StoredFile.objects.filter(pk=file_id).first()
    file = found or nobodys(file_id)
    if not may_read(request, file) or found is None or not found.is_given:
        raise Http404
    response = FileResponse(
        opened(file),
        as_attachment=True,
        filename=file.name,
        content_type=file.media_type,
    )
    response["Content-Length"] = str(file.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


download.guard = "public: the owner of the file decides"  # type: ignore[attr-defined]
