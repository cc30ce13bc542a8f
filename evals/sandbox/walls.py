"""Walls of the operating system round a process that is about to run a stranger's program.

`put_up` confines the calling process, and all that it starts, by what the kernel gives: Linux only, without
any privilege, and without a word where something is missing. What stands is told by name. `Standing.seal`
then takes away what only the start needed: opening files, and starting processes.

This file depends on nothing else in the project: `evals.sandbox.child` loads it by its path.
"""

import ctypes
import errno
import fcntl
import os
import platform
import re
import resource
import select
import signal
import socket
import stat
import struct
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from enum import StrEnum


class Wall(StrEnum):
    """One wall, by the name that is recorded."""

    PARENT_DEATH = "parent-death"
    NO_NEW_PRIVS = "no-new-privs"
    USER_NAMESPACE = "user-namespace"
    NETWORK_NAMESPACE = "network-namespace"
    LANDLOCK_FILES = "landlock-files"
    LANDLOCK_TCP = "landlock-tcp"
    LANDLOCK_SCOPES = "landlock-scopes"
    SECCOMP = "seccomp"
    SEALED = "seccomp-sealed"


MEANING: dict[Wall, str] = {
    Wall.PARENT_DEATH: "it is killed together with the process that started it",
    Wall.NO_NEW_PRIVS: "nothing that it starts gets rights by set-uid bits or file capabilities",
    Wall.USER_NAMESPACE: "it has no rights over processes outside, not even over those of its own user",
    Wall.NETWORK_NAMESPACE: "it sees no network interface, not even the loopback of the machine",
    Wall.LANDLOCK_FILES: "it reads and executes its interpreter and system libraries alone; writes nothing",
    Wall.LANDLOCK_TCP: "it neither connects nor listens by TCP",
    Wall.LANDLOCK_SCOPES: "it signals no process outside, and reaches no abstract Unix socket there",
    Wall.SECCOMP: "no sockets, signals, tracing, namespaces, mounts, keys, io_uring, bpf",
    Wall.SEALED: "after its start no new process or program, and nothing is looked up by a path",
}
"""What each wall does, of the process round which it stands."""

COVERS: dict[str, frozenset[Wall]] = {
    "files": frozenset({Wall.LANDLOCK_FILES, Wall.SEALED}),
    "the memory and environment of other processes": frozenset(
        {Wall.USER_NAMESPACE, Wall.LANDLOCK_FILES, Wall.SEALED}
    ),
    "the network": frozenset({Wall.NETWORK_NAMESPACE, Wall.SECCOMP}),
    "new processes": frozenset({Wall.SEALED}),
}
"""What must be out of reach, and the walls of which any keeps it so."""


def in_reach(standing: Iterable[str]) -> tuple[str, ...]:
    """Return what none of these walls keeps out of reach; nothing if the process is walled in."""
    names = frozenset(standing)
    return tuple(what for what, walls in COVERS.items() if names.isdisjoint(walls))


