from config.settings import url_of

PORTS = {"madre": 8001, "switch": 8002, "hermes": 8003, "hormiguero": 8004, "mcp": 8006, "shub": 8007, "spawner": 8008}
ROUTES = {name: url_of(name, port) for name, port in PORTS.items()}
