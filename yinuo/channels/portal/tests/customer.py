"""A customer with values that are easy to find again, and the way through the portal."""

from django.core.files.uploadedfile import SimpleUploadedFile

from yinuo.engines.cases.models import Case

NAME, PHONE, EMAIL = "欧阳植树", "13911112222", "planted.person@example.com"
WORDS = "植入的原话：柜台多收两百元，三次询问无人解释。"
PLANTED = (NAME, PHONE, EMAIL, "植入的原话")
WHO = {"name": NAME, "phone": PHONE, "email": EMAIL}
WHAT = {"words": WORDS, "amount": "200.50", "requests": ["refund", "reply"]}


def steps(browser, who=None, what=None):
    """The first two steps, filled in."""
    assert browser.post("/s/complaint", WHO | (who or {}))["Location"] == "/s/complaint/what"
    assert browser.post("/s/complaint/what", WHAT | (what or {}))["Location"] == "/s/complaint/check"


def sent(browser, **changes):
    """The whole way; the case and its code."""
    steps(browser, **changes)
    assert browser.post("/s/complaint/check")["Location"] == "/s/complaint/sent"
    page = browser.get("/s/complaint/sent")
    case = Case.objects.get()
    return case, page.context["code"]


def a_file(name="回单.txt", content=b"receipt 200.00\n"):
    return SimpleUploadedFile(name, content)
