# ruff: noqa: E501  (sample text)
"""Invented data for the component gallery. Now is Monday 2026-09-28 14:31 there, as in the design's pictures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language

from yinuo.web.keyset import Count, Page
from yinuo.web.parts import (
    CaseClock,
    Crumb,
    DayMark,
    Difference,
    Entry,
    FileMark,
    Gate,
    Key,
    Neighbours,
    NextStep,
    Pair,
    Person,
    Reckoning,
    StepMark,
    Tab,
    Why,
)


def say(zh: str, en: str) -> str:
    """Sample text in Chinese or English."""
    return en if (get_language() or "").startswith("en") else zh


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


NOW = at(9, 28, 14, 31)


def why() -> Why:
    off = [(9, 25), (9, 26), (9, 27), *[(10, n) for n in range(1, 8)]]
    names = {9: say("中秋", "Mid-Autumn"), 10: say("国庆", "National Day")}
    days = [DayMark(date(2026, m, d), "holiday", None, names[m]) for m, d in off]
    counted = [(9, 22), (9, 28), (9, 29), (9, 30), (10, 8)]
    days += [DayMark(date(2026, m, d), "counted", n) for n, (m, d) in enumerate(counted, 1)]
    days += [DayMark(date(2026, 9, d), "paused") for d in (23, 24)]
    days += [DayMark(date(2026, 9, 21), "day0", None, say("收到日", "received"))]
    days += [DayMark(date(2026, m, d), "working_weekend") for m, d in ((9, 20), (10, 10))]
    lines = [
        Reckoning(say("收到", "Received"), say("09-21 10:26，当日不计", "09-21 10:26, the day itself not counted")),
        Reckoning(say("原截止", "At first"), say("09-22 起第 5 个工作日 = 09-29 17:00", "5th working day from 09-22 = 09-29 17:00"),
                  say("跳过中秋 09-25 ～ 09-27", "Mid-Autumn 09-25 ～ 09-27 skipped")),
        Reckoning(say("暂停", "Paused"), say("09-22 16:40 ～ 09-24 16:40，共 2 工作日", "09-22 16:40 ～ 09-24 16:40, 2 working days"),
                  say("待客户补充，批准人 韩立群", "waiting for the customer, granted by Han Liqun")),
        Reckoning(say("现截止", "Now"), say("09-29 + 2 工作日 =", "09-29 + 2 working days ="),
                  say("跳过国庆 10-01 ～ 10-07", "National Day 10-01 ～ 10-07 skipped"), "10-08 17:00"),
        Reckoning(say("依据", "Under"), say("承诺“重大投诉内部办结”2026-07 版", "Promise “grave complaints, internal close”, 2026-07"),
                  say("工作日历 2026 年版，09:00～17:00", "Calendar 2026, 09:00～17:00")),
    ]  # fmt: skip
    return Why(at(10, 8, 17), days, lines)


def clocks() -> list[CaseClock]:
    return [
        CaseClock("reply", say("回复", "Reply"), "warn", NOW + timedelta(minutes=10, seconds=12), warn=NOW,
                  remark=say("来电 13:42 起 1 小时内，营业时间", "within 1 h of the call at 13:42")),
        CaseClock("close", say("办结（内部） · 5 个工作日", "Close (internal) · 5 working days"), "ok", at(10, 8, 17),
                  left=3 * 480 + 149, unit="working", why=why()),
        CaseClock("legal", say("法定时限 · 15 日", "Legal limit · 15 days"), "ok", at(10, 6, 23, 59),
                  due_text=say("按 10-06 预警", "warned by 10-06"),
                  remark=say("末日在国庆假期，顺延至 10-08；不因暂停顺延", "ends in a holiday, rolled on to 10-08; never pauses")),
    ]  # fmt: skip


def steps() -> list[StepMark]:
    done = [
        (say("登记", "Register"), say("15 分钟", "15 minutes"), say("杜宁", "Du Ning")),
        (say("分级", "Grade"), say("49 分钟", "49 minutes"), say("林玥", "Lin Yue")),
        (say("分派", "Assign"), say("2.5 小时", "2.5 hours"), say("韩立群", "Han Liqun")),
        (say("调查", "Look into"), say("3.5 工作日", "3.5 working days"), say("林玥", "Lin Yue")),
        (say("拟办", "Propose"), say("1.5 小时", "1.5 hours"), say("林玥", "Lin Yue")),
    ]
    marks = [StepMark(name, "done", dwell, who) for name, dwell, who in done]
    marks.append(StepMark(say("复核", "Review"), "now", say("已 3.2 小时", "3.2 hours so far"), say("沈立", "Shen Li"),
                          say("第二人审批", "second approval")))  # fmt: skip
    todo = [say("答复", "Answer"), say("回访", "Call back"), say("归档", "File")]
    return marks + [StepMark(name, "todo") for name in todo]


def entries() -> list[Entry]:
    return [
        Entry(at(9, 28, 14, 30), "clock", say("“下次回复”已用 80%，进入临近，提醒 林玥", "“Next reply” has used 80%, Lin Yue reminded")),
        Entry(at(9, 28, 13, 42), "customer", say("来电询问进度，要求当天告知", "Called to ask how far it is, wants to hear today")),
        Entry(at(9, 28, 13, 5), "approval", say("一审同意补偿方案 2,350.00 元", "First approval of redress 2,350.00"), say("韩立群", "Han Liqun")),
        Entry(at(9, 28, 11, 20), "staff", say("提交复核，附答复函第 3 稿", "Sent for review with draft 3 of the letter"), say("林玥", "Lin Yue")),
        Entry(at(9, 21, 10, 41), "system", say("识别为重复投诉，关联 TS-20260917-0142", "Recognised as repeated, linked to TS-20260917-0142")),
    ]  # fmt: skip


def gates() -> list[Gate]:
    return [
        Gate(say("核验投诉人身份", "Identity checked"), True, "09-21 10:30"),
        Gate(say("处理人无利害关系声明", "Handler declared no interest"), True, "09-21 14:05"),
        Gate(say("每个事项有处理结论", "Every matter has an outcome"), False, "1 / 2", "#matters"),
        Gate(
            say("告知核查、调解、仲裁、诉讼途径", "Told of review, mediation, arbitration, court"),
            False,
            say("随答复", "with the answer"),
        ),
    ]


def next_blocked() -> NextStep:
    unmet = [
        Gate(
            say("补偿方案待第二人批准", "Redress waits for a second approval"),
            False,
            say("沈立，已等 1.4 小时", "Shen Li, 1.4 h"),
            "#redress",
        ),
        Gate(
            say("事项 2 尚无处理结论", "Matter 2 has no outcome"),
            False,
            say("由您填写", "yours to fill in"),
            "#matters",
        ),
    ]
    return NextStep(say("发出答复", "Send the answer"), unmet=unmet)


class SampleForm(forms.Form):
    """Every kind of control."""

    what = forms.CharField(widget=forms.Textarea, max_length=2000)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(required=False)
    amount = forms.DecimalField(required=False)
    where = forms.ChoiceField(widget=forms.RadioSelect)
    wishes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    rate = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    agreed = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "what": say("事情经过", "What happened"), "day": say("日期", "Day"), "unit": say("哪家网点", "Which branch"),
            "amount": say("涉及金额", "Amount"), "where": say("在哪里", "Where"), "rate": say("满意吗", "Are you satisfied"),
            "wishes": say("您希望我们怎么做", "What should we do"), "agreed": say("我已了解，确定撤回", "I understand and withdraw it"),
        }  # fmt: skip
        for name, label in labels.items():
            self.fields[name].label = label
        choices = {
            "unit": [("cd", say("城东支行", "East branch"))],
            "where": [("branch", say("网点", "Branch")), ("machine", say("自助设备", "Machine")), ("app", say("手机或网银", "App"))],
            "wishes": [("refund", say("补入或退款", "Refund")), ("reason", say("说明原因", "Explain")), ("sorry", say("道歉", "Apologise"))],
            "rate": [(str(n), str(n)) for n in range(1, 6)],
        }  # fmt: skip
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


def filled_form() -> SampleForm:
    text = say(
        "周六上午我在城东支行的存取款机存 3,000 元，账户只到账 2,800 元。",
        "On Saturday I paid in 3,000 at the machine and only 2,800 arrived.",
    )
    form = SampleForm(
        {
            "what": text,
            "day": "2026-09-26",
            "unit": "cd",
            "amount": "二百左右",
            "where": "machine",
            "wishes": ["refund", "reason"],
        }
    )
    form.is_valid()
    return form


def page() -> Page:
    sizes = [(25, "?size=25", True), (50, "?size=50", False), (100, "?size=100", False)]
    return Page(rows=list(range(25)), size=25, first=1, next_url="?after=x", sizes=sizes, count=Count(1001))


def samples() -> dict[str, Any]:
    """Everything the gallery's pages draw."""
    return {
        "now": NOW, "server_time": NOW.isoformat(), "clocks": clocks(), "steps": steps(), "entries": entries(), "gates": gates(), "why": why(),
        "step": next_blocked(), "ready": NextStep(say("提交复核", "Send for review"), url="#", key="r"),
        "form": filled_form(), "page": page(), "number": "TS-20260921-0187", "live_case": "0190a000-0000-7000-8000-000000000187",
        "crumbs": [Crumb(say("投诉", "Complaints"), "/_furniture/list"), Crumb("TS-20260921-0187")],
        "neighbours": Neighbours("#previous", "#next", say("第 5 件", "No. 5")),
        "keys": [Key("[ ]", say("上一件 / 下一件", "previous / next")), Key("E", say("编辑答复", "edit the answer")), Key("S", say("下一步", "next step"))],
        "list_keys": [Key("J K", say("上下移动", "down and up")), Key("Enter", say("打开", "open")), Key("X", say("选择", "select")), Key("/", say("筛选", "search"))],
        "tabs": [Tab(say("我经手的", "Mine"), "?view=mine", 1001, True), Tab(say("超时", "Overdue"), "?view=late", 2, False, "bad"),
                 Tab(say("今日到期", "Due today"), "?view=today", 6, False, "warn"), Tab(say("无法判断", "Cannot tell"), "?view=unknown", 1)],
        "segments": [Tab(say("全部", "All"), "#a", None, True), Tab(say("客户", "Customer"), "#b", 3), Tab(say("员工", "Staff"), "#c", 6)],
        "people": [Person(say("沈立", "Shen Li"), say("补偿方案，14:29 起", "redress, since 14:29")), Person(say("周岚", "Zhou Lan"), say("时间线，14:31 起", "timeline, since 14:31"))],
        "eyes": [Person(say("林玥", "Lin Yue"), "09-28 11:20", say("拟办", "Proposed"), "done"), Person(say("沈立", "Shen Li"), say("等候 1.4 小时", "waiting 1.4 h"), say("二审", "Second"), "now")],
        "files": [FileMark(say("存款机屏幕.jpg", "machine.jpg"), 1887437, url="#f", remove_url="#r"), FileMark(say("机器凭条.jpg", "slip.jpg"), 2411725, "sending", 62), FileMark("video.avi", 31457280, "refused", note=say("超过 20 MB", "larger than 20 MB"))],
        "pairs": [Pair(say("姓名", "Name"), say("何*芳", "H***")), Pair(say("手机号", "Phone"), "186****5527"), Pair(say("生日", "Born"), None)],
        "differences": [Difference(say("级别", "Level"), say("重大", "grave"), say("普通", "plain"))],
        "late": NOW - timedelta(minutes=3, seconds=20), "soon": NOW + timedelta(minutes=3, seconds=12), "later": NOW + timedelta(minutes=80), "far": at(10, 8, 17),
        "flow": [Crumb(say("怎么联系您", "How to reach you"), "#1"), Crumb(say("发生了什么", "What happened")), Crumb(say("核对并提交", "Check and send"))],
    }  # fmt: skip
