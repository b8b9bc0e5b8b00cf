# SPDX-License-Identifier: GPL-2.0
"""A disk with a volatile write cache, served to QEMU by the NBD protocol, whose
power can be cut: what was written since the last flush is then there or not,
sector by sector, by chance."""

import os
import socket
import struct
import threading

SECTOR = 512
READ, WRITE, DISC, FLUSH = range(4)
FUA = 1
OPT_EXPORT_NAME, OPT_ABORT, OPT_GO = 1, 2, 7
REP_ACK, REP_INFO = 1, 3
FLAGS = 1 | 4 | 8                       # has flags, flush, FUA


class Disk:
    """One connection, one thread; commands are carried out in order."""

    def __init__(self, path, content):
        self.now = bytearray(content)       # what is read
        self.stable = bytearray(content)    # what survives
        self.dirty = []                     # (offset, data) in between
        self.lock = threading.Lock()
        self.flushes = self.lost = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.path = path
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def cut_power(self, rng):
        """The content afterwards."""
        with self.lock:
            for offset, data in self.dirty:
                for i in range(0, len(data), SECTOR):
                    if rng.random() < 0.5:
                        self.stable[offset + i:offset + i + SECTOR] = data[i:i + SECTOR]
                    else:
                        self.lost += 1
            self.dirty = []
            return bytes(self.stable)

    def close(self):
        self.listener.close()
        os.unlink(self.path)

    def _serve(self):
        try:
            connection, _ = self.listener.accept()
            with connection:
                self._negotiate(connection)
                while self._command(connection):
                    pass
        except (ConnectionError, OSError):
            pass

    @staticmethod
    def _take(connection, n):
        data = bytearray()
        while len(data) < n:
            part = connection.recv(n - len(data))
            if not part:
                raise ConnectionError
            data += part
        return bytes(data)

    def _negotiate(self, c):
        c.sendall(b"NBDMAGICIHAVEOPT" + struct.pack(">H", 3))
        self._take(c, 4)
        while True:
            _, option, length = struct.unpack(">8sII", self._take(c, 16))
            self._take(c, length)
            if option == OPT_EXPORT_NAME:
                c.sendall(struct.pack(">QH", len(self.now), FLAGS))
                return
            reply = struct.pack(">QI", 0x3e889045565a9, option)
            if option == OPT_GO:
                c.sendall(reply + struct.pack(">IIHQH", REP_INFO, 12, 0, len(self.now), FLAGS))
                c.sendall(reply + struct.pack(">II", REP_ACK, 0))
                return
            if option == OPT_ABORT:
                raise ConnectionError
            c.sendall(reply + struct.pack(">II", 1 << 31 | 1, 0))

    def _command(self, c):
        _, flags, kind, handle, offset, length = struct.unpack(">IHHQQI", self._take(c, 28))
        data = self._take(c, length) if kind == WRITE else b""
        answer = b""
        with self.lock:
            if kind == READ:
                answer = bytes(self.now[offset:offset + length])
            elif kind == WRITE:
                self.now[offset:offset + length] = data
                self.dirty.append((offset, data))
                if flags & FUA:
                    self._write_stable(offset, data)
            elif kind == FLUSH:
                self.flushes += 1
                for at, old in self.dirty:
                    self.stable[at:at + len(old)] = old
                self.dirty = []
            elif kind == DISC:
                return False
        c.sendall(struct.pack(">IIQ", 0x67446698, 0, handle) + answer)
        return True

    def _write_stable(self, offset, data):
        """One write alone: older ones below it must not come back over it."""
        for at, old in self.dirty[:-1]:
            low, high = max(at, offset), min(at + len(old), offset + len(data))
            if low < high:
                self.stable[at:at + len(old)] = old
        self.stable[offset:offset + len(data)] = data
        self.dirty = [(at, old) for at, old in self.dirty[:-1]
                      if max(at, offset) >= min(at + len(old), offset + len(data))]
