/** How pktmon names the link type of a packet. */
export const PacketType = { Unknown: 0, Ethernet: 1, WiFi: 2, Ip: 3 } as const;
