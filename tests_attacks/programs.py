"""Programs that want out of the sandbox, or to bring it down; and native processes behind its walls."""

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from evals.errors import NotStarted
from evals.sandbox.find_program import Program
from evals.sandbox.sandbox import SandboxLimits, run_program
from evals.sandbox.walls import Wall, in_reach
from tests.evals.sandbox import test_walls
from tests_attacks.outcome import Harm, Outcome

LIMITS = SandboxLimits(seconds=0.2, memory=64 << 20, output=1 << 20)
_ALLOWED = 90.0
"""Seconds by the clock in which a program of these limits is over, on a busy machine."""

# What a program would do if it could; {file}, {folder}, {port} and {new} are the host's.
_READS = (
    "__import__('io').open({file}).read()",
    "__import__('codecs').open({file}).read()",
    "__import__('os').read(__import__('os').open({file}, 0), 99)",
    "__import__('posix').open({file}, 0)",
    "__import__('linecache').getlines({file})",
    "__import__('tokenize').open({file}).read()",
    "__import__('fileinput').input({file}).readline()",
    "__import__('runpy').run_path({file})",
    "__import__('mmap').mmap(__import__('os').open({file}, 0), 0)",
    "__import__('pathlib').Path({file}).read_bytes()",
    "list(__import__('pathlib').Path({folder}).rglob('*'))",
    "__import__('glob').glob({folder} + '/*')",
    "__import__('shutil').copyfile({file}, {new})",
    "__import__('csv').reader(open({file}))",
    "__import__('gzip').open({file}).read()",
    "__import__('zipfile').ZipFile({file})",
    "__import__('sqlite3').connect({file})",
    "__import__('configparser').ConfigParser().read({file})",
    "__import__('importlib.util').util.spec_from_file_location('x', {file}).loader.load_module()",
    "__import__('importlib.resources').resources.files('evals')",
    "__import__('pkgutil').get_data('evals', 'errors.py')",
    "__import__('inspect').getsource(__import__('json'))",
    "__import__('pickle').loads(b'cos\\nsystem\\n(S\\'id\\'\\ntR.')",
    "__import__('marshal').loads(b'\\xe3')",
    "__import__('shelve').open({new})",
    "__import__('tempfile').mkdtemp(dir={folder})",
    "__import__('os').environ.copy()",
    "__import__('os').environb",
    "__import__('os').getenvb(b'CANTWONT_CANARY')",
    "__import__('os').popen('cat ' + {file}).read()",
    "__import__('os').execv('/bin/sh', ['sh'])",
    "__import__('os').posix_spawn('/bin/sh', ['sh'], {{}})",
    "__import__('os').memfd_create('x')",
    "__import__('os').symlink('/', {new})",
    "__import__('os').mkfifo({new})",
    "__import__('os').listdir('/proc/self/fd')",
    "__import__('os').scandir({folder})",
    "__import__('os').walk({folder})",
    "__import__('os').chdir({folder})",
    "__import__('os').setuid(0)",
    "__import__('subprocess').check_output(['cat', {file}])",
    "__import__('multiprocessing').Process(target=print).start()",
    "__import__('concurrent.futures').futures.ProcessPoolExecutor().submit(print)",
    "__import__('_thread').start_new_thread(print, ())",
    "__import__('pty').spawn('/bin/sh')",
    "__import__('ctypes').CDLL(None).getenv(b'CANTWONT_CANARY')",
    "__import__('_ctypes').dlopen('libc.so.6', 0)",
    "__import__('cffi').FFI().dlopen(None)",
    "__import__('socket').create_connection(('127.0.0.1', {port}))",
    "__import__('_socket').socket().connect(('127.0.0.1', {port}))",
    "__import__('ssl').get_server_certificate(('127.0.0.1', {port}))",
    "__import__('http.client').client.HTTPConnection('127.0.0.1', {port}).request('GET', '/')",
    "__import__('ftplib').FTP().connect('127.0.0.1', {port})",
    "__import__('smtplib').SMTP('127.0.0.1', {port})",
    "__import__('xmlrpc.client').client.ServerProxy('http://127.0.0.1:{port}').x()",
    "__import__('webbrowser').open('http://127.0.0.1:{port}')",
    "__import__('logging.handlers').handlers.SocketHandler('127.0.0.1', {port}).createSocket()",
    "__import__('asyncio').run(__import__('asyncio').create_subprocess_shell('id'))",
    "__import__('gc').get_objects()",
    "__import__('sys').modules['os'].environ",
    "__import__('sys').settrace(print)",
    "__import__('sys').addaudithook(print)",
    "__import__('sys')._current_frames()",
    "__import__('atexit').register(print)",
    "__import__('signal').signal(15, print)",
    "__import__('resource').setrlimit(7, (9, 9))",
    "__import__('fcntl').fcntl(0, 8, 1)",
    "__import__('platform').uname()",
    "__import__('getpass').getuser()",
    "__import__('pwd').getpwall()",
    "__import__('site').getsitepackages()",
    "__import__('code').interact()",
    "__import__('types').CodeType",
    "__import__('types').FunctionType(compile('open({file})', 'x', 'eval'), {{}})()",
    "__import__('typing').get_type_hints(type('X', (), {{'__annotations__': {{'x': 'open({file})'}}}}))",
    "__import__('collections').namedtuple('x', 'a')(open({file})).a.read()",
    "__import__('string').Formatter().vformat('{{0.__init__.__globals__}}', ([],), {{}})",
    "'{{x.__class__.__mro__[1].__subclasses__}}'.format(x=[])",
    "[].__class__.__base__.__subclasses__()",
    "(lambda: 0).__globals__",
    "(lambda: 0).__code__.co_consts",
    "print.__self__.__import__('os')",
    "type(type)('X', (), {{'__reduce__': open}})",
    "__builtins__.open({file}).read()",
    "__builtins__['open']({file}).read()",
    "globals()['__builtins__']",
    "vars(__import__('json'))['codecs'].open({file})",
    "__import__('json').codecs.open({file}).read()",
    "__import__('json').load(open({file}))",
    "__import__('re').sys.modules",
    "__import__('random')._os.listdir('/')",
    "__import__('random').SystemRandom()",
    "__import__('dataclasses').sys.modules",
    "__import__('datetime').sys.modules",
    "__import__('functools').reduce(getattr, ['__class__', '__base__'], [])",
    "getattr(__import__('math'), '__loader__').load_module('os')",
    "__loader__.load_module('os').listdir('/')",
    "__spec__.loader.get_data({file})",
    "exec(open({file}).read())",
    "eval(compile(open({file}).read(), 'x', 'exec'))",
    "open({new}, 'x').write('x')",
    "open(0).read(99)",
    "open(3, 'rb').read(99)",
    "open('/dev/fd/0').read(99)",
    "open('/proc/self/mem', 'rb').read(9)",
    "open('/proc/1/environ').read()",
    "open('/proc/self/root' + {file}).read()",
    "open('//' + {file}).read()",
    "open('file://' + {file}).read()",
    "open({file}.encode()).read()",
    "input({file})",
    "breakpoint()",
    "exit(open)",
    "help(open)",
)
_PLACES = (
    "print({it})",
    "def solve():\n    return [{it}]",
    "def solve(x={plain}):\n    return x()",
    "class A:\n    x = {it}\nprint(A.x)",
    "print([{it} for _ in range(2)])",
    "print((lambda: {it})())",
    "print(f'{{{it}!r}}')",
    "try:\n    1 / 0\nexcept Exception:\n    print({it})",
    "try:\n    raise ValueError({it})\nexcept ValueError as e:\n    print(e)",
    "try:\n    pass\nfinally:\n    print({it})",
    "class A:\n    def __init__(self):\n        self.x = {it}\ndef solve():\n    return [A().x]",
    "class A:\n    def __repr__(self):\n        return str({it})\nprint(A())",
    "class A:\n    def __len__(self):\n        print({it})\n        return 1\nprint(len(A()))",
    "def d(f):\n    print({it})\n    return f\n@d\ndef solve():\n    return [1]",
    "print(sorted([2, 1], key=lambda x: str({it})))",
    "import re\nprint(re.sub('a', lambda m: str({it}), 'aa'))",
    "import json\nprint(json.dumps({it}, default=str))",
    "match 1:\n    case x if {it}:\n        print(x)",
    "x = None\nwhile (x := {it}):\n    print(x)\n    break",
    "async def f():\n    print({it})\nimport asyncio\nasyncio.run(f())",
    "code = {text}\nexec('print(' + code + ')')",
    "code = {text}\nprint(eval(code))",
    "print(*map(lambda _: {it}, [1]))",
    "assert not {it}, 'x'",
    "def f(*a, **k):\n    return {it}\nprint(f(**dict(a=1)))",
    "from functools import partial\nprint(partial(lambda x: {it}, 1)())",
    "def f():\n    global x\n    x = {it}\nf()\nprint(x)",
)
_GROWING = (
    *("x = x + x", "x.append(x[:])", "x = [x] * 100", "x += [0] * 100_000", "x = list(x) + [[]] * 1000"),
    *("d[len(d)] = 'k' * 10_000", "d = dict(d, **{str(len(d)): 'v' * 10_000})", "s.add((len(s), 'a' * 999))"),
    *("t = t + t", "t = t.replace('a', 'aa')", "t = ''.join([t, t])", "t = t.zfill(len(t) * 2)"),
    "t = t % () + t",
    *("n = n * n", "n = n << n % 9999", "n = n ** 3", "n = int('9' * 4000) * n", "n = (n + 1) * 10 ** 9999"),
    *("b = b + b", "b = bytes(len(b) * 2)", "b = bytes(range(256)) * len(b)", "b = b.hex().encode()"),
    *("q.extend(range(10 ** 6))", "f = (lambda g: lambda: g())(f)", "g = [g, g]"),
    "e = ExceptionGroup('', [e])",
    *("print('y' * 9999)", "print(x)", "print(end='z')", "c()", "c(); c()", "time.sleep(9)", "pass"),
    *("it = itertools.chain(it, it)", "list(itertools.permutations(range(12)))", "sum(range(10 ** 9))"),
    *("re.match('(a|a)*b', 'a' * 30)", "re.sub('a*?', 'aa', t)", "json.loads('[' * 10 ** 6)"),
    "json.dumps(g)",
    *("str(n)", "'%0999999999d' % 1", "'{:>999999999}'.format(1)", "f'{1:99999999}'", "'a'.ljust(10 ** 10)"),
    *("sorted(range(10 ** 7), key=lambda a: -a)", "max(range(10 ** 9))", "zip(*[range(10 ** 6)] * 99)"),
    "hash(x[0])",
)
_BEGIN = (
    "import itertools, json, re, time\nfrom collections import deque\n"
    "x, d, s, t, n, b, q, g = [0], {}, set(), 'a', 3, b'a', deque(), []\n"
    "e = ValueError()\nit = iter([])\nf = lambda: 0\n"
    "def c():\n    return c2()\ndef c2():\n    return [c() for _ in range(3)]\n"
)
_LOOPS = (
    "while True:\n    {it}",
    "def solve():\n    {ours}\n    while True:\n        {it}",
    "while True:\n    try:\n        while True:\n            {it}\n    except BaseException:\n        pass",
    "for _ in itertools.count():\n    {it}",
    "def r(k):\n    {ours}\n    {it}\n    r(k + 1)\nr(0)",
    "def solve():\n    {ours}\n    for _ in range(10 ** 6):\n        {it}\n    return [x, t]",
    "class A:\n    def __eq__(self, o):\n        {ours}\n        while True:\n            {it}\nA() == A()",
)


