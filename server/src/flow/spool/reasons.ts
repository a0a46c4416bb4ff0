/**
 * Why a delivery is in its state: a closed list, stored with it and with each ledger event,
 * so that "why is this mail here?" never needs a log file.
 */
export const reasons = {
  'just-accepted': 'accepted and due at once',
  inspecting: 'accepted; checks go on behind the answer',
  deferred: 'the next hop refused for now, or could not be reached',
  'address-refused':
    'the receiver blocks the address that it was sent from; it is tried over others before it fails',
  'own-hop-down': 'a next hop of our own cannot be reached; this time does not count towards expiry',
  'next-hop-is-ourselves': 'the route leads back to this site; waits until it is mended',
  'route-to-come':
    'its route has changed in the directory, and the change is not in force yet; this time does not count towards expiry',
  'no-route': 'the route cannot be found for now',
  'take-over': 'the node that worked on it went away',
  'released-from-quarantine': 'a person let it go',
  'released-from-hold': 'a person let it go',
  'released-by-sender': 'its sender wants it sent all the same',
  'retried-by-hand': 'a person asked for an attempt now',
  'rerouted-by-hand': 'a person chose another next hop',
  resent: 'sent again after it was returned',
  poison: 'killed or stalled two inspection threads; parked for the operator',
  'body-damaged': 'the stored content does not match its checksum; parked for the operator',
  'mail-loop': 'came through here too often',
  'held-by-hand': 'a person stopped it',
  'dmarc-quarantine': 'the sender domain asks to quarantine what it did not authenticate',
  unscanned: 'a check could not finish in time',
  score: 'the score of its findings reached the tolerance of its recipient',
  virus: 'an antivirus scanner found something in it',
  'release-stopped':
    'let go by a person, and phishing that nobody had known of was found in it before it left',
  withdrawn: 'written too late: its client heard 451 and comes again',
  policy: 'a rule or check asked for it',
  blocked: 'its sender is on a block list of its recipient',
  'report-taken': 'a report of missed spam or a false alarm, which was read and taken',
  'domain-report-taken': 'a DMARC or TLS report about a domain, which was read and taken',
  'radar-reply-taken': 'the answer to a test mail of Radar, which was read and taken',
  'notice-bounce-taken': 'a bounce of a notice to a subscriber of the status page, which was read and taken',
  'report-stranger': 'a report of somebody who may not report, which was seen only after its answer',
  delivered: 'the next hop took it',
  redirected: 'a rule sends it to somebody else, whose delivery of it stands beside',
  'files-taken-out': 'as it came, beside the copy that a rule has taken files out of',
  'tls-fails':
    'next hop failing: TLS; it must be used there, and what the server offers or proves does not do',
  'tls-needed': 'a rule wants it encrypted, and the next hop does not do that well enough',
  'copy-failed': 'a copy that a rule asked for could not be delivered; the sender has nothing to do with it',
  'not-returned': 'failed on a way that a rule chose; the sender has nothing to do with it, a person decides',
  'refused-by-receiver': 'the receiver refused it for good',
  'bounced-later': 'a server had taken it, and a bounce came afterwards',
  complained: 'the recipient has reported it to his provider as unwanted',
  suppressed:
    'not sent: its recipient does not exist, has complained, or is to be left alone, and its sender is told so',
  expired: 'could not be delivered within its life',
  'returned-by-hand': 'a person gave it back to the sender',
  'hold-expired': 'held, and nobody let it go in time: it goes back to the sender',
  'sender-suspended': 'its mailbox sends as stolen ones do; a manager decides',
  'stolen-account': 'sent by somebody else who had the password of its sender',
  'withdrawn-by-sender': 'its sender took it back while it was held',
  'bounce-of-bounce': 'failed, and has no sender to tell',
  'notify-never': 'failed, and the sender asked not to be told',
  're-judged':
    'decided anew: the definitions that had decided were taken back, or its links lead somewhere else',
  'links-followed': 'where its links lead was found out after it had been judged',
  'deleted-by-hand': 'a person deleted it',
  retention: 'its time to be kept was over',
} as const

export type Reason = keyof typeof reasons
