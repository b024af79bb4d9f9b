"""`forms` what is asked and answered · `visits` dated duties and visits · `patrols` trips and help given ·
`sweeps` sets of places each checked once · `works` quantities and adopted plots."""

from guanjia.fieldwork.models.forms import Answer, AnswerFile, Correction, FormVersion, Source
from guanjia.fieldwork.models.patrols import Help, Patrol
from guanjia.fieldwork.models.sweeps import Sweep, SweepPlace
from guanjia.fieldwork.models.visits import Outcome, Task, TaskEnd, Visit, VisitCase
from guanjia.fieldwork.models.works import Keeper, Plot, Work

__all__ = [
    "Answer",
    "AnswerFile",
    "Correction",
    "FormVersion",
    "Help",
    "Keeper",
    "Outcome",
    "Patrol",
    "Plot",
    "Source",
    "Sweep",
    "SweepPlace",
    "Task",
    "TaskEnd",
    "Visit",
    "VisitCase",
    "Work",
]
