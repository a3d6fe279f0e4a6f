/** Why two addresses are one computer, in one sentence. Names are raw. */
import type { IdentityProof, Join } from '../../../verdict/hosts/identities.js';
import { hostKeyText } from '../../../verdict/words/host-key.js';
import type { HostKey } from '../../../verdict/words/host-key.js';

export function identityText(key: HostKey, { owner, certainty, proof }: Join): string {
  return `${hostKeyText(key)} is the computer with ${hostKeyText(owner)} (${certainty}): ${why(proof)}.`;
}

function why(proof: IdentityProof): string {
  switch (proof.code) {
    case 'lists_address':
      return `it lists both as its addresses in a DCOM answer, frame ${proof.frame}`;
    case 'own_account':
    case 'own_name': {
      const { code, name, domain, frame, otherFrame } = proof;
      const by = code === 'own_account' ? 'logs on by the account of' : 'introduces itself as';
      return `it ${by} ${name} of the domain ${domain} (NTLM, frame ${frame}), and that is the name of the other (NTLM challenge, frame ${otherFrame})`;
    }
    case 'same_introduction':
      return `both introduce themselves as ${proof.name} (NTLM challenge, frames ${proof.otherFrame} and ${proof.frame})`;
    case 'full_name':
      return `both are called ${proof.name}, frame ${proof.frame}`;
    case 'card_and_name':
      return `both are on the network card ${proof.card} and call themselves ${proof.name} (NTLM, frames ${proof.otherFrame} and ${proof.frame})`;
    case 'list':
      return `both are called ${proof.name}, which the list has as one computer`;
  }
}
