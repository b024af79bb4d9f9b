"""The smallest playbook with stewards: households by grid, businesses one by one."""

TEXT = """
[playbook]
key = "{key}"
version = "{version}"
name = {{ zh = "服务管家", en = "Stewards" }}
purpose = {{ zh = "人人有管家", en = "A steward for everybody" }}

[serves]
subjects = ["business", "household"]
enrol = "{enrol}"

[stewards]
covers = {{ business = "subject", household = "grid" }}
most_subjects = {most}

[[categories]]
key = "other"
name = {{ zh = "其他", en = "Other" }}

[[routes]]
key = "all"
tier = "steward"
reason = {{ zh = "管家先办", en = "The steward goes first" }}

[ladder]
dispatch = "4wh"

[[ladder.tiers]]
key = "steward"
name = {{ zh = "管家", en = "Steward" }}
owner = {{ steward = true }}
accept = "4wh"
resolve = "3wd"
when_late = "mark"

[ladder.returns]
rule = "1wd"

[ladder.extension]
longest = "3wd"
approved_by = "supervisor"
rule = "1wd"

[ladder.shelving]
approved_by = "leader"
review = "30d"
rule = "1wd"

[ladder.follow_up]
within = "2wd"
calls_by = ["clerk"]
contest_within = "15d"

[ladder.strike_off]
by = ["lead_office"]

[ladder.orders]
urge_answer = "1wd"
order_answer = "3wd"

[retention]
personal_data = "730d"
"""


def text(*, key: str = "stewards", version: str = "1.0", enrol: str = "all", most: int = 60) -> str:
    return TEXT.format(key=key, version=version, enrol=enrol, most=most)
