"""`python -m bench.streams PORT COUNT COOKIE`: holds open live streams and counts the events; a line when told to end.

Prints `open=COUNT` when all are open. On SIGTERM prints `events=N` and ends.
"""

from __future__ import annotations

import asyncio
import signal
import sys


class Streams:
    """Many streams of one person."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.events = 0

    async def hold(self, opened: asyncio.Semaphore) -> None:
        """One stream, read until the process ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n"
        writer.write((head + "Accept: text/event-stream\r\n\r\n").encode())
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"a stream was answered {status!r}")
        opened.release()
        kept = b""
        while chunk := await reader.read(1 << 16):  # a line at a time would cost more than what is measured
            *whole, kept = (kept + chunk).split(b"\n\n")
            self.events += sum(b"\nevent: fact\n" in one for one in whole)


async def main(port: int, count: int, cookie: str) -> None:
    """Open, say so, hold."""
    streams, opened, stop = Streams(port, cookie), asyncio.Semaphore(0), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tasks = [asyncio.create_task(streams.hold(opened)) for _ in range(count)]
    for _ in range(count):
        await opened.acquire()
    print(f"open={count}", flush=True)
    await stop.wait()
    for task in tasks:
        task.cancel()
    print(f"events={streams.events}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
