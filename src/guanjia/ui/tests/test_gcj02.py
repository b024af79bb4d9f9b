import json
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[4] / "assets/js/gcj02.js"
NODE = Path(sys.executable).parent / "node"
#: WGS84 and GCJ-02 of three squares in three cities, as published beside the reference implementations.
PAIRS = [
    ((39.907333, 116.391083), (39.908736, 116.397327)),
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
]


def run(expression):
    source = f'import {{ toGcj02, fromGcj02 }} from "{MODULE.as_uri()}"; console.log(JSON.stringify({expression}))'
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", source], capture_output=True, text=True, check=True, timeout=30
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(("wgs", "gcj"), PAIRS)
def test_the_shift_and_its_inverse(wgs, gcj):
    there, back = run(f"[toGcj02(...{list(wgs)}), fromGcj02(...toGcj02(...{list(wgs)}))]")
    assert there == pytest.approx(gcj, abs=2e-5)
    assert back == pytest.approx(wgs, abs=1e-8)
