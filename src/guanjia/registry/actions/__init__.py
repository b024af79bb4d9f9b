"""Every change of the registry. Each checks who may, writes, and leaves an audit entry and a message in the
same transaction.
"""

from guanjia.registry.actions.organisation import (
    Replacement,
    appoint_officer,
    close_post,
    close_unit,
    create_officer,
    create_post,
    create_unit,
    relieve_officer,
    replace_officer,
)
from guanjia.registry.actions.places import (
    add_alias,
    close_place,
    create_place,
    move_place,
    recode_place,
    rename_place,
    set_boundary,
)
from guanjia.registry.actions.redraw import (
    GridPart,
    Succession,
    merge_courtyards,
    merge_grids,
    redraw_grid,
    split_grid,
)
from guanjia.registry.actions.subjects import (
    close_subject,
    create_business,
    create_household,
    create_person,
    move_household,
    record_contact,
    update_business,
    update_household,
    update_person,
)
from guanjia.registry.actions.work_calendar import load_notice, seed_calendar, set_unit_hours

__all__ = [
    "GridPart",
    "Replacement",
    "Succession",
    "add_alias",
    "appoint_officer",
    "close_place",
    "close_post",
    "close_subject",
    "close_unit",
    "create_business",
    "create_household",
    "create_officer",
    "create_person",
    "create_place",
    "create_post",
    "create_unit",
    "load_notice",
    "merge_courtyards",
    "merge_grids",
    "move_household",
    "move_place",
    "recode_place",
    "record_contact",
    "redraw_grid",
    "relieve_officer",
    "rename_place",
    "replace_officer",
    "seed_calendar",
    "set_boundary",
    "set_unit_hours",
    "split_grid",
    "update_business",
    "update_household",
    "update_person",
]
