"""What happened to a request, in the words of those who asked."""

from __future__ import annotations

from django.utils.translation import gettext as translate

from guanjia.kernel.text import gettext_noop as _

#: verb → (sentence, icon, tone). %(to)s is who has it now; the sentence without it stands under "verb:".
_SAID: dict[str, tuple[str, str, str]] = {
    "register": (_("The request was taken in"), "inbox", "blue"),
    "dispatch": (_("It was given to %(to)s"), "send", "blue"),
    "dispatch:": (_("It was given to the people in charge"), "send", "blue"),
    "accept": (_("Somebody has begun to work on it"), "steward", "blue"),
    "join": (_("Somebody else asked the same"), "users", "neutral"),
    "merge": (_("It goes on together with another request about the same"), "merge", "neutral"),
    "withdraw": (_("A person who asked withdrew"), "return", "neutral"),
    "add": (_("Something was added by who asked"), "plus", "neutral"),
    "ask": (_("We have a question"), "question", "amber"),
    "answer": (_("The question was answered"), "message", "neutral"),
    "call": (_("Somebody was asked to come at once"), "walk", "amber"),
    "arrive": (_("Somebody came"), "locate", "green"),
    "first_opinion": (_("A first opinion was given"), "message", "blue"),
    "transfer": (_("It was passed on to %(to)s"), "transfer", "neutral"),
    "transfer:": (_("It was passed on"), "transfer", "neutral"),
    "escalate": (_("It went one step up, to %(to)s"), "escalate", "amber"),
    "escalate:": (_("It went one step up"), "escalate", "amber"),
    "return": (_("Who had it says that it belongs to others; somebody decides on that"), "return", "neutral"),
    "rule_return": (_("It was decided who deals with it"), "check", "neutral"),
    "designate": (_("It was laid down who deals with it: %(to)s"), "check", "neutral"),
    "designate:": (_("It was laid down who deals with it"), "check", "neutral"),
    "request_extension": (_("More time was asked for; somebody decides on that"), "clock", "neutral"),
    "decide_extension": (_("It was decided whether there is more time"), "clock", "neutral"),
    "decide_shelving": (_("It was decided whether it has to wait"), "shelve", "neutral"),
    "unshelve": (_("The waiting is over, work goes on"), "redo", "blue"),
    "expire": (_("The time limit passed; those above were told"), "level-late", "red"),
    "urge": (_("The people in charge were urged"), "urge", "amber"),
    "resolve": (_("The result is there"), "check-circle", "green"),
    "follow_up": (_("Who asked was heard about the result"), "star", "green"),
    "redo": (_("Who asked is not content: it is done again"), "redo", "amber"),
    "contest": (_("Who asked does not agree with the result"), "redo", "amber"),
    "strike_off": (_("The request is closed"), "check-circle", "green"),
    "hand_over": (_("It was handed over"), "hand-over", "neutral"),
}

#: What the clock that runs out next means for who waits.
PROMISES = {
    "dispatch": _("We pass it to the people in charge by"),
    "accept": _("Somebody takes it up by"),
    "arrive": _("Somebody is with you by"),
    "first_opinion": _("You hear a first opinion by"),
    "resolve": _("You have a result by"),
    "follow_up": _("We ask whether you are content by"),
    "review": _("We look again at whether it can go on by"),
    "answer": _("Those who were urged answer by"),
    "ruling": _("It is decided who deals with it by"),
}

STATES = {
    "registered": _("Being passed on"),
    "assigned": _("About to be taken up"),
    "working": _("Being worked on"),
    "resolved": _("Done, waiting for your word"),
    "closed": _("Done and closed"),
    "shelved": _("Has to wait"),
    "handed_over": _("Handed over"),
}

#: The same for everybody else.
PUBLIC_STATES = {**STATES, "resolved": _("Done, waiting for the word of who asked")}


def happened(verb: str, told: str, to: str = "") -> dict[str, str]:
    """title, icon and tone of a line of the timeline; `told` is its message id where we have no words of our own."""
    sentence, icon, tone = _SAID.get(f"{verb}:" if not to else verb) or _SAID.get(verb) or (told, "info", "neutral")
    title = translate(sentence)
    return {"title": title % {"to": to} if "%(to)s" in title else title, "icon": icon, "tone": tone}
