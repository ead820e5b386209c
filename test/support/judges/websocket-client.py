"""A WebSocket client that is not ours: sends messages to an echo, in one piece and in fragments."""
import asyncio
import hashlib
import ssl
import sys

import websockets

SIZES = [1, 125, 126, 65535, 65536, 300000]


async def main(url, authority):
    context = ssl.create_default_context(cafile=authority) if authority else None
    async with websockets.connect(url, ssl=context, max_size=None, compression=None) as socket:
        sent = hashlib.sha256()
        total = 0
        for number, size in enumerate(SIZES):
            message = bytes((number + at) % 251 for at in range(size))
            parts = [message] if number % 2 == 0 else [message[:size // 2], message[size // 2:]]
            await socket.send(parts if len(parts) > 1 else message)
            sent.update(message)
            total += size
        received = hashlib.sha256()
        while total > 0:
            piece = await socket.recv()
            received.update(piece)
            total -= len(piece)
        pong = await socket.ping()
        await asyncio.wait_for(pong, 10)
        assert sent.digest() == received.digest(), "the echo differs"
    assert socket.close_code == 1000, f"closed with {socket.close_code}"
    print("ok")


asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
