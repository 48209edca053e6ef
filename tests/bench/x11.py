"""As much of the X11 protocol as watching a window and touching it takes, without any library."""

import select
import socket
import struct
import time

DAMAGE_EVENT, CLIENT_MESSAGE, SELECTION_REQUEST = "damage", 33, 30


class Display:
    """A connection to display `number`. Events that nobody asked for are dropped."""

    def __init__(self, number):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"/tmp/.X11-unix/X{number}")
        self.sequence, self.buffer, self.events = 0, b"", []
        self.socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        head = self._exactly(8)
        rest = self._exactly(struct.unpack_from("<H", head, 6)[0] * 4)
        if head[0] != 1:
            raise OSError("the X server refuses: " + rest.decode(errors="replace"))
        self.next_id = struct.unpack_from("<I", rest, 4)[0]
        vendor, _, _, formats = struct.unpack_from("<HHBB", rest, 16)
        self.root = struct.unpack_from("<I", rest, 32 + (vendor + 3) // 4 * 4 + formats * 8)[0]
        self.damage_code = None

    # The wire.

    def _fill(self, timeout):
        if not select.select([self.socket], [], [], timeout)[0]:
            return False
        data = self.socket.recv(1 << 20)
        if not data:
            raise OSError("the X server is gone")
        self.buffer += data
        return True

    def _exactly(self, count):
        while len(self.buffer) < count:
            self._fill(None)
        head, self.buffer = self.buffer[:count], self.buffer[count:]
        return head

    def _send(self, opcode, detail, body=b""):
        body += b"\0" * (-len(body) % 4)
        self.socket.sendall(struct.pack("<BBH", opcode, detail, 1 + len(body) // 4) + body)
        self.sequence = (self.sequence + 1) & 0xFFFF

    def _packet(self, timeout):
        """One packet, or None."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            if len(self.buffer) >= 32:
                length = 32
                if self.buffer[0] in (1, 35):
                    length += struct.unpack_from("<I", self.buffer, 4)[0] * 4
                if len(self.buffer) >= length:
                    return self._exactly(length)
            left = None if end is None else end - time.monotonic()
            if not self._fill(left if left is None else max(left, 0)):
                return None

    def _reply(self):
        wanted = self.sequence
        while True:
            packet = self._packet(10)
            if packet is None:
                raise OSError("the X server does not answer")
            if packet[0] in (0, 1) and struct.unpack_from("<H", packet, 2)[0] == wanted:
                if packet[0] == 0:
                    raise OSError(f"X error {packet[1]}")
                return packet
            if packet[0] > 1:
                self.events.append((time.monotonic(), packet))

    def event(self, timeout):
        """(when it was read, packet), or None after `timeout` seconds."""
        if self.events:
            return self.events.pop(0)
        end = time.monotonic() + timeout
        while True:
            packet = self._packet(max(end - time.monotonic(), 0))
            if packet is None:
                return None
            if packet[0] > 1:
                return time.monotonic(), packet

    # Requests.

    def new_id(self):
        self.next_id += 1
        return self.next_id

    def atom(self, name):
        self._send(16, 0, struct.pack("<Hxx", len(name)) + name.encode())
        return struct.unpack_from("<I", self._reply(), 8)[0]

    def extension(self, name):
        self._send(98, 0, struct.pack("<Hxx", len(name)) + name.encode())
        present, major, first_event = struct.unpack_from("<BBB", self._reply(), 8)
        if not present:
            raise OSError(f"the X server has no {name}")
        return major, first_event

    def watch_drawing(self):
        """From here on everything drawn on the screen is an event."""
        major, self.damage_code = self.extension("DAMAGE")
        self._send(major, 0, struct.pack("<II", 1, 1))
        self._reply()
        self._send(major, 1, struct.pack("<IIBxxx", self.new_id(), self.root, 0))

    def drawn(self, packet):
        """(width, height) of what was drawn, or None for another event."""
        if packet[0] & 0x7F != self.damage_code:
            return None
        return struct.unpack_from("<HH", packet, 20)

    def windows(self, of=None):
        self._send(15, 0, struct.pack("<I", of or self.root))
        reply = self._reply()
        return struct.unpack_from(f"<{struct.unpack_from('<H', reply, 16)[0]}I", reply, 32)

    def geometry(self, window):
        self._send(14, 0, struct.pack("<I", window))
        return struct.unpack_from("<hhHH", self._reply(), 12)

    def is_seen(self, window):
        self._send(3, 0, struct.pack("<I", window))
        return self._reply()[26] == 2

    def pixels(self, x, y, width, height):
        """What the screen shows there, four bytes a pixel."""
        self._send(73, 2, struct.pack("<IhhHHI", self.root, x, y, width, height, 0xFFFFFFFF))
        return self._reply()[32 : 32 + width * height * 4]

    def colours(self, x, y, width, height):
        return len(set(memoryview(self.pixels(x, y, width, height)).cast("I")))

    def window_of(self, width, height):
        """The mapped window of that size, or None."""
        for window in self.windows():
            try:
                if self.geometry(window)[2:] == (width, height) and self.is_seen(window):
                    return window
            except OSError:
                continue  # It went meanwhile.
        return None

    def listen(self, window, mask):
        self._send(2, 0, struct.pack("<III", window, 1 << 11, mask))

    def focus(self, window):
        self._send(42, 2, struct.pack("<II", window, 0))

    def send_event(self, window, mask, event):
        self._send(25, 0, struct.pack("<II", window, mask) + event.ljust(32, b"\0"))

    def plain_window(self):
        """A window nobody sees, to own a selection."""
        window = self.new_id()
        self._send(1, 0, struct.pack("<IIhhHHHHII", window, self.root, -9, -9, 1, 1, 0, 2, 0, 0))
        return window

    def own_selection(self, window, selection):
        self._send(22, 0, struct.pack("<III", window, selection, 0))

    def set_property(self, window, name, kind, width, data):
        """In pieces, each below the longest request a server takes."""
        unit, mode = width // 8, 0
        for start in range(0, max(len(data), 1), 200_000):
            piece = data[start : start + 200_000]
            head = struct.pack("<IIIBxxxI", window, name, kind, width, len(piece) // unit)
            self._send(18, mode, head + piece)
            mode = 2

    def fake(self, kind, detail, x=0, y=0):
        """A key (2, 3), a button (4, 5) or a movement (6) as from a device."""
        if not hasattr(self, "xtest"):
            self.xtest, _ = self.extension("XTEST")
        body = struct.pack("<BBxxII8xhh8x", kind, detail, 0, self.root if kind == 6 else 0, x, y)
        self._send(self.xtest, 2, body)

    def move(self, x, y):
        self.fake(6, 0, x, y)

    def click(self, x, y):
        self.move(x, y)
        self.fake(4, 1)
        self.fake(5, 1)

    def wheel(self, button):
        self.fake(4, button)
        self.fake(5, button)


class Ping:
    """`_NET_WM_PING`: asks a window whether it is alive, as a window manager does. The answer comes out of the window's
    own event loop, so the time it takes is the time for which the window was frozen."""

    def __init__(self, number, window):
        self.display, self.window = Display(number), window
        self.protocols = self.display.atom("WM_PROTOCOLS")
        self.ping = self.display.atom("_NET_WM_PING")
        # SubstructureNotify | SubstructureRedirect is where answers go; one client alone may redirect.
        self.display.listen(self.display.root, 1 << 19)

    def ask(self, stamp, patience=20):
        """Seconds until the answer, or None."""
        data = struct.pack("<BBHII5I", CLIENT_MESSAGE, 32, 0, self.window, self.protocols, self.ping, stamp, self.window, 0, 0)
        asked = time.monotonic()
        self.display.send_event(self.window, 0, data)
        while (left := asked + patience - time.monotonic()) > 0:
            event = self.display.event(left)
            if event is None:
                return None
            when, packet = event
            if packet[0] & 0x7F == CLIENT_MESSAGE and struct.unpack_from("<I", packet, 16)[0] == stamp:
                return when - asked
        return None
