"""Takes from a worker process what it shall not have: the network, others' files, the server's user, memory without end.

Everything here runs in a process that was just forked and has one thread. What the system does not allow is left out
when it is a namespace (containers often forbid them); a limit or a user id that cannot be set ends the worker.
"""

import ctypes
import fcntl
import os
import resource
import socket
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
CAPABILITY_VERSION_3 = 0x20080522
SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)


def prctl(option, value):
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def adopt_orphans():
    """Processes whose parent ends become children of this one instead of init's."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent):
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os._exit(1)


def _unshare(flags):
    return _libc.unshare(flags) == 0


def _mount(source, target, kind, flags, data=None):
    encode = lambda text: None if text is None else os.fsencode(text)
    return _libc.mount(encode(source), encode(target), encode(kind), ctypes.c_ulong(flags), encode(data)) == 0


def _raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh22x", fcntl.ioctl(probe, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))


def _become_root_of_own_namespace():
    """Without root only a user namespace allows the others. Its only user is the one that we are."""
    user, group = os.getuid(), os.getgid()
    if not _unshare(CLONE_NEWUSER):
        return False
    try:
        with open("/proc/self/setgroups", "w") as out:
            out.write("deny")
        with open("/proc/self/uid_map", "w") as out:
            out.write(f"{user} {user} 1")
        with open("/proc/self/gid_map", "w") as out:
            out.write(f"{group} {group} 1")
    except OSError:
        return False
    return True


def enter_namespaces(isolate_network):
    """What does not depend on the session: done before a session asks. Returns whether mounts are this process's own."""
    if os.getuid() != 0 and not _become_root_of_own_namespace():
        return False
    if isolate_network and _unshare(CLONE_NEWNET):
        try:
            _raise_loopback()
        except OSError:
            pass
    _unshare(CLONE_NEWIPC)
    return _unshare(CLONE_NEWNS) and _mount(None, "/", None, MS_REC | MS_PRIVATE)


def _closed_ancestor(folder):
    """The topmost folder above `folder` that other users may not pass; None when they reach it."""
    parts = folder.strip("/").split("/")
    for count in range(1, len(parts)):
        above = "/" + "/".join(parts[:count])
        try:
            if not os.stat(above).st_mode & 0o001:
                return above
        except OSError:
            return None
    return None


def _interpreter_folders():
    """Where modules are imported from, also later: they stay in sight wherever they are."""
    found = {os.path.realpath(each) for each in (sys.prefix, sys.base_prefix, *sys.path) if os.path.isdir(each)}
    return sorted(each for each in found if each != "/" and not any(each.startswith(other + "/") for other in found))


def _links_on_the_way(path):
    """Symbolic links that lead to a path: (place, target)."""
    links, place, rest = [], "/", [part for part in path.split("/") if part]
    while rest and len(links) < 40:
        step = os.path.join(place, rest.pop(0))
        if os.path.islink(step):
            target = os.readlink(step)
            links.append((step, target))
            rest = [part for part in target.split("/") if part] + rest
            place = "/" if target.startswith("/") else place
        else:
            place = os.path.normpath(step)
    return links


def hide_folders(hidden, folder):
    """Empties the hidden folders for this process, but keeps `folder` and the interpreter's, where they were. Folders
    that the session's user could not pass on the way to those are hidden, too."""
    kept = [os.path.realpath(folder), *_interpreter_folders()]
    links = [link for path in (sys.executable, sys.prefix, *sys.path, folder) for link in _links_on_the_way(path)]
    covered = {os.path.realpath(each) for each in hidden} | {_closed_ancestor(each) for each in kept}
    covered = sorted(each for each in covered if each and each not in ("/", *kept) and os.path.isdir(each))
    handles = [(each, os.open(each, os.O_PATH | os.O_DIRECTORY)) for each in kept
               if any(each.startswith(other + "/") for other in covered)]
    try:
        for each in covered:
            # What lies in another one that is covered has gone with it, unless it has been kept.
            if os.path.isdir(each):
                _mount("tmpfs", each, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755")
        for each, handle in handles:
            os.makedirs(each, exist_ok=True)
            if os.stat(each).st_ino == os.fstat(handle).st_ino:
                continue  # the mount above it was refused
            if not _mount(f"/proc/self/fd/{handle}", each, None, MS_BIND | MS_REC):
                raise OSError(ctypes.get_errno(), f"bind {each}")
        for place, target in links:
            if any(place.startswith(other + "/") for other in covered) and not os.path.lexists(place):
                os.makedirs(os.path.dirname(place), exist_ok=True)
                os.symlink(target, place)
    finally:
        for _, handle in handles:
            os.close(handle)


def _drop_capabilities():
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    if _libc.capset(header, bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _limit(which, value):
    if value > 0:
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))


def _counts_namespaces_apart():
    """Since Linux 5.14 a user's processes in a user namespace are counted apart from the others."""
    release = os.uname().release.split(".")
    return [int("".join(filter(str.isdigit, each)) or 0) for each in release[:2]] >= [5, 14]


def set_limits(limits, own_user):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"])
    _limit(resource.RLIMIT_NOFILE, limits["open_files"])
    if own_user:  # the system counts all processes of a user: the server's user has others
        _limit(resource.RLIMIT_NPROC, limits["processes"])
    if limits["memory_bytes"] > 0:
        with open("/proc/self/statm") as statm:
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
        _limit(resource.RLIMIT_AS, mapped + limits["memory_bytes"])


def confine(request, settings, own_mounts):
    """Makes this process the session's: `request` names its folder and its user id (0: it stays who it is)."""
    folder, user = request["folder"], request["user"]
    was_root = os.getuid() == 0
    if own_mounts:
        hide_folders(settings["hidden_folders"], folder)
    os.chdir(folder)
    parent = os.getppid()
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    elif not was_root:
        _drop_capabilities()  # those of a user namespace, if there is one
    # A change of the user clears it. The order of these: what comes first cannot undo what follows.
    die_with_parent(parent)
    adopt_orphans()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 1)  # else /proc/self would be root's after the change of the user
    os.umask(0o077)
    set_limits(settings["limits"], bool(user) or (own_mounts and not was_root and _counts_namespaces_apart()))
