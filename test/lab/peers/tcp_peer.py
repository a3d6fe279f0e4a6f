#!/usr/bin/python3
"""The program behind ports 9003 and 9004 in the lab, and its client.

The product's own protocol is not published. This one opens with the handshake of .NET's NegotiateStream
([MS-NNS] 2.2.1) and then exchanges a few wrapped bytes; it can also answer as a web or SSH server.

  tcp_peer.py serve PORT [--speak negotiate|http|ssh|stall]
  tcp_peer.py call HOST PORT [--sessions N] [--parallel] [--first-port P] [--messages N] [--every S]
                             [--last-bytes N] [--keepalive] [--give-up S]
"""
import argparse
import asyncio
import socket
import struct

NTLM_FLAGS = 0xE2088297
LARGEST = 1 << 20
# A program that hangs: seconds during which it reads nothing, and its small buffers.
STALL = 8
STALL_BUFFER = 2048


def handshake(kind, token):
    """| id | 01 | 00 | length 16 | token |"""
    return struct.pack(">BBBH", kind, 1, 0, len(token)) + token


NEGOTIATE = b"NTLMSSP\0" + struct.pack("<II", 1, NTLM_FLAGS) + bytes(16)
CHALLENGE = (
    b"NTLMSSP\0"
    + struct.pack("<IHHIIQQHHI", 2, 0, 0, 56, NTLM_FLAGS, 0x1122334455667788, 0, 4, 4, 56)
    + bytes(8)
    + bytes(4)
)
AUTHENTICATE = (
    b"NTLMSSP\0" + struct.pack("<I", 3) + struct.pack("<HHI", 0, 0, 64) * 6 + struct.pack("<I", NTLM_FLAGS)
)


async def read_handshake(reader):
    head = await reader.readexactly(5)
    await reader.readexactly(struct.unpack(">H", head[3:5])[0])


async def read_data(reader):
    size = struct.unpack("<I", await reader.readexactly(4))[0]
    return await reader.readexactly(min(size, LARGEST))


def keep_alive(writer):
    """Probes an idle connection every second and gives it up after three."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 3)):
        sock.setsockopt(socket.IPPROTO_TCP, option, value)


async def serve_one(reader, writer, speak):
    try:
        if speak == "ssh":
            writer.write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
            await reader.read(512)
        elif speak == "http":
            await reader.read(512)
            writer.write(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            await read_handshake(reader)
            writer.write(handshake(0x16, CHALLENGE))
            await read_handshake(reader)
            writer.write(handshake(0x14, b""))
            while True:
                data = await read_data(reader)
                writer.write(struct.pack("<I", len(data)) + data)
                if speak == "stall":
                    await asyncio.sleep(STALL)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def serve(args):
    async def one(reader, writer):
        await serve_one(reader, writer, args.speak)

    limit = STALL_BUFFER if args.speak == "stall" else 1 << 16
    servers = []
    for host, family in (("0.0.0.0", socket.AF_INET), ("::", socket.AF_INET6)):
        server = await asyncio.start_server(one, host, args.port, family=family, limit=limit)
        if args.speak == "stall":
            server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STALL_BUFFER)
        servers.append(server)
    await asyncio.gather(*(server.serve_forever() for server in servers))


async def talk(args, index):
    local = None
    if args.first_port:
        local = ("::" if ":" in args.host else "0.0.0.0", args.first_port + index)
    writer = None
    try:
        reader, writer = await asyncio.open_connection(args.host, args.port, local_addr=local)
        if args.keepalive:
            keep_alive(writer)
        writer.write(handshake(0x16, NEGOTIATE))
        await asyncio.wait_for(read_handshake(reader), args.give_up)
        writer.write(handshake(0x16, AUTHENTICATE))
        await asyncio.wait_for(read_handshake(reader), args.give_up)
        for number in range(args.messages):
            if number > 0:
                await asyncio.sleep(args.every)
            body = b"message %d from the lab" % number
            if number > 0 and number == args.messages - 1:
                body = body.ljust(args.last_bytes, b".")
            writer.write(struct.pack("<I", len(body)) + body)
            await asyncio.wait_for(read_data(reader), args.give_up)
        return True
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        return False
    finally:
        if writer is not None:
            writer.close()


async def call(args):
    """Did every session get all its answers?"""
    if args.parallel:
        return all(await asyncio.gather(*(talk(args, index) for index in range(args.sessions))))
    return all([await talk(args, index) for index in range(args.sessions)])


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve")
    server.add_argument("port", type=int)
    server.add_argument("--speak", choices=("negotiate", "http", "ssh", "stall"), default="negotiate")
    client = commands.add_parser("call")
    client.add_argument("host")
    client.add_argument("port", type=int)
    client.add_argument("--sessions", type=int, default=1)
    client.add_argument("--parallel", action="store_true")
    client.add_argument("--first-port", type=int, default=0)
    client.add_argument("--messages", type=int, default=1)
    client.add_argument("--every", type=float, default=0)
    client.add_argument("--last-bytes", type=int, default=0)
    client.add_argument("--keepalive", action="store_true")
    client.add_argument("--give-up", type=float, default=8)
    args = parser.parse_args()
    if args.command == "serve":
        asyncio.run(serve(args))
    elif not asyncio.run(call(args)):
        raise SystemExit(1)


main()