@dataclass(frozen=True, slots=True)
class Host:
    """What a program must not reach."""

    secret: str
    file: Path
    listener: socket.socket

    @property
    def facts(self) -> dict[str, str]:
        """The words of the attacks."""
        folder = self.file.parent
        port = str(self.listener.getsockname()[1])
        return {
            "file": repr(str(self.file)),
            "folder": repr(str(folder)),
            "new": repr(f"{folder}/new"),
            "port": port,
        }

    def harmed(self) -> str | None:
        """Say what was reached; `None` if nothing was."""
        if [path.name for path in self.file.parent.iterdir()] != [self.file.name]:
            return "there is another file"
        if self.file.read_text() != self.secret:
            return "the file was changed"
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return None
        return "it connected"


@contextmanager
def host(base: Path) -> Iterator[Host]:
    """A secret in a file and in the environment, and a listener on the loopback interface."""
    secret = secrets.token_hex(16)
    folder = base / f"canary-{secret[:8]}"
    folder.mkdir()
    (folder / "secret.txt").write_text(secret)
    os.environ["CANTWONT_CANARY"] = secret
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Host(secret, folder / "secret.txt", listener)
    os.environ.pop("CANTWONT_CANARY", None)


def reaching(draw: Random, there: Host) -> str:
    """Draw a program that reaches for the host."""
    it = draw.choice(_READS).format(**there.facts)
    second = draw.choice(_READS).format(**there.facts)
    form = draw.choice(_PLACES)
    code = form.format(it=it, plain=f"lambda: {it}", text=repr(it))
    if draw.random() < 0.3:  # whatever becomes of the first, the second is tried
        code = f"try:\n    print({second})\nexcept BaseException:\n    pass\n{code}"
    return code


