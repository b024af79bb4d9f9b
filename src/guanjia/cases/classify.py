"""Which category a text speaks of: learned from the district's own closed cases, and before there are enough of them
from the playbook's words.

Character n-grams with a linear model: 96 % on noisy five-class samples against 94 % for a word segmenter, at a
quarter of the time (docs/why/classifier.md). No weights are shipped; the model is trained in the background and kept
beside the database.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
from django.conf import settings

from guanjia.cases.models import Case
from guanjia.playbook.routing import suggest_category
from guanjia.playbook.schema import Playbook

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

#: Fewer closed cases than this say too little.
ENOUGH = 300
#: The newest so many are learned from: seconds, not minutes, and recent habits count.
MOST = 20_000
#: A category seen less often is not proposed.
SEEN_AT_LEAST = 5
_READ = 600


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`confidence` 0–1. `learned_from`: how many closed cases, 0 where the playbook's words decided; `words`: what
    spoke for it."""

    category: str
    confidence: float
    learned_from: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    pipeline: Pipeline
    learned_from: int


#: Models of this process, with the moment at which their file was written.
_models: dict[str, tuple[float, Model]] = {}


def train(programme: str) -> int:
    """Learn from the newest closed cases of a programme; from how many (0: too few, nothing changed)."""
    rows = list(
        Case.objects.filter(version__programme__key=programme, closed_at__isnull=False, sealed_to__isnull=True)
        .exclude(outcome__in=("merged", "withdrawn"))
        .order_by("-id")
        .values_list("title", "text", "category")[:MOST]
    )
    seen = Counter(category for _, _, category in rows)
    rows = [row for row in rows if seen[row[2]] >= SEEN_AT_LEAST]
    if len(rows) < ENOUGH or len({row[2] for row in rows}) < 2:
        return 0
    # Here alone, and where a learned model is read: two seconds of processor time and 100 MB, which no command and no
    # young district has to pay.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import SGDClassifier  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, max_features=200_000, sublinear_tf=True),
        SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=20, tol=1e-3, random_state=1),
    )
    pipeline.fit([_features(title, text) for title, text, _ in rows], [category for _, _, category in rows])
    _keep(programme, Model(pipeline, len(rows)))
    return len(rows)


def _file(programme: str) -> Path:
    return Path(settings.GUANJIA_MODELS) / f"{programme}.joblib"


def _keep(programme: str, model: Model) -> None:
    """For all processes of this district: written beside and moved into place, so that nobody reads half a model."""
    path = _file(programme)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    joblib.dump(model, beside)
    beside.replace(path)


def _learned_model(programme: str) -> Model | None:
    """The newest model, read again when its file changed. The folder is the district's own, like its database."""
    path = _file(programme)
    try:
        written = path.stat().st_mtime
    except OSError:
        return None
    known = _models.get(programme)
    if known is None or known[0] != written:
        known = _models[programme] = (written, joblib.load(path))
    return known[1]


def read_models() -> None:
    """Read what was learned, which the first suggestion of a process would wait for."""
    for file in Path(settings.GUANJIA_MODELS).glob("*.joblib"):
        _learned_model(file.stem)


def suggest(playbook: Playbook, title: str, text: str, *, most: int = 3) -> list[Suggestion]:
    """The likeliest categories, best first; none where nothing speaks for any."""
    model = _learned_model(playbook.key)
    if model is not None:
        return _learned(model, playbook, _features(title, text), most)
    found = suggest_category(f"{title} {text[:_READ]}", playbook)
    return [Suggestion(key, score, 0, tuple(words)) for key, score, words in found[:most]]


def _learned(model: Model, playbook: Playbook, features: str, most: int) -> list[Suggestion]:
    shares: Sequence[float] = model.pipeline.predict_proba([features])[0]
    ranked = sorted(zip(shares, model.pipeline.classes_, strict=True), reverse=True)
    return [
        Suggestion(str(key), round(float(share), 3), model.learned_from)
        for share, key in ranked
        if playbook.category(str(key)) is not None
    ][:most]


def _features(title: str, text: str) -> str:
    return f"{title} {text[:_READ]}".lower()
