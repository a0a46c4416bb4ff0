import type { Advice } from './advice.ts'

export const sendingAdvice: Readonly<Record<string, Advice>> = {
  'address-deferred': {
    means:
      'A receiver puts off most of what comes from one of our addresses and takes it from the others. Its mail leaves by the others; one message now and then tries again.',
    todo: 'Nothing, if it clears within hours. Else ask the receiver, with the words of the alarm.',
  },
  'address-listed': {
    means:
      'A list of `sending.blocklists` names one of our addresses. Mail goes on; what receivers answer decides where it leaves, unless `sending.leaveListed` is on.',
    todo: 'Look at the words of the list; stop what it was for, then ask it to take the address off. `./mailkeep sending set ADDRESS --rest` gives it a rest.',
  },
  'address-missing': {
    means:
      'Mail shall leave by an address that is not on this machine. It leaves by the others of its pool; without another one it waits.',
    todo: 'Bring the address back, or take it out: `./mailkeep sending remove ADDRESS`.',
  },
  'address-out': {
    means:
      'A receiver blocks one of our addresses: three refusals said so. It carries nothing to that receiver until a single message gets through.',
    todo: 'Look whether the address is on a list, and ask the receiver to lift the block.',
  },
  'address-refused-at-random': {
    means:
      'A receiver takes most mail of an address and refuses a little as if the address were blocked. That mail is sent again over others.',
    todo: 'If the named list does not list the address, send the receiver the samples in the trace.',
  },
  'dkim-record': {
    means:
      'A key that signs mail of a domain has no record in DNS: one that follows an old key after 180 days, or one whose record has gone. The old key signs until then; without one nothing is signed.',
    todo: "Put the record that the text names into DNS: it stands on the domain's page under Signing (`./mailkeep dkim list`), and is found within minutes.",
  },
  'domain-report-failures': {
    means:
      'Reports of other systems say for a domain what they did not say before: a source sends in its name without SPF or DKIM, or connections to its servers fail.',
    todo: "Look at the reports on the domain's page. A service of yours: let it sign, or enter it in SPF. Nobody you know: that is what DMARC is for. TLS: renew the certificate.",
  },
  'sender-suspended': {
    means:
      'A mailbox sends as stolen ones do, which the text explains with figures. What it sends hears 451, what was waiting is held.',
    todo: 'Ask its owner. His own mail: `./mailkeep sender free ADDRESS`, and what is held leaves. Not his: `./mailkeep sender reset ADDRESS` takes its passwords away and sets what is held aside.',
  },
  'sending-stopped': {
    means:
      'An address has written to as many recipients within an hour as its policy allows (`outbound.per-hour`); more hear 451.',
    todo: 'Ask whether it is a list: then raise the limit (`outbound.per-hour`). Else take the passwords of the address back (`mail-password list`, `remove`) and look into its mail.',
  },
  'sending-volume': {
    means:
      'An address of ours has written to many recipients within an hour (`submission.adviceRecipients`, 200). Nothing is stopped.',
    todo: 'Ask whether it is a list. Where it is not, take the passwords of the address back (`mail-password list`, `remove`) and look into its mail.',
  },
  'warm-up-exceeded': {
    means:
      'A receiver gets more mail than the warm-up plans of our addresses allow, and no warm address is left. Mail does not wait for plans, so it leaves all the same.',
    todo: 'Add a warm address to the pool, or start the plan higher; `./mailkeep sending show` has the figures.',
  },
}
