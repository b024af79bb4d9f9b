"""What can be imported into the registry, by the name that the command line uses."""

from guanjia.kernel.importing import Kind
from guanjia.registry.imports.businesses import BUSINESSES
from guanjia.registry.imports.codes import CODES
from guanjia.registry.imports.households import HOUSEHOLDS
from guanjia.registry.imports.officers import OFFICERS
from guanjia.registry.imports.places import PLACES
from guanjia.registry.imports.units import UNITS

KINDS: dict[str, Kind] = {kind.name: kind for kind in (PLACES, CODES, UNITS, OFFICERS, BUSINESSES, HOUSEHOLDS)}
