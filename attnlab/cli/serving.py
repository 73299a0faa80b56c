"""Starting the app: Streamlit on the pages that come with attnlab, in this process."""

from __future__ import annotations

import argparse
import errno
import os
import runpy
import socket
import sys
from argparse import Namespace

import psutil

from attnlab import resources
from attnlab.cli.output import tell
from attnlab.cli.plans import UsageError
from attnlab.data.shared_folders import FOLDERS, is_loopback

PORT = 8501
"""Streamlit's usual one."""

PORTS_TRIED = 100
LOOPBACK = "localhost"
LOOPBACK_NAMES = (LOOPBACK, "127.0.0.1", "::1")
SERVER = "attnlab.compat.streamlit_server"
_INTERNET = (socket.AF_INET, socket.AF_INET6)
HIGHEST_PORT = 65535


def add_app(app: argparse.ArgumentParser) -> None:
    """The arguments of `attnlab app`."""
    app.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help=f"default: {PORT}, or the next that is free",
    )
    app.add_argument(
        "--address",
        default=LOOPBACK,
        metavar="A",
        help="what to listen at, such as 0.0.0.0 for every network this machine is in. There are "
        "no accounts without sign-in (docs/trust.md): whoever can open the app can read, train and "
        "delete every study, and look at "
        f"data in the folders that {FOLDERS} names; default: only this machine can open the app",
    )
    app.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further host name under which the app may be opened, such as that of a proxy, or "
        "*.example.org; given as often as there are names. Those of this machine are known",
    )


def app(given: Namespace) -> int:
    """Serve the app until Ctrl-C.

    Streamlit ends this process, so this returns only by SystemExit. Raises UsageError for an
    address or port that cannot be had, and MissingFileError if the app was not installed.
    """
    script = resources.existing(resources.APP)
    port = _free_port(given.address) if given.port is None else given.port
    if given.port is not None and not _is_free(given.address, port):
        raise UsageError(f"port {port} is taken: give another --port, or none for a free one")
    # The colours and all else are in .streamlit/config.toml, which Streamlit reads beside the app.
    # What is given here also holds against its environment variables.
    options = {
        "server.address": given.address,
        "server.port": str(port),
        "server.showEmailPrompt": "false",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    hosts = [*_hosts(given.address), *given.allow_host]
    flags += [part for name in hosts for part in ("--server.allowedHosts", name)]
    sys.argv = ["streamlit", "run", str(script), *flags]
    if not is_loopback(given.address):
        tell(
            f"without sign-in, whoever can open the app at {given.address} can read, train and "
            "delete every study; "
            f"data are opened in uploads and the folders in {FOLDERS} "
            f"({os.environ.get(FOLDERS) or 'none'})"
        )
    runpy.run_module(SERVER, run_name="__main__", alter_sys=True)
    return 0


def _hosts(address: str) -> list[str]:
    """The names under which a browser may ask for the app that listens at this address."""
    names = dict.fromkeys((*LOOPBACK_NAMES, address))
    if not is_loopback(address):
        own = socket.gethostname()
        names |= dict.fromkeys((own, f"{own}.local", socket.getfqdn()))
        addresses = [each for of_card in psutil.net_if_addrs().values() for each in of_card]
        numbers = [each.address for each in addresses if each.family in _INTERNET]
        names |= dict.fromkeys(number.partition("%")[0] for number in numbers)
    return [name for name in names if name]


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"{text} is no port: give 1 to {HIGHEST_PORT}")
    return int(text)


def _free_port(address: str) -> int:
    """The usual port or the next free one, which a message then names."""
    for port in range(PORT, PORT + PORTS_TRIED):
        if _is_free(address, port):
            if port != PORT:
                tell(f"port {PORT} is taken; the app is at port {port}")
            return port
    raise UsageError(f"ports {PORT} to {PORT + PORTS_TRIED - 1} are all taken: give a --port")


def _is_free(address: str, port: int) -> bool:
    """Whether a server can listen there; raises UsageError for an address that is not ours."""
    try:
        infos = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"there is no address {address}: {error}") from error
    free = False
    for family, kind, protocol, _, place in infos:
        try:
            with socket.socket(family, kind, protocol) as probe:
                if sys.platform != "win32":  # there it would share a port that is in use
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
                probe.listen()
                free = True
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            if error.errno in (errno.EACCES, errno.EPERM):
                raise UsageError(f"port {port} is for administrators: give another") from error
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):  # no IPv6 here
                raise UsageError(f"cannot listen at {address}: {error.strerror}") from error
    if not free:
        raise UsageError(f"{address} is no address of this machine")
    return True
