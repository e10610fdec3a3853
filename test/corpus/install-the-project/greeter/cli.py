import argparse
import os

from werkzeug.serving import run_simple
from werkzeug.wrappers import Request, Response


@Request.application
def application(request):
    return Response("hello\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--verbose", action="store_true")
    parser.parse_args()
    run_simple("0.0.0.0", int(os.environ["LISTEN_PORT"]), application)
