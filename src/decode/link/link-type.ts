/**
 * What a frame of a link type begins with (tcpdump.org/linktypes).
 */
import { LinkType } from '../../capture/frames/frame.js';
import { Next } from '../packet/cursor.js';

/** Link types that are read as another one with the same beginning. */
const Alias = { RawOpenBsd: 14, CiscoHdlc: 104, Ieee80211Avs: 163 } as const;

/** The protocol that frames of a link type begin with; `Next.Done` for one that is not decoded. */
export function linkTypeNext(linkType: number): Next {
  switch (linkType) {
    case LinkType.Ethernet:
      return Next.Ethernet;
    case LinkType.Null:
    case LinkType.Loop:
      return Next.Null;
    case LinkType.Ppp:
    case LinkType.PppHdlc:
    case Alias.CiscoHdlc:
      return Next.PppHdlc;
    case LinkType.PppEther:
      return Next.Pppoe;
    case LinkType.Raw:
    case LinkType.RawBsd:
    case Alias.RawOpenBsd:
    case LinkType.Ipv4:
    case LinkType.Ipv6:
      return Next.Ip;
    case LinkType.LinuxSll:
      return Next.LinuxSll;
    case LinkType.LinuxSll2:
      return Next.LinuxSll2;
    case LinkType.Ieee80211:
      return Next.Ieee80211;
    case LinkType.Ieee80211Radiotap:
      return Next.Radiotap;
    case LinkType.Ieee80211Prism:
    case Alias.Ieee80211Avs:
      return Next.Prism;
    case LinkType.Ppi:
      return Next.Ppi;
    case LinkType.Pflog:
      return Next.Pflog;
    case LinkType.Nflog:
      return Next.Nflog;
    case LinkType.Pktap:
      return Next.Pktap;
    case LinkType.JuniperEthernet:
      return Next.JuniperEthernet;
    default:
      return Next.Done;
  }
}

/** Whether a frame of this link type of which nothing was decoded is one that cannot be read, not one without IP. */
export function mayBeUnread(linkType: number): boolean {
  switch (linkTypeNext(linkType)) {
    case Next.Done:
    case Next.Pflog:
    case Next.Nflog:
    case Next.Pktap:
    case Next.JuniperEthernet:
      return true;
    default:
      return false;
  }
}
