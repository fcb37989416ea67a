"""Two complaints of one customer, as tests of merging, splitting and linking reach them."""

from datetime import timedelta
from itertools import count

from yinuo.packs.complaints import actions
from yinuo.packs.complaints.tests.bank import MONDAY, a_complaint, graded

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_customers = count(1)
ONE = "柜台多收了我两百元手续费，问了三次没有人解释。请退还并道歉。"
LIKE = "网点柜台多收了我两百元手续费，没有人解释，请退还！"
OTHER = "手机银行昨晚一直登录不上，转账失败。"


def a_customer() -> dict:
    """How somebody says who they are: the same twice is the same customer."""
    number = next(_customers)
    return {"name": "王小敏", "phone": f"1390000{number:04}", "email": f"twice{number}@example.com"}


def twice(bank, *, first=graded, later=graded, after=2 * DAY, **said):
    """An earlier complaint and a later one of the same customer."""
    who = a_customer() | said
    return first(bank, words=ONE, **who), later(bank, at=MONDAY + after, words=LIKE, **who)


def merged(bank, *, at=MONDAY + 3 * DAY, **said):
    """… the later merged into the earlier."""
    first, later = twice(bank, **said)
    return first, actions.merge(later.pk, other=first.pk, by=bank.handler, at=at)


def separated(bank, case, *, at=MONDAY + 4 * DAY):
    return actions.separate(case.pk, by=bank.handler, at=at)


def due(case):
    """The due times of a case by promise."""
    return {clock.promise: clock.due_at for clock in case.clocks.all()}


def linked(bank, *, why="same-event"):
    """Two customers' complaints about one event."""
    one, other = a_complaint(bank), a_complaint(bank)
    actions.link(one.pk, other=other.pk, why=why, by=bank.handler, at=MONDAY + HOUR)
    return one, other
