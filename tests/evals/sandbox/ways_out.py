"""Programs that try to leave the sandbox, or to bring it down; FILE, FOLDER and PORT are filled in."""

from dataclasses import dataclass

from evals.sandbox.sandbox import Ended

UNABLE = frozenset({Ended.UNSUPPORTED, Ended.RAISED})
"""It is told that there is no such thing."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """One program, and how it may end."""

    name: str
    code: str
    ends: frozenset[Ended] = UNABLE


def _limited(name: str, code: str, *ends: Ended) -> WayOut:
    return WayOut(name, code, frozenset(ends))


def _solving(*lines: str) -> str:
    return "\n".join(("def solve():", *(f"    {line}" for line in lines)))


READ = "print(open(FILE).read())"
ENVIRON = "import os\nprint(dict(os.environ))"
CONNECT = "import socket\nsocket.create_connection(('127.0.0.1', PORT)).sendall(b'out')"
WRITE = "open(FILE, 'w').write('harmed')"

REACHING = (
    WayOut("reads a file", READ),
    WayOut("reads a file from the function", _solving("return [open(FILE).read()]")),
    WayOut("writes a file", WRITE),
    WayOut("makes a file", "with open(FOLDER + '/new', 'w') as file:\n    file.write('x')"),
    WayOut("makes a file where it stands", "open('new', 'w').write('x')"),
    WayOut("pathlib reads", "from pathlib import Path\nprint(Path(FILE).read_text())"),
    WayOut("pathlib removes", "from pathlib import Path\nPath(FILE).unlink()"),
    WayOut("pathlib looks around", "from pathlib import Path\nprint(list(Path('/').iterdir()))"),
    WayOut("os removes", "import os\nos.remove(FILE)"),
    WayOut("os lists", "import os\nprint(os.listdir(FOLDER))"),
    WayOut("climbs out by a relative path", "print(open('/main.py/../../../../../../..' + FILE).read())"),
    WayOut("reads /proc", "print(open('/proc/self/environ').read())"),
    WayOut("reads the memory of the process", "print(open('/proc/self/maps').read())"),
    WayOut("reads the environment", ENVIRON),
    WayOut("asks for a variable", "import os\nprint(os.getenv('CANTWONT_CANARY'))"),
    WayOut("connects", CONNECT),
    WayOut("fetches", "import urllib.request\nprint(urllib.request.urlopen('http://127.0.0.1:PORT').read())"),
    WayOut(
        "asynchronous connection", "import asyncio\nasyncio.run(asyncio.open_connection('127.0.0.1', PORT))"
    ),
    WayOut("a shell", "import os\nos.system('echo harmed > ' + FILE)"),
    WayOut("a process", "import subprocess\nsubprocess.run(['rm', FILE])"),
    WayOut("a fork", "import os\nwhile True:\n    os.fork()"),
    WayOut("leaves at once", "import os\nos._exit(0)"),
    WayOut("kills its parent", "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"),
    WayOut("a signal's handler", "import signal\nsignal.alarm(1)"),
    WayOut("native code", "import ctypes\nctypes.CDLL(None).system(b'true')"),
    WayOut("threads", "import threading\nthreading.Thread(target=print).start()"),
    WayOut("a pickle", "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'true'\\ntR.\")"),
    WayOut("imports by name", "__import__('os').system('true')"),
    WayOut("importlib", "import importlib\nimportlib.import_module('subprocess').run(['true'])"),
    WayOut("the project itself", "import evals.sandbox.sandbox"),
    WayOut("the library below", "import pydantic_monty"),
    WayOut("subclasses of everything", "print(().__class__.__base__.__subclasses__())"),
    WayOut("globals of a function", "print((lambda: 0).__globals__['__builtins__'])"),
    WayOut("globals of a built-in", "print(print.__self__)"),
    WayOut("code of a function", "(lambda: 0).__code__ = None"),
    WayOut("frames", "import sys\nprint(sys._getframe().f_back.f_globals)"),
    WayOut(
        "frames of an exception",
        "try:\n    1 / 0\nexcept Exception as e:\n    print(e.__traceback__.tb_frame)",
    ),
    WayOut("a format that looks inside", "print('{0.__class__.__init__.__globals__}'.format([]))"),
    WayOut("getattr with a computed name", "print(getattr([], '__cla' + 'ss__'))"),
    WayOut("globals()", "print(globals()['__builtins__'])"),
    WayOut("eval of an import", 'eval(\'__import__("os").system("true")\')'),
    WayOut("exec of a read", "path = FILE\nexec('print(open(path).read())')"),
    WayOut("compile", "exec(compile('import socket', 'x', 'exec'))"),
    WayOut("a debugger", "breakpoint()"),
    WayOut("a modified module", "import json\njson.dumps = print"),
)

_CATCH = "    except BaseException:\n        pass"
BURSTING = (
    _limited("an endless loop", "while True:\n    pass", Ended.TIMED_OUT),
    _limited("an endless function", _solving("while True:", "    pass"), Ended.TIMED_OUT),
    _limited(
        "an endless loop that catches all",
        f"while True:\n    try:\n        while True:\n            pass\n{_CATCH}",
        Ended.TIMED_OUT,
    ),
    _limited(
        "endless sleep", "import time\nwhile True:\n    time.sleep(1000)", Ended.TIMED_OUT, Ended.RAISED
    ),
    _limited("a list of all", "x = [0] * 10**12", Ended.MEMORY, Ended.TIMED_OUT),
    _limited(
        "a list that grows", "x = []\nwhile True:\n    x.append([0] * 1000)", Ended.MEMORY, Ended.TIMED_OUT
    ),
    _limited(
        "memory that catches all",
        f"x = []\nwhile True:\n    try:\n        x.append('a' * 10**6)\n{_CATCH}",
        Ended.MEMORY,
        Ended.TIMED_OUT,
    ),
    _limited("a long text", "x = 'ab' * 10**12", Ended.MEMORY, Ended.TIMED_OUT),
    _limited("a text that doubles", "x = 'ab'\nwhile True:\n    x += x", Ended.MEMORY, Ended.TIMED_OUT),
    _limited("a huge number", "x = 10 ** 10 ** 8", Ended.MEMORY, Ended.TIMED_OUT),
    _limited("a shift", "x = 1 << 10 ** 12", Ended.MEMORY, Ended.RAISED),
    _limited("a number's digits", "print(str(7 ** 10 ** 6))", Ended.RAISED, Ended.TIMED_OUT),
    _limited(
        "an endless iterator", "import itertools\nlist(itertools.count())", Ended.MEMORY, Ended.TIMED_OUT
    ),
    _limited(
        "a large product",
        "import itertools\nlist(itertools.product(range(99), repeat=9))",
        Ended.MEMORY,
        Ended.TIMED_OUT,
    ),
    _limited("a large range", _solving("return range(10**12)"), Ended.MEMORY, Ended.TIMED_OUT),
    _limited(
        "a shared list",
        _solving(*("x = [0]", *["x = [x] * 1000"] * 9, "return x")),
        Ended.MEMORY,
        Ended.TIMED_OUT,
    ),
    _limited("deep recursion", "def f(n):\n    return f(n + 1)\nf(0)", Ended.RECURSION),
    _limited("two that call each other", "def f(): g()\ndef g(): f()\nf()", Ended.RECURSION),
    _limited(
        "a deep list", _solving("x = []", "for _ in range(10**5):", "    x = [x]", "return x"), Ended.RETURNED
    ),
    _limited("a list that holds itself", _solving("x = []", "x.append(x)", "return x"), Ended.RETURNED),
    _limited("a flood of lines", "while True:\n    print('x' * 1000)", Ended.OUTPUT_LIMIT),
    _limited(
        "a flood of single characters",
        "while True:\n    print('x', end='')",
        Ended.OUTPUT_LIMIT,
        Ended.TIMED_OUT,
    ),
    _limited(
        "a flood of complaints", "import sys\nwhile True:\n    print('x', file=sys.stderr)", Ended.TIMED_OUT
    ),
    _limited("one long line", "print('x' * 10**7)", Ended.OUTPUT_LIMIT),
    _limited("a long answer", _solving("return ['x' * 1000] * 10**4"), Ended.OUTPUT_LIMIT),
    _limited(
        "a hostile regular expression",
        "import re\nre.match(r'^(\\w+\\s?)*$', 'a ' * 20 + '!')\nprint(re.match(r'^(?=(a+)+$)b', 'a' * 40))",
        *(Ended.PRINTED, Ended.RAISED, Ended.TIMED_OUT, Ended.UNSUPPORTED),
    ),
    _limited(
        "a sort that never ends",
        "sorted([1, 2], key=lambda x: [0 for _ in iter(int, 1)])",
        Ended.TIMED_OUT,
        Ended.MEMORY,
        Ended.UNSUPPORTED,
        Ended.RAISED,
    ),
    _limited(
        "a hash that never ends",
        "class A:\n    def __hash__(self):\n        while True:\n            pass\nx = {A(): 1}",
        Ended.TIMED_OUT,
    ),
    _limited(
        "a name that never ends",
        "class A:\n    def __repr__(self):\n        while True:\n            pass\nprint(A())",
        Ended.TIMED_OUT,
    ),
    _limited("a long complaint", "raise ValueError('x' * 10**6)", Ended.RAISED),
)
