"""Each wall of the operating system, against a native process that wants out."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from evals.sandbox import walls
from evals.sandbox.walls import COVERS, Wall, in_reach

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has walls")

_PROCESS = f"""\
import ctypes, importlib.util, json, os, resource, signal, socket, struct, subprocess, sys, threading
spec = importlib.util.spec_from_file_location("walls", {str(Path(walls.__file__))!r})
walls = importlib.util.module_from_spec(spec)
sys.modules["walls"] = walls
spec.loader.exec_module(walls)
libc = ctypes.CDLL(None, use_errno=True)
asked = json.loads(sys.stdin.readline())
HOST = asked["host"]
place = ctypes.create_string_buffer(str(HOST.get("file")).encode())
room = ctypes.create_string_buffer(512)
vector = ctypes.create_string_buffer(struct.pack("=QQ", 4096, 8))
standing = walls.put_up(which=[walls.Wall(name) for name in asked["walls"]])
standing.seal()
def call(name, *values):
    number = walls._MACHINES[os.uname().machine][1][name]
    return libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, values))
reached, told = False, ""
try:
    reached = bool(eval(compile(asked["attack"], "attack", "eval")))
    told = os.strerror(ctypes.get_errno())
except OSError as error:
    told = str(error)
os.write(1, json.dumps([standing.names, reached, told]).encode() + b"\\n")
os._exit(0)
"""
"""Puts up the walls as the sandbox does, and then is hostile itself."""

ATTACKS = {
    "reads a file": "open(HOST['file']).read() == HOST['secret']",
    "writes a file": "open(HOST['file'], 'w').write('harmed')",
    "makes a file": "open(HOST['folder'] + '/new', 'w').close() is None",
    "removes a file": "os.unlink(HOST['file']) is None",
    "renames a file": "os.rename(HOST['file'], HOST['file'] + '2') is None",
    "links a file": "os.symlink('/', HOST['folder'] + '/link') is None",
    "makes a folder": "os.mkdir(HOST['folder'] + '/new') is None",
    "lists a folder": "os.listdir(HOST['folder'])",
    "looks at a file": "os.stat(HOST['file'])",
    "looks at it by statx": "call('statx', -100, ctypes.addressof(place), 0, 1, ctypes.addressof(room)) == 0",
    "changes a mode": "os.chmod(HOST['file'], 0o777) is None",
    "changes a date": "os.utime(HOST['file']) is None",
    "cuts a file": "os.truncate(HOST['file'], 0) is None",
    "goes elsewhere": "os.chdir(HOST['folder']) is None",
    "reads the key of a process": "HOST['secret'] in open(f\"/proc/{HOST['victim']}/environ\").read()",
    "opens the memory of a process": "open(f\"/proc/{HOST['victim']}/mem\", 'rb')",
    "looks into the memory of a process": "(at := ctypes.addressof(vector)) and "
    "call('process_vm_readv', HOST['victim'], at, 1, at, 1, 0) == -1 and ctypes.get_errno() == 14",
    "traces a process": "call('ptrace', 16, HOST['victim'], 0, 0) == 0",
    "kills a process": "os.kill(HOST['victim'], signal.SIGKILL) is None",
    "stops its parent": "os.kill(os.getppid(), 0) is None",
    "kills by a descriptor": "signal.pidfd_send_signal(os.pidfd_open(HOST['victim']), 9) is None",
    "has a pipe kill": "walls.fcntl.fcntl(0, 8, HOST['victim']) == 0",
    "connects": "socket.create_connection(('127.0.0.1', HOST['tcp']), 5)",
    "sends a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'out', ('127.0.0.1', HOST['udp']))",
    "listens": "socket.create_server(('127.0.0.1', 0))",
    "connects to an abstract socket": "socket.socket(socket.AF_UNIX).connect(HOST['abstract']) is None",
    "connects to a socket in a folder": "socket.socket(socket.AF_UNIX).connect(HOST['socket']) is None",
    "a raw netlink socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "io_uring": "call('io_uring_setup', 1, ctypes.addressof(room)) > 0",
    "bpf": "call('bpf', 0, 0, 0) == 0 or ctypes.get_errno() != 1",
    "keys of the kernel": "call('keyctl', 0, -3, 1, 0, 0) > 0",
    "a namespace": "libc.unshare(0x10000000) == 0",
    "memory that can be executed as a file": "call('memfd_create', ctypes.addressof(place), 0) > 0",
    "forks": "(child := os.fork()) == 0 and os._exit(0) or os.waitpid(child, 0)",
    "forks by the oldest call": "os.uname().machine != 'x86_64' or (libc.syscall(57) or os._exit(0)) > 0",
    "runs a program": "subprocess.run([sys.executable, '-c', ''], check=True)",
    "becomes a program": "os.execv('/bin/true', ['true'])",
    "leaves its group": "os.setsid() or True",
    "frees itself of its parent's death": "libc.prctl(1, 0, 0, 0, 0) == 0",
    "raises a limit": "resource.setrlimit(7, resource.getrlimit(7)) is None",
    "an old system call's table": "os.uname().machine != 'x86_64' or libc.syscall(0x40000000 | 39) > 0",
    "gains rights": "libc.prctl(39, 0, 0, 0, 0) == 0",
}
"""Each is true where it succeeds."""

SECCOMP_STOPS = (
    *("connects", "sends a datagram", "listens", "connects to an abstract socket", "a raw netlink socket"),
    *("connects to a socket in a folder", "kills a process", "stops its parent", "kills by a descriptor"),
    *("has a pipe kill", "looks into the memory of a process", "traces a process", "io_uring", "bpf"),
    *("keys of the kernel", "a namespace", "leaves its group", "raises a limit"),
    "frees itself of its parent's death",
)
FILES = (
    *("reads a file", "writes a file", "makes a file", "removes a file", "renames a file", "links a file"),
    *("makes a folder", "lists a folder", "cuts a file"),
)
STOPS: dict[Wall, tuple[str, ...]] = {
    Wall.NO_NEW_PRIVS: ("gains rights",),
    Wall.USER_NAMESPACE: (
        *("reads the key of a process", "opens the memory of a process", "traces a process"),
        "looks into the memory of a process",
    ),
    Wall.NETWORK_NAMESPACE: ("connects", "sends a datagram", "connects to an abstract socket"),
    Wall.LANDLOCK_FILES: (*FILES, "reads the key of a process", "opens the memory of a process"),
    Wall.LANDLOCK_TCP: ("connects", "listens"),
    Wall.LANDLOCK_SCOPES: (
        *("connects to an abstract socket", "kills a process", "stops its parent", "kills by a descriptor"),
    ),
    Wall.SECCOMP: SECCOMP_STOPS,
    Wall.SEALED: (
        *FILES,
        *("looks at a file", "looks at it by statx", "changes a mode", "changes a date"),
        *("goes elsewhere", "reads the key of a process", "opens the memory of a process"),
        *("forks", "forks by the oldest call", "runs a program", "becomes a program"),
    ),
}
NEEDS = {Wall.NETWORK_NAMESPACE: (Wall.USER_NAMESPACE,), Wall.SEALED: (Wall.SECCOMP,)}
"""Walls that are not to be had without others."""
UNTESTABLE = frozenset({"gains rights", "a raw netlink socket"})
"""What is not done without a wall either, or not in every place."""


@dataclass(frozen=True, slots=True)
class Host:
    """What a process must not reach, in the words of the attacks."""

    facts: dict[str, object]
    victim: "subprocess.Popen[bytes]"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A file, sockets, and a process with a key in its environment, all of the same user."""
    secret = secrets.token_hex(16)
    file = tmp_path / "secret.txt"
    file.write_text(secret)
    victim = subprocess.Popen([sys.executable, "-c", "input()"], env={"KEY": secret}, stdin=subprocess.PIPE)
    abstract = f"cantwont-{secret}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as named,
    ):
        udp.bind(("127.0.0.1", 0))
        unix.bind("\0" + abstract)
        unix.listen()
        place = str(tmp_path / "s")
        named.bind(place)
        named.listen()
        facts = {"file": str(file), "folder": str(tmp_path), "secret": secret, "victim": victim.pid}
        facts |= {
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "abstract": f"\0{abstract}",
            "socket": place,
        }
        yield Host(facts, victim)
    victim.kill()
    victim.communicate()


