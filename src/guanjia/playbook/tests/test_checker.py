"""Broken playbooks, one fault each: file, line and sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanjia.playbook import checker, loader
from guanjia.playbook.faults import Fault, PlaybookError

#: Right as it stands. A test replaces a part of it and names the line, by a mark, on which the fault must be told.
GOOD = """
[playbook]
key = "winter-care"
version = "1"
name = { zh = "冬季关怀", en = "Winter care" }
purpose = { zh = "冬天有人管。", en = "Somebody cares in winter." }

[serves]
subjects = ["household"]

[stewards]
covers = { household = "grid" }

[visits]
at_least = "30d"
at_most_per_month = 2

[[categories]]
key = "heating"
name = { zh = "供暖", en = "Heating" }
duty = "heating"
words = ["暖气", "不热"]

[[categories]]
key = "conduct"
name = { zh = "作风", en = "Conduct" }
kind = "complain"
public = false

[[routes]]
key = "sealed"
categories = ["conduct"]
hand_over = { body = "discipline-inspection" }
reason = { zh = "移交。", en = "Handed over." }

[[routes]]
key = "urgent"
emergency = true
tier = "department"
reason = { zh = "紧急。", en = "Urgent." }

[[routes]]
key = "rest"
tier = "steward"
reason = { zh = "管家先办。", en = "The steward first." }

[ladder]
dispatch = "4wh"

[[ladder.tiers]]
key = "steward"
name = { zh = "管家", en = "Steward" }
owner = { steward = true }
accept = "1wd"
arrive = "1h"
resolve = "2wd"
evidence = ["note"]
warn = [0.5, 0.8]

[[ladder.tiers]]
key = "department"
name = { zh = "部门", en = "Department" }
owner = { duty = true }
resolve = "3wd"
when_late = "mark"

[ladder.emergency]
tier = "department"
first_opinion = "2h"
call_chain = ["dispatcher", "leader"]

[ladder.returns]
rule = "4wh"

[ladder.extension]
longest = "5wd"
approved_by = "supervisor"
rule = "1wd"

[ladder.shelving]
approved_by = "supervisor"
review = "30d"
rule = "2wd"

[ladder.follow_up]
within = "2wd"
calls_by = ["clerk"]
contest_within = "10d"

[ladder.strike_off]
by = ["system", "dispatcher"]

[ladder.orders]
urge_answer = "1wd"
order_answer = "2wd"

[retention]
personal_data = "365d"

