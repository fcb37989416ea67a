"""The plans' own lists ship with the product."""

from pathlib import Path

import pytest
from django.apps import apps

from yinuo.ground.terms.lists import parse_terms

FILE = Path(__file__).parents[1] / "content" / "programme.terms.toml"


@pytest.fixture(scope="module")
def lists():
    return {found.key: found for found in parse_terms(FILE.read_text(encoding="utf-8"))}


def test_the_seven_service_stages_ship_in_three_languages(lists):
    stages = [term.words.zh_hans for term in lists["service_stage"].terms]
    assert stages == ["客户咨询", "产品销售", "账户管理", "风险控制", "投诉处理", "售后服务", "信息安全"]
    assert all(term.words.en and term.words.zh_hant for term in lists["service_stage"].terms)


def test_the_four_layers_ship_and_units_carry_one(lists):
    assert [term.code for term in lists["layer"].terms] == ["front", "back", "technology", "supervision"]
    assert apps.get_model("people", "Unit")._meta.get_field("layer").max_length >= max(
        len(term.code) for term in lists["layer"].terms
    )


def test_the_four_service_principles_ship(lists):
    assert [term.words.zh_hans for term in lists["service_principle"].terms] == [
        "严格规范",
        "热情周到",
        "高效快捷",
        "准确安全",
    ]