class Standing:
    """The walls that stand round this process."""

    def __init__(self) -> None:
        self.walls: list[Wall] = []
        self.gate: _Gate | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, as recorded."""
        return tuple(wall.value for wall in Wall if wall in self.walls)

    def seal(self) -> None:
        """Take away what only the start needed, from this process and all that it has started."""
        if self.gate is not None:
            self.gate.close()
            self.gate = None
            self.walls.append(Wall.SEALED)


def put_up(
    readable: Iterable[str] = (), *, lifeline: int | None = None, which: Collection[Wall] = tuple(Wall)
) -> Standing:
    """Put up what the kernel gives, round this process and whatever it starts. There is no way back.

    Call it while there is one thread. Everything must be imported before, for files can then no more be read.

    Args:
        readable: Files and folders that may still be read and executed.
        lifeline: A pipe that is open for reading, and that closes when the process that started this one is
            gone. What can be read from it must have been read.
        which: Those to put up.
    """
    standing = Standing()
    if not sys.platform.startswith("linux"):
        return standing
    libc = _Libc()
    paths = tuple(readable)
    if Wall.PARENT_DEATH in which and _dies_with_parent(libc, lifeline):
        standing.walls.append(Wall.PARENT_DEATH)
    # Without it neither Landlock nor seccomp is to be had.
    nothing_new = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1) == 0
    if nothing_new and Wall.NO_NEW_PRIVS in which:
        standing.walls.append(Wall.NO_NEW_PRIVS)
    if os.geteuid() != 0 or all(map(_is_open_to_all, paths)):
        standing.walls += _namespaces(libc, which)
        if standing.walls:
            libc.drop_capabilities()
    if nothing_new:
        standing.walls += _landlock(libc, paths, which)
        if Wall.SECCOMP in which:
            _filter(libc, standing, sealing=Wall.SEALED in which)
    return standing


def libraries() -> tuple[str, ...]:
    """Return what a program needs for its start: the libraries of this process, and the C library's folders.

    A program built like this process finds all that it needs there.
    """
    mapped: set[str] = set()
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
            for line in file:
                path = line.split(maxsplit=5)[5:]
                if path and ".so" in path[0] and path[0].startswith("/"):
                    mapped.add(path[0].rstrip("\n"))
    except OSError:
        return ()
    system = {os.path.dirname(p) for p in mapped if os.path.basename(p).startswith(_LOADERS)}  # noqa: PTH119, PTH120
    return (*sorted(mapped | system), "/etc/ld.so.cache")


_LOADERS = ("libc.", "libc-", "ld-", "libgcc_s.", "ld.")


# --- system calls


def _words(text: str) -> list[str]:
    return text.split()


def _numbered(text: str) -> dict[str, int]:
    words = _words(text)
    return dict(zip(words[::2], map(int, words[1::2]), strict=True))


_ANY = _numbered(
    "process_madvise 440 process_mrelease 448 pidfd_getfd 438 pidfd_send_signal 424 io_uring_setup 425 "
    "io_uring_enter 426 io_uring_register 427 move_mount 429 open_tree 428 fsopen 430 fsconfig 431 "
    "fsmount 432 fspick 433 mount_setattr 442 memfd_secret 447 quotactl_fd 443 openat2 437 "
    "faccessat2 439 clone3 435 landlock_create_ruleset 444 landlock_add_rule 445 "
    "landlock_restrict_self 446 setxattrat 463 getxattrat 464 listxattrat 465 removexattrat 466 "
    "open_tree_attr 467 file_getattr 468 file_setattr 469 fchmodat2 452 "
)
"""The numbers of system calls that are the same on all machines."""
_X86_64 = _numbered(
    "socket 41 connect 42 bind 49 listen 50 accept 43 accept4 288 ptrace 101 process_vm_readv 310 "
    "process_vm_writev 311 kcmp 312 kill 62 tkill 200 tgkill 234 rt_sigqueueinfo 129 "
    "rt_tgsigqueueinfo 297 setsid 112 setpgid 109 bpf 321 perf_event_open 298 userfaultfd 323 keyctl 250 "
    "add_key 248 request_key 249 mount 165 umount2 166 pivot_root 155 chroot 161 unshare 272 setns 308 "
    "memfd_create 319 name_to_handle_at 303 open_by_handle_at 304 fanotify_init 300 fanotify_mark 301 "
    "shmget 29 shmat 30 shmctl 31 shmdt 67 semget 64 semop 65 semctl 66 semtimedop 220 msgget 68 "
    "msgsnd 69 msgrcv 70 msgctl 71 mq_open 240 mq_unlink 241 setuid 105 setgid 106 setreuid 113 "
    "setregid 114 setgroups 116 setresuid 117 setresgid 119 setfsuid 122 setfsgid 123 capset 126 "
    "setrlimit 160 init_module 175 finit_module 313 delete_module 176 kexec_load 246 kexec_file_load 320 "
    "reboot 169 swapon 167 swapoff 168 syslog 103 acct 163 quotactl 179 sethostname 170 "
    "setdomainname 171 settimeofday 164 clock_settime 227 adjtimex 159 clock_adjtime 305 personality 135 "
    "vhangup 153 iopl 172 ioperm 173 modify_ldt 154 uselib 134 sysfs 139 ustat 136 execve 59 "
    "execveat 322 fork 57 vfork 58 open 2 openat 257 creat 85 stat 4 lstat 6 newfstatat 262 statx 332 "
    "access 21 faccessat 269 readlink 89 readlinkat 267 rename 82 renameat 264 renameat2 316 unlink 87 "
    "unlinkat 263 rmdir 84 mkdir 83 mkdirat 258 mknod 133 mknodat 259 link 86 linkat 265 symlink 88 "
    "symlinkat 266 chmod 90 fchmodat 268 chown 92 lchown 94 fchownat 260 truncate 76 utime 132 "
    "utimes 235 futimesat 261 utimensat 280 chdir 80 fchdir 81 statfs 137 setxattr 188 lsetxattr 189 "
    "getxattr 191 lgetxattr 192 listxattr 194 llistxattr 195 removexattr 197 lremovexattr 198 "
    "inotify_add_watch 254 clone 56 prctl 157 fcntl 72 ioctl 16 prlimit64 302 seccomp 317 "
)
_AARCH64 = _numbered(
    "socket 198 connect 203 bind 200 listen 201 accept 202 accept4 242 ptrace 117 process_vm_readv 270 "
    "process_vm_writev 271 kcmp 272 kill 129 tkill 130 tgkill 131 rt_sigqueueinfo 138 "
    "rt_tgsigqueueinfo 240 setsid 157 setpgid 154 bpf 280 perf_event_open 241 userfaultfd 282 keyctl 219 "
    "add_key 217 request_key 218 mount 40 umount2 39 pivot_root 41 chroot 51 unshare 97 setns 268 "
    "memfd_create 279 name_to_handle_at 264 open_by_handle_at 265 fanotify_init 262 fanotify_mark 263 "
    "shmget 194 shmat 196 shmctl 195 shmdt 197 semget 190 semop 193 semctl 191 semtimedop 192 msgget 186 "
    "msgsnd 189 msgrcv 188 msgctl 187 mq_open 180 mq_unlink 181 setuid 146 setgid 144 setreuid 145 "
    "setregid 143 setgroups 159 setresuid 147 setresgid 149 setfsuid 151 setfsgid 152 capset 91 "
    "setrlimit 164 init_module 105 finit_module 273 delete_module 106 kexec_load 104 kexec_file_load 294 "
    "reboot 142 swapon 224 swapoff 225 syslog 116 acct 89 quotactl 60 sethostname 161 setdomainname 162 "
    "settimeofday 170 clock_settime 112 adjtimex 171 clock_adjtime 266 personality 92 vhangup 58 "
    "execve 221 execveat 281 openat 56 statx 291 faccessat 48 readlinkat 78 renameat 38 renameat2 276 "
    "unlinkat 35 mkdirat 34 mknodat 33 linkat 37 symlinkat 36 fchmodat 53 fchownat 54 truncate 45 "
    "utimensat 88 chdir 49 fchdir 50 statfs 43 setxattr 5 lsetxattr 6 getxattr 8 lgetxattr 9 "
    "listxattr 11 llistxattr 12 removexattr 14 lremovexattr 15 inotify_add_watch 27 clone 220 prctl 167 "
    "fcntl 25 ioctl 29 prlimit64 261 seccomp 277 newfstatat 79 "
)
_NEWEST = 469
"""Calls with higher numbers are unknown here, and answered as an older kernel would."""
_MACHINES = {"x86_64": (0xC000003E, _ANY | _X86_64), "aarch64": (0xC00000B7, _ANY | _AARCH64)}
"""The kernel's mark of a machine, and the numbers of its calls."""

