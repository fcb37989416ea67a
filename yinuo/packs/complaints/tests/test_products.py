"""The products that the plans name have a code each, to grade by and to count by."""

import pytest
from django.utils.translation import override

from yinuo.ground.terms.lists import label
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.forms.handling import MatterForm
from yinuo.packs.complaints.models import Complaint
from yinuo.packs.complaints.tests.bank import MONDAY, accepted

pytestmark = pytest.mark.django_db
PLAN_002 = {
    "储蓄": "B-01",
    "贷款": "B-02",
    "支付结算": "B-04",
    "理财": "B-09",
    "保险": "B-10.1",
    "贵金属": "B-08",
}


@pytest.mark.parametrize(("product", "code"), PLAN_002.items())
def test_each_product_of_plan_002_has_a_code_of_its_own(bank, product, code):
    with override("zh-hans"):
        named = [key for key, words in MatterForm().fields["business"].choices if product in str(words)]
        assert named == [code]
    names = set()
    for language in ("zh-hans", "en", "zh-hant"):
        with override(language):
            names.add(str(label("complaint_business", code)))
    assert len(names) >= 2
    case = accepted(bank)
    matters = [actions.Graded(product, code, "C-09", None)]
    actions.grade(case.pk, level="ordinary", matters=matters, by=bank.handler, at=MONDAY)
    assert Complaint.objects.get(pk=case.pk).business == code
