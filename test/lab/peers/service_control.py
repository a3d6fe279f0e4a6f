#!/usr/bin/python3
"""A client of the service control manager ([MS-SCMR]) that does as Windows does: RPC over TCP by way of the
endpoint mapper first and, when that fails, the pipe \\svcctl on 445.

  service_control.py HOST USER PASSWORD
"""
import sys

from impacket.dcerpc.v5 import epm, scmr, transport

CONNECT_SECONDS = 9


def open_manager(binding, user, password):
    rpc = transport.DCERPCTransportFactory(binding)
    rpc.set_connect_timeout(CONNECT_SECONDS)
    rpc.set_credentials(user, password)
    dce = rpc.get_dce_rpc()
    dce.connect()
    dce.bind(scmr.MSRPC_UUID_SCMR)
    scmr.hRCloseServiceHandle(dce, scmr.hROpenSCManagerW(dce)["lpScHandle"])
    dce.disconnect()


def main():
    host, user, password = sys.argv[1:4]
    try:
        binding = epm.hept_map(host, scmr.MSRPC_UUID_SCMR, protocol="ncacn_ip_tcp")
        open_manager(binding, user, password)
        print("over TCP:", binding)
        return
    except Exception as error:  # whatever stopped it, the pipe is tried next
        print("over TCP:", error)
    open_manager(r"ncacn_np:%s[\pipe\svcctl]" % host, user, password)
    print("over the pipe")


main()
