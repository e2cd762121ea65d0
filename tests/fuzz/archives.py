"""Inputs of the target artifact_name: names and archives as clients send them, good and hostile ones (see its source for the form)."""
import io
import tarfile
import zipfile

NAMES = ["cache/0a1b", "files/a b/c.txt", "jars/x.jar", "pyfiles/p.py", "archives/env.tar.gz#env", "archives/a.zip#b/c", "classes/a/B.class",
         "forward_to_fs/tmp/x", "other/x", "files/./x/../a", "files/../cache/h", "archives/a.zip##", "archives/a.zip#b#c",
         "", "/etc/passwd", "..", "../x", "files/../../x", ".", "files/..", "archives/../../x", "files", "files/a/", "files\\a",
         "..\\x", "archives/a.zip#../x", "archives/a.zip#/x", "files/a\0b", "files//a", "files/\u00e4/\u4e2d", "./files/a"]
# type, name, target of the link
ENTRIES = [
    [("0", "a", ""), ("5", "d", ""), ("0", "d/b", ""), ("2", "l", "d/b"), ("1", "h", "a")],
    [("0", "../x", "")], [("0", "/tmp/x", "")], [("0", "a/../../x", "")], [("5", "..", "")],
    [("2", "l", "/etc"), ("0", "l/x", "")], [("2", "l", ".."), ("0", "l/x", "")], [("2", "l", "../.."), ("2", "l/m", "x")],
    [("2", "a", "b"), ("2", "b", "a")], [("2", "d/l", "../e"), ("2", "e", "..")], [("2", "l", "."), ("2", "l/m", "..")],
    [("1", "h", "/etc/passwd")], [("1", "h", "../../file")], [("2", "l", "../../file"), ("1", "h", "l")], [("0", "a", ""), ("5", "a", "")],
    [("0", "a", ""), ("0", "a/b", "")], [("6", "pipe", "")], [("3", "device", "")], [("0", "n" * 99, "")], [("0", "d/" * 45 + "f", "")],
]


def entries_of(lines):
    return b"e" + b"\n".join(kind.encode() + name.encode() + b"\1" + target.encode() for kind, name, target in lines)


def zip_of(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"x" * 50)
    return out.getvalue()


def tar_of(mode, *names):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 3
            archive.addfile(member, io.BytesIO(b"abc"))
    return out.getvalue()


def names_and_archives():
    for name in NAMES:
        yield b"n" + name.encode()
    for lines in ENTRIES:
        yield entries_of(lines)
    for names in (["a", "d/b"], ["../x"], ["/x"], ["a" * 200], [str(i) for i in range(110)]):
        yield b"z" + zip_of(*names)
        yield b"g" + tar_of("w:gz", *names)
    yield b"t" + tar_of("w:", "a")
    yield b"z" + zip_of("a" * 20)[:60]