_DENIED = _words(
    "socket connect bind listen accept accept4 ptrace process_vm_readv process_vm_writev process_madvise "
    "process_mrelease kcmp pidfd_getfd pidfd_send_signal kill tkill tgkill rt_sigqueueinfo "
    "rt_tgsigqueueinfo setsid setpgid io_uring_setup io_uring_enter io_uring_register bpf perf_event_open "
    "userfaultfd keyctl add_key request_key mount umount2 pivot_root chroot unshare setns move_mount "
    "open_tree fsopen fsconfig fsmount fspick mount_setattr open_tree_attr memfd_create memfd_secret "
    "name_to_handle_at open_by_handle_at fanotify_init fanotify_mark shmget shmat shmctl shmdt semget "
    "semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink setuid setgid setreuid "
    "setregid setgroups setresuid setresgid setfsuid setfsgid capset setrlimit init_module finit_module "
    "delete_module kexec_load kexec_file_load reboot swapon swapoff syslog acct quotactl quotactl_fd "
    "sethostname setdomainname settimeofday clock_settime adjtimex clock_adjtime personality vhangup iopl "
    "ioperm modify_ldt uselib sysfs ustat "
)
"""What no interpreter needs, not even for its start."""
_SEALED = _words(
    "execve execveat fork vfork open openat openat2 creat stat lstat newfstatat statx access faccessat "
    "faccessat2 readlink readlinkat rename renameat renameat2 unlink unlinkat rmdir mkdir mkdirat mknod "
    "mknodat link linkat symlink symlinkat chmod fchmodat fchmodat2 chown lchown fchownat truncate utime "
    "utimes futimesat utimensat chdir fchdir statfs setxattr lsetxattr getxattr lgetxattr listxattr "
    "llistxattr removexattr lremovexattr setxattrat getxattrat listxattrat removexattrat file_getattr "
    "file_setattr inotify_add_watch "
)
"""What only the start needs."""


