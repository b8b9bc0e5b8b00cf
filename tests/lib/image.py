# SPDX-License-Identifier: GPL-2.0
"""An initramfs for test guests, put together in memory and written as a cpio
archive: no root rights, no staging directory, no cpio program."""

import lzma
import os
import re
import shutil
import stat
import subprocess
import tempfile


class ImageError(Exception):
    """Something the image was to hold is missing."""


def _run(*cmd):
    done = subprocess.run(cmd, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise ImageError(f"{' '.join(cmd)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def _module_name(path):
    return re.sub(r"\.ko(\.xz)?$", "", os.path.basename(path)).replace("-", "_")


class Image:
    DIRS = ("bb", "dev", "etc", "job", "out", "proc", "root", "run", "sys", "tmp", "var/tmp",
            "usr/bin", "usr/sbin", "usr/lib", "usr/lib64")
    ETC = {"passwd": "root:x:0:0:root:/root:/bin/sh\n", "group": "root:x:0:\n", "mtab": "",
           "filesystems": "ext4\n", "hosts": "127.0.0.1 localhost\n", "nsswitch.conf": "passwd: files\ngroup: files\n"}

    def __init__(self):
        self.nodes = {}     # path -> (mode, bytes)
        for path in self.DIRS:
            self._directory(path)
        for path in ("bin", "sbin", "lib", "lib64"):
            self.link(f"usr/{path}", path)
        for name, text in self.ETC.items():
            self.text(text, f"etc/{name}")

    # Nodes.  Paths are without a leading slash; /usr is merged, as in Debian.

    @staticmethod
    def _path(path):
        return re.sub(r"^(bin|sbin|lib|lib64)/", r"usr/\1/", path.strip("/"))

    def _directory(self, path):
        while path and path not in self.nodes:
            self.nodes[path] = (stat.S_IFDIR | 0o755, b"")
            path = os.path.dirname(path)

    def data(self, data, path, mode=0o644):
        path = self._path(path)
        self._directory(os.path.dirname(path))
        self.nodes[path] = (stat.S_IFREG | mode, data)

    def text(self, text, path, mode=0o644):
        self.data(text.encode(), path, mode)

    def link(self, target, path):
        path = path if "/" not in path else self._path(path)
        self._directory(os.path.dirname(path))
        self.nodes[path] = (stat.S_IFLNK | 0o777, target.encode())

    def file(self, source, path):
        """Copy a file, or a directory with all that is in it."""
        if os.path.isdir(source):
            for name in sorted(os.listdir(source)):
                self.file(f"{source}/{name}", f"{path}/{name}")
            return
        with open(source, "rb") as f:
            self.data(f.read(), path, os.stat(source).st_mode & 0o777)

    def program(self, name):
        """Copy a program of the host, with the libraries it is linked with."""
        source = name if "/" in name else shutil.which(name)
        if not source or not os.path.exists(source):
            raise ImageError(f"no program {name} on this machine: run tests/prepare vm")
        base = os.path.basename(source)
        self.file(source, source if source.startswith(("/usr/", "/bin/", "/sbin/")) else f"usr/bin/{base}")
        ldd = subprocess.run(["ldd", source], text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if ldd.returncode:
            return                      # a script, or static
        for line in ldd.stdout.splitlines():
            if "not found" in line:
                raise ImageError(f"{source}: {line.strip()}")
            for lib in re.findall(r"/[^\s()]+", line.split("=>")[-1]):
                if self._path(lib) not in self.nodes:
                    self.file(os.path.realpath(lib), lib)

    def base(self):
        """What every guest has: busybox, dash as its shell, and kmod."""
        self.program("busybox")
        for applet in _run("busybox", "--list").split():
            self.link("/usr/bin/busybox", f"bb/{applet}")
        self.program("dash")
        # Busybox's own shell would prefer its applets to the programs.
        self.link("dash", "usr/bin/sh")
        self.program("kmod")
        for name in ("modprobe", "insmod", "rmmod", "lsmod", "modinfo", "depmod"):
            self.link("/usr/bin/kmod", f"usr/sbin/{name}")

    def modules(self, root, release, stock, ours, strip=True):
        """Take modules out of root/lib/modules/release, with all that they
        depend on, and add the files of ours below extra/."""
        base = f"lib/modules/{release}"
        mine = {_module_name(path) for path in ours}
        wanted = list(stock)
        for path in ours:
            depends = _run("modinfo", "-F", "depends", path).strip().split(",")
            wanted += [name for name in depends if name and name.replace("-", "_") not in mine]
        with tempfile.TemporaryDirectory(prefix="scst-image.") as stage:
            os.makedirs(f"{stage}/{base}/extra")
            for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
                shutil.copy(f"{root}/{base}/{name}", f"{stage}/{base}")
            for path in self._with_dependencies(root, release, wanted):
                self._stage(path, stage + path[len(root):])
            for path in ours:
                to = f"{stage}/{base}/extra/{os.path.basename(path)}"
                shutil.copy(path, to)
                if strip:
                    _run("strip", "--strip-debug", to)
            _run("depmod", "-b", stage, release)
            self.file(f"{stage}/lib", "lib")

    @staticmethod
    def _with_dependencies(root, release, names):
        if not names:
            return []
        shown = _run("modprobe", "-d", root, "-S", release, "-a", "--show-depends", *names)
        return sorted(set(re.findall(r"^insmod (\S+)", shown, re.M)))

    @staticmethod
    def _stage(source, to):
        """Copy one module; unpacking it here is quicker than in an emulated CPU."""
        os.makedirs(os.path.dirname(to), exist_ok=True)
        if source.endswith(".xz"):
            with lzma.open(source) as f, open(to[:-3], "wb") as out:
                out.write(f.read())
        else:
            shutil.copy(source, to)

    def write(self, path):
        with open(path, "wb") as out:
            for number, name in enumerate(sorted(self.nodes), 1):
                mode, data = self.nodes[name]
                self._entry(out, number, name, mode, data)
            self._entry(out, 0, "TRAILER!!!", 0, b"")

    @staticmethod
    def _entry(out, inode, name, mode, data):
        fields = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        out.write(head + b"\0" * (-len(head) % 4))
        out.write(data)
        out.write(b"\0" * (-len(data) % 4))