def attacked(host: Host, attack: str, *which: Wall) -> tuple[set[str], bool, str]:
    """The walls that stood, whether the attack succeeded, and what the system said."""
    request = {"walls": which, "attack": ATTACKS[attack], "host": host.facts}
    ran = subprocess.run(
        [sys.executable, "-I", "-B", "-c", _PROCESS],
        check=False,
        input=json.dumps(request) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    if not ran.stdout:  # it became something else, or was killed
        return set(map(str, which)), ran.returncode == 0, ran.stderr[-500:]
    # A child of a successful fork may speak first.
    standing, reached, told = json.loads(ran.stdout.splitlines()[-1])
    return set(standing), reached, told


@pytest.mark.parametrize(
    ("wall", "attack"),
    [(wall, attack) for wall, attacks in STOPS.items() for attack in attacks],
    ids=lambda value: value.value if isinstance(value, Wall) else value,
)
def test_a_wall_stops_a_hostile_process(wall: Wall, attack: str, host: Host) -> None:
    """Standing alone, with none of the others to help."""
    standing, reached, told = attacked(host, attack, wall, *NEEDS.get(wall, ()))
    if wall not in standing:
        pytest.skip(f"this kernel has no wall {wall.value}")
    assert not reached, told
    assert host.victim.poll() is None
    assert Path(str(host.facts["file"])).read_text() == host.facts["secret"]


@pytest.mark.parametrize("attack", sorted({a for those in STOPS.values() for a in those} - UNTESTABLE))
def test_without_walls_the_attacks_succeed(attack: str, host: Host) -> None:
    """So that the tests above can fail."""
    if attack in {"io_uring", "bpf", "keys of the kernel", "a namespace"}:
        pytest.skip("not every kernel has it, or grants it")
    standing, reached, told = attacked(host, attack)
    assert standing == set()
    assert reached, told


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_behind_all_walls_nothing_is_reached(attack: str, host: Host) -> None:
    """Together, as the sandbox puts them up."""
    standing, reached, told = attacked(host, attack, *Wall)
    missing = in_reach(standing)
    if missing:
        pytest.skip(f"this kernel leaves in reach: {', '.join(missing)}")
    assert not reached, told


def test_what_must_be_out_of_reach_is_kept_so_by_walls_that_are_tested() -> None:
    """And each of them for itself is enough."""
    assert set().union(*COVERS.values()) <= set(STOPS)
    assert in_reach(wall.value for wall in Wall) == ()
    assert in_reach(()) == tuple(COVERS)
    assert in_reach([Wall.SECCOMP, Wall.SEALED]) == ()


def test_threads_still_start_behind_all_walls() -> None:
    """The interpreter needs them."""
    code = _PROCESS.replace(
        'eval(compile(asked["attack"], "attack", "eval"))', "threading.Thread(target=print).start() is None"
    )
    request = json.dumps({"walls": list(Wall), "attack": "", "host": {}}) + "\n"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", code], input=request, capture_output=True, text=True, check=False
    )
    assert json.loads(ran.stdout.splitlines()[-1])[1], ran.stdout + ran.stderr


