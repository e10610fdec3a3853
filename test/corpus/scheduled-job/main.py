import pathlib

import requests
import yaml

state = pathlib.Path("/var/lib/job/state.yaml")
state.write_text(yaml.safe_dump({"requests": requests.__version__}))
print(state.read_text())
