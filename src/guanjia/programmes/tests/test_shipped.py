"""Every playbook that comes with guanjia can be adopted as it stands, and is complete by itself afterwards."""

from __future__ import annotations

import pytest

from guanjia.playbook import loader
from guanjia.playbook.forms import of_workbook
from guanjia.programmes import actions, queries
from guanjia.programmes.tests.conftest import Scheme


@pytest.mark.slow
def test_each_is_adopted_with_all_that_it_names(scheme: Scheme) -> None:
    for key, folder in loader.shipped().items():
        version = actions.adopt(scheme.administrator, folder, at=scheme.at)
        kept = queries.playbook_of(version.pk)
        assert kept == loader.load(folder), key
        assert set(version.files) == set(kept.files), key
        for use in kept.forms:
            form = of_workbook(use.file, version.files[use.file])
            assert {bound.item for bound in use.bound} <= {row.get("name") for row in form.survey}, key
        assert actions.adopt(scheme.administrator, folder, at=scheme.later()) == version