_ORPHAN = f"""\
import importlib.util, json, os, subprocess, sys, time
spec = importlib.util.spec_from_file_location("walls", {str(Path(walls.__file__))!r})
walls = importlib.util.module_from_spec(spec)
sys.modules["walls"] = walls
spec.loader.exec_module(walls)
sys.stdin.readline()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
assert walls.put_up(lifeline=0, which=[walls.Wall.PARENT_DEATH]).names == ("parent-death",)
print(child.pid, flush=True)
time.sleep(600)
"""
_STARTER = f"""\
import subprocess, sys
process = subprocess.Popen(
    [sys.executable, "-c", {_ORPHAN!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    start_new_session=True,
)
process.stdin.write("go\\n")
process.stdin.flush()
print(process.pid, process.stdout.readline(), flush=True)
sys.stdin.read()
"""


def test_a_killed_starter_takes_the_process_and_its_children_along() -> None:
    """Without a moment's delay, and whatever they are doing."""
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    pids = [int(word) for word in starter.stdout.readline().split()]
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    until = monotonic() + 5
    while any(map(_lives, pids)) and monotonic() < until:
        sleep(0.01)
    assert not any(map(_lives, pids))
    assert len(pids) == 2


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize(
    ("numbers", "header"),
    [
        (walls._X86_64, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        (walls._AARCH64, "/usr/include/asm-generic/unistd.h"),
    ],
    ids=["x86_64", "aarch64"],
)
def test_system_calls_have_their_kernels_numbers(numbers: dict[str, int], header: str) -> None:
    """As far as the headers are installed here."""
    if not os.access(header, os.R_OK):
        pytest.skip(f"there is no {header}")
    text = Path(header).read_text()
    kernel = {
        name.removeprefix("3264_"): int(number)
        for name, number in re.findall(r"^#define __NR_?(\w+)\s+(\d+)$", text, re.MULTILINE)
    }
    kernel["newfstatat"] = kernel.get("newfstatat", kernel.get("fstatat", -1))
    both = numbers | {name: number for name, number in walls._ANY.items() if name in kernel}
    assert {name: kernel[name] for name in both} == both
