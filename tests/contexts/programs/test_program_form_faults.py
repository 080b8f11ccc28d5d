"""Each fault that a form, its layout or its answers can have is reported where it stands."""

import pytest

DREAM, BREAD, SHOP = "steps/00-dream.yaml", "steps/01-bread.yaml", "steps/02-shop.yaml"
DEMO = "demo/01-bread.yaml"

# id: file, text, what replaces it, a text in the line that is blamed, the message
FAULTS = {
    "from no field": (SHOP, "from: street", "from: streets", "from", "did you mean street?"),
    "given but not required": (
        BREAD,
        "required: [loaves, motto]",
        "required: [motto]",
        "from: loaves",
        "Other steps need bread.loaves",
    ),
    "outside the subset": (
        SHOP,
        "maxLength: 80",
        "maxLength: 80\n      pattern: a",
        "pattern",
        "unknown key pattern",
    ),
    "unknown type of field": (
        SHOP,
        "type: string",
        "type: text",
        "type: text",
        "must be one of string",
    ),
    "key of another type": (
        SHOP,
        "minLength: 1",
        "minLength: 1\n      minimum: 3",
        "minimum",
        "says nothing about the type string",
    ),
    "bounds crossed": (
        SHOP,
        "minLength: 1",
        "minLength: 99",
        "minLength",
        "minLength is above maxLength",
    ),
    "required not in properties": (
        SHOP,
        "required: [street]",
        "required: [street, town]",
        "required",
        "required names town",
    ),
    "column required not there": (
        BREAD,
        "required: [name]",
        "required: [name, nam]",
        "[name, nam]",
        "did you mean name?",
    ),
    "required text may be empty": (
        SHOP,
        "      minLength: 1\n",
        "",
        "street:",
        "it needs minLength: 1",
    ),
    "examples missing": (
        SHOP,
        "      examples: [Mill Lane]\n",
        "",
        "    street:",
        "examples is missing",
    ),
    "example not valid": (BREAD, "grade: 4", "grade: 9", "{name: Rye", "from 1 to 5"),
    "later example not valid": (
        SHOP,
        "[Mill Lane]",
        "[Mill Lane, 3]",
        "examples",
        "This example is not a valid answer",
    ),
    "text without maxLength": (
        SHOP,
        "      maxLength: 80\n",
        "",
        "    street:",
        "maxLength is missing",
    ),
    "column without maxLength": (
        BREAD,
        ", maxLength: 60",
        "",
        "name: {type",
        "maxLength is missing",
    ),
    "array without maxItems": (
        BREAD,
        "      maxItems: 5\n",
        "",
        "    loaves:",
        "maxItems is missing",
    ),
    "object that is no money": (
        DREAM,
        "amount: {type: number, minimum: 0}",
        "sum: {type: number}",
        "sum",
        "unknown key sum",
    ),
    "option twice": (BREAD, "const: wheat", "const: rye", "items:", "An option is listed twice"),
    "property misnamed": (
        SHOP,
        "    street:",
        "    Street:",
        "Street:",
        "The key Street must be written with",
    ),
    "section names unknown field": (
        BREAD,
        "[motto, trust]",
        "[motto, trust, moto]",
        "moto]",
        "did you mean motto?",
    ),
    "field in two sections": (
        BREAD,
        "[motto, trust]",
        "[motto, trust, loaves]",
        "trust, loaves",
        "stands in two places",
    ),
    "field in no section": (
        BREAD,
        "[motto, trust]",
        "[motto]",
        "  sections:",
        "trust stands in no section",
    ),
    "widget for unknown field": (
        BREAD,
        "    trust: scale",
        "    trust: scale\n    x: long",
        "x: long",
        "no field x",
    ),
    "widget of another type": (
        BREAD,
        "    trust: scale",
        "    trust: scale\n    motto: rows",
        "motto: rows",
        "drawn as text, not as rows",
    ),
    "scale without bounds": (
        BREAD,
        "      maximum: 10\n",
        "",
        "trust: scale",
        "with minimum and maximum",
    ),
    "labels for no scale": (
        BREAD,
        "    trust: [Not",
        "    motto: [a, b]\n    trust: [Not",
        "motto: [a, b]",
        "not drawn as a scale",
    ),
    "labels for unknown field": (
        BREAD,
        "    trust: [Not",
        "    tru: [a, b]\n    trust: [Not",
        "tru: [a, b]",
        "did you mean trust?",
    ),
    "prefill of another type": (
        BREAD,
        "    motto: dream.wish",
        "    trust: dream.wish",
        "trust: dream.wish",
        "another type",
    ),
    "prefill not needed": (
        BREAD,
        "    motto: dream.wish",
        "    motto: shop.street",
        "motto: shop.street",
        "not among the needs",
    ),
    "prefill of unknown field": (
        BREAD,
        "    motto: dream.wish",
        "    mot: dream.wish",
        "mot: dream.wish",
        "did you mean motto?",
    ),
    "demo not valid": (
        DEMO,
        "grade: 5",
        "grade: 6",
        "grade: 6",
        "loaves/0/grade: Give a number from 1 to 5.",
    ),
    "demo incomplete": (DEMO, "motto: Slow bread\n", "", "loaves:", "motto: Fill this in."),
    "demo with unknown field": (
        DEMO,
        "motto: Slow",
        "mood: good\nmotto: Slow",
        "mood",
        "no field called mood",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_where_it_stands(name, blames):
    blamed = blames(*FAULTS[name])
    assert len(blamed.places) == 1
    assert blamed.expected.issuperset(blamed.places)
