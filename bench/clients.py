"""Clients that ask a server again and again, each on a connection of its own, in this process."""

import asyncio
import time
from collections import Counter
from typing import Any, NamedTuple

from .peers.drive import VIEWS


class Load(NamedTuple):
    """What the clients saw: seconds of each answer, and how often each status; 0 is a connection that was lost."""

    seconds: list[float]
    statuses: Counter[int]

    @property
    def errors(self) -> int:
        """Return how many answers were none, or not what was asked for."""
        return sum(count for status, count in self.statuses.items() if not 200 <= status < 300)

    @property
    def p99(self) -> float:
        """Return the milliseconds that 99 of 100 answers took at most."""
        return sorted(self.seconds)[len(self.seconds) * 99 // 100] * 1000


def ask(port: int, view: str | dict[str, Any], clients: int, seconds: float = 0, times: int = 0) -> Load:
    """Have so many clients ask for some seconds, or each of them some times."""
    asked = VIEWS[view] if isinstance(view, str) else view
    body = asked.get("data", b"")
    head = f"{asked.get('method', 'GET')} {asked['path']} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
    request = f"{head}Content-Type: application/json\r\n\r\n".encode() + body
    load = Load([], Counter())

    async def client() -> None:
        end = time.perf_counter() + (seconds or 600)
        count = 0
        writer: asyncio.StreamWriter | None = None
        while (start := time.perf_counter()) < end and (not times or count < times):
            count += 1
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r")[0]))
                status = int(head[9:12])
                if b"connection: close" in head:
                    writer.close()
                    writer = None
            except (OSError, asyncio.IncompleteReadError):
                status, writer = 0, None
            load.seconds.append(time.perf_counter() - start)
            load.statuses[status] += 1
        if writer:
            writer.close()

    async def all_clients() -> None:
        await asyncio.gather(*(client() for _ in range(clients)))

    asyncio.run(all_clients())
    return load