class _Libc:
    """System calls by number; each returns -1 on failure, also where this machine's numbers are unknown."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        machine = platform.machine() if sys.maxsize > 1 << 32 else ""
        self.mark, self.numbers = _MACHINES.get(machine, (0, {}))

    def prctl(self, option: int, value: int) -> int:
        return int(self._libc.prctl(*map(ctypes.c_ulong, (option, value, 0, 0, 0))))

    def unshare(self, flags: int) -> int:
        return int(self._libc.unshare(flags))

    def call(self, name: str, *values: int | ctypes.Array[ctypes.c_char] | None) -> int:
        number = self.numbers.get(name)
        if number is None:
            return -1
        plain = [ctypes.c_long(value) if isinstance(value, int) else value for value in values]
        return int(self._libc.syscall(ctypes.c_long(number), *plain))

    def drop_capabilities(self) -> None:
        header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
        self.call("capset", header, ctypes.create_string_buffer(24))


# --- the life of the process


_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def _dies_with_parent(libc: _Libc, lifeline: int | None) -> bool:
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        return False
    if lifeline is None or os.getpgrp() != os.getpid():
        return True
    # The kernel signals the group when the pipe closes, and so also what this process has started. That keeps
    # the pipe open, so that it is reached where this process is already gone.
    with suppress(OSError):
        os.set_inheritable(os.dup(lifeline), True)
        fcntl.fcntl(lifeline, _F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, _F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | _O_ASYNC)
    watch = select.poll()
    watch.register(lifeline, 0)
    if any(event & (select.POLLHUP | select.POLLERR) for _, event in watch.poll(0)):
        os._exit(1)
    return True


_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _O_ASYNC = 8, 10, 15, 0x2000


# --- namespaces


_CLONE_THREAD = 0x10000
_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_NEW_ANY = 0x7E020000


def _namespaces(libc: _Libc, which: Collection[Wall]) -> Iterator[Wall]:
    if Wall.USER_NAMESPACE not in which:
        return
    if Wall.NETWORK_NAMESPACE in which and libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC) == 0:
        yield Wall.USER_NAMESPACE
        yield Wall.NETWORK_NAMESPACE
    elif libc.unshare(_NEW_USER) == 0:
        yield Wall.USER_NAMESPACE
    else:
        return
    # In a namespace of its own only the process's own threads and children count.
    most = (os.cpu_count() or 1) + 32
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def _is_open_to_all(path: str) -> bool:
    """Return whether root can still read a path after giving up the right to read everything."""
    there = os.path.realpath(path)
    try:
        while True:
            found = os.stat(there)  # noqa: PTH116
            needed = 0o001 if stat.S_ISDIR(found.st_mode) else 0o004
            if found.st_uid != 0 and not found.st_mode & needed:
                return False
            if there == "/":
                return True
            there = os.path.dirname(there)  # noqa: PTH120
    except OSError:
        return True


# --- Landlock


_READS = 1 << 0 | 1 << 2
"""To execute a file, and to read it."""
_FILES = ((1, 0x1FFF), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
"""The rights to files that are taken away, by the first version of Landlock that knows them."""
_TCP, _SCOPES = 3, 3
_TCP_FROM, _SCOPES_FROM = 4, 6


def _landlock(libc: _Libc, readable: Iterable[str], which: Collection[Wall]) -> Iterator[Wall]:
    version = libc.call("landlock_create_ruleset", None, 0, 1)
    files = sum(rights for known, rights in _FILES if known <= version) * (Wall.LANDLOCK_FILES in which)
    tcp = _TCP * (version >= _TCP_FROM and Wall.LANDLOCK_TCP in which)
    scopes = _SCOPES * (version >= _SCOPES_FROM and Wall.LANDLOCK_SCOPES in which)
    if version < 1 or not files | tcp | scopes:
        return
    size = 24 if version >= _SCOPES_FROM else 16 if version >= _TCP_FROM else 8
    asked = ctypes.create_string_buffer(struct.pack("=QQQ", files, tcp, scopes)[:size], size)
    rules = libc.call("landlock_create_ruleset", asked, size, 0)
    if rules < 0:
        return
    try:
        for path in readable if files else ():
            _allow(libc, rules, path)
        if libc.call("landlock_restrict_self", rules, 0) != 0:
            return
    finally:
        os.close(rules)
    stand = {Wall.LANDLOCK_FILES: files, Wall.LANDLOCK_TCP: tcp, Wall.LANDLOCK_SCOPES: scopes}
    yield from (wall for wall, taken in stand.items() if taken)


def _allow(libc: _Libc, rules: int, path: str) -> None:
    try:
        there = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        beneath = ctypes.create_string_buffer(struct.pack("=Qi", _READS, there), 12)
        libc.call("landlock_add_rule", rules, 1, beneath, 0)
    finally:
        os.close(there)


# --- seccomp


_SET_FILTER, _NEW_LISTENER = 1, 8
_KILL, _ALLOW, _ASK = 0x80000000, 0x7FFF0000, 0x7FC00000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_PERMISSION, _UNKNOWN = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
_Step = tuple[int, int, int, int]


def _filter(libc: _Libc, standing: Standing, *, sealing: bool) -> None:
    if not libc.numbers:
        return
    if sealing and _can_let_pass():
        gate = _Gate()
        listener = _install(libc, _program(libc, _ASK), _NEW_LISTENER)
        if listener >= 0:
            gate.open(listener)
            standing.gate = gate
            standing.walls.append(Wall.SECCOMP)
            return
        gate.close()
    if _install(libc, _program(libc, _ALLOW), 0) == 0:
        standing.walls.append(Wall.SECCOMP)


def _can_let_pass() -> bool:
    """Return whether the kernel, from 5.5 on, can be told to go on with a call that it asked about."""
    release = re.match(r"(\d+)\.(\d+)", platform.release())
    return release is not None and (int(release[1]), int(release[2])) >= (5, 5)


def _install(libc: _Libc, program: bytes, flags: int) -> int:
    held = ctypes.create_string_buffer(program, len(program))
    told = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(held))
    return libc.call("seccomp", _SET_FILTER, flags, ctypes.create_string_buffer(told, len(told)))


def _program(libc: _Libc, start: int) -> bytes:
    """Return the filter; `start` is what becomes of the calls that only the start needs."""
    numbers = libc.numbers
    steps: list[_Step] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, libc.mark),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 1, _NEWEST + 1),
        (_RETURN, 0, 0, _UNKNOWN),
    ]
    for names, verdict in ((_DENIED, _PERMISSION), (_SEALED, start), (("clone3",), _UNKNOWN)):
        for name in names:
            if name in numbers:
                steps += [(_EQUAL, 0, 1, numbers[name]), (_RETURN, 0, 0, verdict)]
    for name, body in _by_argument(start).items():
        steps += [(_EQUAL, 0, len(body), numbers[name]), *body]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", code, yes, no, value) for code, yes, no, value in steps)


def _by_argument(start: int) -> dict[str, list[_Step]]:
    """Return the calls that depend on an argument; clone3 hides its own, and C libraries do without it."""
    allowed, denied = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _PERMISSION)

    def none_of(argument: int, values: Iterable[int]) -> list[_Step]:
        tests = [step for value in values for step in ((_EQUAL, 0, 1, value), denied)]
        return [_argument(argument), *tests, allowed]

    return {
        "clone": [
            _argument(0),
            *((_ANY_BIT, 0, 1, _NEW_ANY), denied),
            *((_ANY_BIT, 0, 1, _CLONE_THREAD), allowed),
            (_RETURN, 0, 0, start),
        ],
        "prctl": none_of(0, [_PR_SET_PDEATHSIG]),
        "fcntl": none_of(1, [_F_SETOWN, _F_SETSIG, _F_SETOWN_EX]),
        "ioctl": none_of(1, [0x5412, 0x541C, 0x8901, 0x8902]),  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
        "prlimit64": [  # one's own limits may be read
            *(_argument(0), (_EQUAL, 1, 0, 0), denied),
            *(_argument(2), (_EQUAL, 1, 0, 0), denied),
            *(_argument(2, high=True), (_EQUAL, 1, 0, 0), denied),
            allowed,
        ],
    }


def _argument(number: int, *, high: bool = False) -> _Step:
    return (_LOAD, 0, 0, 16 + 8 * number + 4 * high)


class _Gate:
    """Lets the calls of the start pass, which the kernel asks about one by one, until it is closed.

    From then on the kernel itself fails them all: there is nobody left to ask. A process of its own answers,
    forked before the filter stands, since a thread might wait for one that waits for its answer.
    """

    _RECEIVE, _SEND = 0xC0502100, 0xC0182101

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair()
        self._keeper = os.fork()
        if self._keeper == 0:
            try:
                self._ours.close()
                _, (listener, *_), _, _ = socket.recv_fds(theirs, 1, 1)
                self._answer(listener, theirs)
            finally:
                os._exit(0)
        theirs.close()

    def open(self, listener: int) -> None:
        """Begin to answer for the filter of this listener."""
        socket.send_fds(self._ours, [b"x"], [listener])
        os.close(listener)

    def close(self) -> None:
        """Stop answering."""
        self._ours.close()
        os.waitpid(self._keeper, 0)

    def _answer(self, listener: int, over: socket.socket) -> None:
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        poll.register(over, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if not ready.get(listener, 0) & select.POLLIN:
                return
            asked = bytearray(80)
            with suppress(OSError):  # who asked may have been killed
                fcntl.ioctl(listener, self._RECEIVE, asked)
                (call,) = struct.unpack_from("=Q", asked)
                fcntl.ioctl(listener, self._SEND, bytearray(struct.pack("=QqiI", call, 0, 0, 1)))
