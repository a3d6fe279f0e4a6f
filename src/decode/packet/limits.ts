/** Codes under which the decoder counts what it did not follow or keep; the limits stand where they are applied. */
export type DecodeLimit =
  | 'fragment_timeout'
  | 'fragment_memory'
  | 'fragment_datagrams'
  | 'fragment_ranges'
  | 'mpls_labels'
  | 'ipv6_extension_headers'
  | 'tunnel_depth'
  | 'layers';
