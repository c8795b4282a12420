"""What the database keeps of a programme is what its file had."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

from canteen.subsidies.naming import named_in
from canteen.subsidies.stored import decode, encode, fingerprint
from tests.core.bench_divisions import TEN_RULES


def there_and_back(value: Any) -> Any:
    return decode(json.loads(json.dumps(encode(value))))


def test_every_value_comes_back_as_it_was_written() -> None:
    values = tomllib.loads(TEN_RULES) | {
        "example": [{"on": date(2026, 11, 20), "elder": {"distance_km": 1.9}}]
    }

    assert there_and_back(values) == values
    assert list(there_and_back({"split": {"district": 1, "city": 1}})["split"]) == ["district", "city"]


def test_a_table_that_only_looks_like_a_date_stays_a_table() -> None:
    assert there_and_back({"fund": {"$date": "3.00"}}) == {"fund": {"$date": "3.00"}}


def test_a_fingerprint_tells_what_divides_otherwise_and_nothing_else() -> None:
    def of(**rule: Any) -> str:
        return fingerprint(encode({"effective": date(2026, 1, 1), "rule": [rule]}))

    assert of(id="r", pays="all") == of(pays="all", id="r")
    assert of(id="r", pays="all") != of(id="r", pays={"fixed": "1.00"})
    assert of(split={"city": 1, "district": 1}) != of(split={"district": 1, "city": 1})
    assert of(when={"pension": True, "meal": []}) != of(when={"meal": [], "pension": True})


def test_what_a_programme_names_is_found_however_deep_it_stands() -> None:
    values = {
        "version": [
            {
                "rule": [
                    {
                        "payer": "sponsor",
                        "fund": "weida",
                        "when": {"any": [{"not": {"canteen": ["beimen"]}}]},
                    },
                    {
                        "payer": "voucher",
                        "fund": "care",
                        "when": {"category": ["a"], "all_categories": ["b"]},
                    },
                    {"payer": "sponsor", "fund": "weida"},
                ],
                "grant": [
                    {"payer": "sponsor", "fund": "wansheng", "when": {"not": {"category": ["c", "a"]}}}
                ],
            }
        ]
    }

    named = named_in(values)

    assert named.funds == ("weida", "wansheng")
    assert named.vouchers == ("care",)
    assert named.canteens == ("beimen",)
    assert named.categories == ("a", "b", "c")
