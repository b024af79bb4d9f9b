"""Names that no playbook writes."""

#: Key of the tasks that the cadence makes; a playbook's own keys have no dot in them.
VISIT = "visits.at_least"
