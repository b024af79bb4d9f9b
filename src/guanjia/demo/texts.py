"""What people write: requests in many tones, and the sentences of those who work on them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guanjia.cases.actions.intake import first_words
from guanjia.demo.words import words

_SLOT = re.compile(r"\{(\w+)\}")
#: How many say no more than what it is about.
BY_HINT = 0.2
_ENDED = "。！？!?🙏👍"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a request comes from. `shop` is empty where a resident asks."""

    place: str
    building: str
    shop: str
    road: str


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes with one stream of chance."""

    luck: random.Random
    scene: Scene

    def fill(self, template: str, **given: str) -> str:
        return _SLOT.sub(lambda found: given.get(found[1]) or self._slot(found[1]), template)

    def _slot(self, name: str) -> str:
        luck = self.luck
        if name == "days":
            return str(luck.choice(words("requests")["shape"]["days"]))
        if name == "number":
            return str(luck.randrange(2, 10))
        if name == "money":
            return str(luck.choice((60, 128, 260, 380, 600, 980, 1280, 2600, 3800, 5000, 8600)))
        if name == "name":
            return luck.choice("王李张刘陈杨赵周吴徐")
        return str(getattr(self.scene, name, "有关单位"))

    def say(self, kind: str, **given: str) -> str:
        """One sentence of `acts.toml`."""
        return self.fill(self.luck.choice(words("acts")[kind]), **given)

    def request(self, category: str, hints: Sequence[str] = ()) -> tuple[str, str]:
        """(title, text); where the asker gave no title it is the first words. `hints`: words by which the playbook
        knows the category, so that what is learned of the demo knows more than the few problems written here."""
        luck, own = self.luck, words("requests")["category"][category]
        draw = luck.random()
        if hints and luck.random() < BY_HINT:
            problem = self.fill(luck.choice(words("requests")["shape"]["abouts"]), word=luck.choice(hints))
        else:
            problem = self.fill(luck.choice(own["problems"]))
        if draw < 0.07:
            text = luck.choice((f"{problem}！！", f"{problem}，有人管吗？", problem, f"{self.scene.place}{problem}"))
        else:
            text = self._letter(own, problem, long=draw > 0.975)
        text = self._human(text)
        return first_words(problem if luck.random() < 0.55 else text), text

    def _letter(self, own: Mapping[str, list[str]], problem: str, *, long: bool) -> str:
        luck, shape = self.luck, words("requests")["shape"]
        opening = luck.choice(shape["opens"]) + self.fill(
            luck.choice(shape["shop_wheres"] if self.scene.shop else shape["wheres"])
        )
        since = self.fill(luck.choice(shape["sinces"]))
        sentences = [f"{opening}{problem}" + (f"，{since}" if since else "")]
        if luck.random() < 0.7:
            sentences.append(self.fill(luck.choice(own["effects"])))
        tone = luck.random()
        if tone < 0.12:
            sentences.append(luck.choice(shape["angry"]))
        elif tone < 0.2:
            sentences.append(luck.choice(shape["kind"]))
        if long:
            more = luck.sample(shape["longer"], luck.randrange(4, len(shape["longer"])))
            sentences += [self.fill(one) for one in more]
            sentences.insert(luck.randrange(2, len(sentences)), self.fill(luck.choice(own["problems"])))
        elif luck.random() < 0.15:
            sentences.append(self.fill(luck.choice(shape["longer"])))
        sentences.append(self.fill(luck.choice(shape["asks"])))
        body = "".join(one if one[-1] in _ENDED else f"{one}{self._stop()}" for one in sentences)
        return body + luck.choice(shape["thanks"])

    def _stop(self) -> str:
        return self.luck.choice("。。。。。。，！")

    def _human(self, text: str) -> str:
        luck, shape = self.luck, words("requests")["shape"]
        if luck.random() < 0.05:
            text += luck.choice(shape["emoji"])
        if luck.random() < 0.06:
            right, wrong = luck.choice(shape["typos"])
            text = text.replace(right, wrong, 1)
        if luck.random() < 0.05:
            text = text.replace("。", " ").replace("，", " ")
        return text.strip()

    def emergency(self, category: str) -> tuple[str, str]:
        problem = self.fill(self.luck.choice(words("requests")["category"][category]["problems"]))
        return f"紧急：{self.scene.place}", self.say("emergency", problem=problem)

    def result(self, category: str, outcome: str) -> str:
        """What was done, as the asker reads it."""
        if outcome != "solved":
            return self.say(outcome)
        done = self.fill(self.luck.choice(words("requests")["category"][category]["done"]))
        return f"{done}。{self.luck.choice(words('acts')['resolve_ends'])}"


def share_of_businesses(category: str) -> float:
    return float(words("requests")["category"][category]["who"])


def weight(category: str) -> float:
    """How common, compared with the others."""
    return float(words("requests")["category"][category]["weight"])


def known(category: str) -> bool:
    return category in words("requests")["category"]