[[messages]]
on = "register"
to = "asker"
text.zh = "已登记 {number}"
text.en = "Registered {number}"
"""

#: what is replaced, by what (the line with ⇐ is told), the sentence.
BROKEN: dict[str, tuple[str, str, str]] = {
    "no-quote": ('dispatch = "4wh"', 'dispatch = "4wh ⇐', "This is not TOML: Illegal character '\\n'."),
    "key-twice": (
        'dispatch = "4wh"',
        'dispatch = "4wh"\ndispatch = "5wh" ⇐',
        "This is not TOML: Cannot overwrite a value.",
    ),
    "no-value": ('dispatch = "4wh"', "dispatch = ⇐", "This is not TOML: Invalid value."),
    "unknown-key": (
        'rule = "1wd"',
        'rule = "1wd"\naproved_by = "leader" ⇐',
        "There is no word “aproved_by” here. Did you mean approved_by?",
    ),
    "unknown-part": ("[visits]", "[vists] ⇐", "There is no word “vists” here. Did you mean visits?"),
    "missing": ('longest = "5wd"\n', "", '“longest” is missing here. Add it: longest = "3wd"'),
    "missing-part": (
        '[retention]\npersonal_data = "365d"\n',
        "",
        "“retention” is missing here. Add it: retention = { personal_data = … }",
    ),
    "unknown-word": (
        '["household"]',
        '["houshold"] ⇐',
        "“houshold” is not one of the words that can stand here. Did you mean household?",
    ),
    "unknown-role": (
        'calls_by = ["clerk"]',
        'calls_by = ["clark"] ⇐',
        "“clark” is not one of the words that can stand here. Did you mean clerk?",
    ),
    "unknown-place-key": ("{ household = ", "{ houshold = ⇐ ", "“houshold” cannot stand here. Did you mean household?"),
    "bad-limit": ('resolve = "3wd"', 'resolve = "3 wd" ⇐', "“3 wd” is not a time limit."),
    "bare-limit": (
        'resolve = "3wd"',
        "resolve = 3 ⇐",
        '“3” is not a time limit. Write it in quotation marks, such as "3wd".',
    ),
    "long-limit": ('resolve = "3wd"', 'resolve = "9999wd" ⇐', "A limit in wd lies between 0 and 2500, not 9999."),
    "bad-key": (
        'key = "rest"',
        'key = "The Rest" ⇐',
        "“The Rest” cannot stand here. Write small letters, digits and dashes",
    ),
    "bad-version": (
        'version = "1"',
        'version = "one" ⇐',
        "“one” cannot stand here. Write numbers with dots between, such as 1.2.",
    ),
    "two-owners": (
        "owner = { duty = true }",
        'owner = { duty = true, role = "leader" } ⇐',
        "Name exactly one of steward, duty, role, body, unit_kind.",
    ),
    "not-a-list": (
        'calls_by = ["clerk"]',
        'calls_by = "clerk" ⇐',
        "“clerk” is not a list. Put it in square brackets: [ … ].",
    ),
    "not-yes-no": ("public = false", 'public = "no way" ⇐', "“no way” is neither true nor false."),
    "empty-list": ('by = ["system", "dispatcher"]', "by = [] ⇐", "The list is empty. Name at least one."),
    "empty-text": ('en = "Heating"', 'en = "" ⇐', "The text is empty. Write it."),
    "share-too-large": ("warn = [0.5, 0.8]", "warn = [0.5,\n  8] ⇐", "8 is too large. Write less than 1.0."),
    "category-twice": (
        'key = "conduct"',
        'key = "heating" ⇐',
        "The key “heating” is taken on line 19. Give one of them another key.",
    ),
    "route-twice": ('key = "rest"', 'key = "urgent" ⇐', "The key “urgent” is taken on line 37."),
    "tier-twice": ('key = "department"\nname', 'key = "steward" ⇐\nname', "The key “steward” is taken on line 51."),
    "word-twice": ('["暖气", "不热"]', '["暖气", "暖气"] ⇐', "“暖气” stands here a second time; first on line 22."),
    "short-word": ('"不热"', '"热" ⇐', "“热” is a single character: it occurs inside words of every other matter."),
    "unknown-category": (
        'categories = ["conduct"]',
        'categories = ["conduct", "heatin"] ⇐',
        "There is no category heatin. Did you mean heating?",
    ),
    "ledger-of-no-tier": (
        '[[routes]]\nkey = "urgent"',
        '[[ledgers]]\nkey = "city"\nname = { zh = "市", en = "C" }\ntiers = ["meeting"] ⇐\n[[routes]]\nkey = "urgent"',
        "There is no tier meeting.",
    ),
    "unknown-tier": ('tier = "steward"', 'tier = "stewart" ⇐', "There is no tier stewart. Did you mean steward?"),
    "unserved-subject": (
        'key = "urgent"',
        'key = "urgent"\nsubjects = ["business"] ⇐',
        "The programme does not serve business.",
    ),
    "closed-channel": (
        'key = "urgent"',
        'key = "urgent"\nchannels = ["open311", "web"] ⇐',
        "The channel open311 is not open.",
    ),
    "both-ways": (
        'hand_over = { body = "discipline-inspection" }',
        'hand_over = { body = "discipline-inspection" } ⇐\ntier = "steward"',
        "A case is either handed over or enters the ladder, not both.",
    ),
    "no-catch-all": (
        '[[routes]]\nkey = "rest"',
        '[[routes]] ⇐\nkinds = ["help"]\nkey = "rest"',
        "The last route has conditions: a case that meets none of the routes would go nowhere.",
    ),
    "shadowed": (
        '[[routes]]\nkey = "rest"',
        '[[routes]] ⇐\nkey = "late"\ncategories = ["conduct"]\n'
        'tier = "steward"\nreason = { zh = "一", en = "a" }\n\n[[routes]]\nkey = "rest"',
        "No case ever comes to the route late: the routes before it take them all (sealed).",
    ),
    "impossible": (
        '[[routes]]\nkey = "sealed"\n',
        '[[routes]] ⇐\nkey = "sealed"\nkinds = ["help"]\n',
        "No case can meet all conditions of the route sealed.",
    ),
    "no-duty": (
        '[[categories]]\nkey = "heating"\nname = { zh = "供暖", en = "Heating" }\nduty = "heating"',
        '[[categories]] ⇐\nkey = "heating"\nname = { zh = "供暖", en = "Heating" }',
        "The category heating names no duty, but on the tier department the unit with the duty takes it.",
    ),
    "idle-duty": (
        'kind = "complain"',
        'kind = "complain"\nduty = "inspection" ⇐',
        "No route brings the category conduct to the unit with the duty inspection.",
    ),
    "public-secret": (
        '[[categories]]\nkey = "conduct"\nname = { zh = "作风", en = "Conduct" }\nkind = "complain"\npublic = false',
        '[[categories]] ⇐\nkey = "conduct"\nname = { zh = "作风", en = "Conduct" }\nkind = "complain"',
        "The category conduct is handed over sealed and yet is public. Write public = false.",
    ),
    "no-end": (
        '[[ladder.tiers]]\nkey = "department"\nname = { zh = "部门", en = "Department" }\n'
        'owner = { duty = true }\nresolve = "3wd"',
        '[[ladder.tiers]] ⇐\nkey = "department"\nname = { zh = "部门", en = "Department" }\nowner = { duty = true }',
        "The tier department has no limit to resolve: a case could lie there for ever.",
    ),
    "nobody-above": (
        'resolve = "3wd"\nwhen_late = "mark"',
        'resolve = "3wd"',
        "The last tier department says escalate, but nobody is above it.",
    ),
    "subject-twice": (
        'subjects = ["household"]',
        'subjects = ["household", "household"] ⇐',
        "“household” stands here a second time",
    ),
    "same-owner": (
        "owner = { duty = true }",
        "owner = { steward = true } ⇐",
        "The tier department has the same owner as one before it: climbing would change nothing.",
    ),
    "falling-marks": (
        "warn = [0.5, 0.8]",
        "warn = [0.8, 0.5] ⇐",
        "The warnings of the tier steward do not rise: 0.8, 0.5.",
    ),
    "evidence-twice": ('evidence = ["note"]', 'evidence = ["note", "note"] ⇐', "“note” stands here a second time"),
    "arrival-asleep": (
        'arrive = "1h"',
        'arrive = "1wh" ⇐',
        "“1wh” stands still by night and on days off, but this cannot wait.",
    ),
    "emergency-asleep": (
        'first_opinion = "2h"',
        'first_opinion = "1wd" ⇐',
        "“1wd” stands still by night and on days off, but this cannot wait.",
    ),
    "no-time-by-kind": (
        'resolve = "2wd"',
        'resolve = "2wd"\nresolve_by_kind = { consult = "0wd" } ⇐',
        "A limit of nothing is late at once.",
    ),
    "no-time": ('dispatch = "4wh"', 'dispatch = "0wh" ⇐', "A limit of nothing is late at once."),
    "accept-too-long": ('accept = "1wd"', 'accept = "3wd" ⇐', "3wd for this is longer than the whole tier has: 2wd."),
    "extension-unit": (
        'longest = "5wd"',
        'longest = "40wh" ⇐',
        "No tier counts in wh, so nothing could be extended by 40wh.",
    ),
    "lane-tier": (
        '[ladder.emergency]\ntier = "department"',
        '[ladder.emergency]\ntier = "departement" ⇐',
        "There is no tier departement. Did you mean department?",
    ),
    "lane-unreached": (
        '[ladder.emergency]\ntier = "department"',
        '[ladder.emergency] ⇐\ntier = "steward"',
        "No route for emergencies leads to the lane's tier steward.",
    ),
    "nobody-called": ('call_chain = ["dispatcher", "leader"]', "call_chain = [] ⇐", "Nobody is told of an emergency."),
    "data-too-short": (
        'personal_data = "365d"',
        'personal_data = "5d" ⇐',
        "The asker's data go after 5d, but the case may be contested for 10d.",
    ),
    "too-many-visits": ('at_least = "30d"', 'at_least = "7d" ⇐', "A visit every 7d is more than 2 a month."),
    "keeper": (
        'call_chain = ["dispatcher", "leader"]',
        'call_chain = ["dispatcher", "auditor"] ⇐',
        "auditor keeps the system and opens no case, by the separation of duties.",
    ),
    "own-follow-up": (
        'calls_by = ["clerk"]',
        'calls_by = ["steward", "handler"] ⇐',
        "Only steward, handler may ring the askers, and they hold cases themselves",
    ),
    "nobody-calls": (
        'calls_by = ["clerk"]',
        "calls_by = [] ⇐",
        "Nobody may ring an asker who does not answer by themselves.",
    ),
    "own-strike-off": (
        'by = ["system", "dispatcher"]',
        'by = ["system", "steward"] ⇐',
        "steward holds cases on the tier steward and would strike off their own.",
    ),
    "system-alone": (
        'by = ["system", "dispatcher"]',
        'by = ["system"] ⇐',
        "The system alone cannot strike off a case whose asker left no name.",
    ),
    "own-extension": (
        'approved_by = "supervisor"\nrule',
        'approved_by = "handler" ⇐\nrule',
        "handler holds cases on the tier department and would grant their own request.",
    ),
    "own-shelving": (
        'approved_by = "supervisor"\nreview',
        'approved_by = "steward" ⇐\nreview',
        "steward holds cases on the tier steward and would grant their own request.",
    ),
    "one-judge": (
        '[ladder.returns]\nrule = "4wh"',
        '[ladder.returns] ⇐\nrule = "4wh"\nruled_by = "arbiter"',
        "arbiter rules on returns and is the arbiter too: there would be nobody to turn to.",
    ),
    "no-orders": ('order_answer = "2wd"', 'order_answer = "2wd"\nissued_by = [] ⇐', "Nobody may issue an order."),
    "no-stewards": (
        '[stewards]\ncovers = { household = "grid" }\n',
        "# ⇐⇐",
        "The tier steward goes to the steward, but the playbook has no stewards.",
    ),
    "uncovered": (
        'subjects = ["household"]',
        'subjects = ["household", "business"]',
        "The programme serves business, but no steward covers them.",
    ),
    "over-covered": (
        '{ household = "grid" }',
        '{ household = "grid", person = "grid" } ⇐',
        "The programme does not serve person.",
    ),
    "unknown-verb": ('on = "register"', 'on = "registr" ⇐', "There is no verb registr. Did you mean register?"),
    "unknown-filler": (
        'text.zh = "已登记 {number}"\ntext.en = "Registered {number}"',
        'text.zh = "已登记 {nummer}" ⇐\ntext.en = "Registered {number}"',
        "Nothing can be put in for {nummer}. Did you mean number?",
    ),
    "open-brace": ('text.en = "Registered {number}"', 'text.en = "Registered {number" ⇐', "The braces do not match."),
    "unlike-languages": (
        'text.zh = "已登记 {number}"',
        'text.zh = "已登记" ⇐',
        "The two languages do not say the same: {number} stands in one only.",
    ),
    "sealed-title": (
        'on = "register"\nto = "asker"\ntext.zh = "已登记 {number}"\ntext.en = "Registered {number}"',
        'on = "hand_over"\nto = "asker"\n'
        'text.zh = "{title} 已移交：{number}" ⇐\ntext.en = "{title} was handed over: {number}"',
        "Of a case that is handed over sealed asker may not be told {title}. Name nothing but {number}.",
    ),
    "sealed-link": (
        'on = "register"\nto = "asker"\ntext.zh = "已登记 {number}"\ntext.en = "Registered {number}"',
        'on = "hand_over"\nto = "asker"\ntext.zh = "已移交 {number} {link}" ⇐\ntext.en = "{number} {link}"',
        "Of a case that is handed over sealed asker may not be told {link}.",
    ),
    "sealed-holder": (
        'on = "register"\nto = "asker"',
        'on = "hand_over"\nto = "supervisor" ⇐',
        "Of a case that is handed over sealed only who receives it and who asked may hear.",
    ),
    "message-twice": (
        'text.en = "Registered {number}"\n',
        'text.en = "Registered {number}"\n\n[[messages]] ⇐\n'
        'on = "register"\nto = "asker"\ntext = { zh = "又", en = "again" }\n',
        "asker gets a message on register already, by line 100.",
    ),
    "not-chinese": ('zh = "管家先办。"', 'zh = "Steward" ⇐', "“Steward” is not Chinese."),
    "not-english": ('en = "The steward first."', 'en = "管家" ⇐', "“管家” is not English."),
}

#: Where the fault is told of a part that stands elsewhere than the change.
ELSEWHERE = {
    "missing": "[ladder.extension]",
    "missing-part": None,
    "nobody-above": '[[ladder.tiers]]\nkey = "department"',
    "no-stewards": "owner = { steward = true }",
    "uncovered": "covers = {",
}


def faults_in(folder: Path, text: str) -> list[Fault]:
    folder.mkdir()
    (folder / loader.FILE).write_text(text, "utf-8")
    return checker.faults_of(folder)


def test_the_playbook_that_the_others_are_made_from_is_right(tmp_path: Path) -> None:
    assert faults_in(tmp_path / "winter-care", GOOD) == []
    assert checker.checked(GOOD).key == "winter-care"


def line_told(name: str, text: str) -> int:
    if name in ELSEWHERE:
        mark = ELSEWHERE[name]
        return text[: text.index(mark)].count("\n") + 1 if mark else 1
    return text[: text.index("⇐")].count("\n") + 1


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_playbook_is_told_by_file_line_and_sentence(name: str, tmp_path: Path) -> None:
    old, new, sentence = BROKEN[name]
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, 1)
    line = line_told(name, text)
    faults = faults_in(tmp_path / "winter-care", text.replace("⇐", ""))
    told = [fault for fault in faults if sentence in f"{fault.sentence()} {fault.advice()}"]
    assert [(Path(fault.file).name, fault.line) for fault in told] == [("playbook.toml", line)], faults
    assert len(faults) == 1 or name in ECHOES, faults


#: Breaking one thing here makes another wrong as well.
ECHOES = {
    "no-time-by-kind",
    "category-twice",
    "unserved-subject",
    "both-ways",
    "unknown-place-key",
    "no-end",
    "tier-twice",
    "same-owner",
    "closed-channel",
    "lane-unreached",
    "impossible",
    "unknown-word",
    "no-duty",
    "idle-duty",
    "own-follow-up",
    "no-quote",
    "unknown-filler",
}


def test_all_faults_come_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace('version = "1"', 'version = "x"').replace('"4wh"', '"4 wh"', 1).replace("[visits]", "[vists]")
    faults = faults_in(tmp_path / "winter-care", text)
    assert [fault.path for fault in faults] == ["playbook.version", "vists", "ladder.dispatch"]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_the_folder_is_named_as_the_playbook(tmp_path: Path) -> None:
    (fault,) = faults_in(tmp_path / "summer", GOOD)
    assert (fault.line, fault.sentence()) == (3, "The key “winter-care” differs from the name of the folder, “summer”.")


def test_a_playbook_that_makes_no_sense_is_not_adopted() -> None:
    with pytest.raises(PlaybookError) as caught:
        checker.checked(GOOD.replace('tier = "steward"', 'tier = "nobody"'), "upload.toml")
    assert [(fault.file, fault.path) for fault in caught.value.faults] == [("upload.toml", "routes[2].tier")]


def test_a_missing_file_and_a_strange_encoding_are_told(tmp_path: Path) -> None:
    (fault,) = checker.faults_of(tmp_path)
    assert "There is no such file." in fault.told()
    (tmp_path / loader.FILE).write_bytes("[playbook]\nname = '管家'".encode("gb18030"))
    (fault,) = checker.faults_of(tmp_path)
    assert (fault.line, fault.sentence()) == (2, "This is not UTF-8.")


@pytest.mark.parametrize("key", loader.shipped())
def test_what_comes_with_the_package_is_right(key: str) -> None:
    assert [str(fault) for fault in checker.faults_of(loader.shipped()[key])] == []
