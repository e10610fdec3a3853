from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


def health(request):
    return JSONResponse({"status": "ok"})


app = Starlette(routes=[Route("/health", health)])
