import re

from pledge.organisations.sectors import GOODS, RISK_SECTORS, risk_sectors_of_sic
from pledge.suppliers.risk.goods import listings


def test_every_risk_sector_has_a_label_codes_and_a_ground():
    assert len(RISK_SECTORS) == 21
    for name, sector in RISK_SECTORS.items():
        assert sector.id == name
        assert sector.label
        assert sector.evidence
        assert sector.level in ("high", "medium")
        assert sector.sic_codes
        assert all(re.fullmatch(r"\d{5}", code) for code in sector.sic_codes)


def test_labour_is_licensed_in_farming_food_and_shellfish_only():
    licensed = {name for name, sector in RISK_SECTORS.items() if sector.licensed_labour}
    assert licensed == {"agriculture", "food_processing", "shellfish"}


def test_lettings_are_a_risk_sector_of_their_own():
    assert RISK_SECTORS["lettings"].level == "medium"


def test_a_sic_code_leads_to_every_risk_sector_that_lists_it():
    assert [sector.id for sector in risk_sectors_of_sic("32990")] == ["ppe", "manufacturing_agency"]
    assert [sector.id for sector in risk_sectors_of_sic("01130")] == ["agriculture"]
    assert risk_sectors_of_sic("99999") == ()


def test_the_goods_to_ask_for_are_goods_that_suppliers_are_rated_by():
    known = {good for good, _ in listings()}
    for name, goods in GOODS.items():
        assert goods.id == name and goods.label
        assert set(goods.goods) <= known, name
    named = [good for goods in GOODS.values() for good in goods.goods]
    assert len(named) == len(set(named)) == 73


def test_a_trade_in_goods_is_a_risk_sector_of_goods_that_are_asked_for():
    assert {name: sector.goods for name, sector in RISK_SECTORS.items() if sector.goods} == {
        "electronics": "electronics", "ppe": "gloves", "seafood_goods": "seafood",
    }  # fmt: skip
    assert {sector.goods for sector in RISK_SECTORS.values()} - {""} <= set(GOODS)
