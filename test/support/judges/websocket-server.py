"""A WebSocket echo that is not ours. Prints its port, and how each connection was closed."""
import asyncio

import websockets


async def echo(socket):
    async for message in socket:
        await socket.send(message)
    print(f"closed {socket.close_code}", flush=True)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, max_size=None, compression=None) as server:
        print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Future()


asyncio.run(main())