def bursting(draw: Random) -> str:
    """Draw a program that has no end, or no bounds."""
    it = draw.choice(_GROWING)
    if draw.random() < 0.5:
        it = f"{it}; {draw.choice(_GROWING)}"
    return _BEGIN + draw.choice(_LOOPS).format(it=it, ours="global x, d, t, n, b, g, e, f, it")


def attack(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Run programs that want out, and look at what they have reached."""
    del runs
    with _ONE, host(base) as there:
        before = _children()
        for number in range(times):
            code = bursting(draw) if number % 4 == 0 else reaching(draw, there)
            _try(code, there, found)
        time.sleep(0.2)
        if left := set(_children()) - set(before):
            found.note(Harm.ESCAPE, f"processes were left behind: {sorted(left)}")


_ONE = threading.Lock()
"""One host after another: children are counted."""


def _try(code: str, there: Host, found: Outcome) -> None:
    begun = time.monotonic()
    try:
        result = run_program(Program.of(code), LIMITS)
    except NotStarted as error:
        found.note(Harm.OTHER, f"{error}: {code!r}")
        return
    except Exception as error:
        found.note(Harm.TRACEBACK, f"{error!r}: {code!r}")
        return
    told = result.model_dump_json()
    harm: Harm | None = None
    why = there.harmed()
    if why is not None or there.secret in told:
        harm, why = Harm.ESCAPE, why or "it has the secret"
    elif time.monotonic() - begun > _ALLOWED:
        harm, why = Harm.HANG, f"it took {time.monotonic() - begun:.0f} s"
    elif len(result.text or "") > LIMITS.output or len(result.error or "") > 300:
        harm, why = Harm.OTHER, "it told more than it may"
    elif not (result.error or "").isprintable():
        harm, why = Harm.OTHER, "what it told is not printable"
    found.note(harm, f"{why}: {code!r}: {told[:300]}")


def _children() -> tuple[str, ...]:
    """The processes of the sandbox that this one has started and that still live."""
    found = []
    for task in Path("/proc/self/task").glob("*/children"):
        for pid in task.read_text().split():
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            if b"sandbox" in words or b"monty" in words:
                found.append(pid)
    return tuple(found)


# --- native processes

NATIVE = {
    "reads by openat2": "call('openat2', -100, ctypes.addressof(place), ctypes.addressof(room), 24) >= 0",
    "makes a link of a file": "os.link(HOST['file'], HOST['folder'] + '/new') is None",
    "makes a pipe": "os.mkfifo(HOST['folder'] + '/new') is None",
    "makes a device": "os.mknod(HOST['folder'] + '/new') is None",
    "removes a folder": "os.rmdir(HOST['folder']) is None",
    "changes an owner": "os.chown(HOST['file'], os.getuid(), os.getgid()) is None",
    "sets an attribute": "os.setxattr(HOST['file'], 'user.x', b'x') is None",
    "reads a link": "os.readlink('/proc/self/exe')",
    "asks for access": "os.access(HOST['file'], os.R_OK)",
    "looks at a file system": "os.statvfs(HOST['folder'])",
    "reads its parent's environment": "HOST['secret'] in open(f'/proc/{os.getppid()}/environ').read()",
    "reads its parent's memory": "open(f'/proc/{os.getppid()}/mem', 'rb')",
    "looks at processes": "os.listdir('/proc')",
    "reads its own status": "open('/proc/self/status').read()",
    "opens a terminal": "os.open('/dev/tty', os.O_RDWR)",
    "opens a disk": "os.open('/dev/sda', os.O_RDONLY)",
    "makes a terminal": "os.openpty()",
    "pretends to type": "walls.fcntl.ioctl(0, 0x5412, b'x') is None",
    "signals a group": "os.killpg(os.getpgid(HOST['victim']), signal.SIGKILL) is None",
    "signals by a thread": "call('tgkill', HOST['victim'], HOST['victim'], 9) == 0",
    "queues a signal": "call('rt_sigqueueinfo', HOST['victim'], 9, ctypes.addressof(room)) == 0",
    "takes a descriptor of a process": "call('pidfd_getfd', os.pidfd_open(HOST['victim']), 0, 0) >= 0",
    "writes the memory of a process": "(at := ctypes.addressof(vector)) and "
    "call('process_vm_writev', HOST['victim'], at, 1, at, 1, 0) == -1 and ctypes.get_errno() == 14",
    "compares processes": "call('kcmp', os.getpid(), HOST['victim'], 0, 0, 0) >= 0",
    "limits another process": "resource.prlimit(HOST['victim'], resource.RLIMIT_NOFILE, (9, 9))",
    "connects by IPv6": "socket.create_connection(('::1', HOST['tcp']), 5)",
    "sends a packet": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "sends a ping": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)",
    "a pair of sockets that listens": "socket.socketpair()[0].listen() is None",
    "virtual sockets": "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
    "the kernel's crypto": "socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)",
    "clones by the newest call": "libc.syscall(435, ctypes.addressof(room), 64) >= 0",
    "a process that shares memory": "call('clone', 0x4111, 0, 0, 0, 0) >= 0",
    "runs from a descriptor": "os.execve(os.open('/bin/true', os.O_RDONLY), ['true'], {})",
    "runs by execveat": "call('execveat', -100, ctypes.addressof(place), 0, 0, 0) == 0",
    "mounts": "call('mount', 0, ctypes.addressof(place), 0, 0x1000, 0) == 0",
    "changes its root": "os.chroot(HOST['folder']) is None",
    "a network of its own": "libc.unshare(0x40000000) == 0",
    "faults of its own": "call('userfaultfd', 0) >= 0",
    "watches files": "call('fanotify_init', 0, 0) >= 0",
    "reads the kernel's log": "call('syslog', 3, ctypes.addressof(room), 99) >= 0",
    "measures": "call('perf_event_open', ctypes.addressof(room), 0, -1, -1, 0) >= 0",
    "shares memory": "call('shmget', 0, 4096, 0o1600) >= 0",
    "a queue of messages": "call('msgget', 0, 0o1600) >= 0",
    "a file by its handle": "call('open_by_handle_at', -100, ctypes.addressof(room), 0) >= 0",
    "becomes another user": "os.setresuid(1, 1, 1) is None",
    "sets the clock": "__import__('time').clock_settime(0, 0) is None",
    "a name for the machine": "socket.sethostname('x') is None",
    "an interface of 32 bits": "libc.syscall(0x40000000 | 2, ctypes.addressof(place), 0) >= 0",
    "a call nobody knows": "libc.syscall(99999) >= 0",
    "another filter": "call('seccomp', 1, 8, ctypes.addressof(room)) >= 0",
}


def attack_native(base: Path, runs: list[Path], draw: Random, times: int, found: Outcome) -> None:
    """Be hostile in a process behind all walls, as if the interpreter had a hole."""
    del runs
    if not sys.platform.startswith("linux"):
        found.notes.append("no native processes: only Linux has walls")
        return
    chosen = [*NATIVE, *test_walls.ATTACKS]
    draw.shuffle(chosen)
    with _ONE, host(base) as there:
        victim = subprocess.Popen(
            [sys.executable, "-c", "input()"], env={"KEY": there.secret}, stdin=subprocess.PIPE
        )
        facts = {
            "file": str(there.file),
            "folder": str(there.file.parent),
            "secret": there.secret,
            "victim": victim.pid,
        }
        facts |= {"tcp": there.listener.getsockname()[1], "udp": there.listener.getsockname()[1]}
        facts |= {"abstract": f"\0cantwont-{there.secret}", "socket": str(there.file.parent / "s")}
        try:
            for name in chosen[:times]:
                attack_of = NATIVE.get(name) or test_walls.ATTACKS[name]
                standing, reached, told = _native(attack_of, facts)
                if missing := in_reach(standing):
                    found.notes.append(f"no native processes: without a wall are {' and '.join(missing)}")
                    return
                harmed = there.harmed() or (
                    "the other process has ended" if victim.poll() is not None else None
                )
                found.note(Harm.ESCAPE if reached or harmed else None, f"{name}: {harmed or told}")
        finally:
            victim.kill()
            victim.communicate()


def _native(attack_of: str, facts: dict[str, object]) -> tuple[list[str], bool, str]:
    request = json.dumps({"walls": [wall.value for wall in Wall], "attack": attack_of, "host": facts})
    command = [sys.executable, "-I", "-B", "-c", test_walls._PROCESS]
    try:
        ran = subprocess.run(  # noqa: S603 - our own words
            command, input=f"{request}\n", capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return [wall.value for wall in Wall], False, "it hung, and was killed"
    if not ran.stdout:  # it became something else, or was killed
        return [wall.value for wall in Wall], ran.returncode == 0, ran.stderr[-300:]
    standing, reached, told = json.loads(ran.stdout.splitlines()[-1])
    return standing, reached, told
