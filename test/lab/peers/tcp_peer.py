#!/usr/bin/python3
"""The program behind ports 9003 and 9004 in the lab, and its client.

The product's own protocol is not published. This one opens with the handshake of .NET's NegotiateStream
([MS-NNS] 2.2.1) and then exchanges a few wrapped bytes; it can also answer as a web or SSH server.

  tcp_peer.py serve PORT [--speak negotiate|named|http|ssh|stall|abort|tls_alert] [--name NAME]
  tcp_peer.py call HOST PORT [--sessions N] [--parallel] [--first-port P] [--messages N] [--every S]
                             [--last-bytes N] [--keepalive] [--give-up S] [--retry S] [--tls] [--name NAME]
  tcp_peer.py test HOST PORT [--close fin|reset] [--times N]
"""
import argparse
import asyncio
import socket
import ssl
import struct
import time

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


# Seconds between a refusal and the next SYN, as Windows waits.
RETRY_EVERY = 0.5
SPEAKS = ("negotiate", "named", "http", "ssh", "stall", "abort", "tls_alert")
# TLS 1.2, fatal, protocol_version.
TLS_ALERT = bytes.fromhex("15030300020246")


def challenge(name):
    """CHALLENGE with the computer's name (MsvAvNbComputerName, MsvAvDnsComputerName), [MS-NLMP] 2.2.2.1"""
    pairs = b"".join(
        struct.pack("<HH", kind, len(text)) + text
        for kind, text in ((1, name.encode("utf-16-le")), (3, name.lower().encode("utf-16-le")))
    ) + bytes(4)
    head = struct.pack("<IHHIIQQHHI", 2, 0, 0, 56, NTLM_FLAGS, 0x1122334455667788, 0, len(pairs), len(pairs), 56)
    return b"NTLMSSP\0" + head + bytes(8) + pairs


def authenticate(name):
    """AUTHENTICATE with the name of the workstation, its fifth field, [MS-NLMP] 2.2.1.3"""
    text = name.encode("utf-16-le")
    empty = struct.pack("<HHI", 0, 0, 64)
    fields = empty * 4 + struct.pack("<HHI", len(text), len(text), 64) + empty
    return b"NTLMSSP\0" + struct.pack("<I", 3) + fields + struct.pack("<I", NTLM_FLAGS) + text


def abort(writer):
    """Closes with a RST."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


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


async def serve_one(reader, writer, speak, name):
    try:
        if speak == "abort":
            await reader.read(512)
            abort(writer)
        elif speak == "tls_alert":
            await reader.read(2048)
            writer.write(TLS_ALERT)
        elif speak == "ssh":
            writer.write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
            await reader.read(512)
        elif speak == "http":
            await reader.read(512)
            writer.write(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            await read_handshake(reader)
            writer.write(handshake(0x16, challenge(name) if speak == "named" else CHALLENGE))
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
        await serve_one(reader, writer, args.speak, args.name)

    limit = STALL_BUFFER if args.speak == "stall" else 1 << 16
    servers = []
    for host, family in (("0.0.0.0", socket.AF_INET), ("::", socket.AF_INET6)):
        server = await asyncio.start_server(one, host, args.port, family=family, limit=limit)
        if args.speak == "stall":
            server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STALL_BUFFER)
        servers.append(server)
    await asyncio.gather(*(server.serve_forever() for server in servers))


async def connect(args, local):
    """Until somebody accepts, or --retry seconds are over."""
    context = None
    if args.tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    end = time.monotonic() + args.retry
    while True:
        try:
            return await asyncio.open_connection(args.host, args.port, local_addr=local, ssl=context)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            await asyncio.sleep(RETRY_EVERY)


async def test(args):
    """Did every connection come about?"""
    try:
        for _ in range(args.times):
            _, writer = await asyncio.open_connection(args.host, args.port)
            if args.close == "reset":
                abort(writer)
            writer.close()
            await asyncio.sleep(RETRY_EVERY)
        return True
    except OSError:
        return False


async def talk(args, index):
    local = None
    if args.first_port:
        local = ("::" if ":" in args.host else "0.0.0.0", args.first_port + index)
    writer = None
    try:
        reader, writer = await connect(args, local)
        if args.keepalive:
            keep_alive(writer)
        writer.write(handshake(0x16, NEGOTIATE))
        await asyncio.wait_for(read_handshake(reader), args.give_up)
        writer.write(handshake(0x16, authenticate(args.name) if args.name else AUTHENTICATE))
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
    server.add_argument("--speak", choices=SPEAKS, default="negotiate")
    server.add_argument("--name", default="")
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
    client.add_argument("--retry", type=float, default=0)
    client.add_argument("--tls", action="store_true")
    client.add_argument("--name", default="")
    tester = commands.add_parser("test")
    tester.add_argument("host")
    tester.add_argument("port", type=int)
    tester.add_argument("--close", choices=("fin", "reset"), default="fin")
    tester.add_argument("--times", type=int, default=1)
    args = parser.parse_args()
    if args.command == "serve":
        asyncio.run(serve(args))
    elif not asyncio.run(test(args) if args.command == "test" else call(args)):
        raise SystemExit(1)


main()
