/**
 * Names of the codes that RPC servers answer with: reject status of a fault (C706 appendix E), Win32 errors
 * ([MS-ERREF] §2.2), HRESULTs (§2.1) and NTSTATUS (§2.3) as far as they tell of rights and reachability.
 */

export const ERROR_ACCESS_DENIED = 5;
export const E_ACCESSDENIED = 0x80070005;
export const STATUS_ACCESS_DENIED = 0xc0000022;
export const WBEM_E_ACCESS_DENIED = 0x80041003;
export const EPT_S_NOT_REGISTERED = 0x16c9a0d6;

const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'ERROR_SUCCESS'],
  [1, 'nca_s_fault_other'],
  [2, 'ERROR_FILE_NOT_FOUND'],
  [ERROR_ACCESS_DENIED, 'ERROR_ACCESS_DENIED'],
  [0x35, 'ERROR_BAD_NETPATH'],
  [0x57, 'ERROR_INVALID_PARAMETER'],
  [0x424, 'ERROR_SERVICE_DOES_NOT_EXIST'],
  [0x6ba, 'RPC_S_SERVER_UNAVAILABLE'],
  [0x6bb, 'RPC_S_SERVER_TOO_BUSY'],
  [0x6be, 'RPC_S_CALL_FAILED'],
  [0x6bf, 'RPC_S_CALL_FAILED_DNE'],
  [0x6d1, 'RPC_S_PROCNUM_OUT_OF_RANGE'],
  [0x6d3, 'RPC_S_UNKNOWN_AUTHN_SERVICE'],
  [0x6d8, 'nca_s_fault_cant_perform'],
  [0x6d9, 'EPT_S_NOT_REGISTERED'],
  [0x6f7, 'nca_s_fault_ndr'],
  [0x721, 'nca_s_fault_sec_pkg_error'],
  [EPT_S_NOT_REGISTERED, 'ept_s_not_registered'],
  [0x1c000001, 'nca_s_fault_int_div_by_zero'],
  [0x1c000002, 'nca_s_fault_addr_error'],
  [0x1c000006, 'nca_s_fault_invalid_tag'],
  [0x1c000007, 'nca_s_fault_invalid_bound'],
  [0x1c000008, 'nca_s_rpc_version_mismatch'],
  [0x1c000009, 'nca_s_unspec_reject'],
  [0x1c00000a, 'nca_s_bad_actid'],
  [0x1c00000b, 'nca_s_who_are_you_failed'],
  [0x1c00000c, 'nca_s_manager_not_entered'],
  [0x1c00000d, 'nca_s_fault_cancel'],
  [0x1c00000e, 'nca_s_fault_ill_inst'],
  [0x1c00000f, 'nca_s_fault_fp_error'],
  [0x1c000010, 'nca_s_fault_int_overflow'],
  [0x1c000012, 'nca_s_fault_unspec'],
  [0x1c000013, 'nca_s_fault_remote_comm_failure'],
  [0x1c00001a, 'nca_s_fault_context_mismatch'],
  [0x1c00001b, 'nca_s_fault_remote_no_memory'],
  [0x1c00001c, 'nca_s_invalid_pres_context_id'],
  [0x1c00001d, 'nca_s_unsupported_authn_level'],
  [0x1c00001f, 'nca_s_invalid_checksum'],
  [0x1c000020, 'nca_s_invalid_crc'],
  [0x1c000021, 'nca_s_fault_user_defined'],
  [0x1c000024, 'nca_s_fault_object_not_found'],
  [0x1c000025, 'nca_s_fault_no_client_stub'],
  [0x1c010002, 'nca_s_op_rng_error'],
  [0x1c010003, 'nca_s_unk_if'],
  [0x1c010006, 'nca_s_wrong_boot_time'],
  [0x1c010009, 'nca_s_you_crashed'],
  [0x1c01000b, 'nca_s_proto_error'],
  [0x1c010013, 'nca_s_out_args_too_big'],
  [0x1c010014, 'nca_s_server_too_busy'],
  [0x1c010015, 'nca_s_fault_string_too_long'],
  [0x1c010017, 'nca_s_unsupported_type'],
  [0x80004001, 'E_NOTIMPL'],
  [0x80004002, 'E_NOINTERFACE'],
  [0x80004005, 'E_FAIL'],
  [0x8000ffff, 'E_UNEXPECTED'],
  [0x80010105, 'RPC_E_SERVERFAULT'],
  [0x80010108, 'RPC_E_DISCONNECTED'],
  [0x80010113, 'RPC_E_INVALID_IPID'],
  [0x8001011b, 'RPC_E_ACCESS_DENIED'],
  [0x8001011f, 'RPC_E_TIMEOUT'],
  [0x80040154, 'REGDB_E_CLASSNOTREG'],
  [0x80041001, 'WBEM_E_FAILED'],
  [0x80041002, 'WBEM_E_NOT_FOUND'],
  [WBEM_E_ACCESS_DENIED, 'WBEM_E_ACCESS_DENIED'],
  [0x8004100e, 'WBEM_E_INVALID_NAMESPACE'],
  [E_ACCESSDENIED, 'E_ACCESSDENIED'],
  [0x8007000e, 'E_OUTOFMEMORY'],
  [0x80070057, 'E_INVALIDARG'],
  [0x800706ba, 'RPC_S_SERVER_UNAVAILABLE'],
  [0x800706d1, 'RPC_S_PROCNUM_OUT_OF_RANGE'],
  [0x80070721, 'RPC_S_SEC_PKG_ERROR'],
  [0x80070776, 'OR_INVALID_OXID'],
  [0x80080005, 'CO_E_SERVER_EXEC_FAILURE'],
  [STATUS_ACCESS_DENIED, 'STATUS_ACCESS_DENIED'],
]);

const NAK_REASONS: ReadonlyMap<number, string> = new Map([
  [0, 'reason_not_specified'],
  [1, 'temporary_congestion'],
  [2, 'local_limit_exceeded'],
  [3, 'called_paddr_unknown'],
  [4, 'protocol_version_not_supported'],
  [5, 'default_context_not_supported'],
  [6, 'user_data_not_readable'],
  [7, 'no_psap_available'],
  [8, 'authentication_type_not_recognized'],
  [9, 'invalid_checksum'],
]);

/** Name of a status (unsigned), '' = unknown. */
export function rpcStatusName(status: number): string {
  return NAMES.get(status >>> 0) ?? '';
}

/** Name of a bind_nak's reason, C706 §12.6.3.1 and [MS-RPCE] §2.2.2.5; '' = unknown. */
export function nakReasonName(reason: number): string {
  return NAK_REASONS.get(reason) ?? '';
}

/** Whether the bind was refused because of who asked. */
export function nakDeniesAccess(reason: number): boolean {
  return reason === 8 || reason === 9;
}

/** Whether a fault's or an answer's status says that the caller may not do this. */
export function isAccessDenied(status: number): boolean {
  switch (status >>> 0) {
    case ERROR_ACCESS_DENIED:
    case E_ACCESSDENIED:
    case STATUS_ACCESS_DENIED:
    case WBEM_E_ACCESS_DENIED:
    case 0x8001011b:
      return true;
    default:
      return false;
  }
}
