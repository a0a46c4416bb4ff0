import type { Advice } from './advice.ts'

export const deliveryAdvice: Readonly<Record<string, Advice>> = {
  'bypass-ends': {
    means: 'The bypass of a domain ends within two hours, or has ended by itself.',
    todo: 'Bring its mail back to us (`./mailkeep bypass steps DOMAIN`), or begin it anew.',
  },
  'bypass-on': {
    means: 'A domain sends past us, as somebody has noted; what goes past us is not checked.',
    todo: 'Nothing while the reason lasts; then `./mailkeep bypass off DOMAIN`.',
  },
  'deferred-share': {
    means:
      'Far more deliveries of a node are put off than is usual, and it is not one next hop that does it.',
    todo: 'Look at the node: its DNS, its network, its addresses. The queue keeps the mail.',
  },
  'drain-behind': {
    means:
      'More mail of a direction came than left within `flow.drainWindow`, and that for a quarter of it. The text names the receiver and the tenant that most of what stays belongs to. Nothing is late yet.',
    todo: '`./mailkeep queue list` shows which queues grow; mend the next hop, or let its tenant send more slowly. It ends when as much leaves as comes.',
  },
  'first-try-late': {
    means:
      'New mail waits for its first try for longer than `flow.lateAfter`, though nothing that we know of holds it up: it is this site that is slow. Mail to many is not looked at, since it lets other mail go first; `drain-behind` tells of it.',
    todo: 'Look for load, for processes that hang (`process-silent`), and at `delivery.maxConnections`.',
  },
  'mail-flow': {
    means:
      'Mail of a domain does not get through to its next hop: of its latest deliveries (`flow.messages`) too many failed. Missing figures neither raise nor clear it.',
    todo: "The domain's page has the failures and a test of its next hop; mend the next hop, or its address.",
  },
  'mail-loop': {
    means:
      'A message came through here for the third time, or carries too many Received fields. It is held, nothing bounced.',
    todo: "The message's page (`./mailkeep trace ID`) shows where its next hop sent it; mend that, then release it there (`queue release ID`).",
  },
  'next-hop-defers': {
    means: 'A next hop puts off a larger share of deliveries than others do.',
    todo: 'Look at its words: `./mailkeep queue list --domain DOMAIN`.',
  },
  'next-hop-down': {
    means:
      'A next hop cannot be reached or refuses everything. Its mail waits, one message at a time is tried.',
    todo: '`./mailkeep route SENDER RECIPIENT` shows where it leads; ask its operator; `queue reroute` sends the mail elsewhere.',
  },
  'next-hop-tls': {
    means:
      'Next hop failing: TLS. It must be used there, by your setting or the policy of its domain, and what the server offers or proves does not do; the text names the certificate and what is wrong with it. A handshake that breaks off may be chance: at a hop of our own the second try tells, seconds later. Its mail waits, however little arrives.',
    todo: 'Ask the operator of the server to renew or mend its certificate. [transport-security](../operate/transport-security.md) says what asks for TLS.',
  },
  'own-hop-waiting': {
    means: 'Mail for a next hop of our own has waited for more than five minutes. It never expires there.',
    todo: 'Mend the own hop: this is a fault of ours.',
  },
  'receiver-trouble': {
    means:
      'A receiver, with all the domains that it runs, puts off or drops at least a quarter of our tries while others take mail: the fault is upstream. Its mail waits, and leaves by itself.',
    todo: 'Nothing here. The text says since when and what it answers; `./mailkeep queue list` names the mail by domain.',
  },
  'releases-late': {
    means: 'Mail that people have released waits for its first attempt for more than two minutes.',
    todo: '`./mailkeep queue list --reason released-from-quarantine` shows where; look at the next hop, or at what else its lane has to do.',
  },
  'route-loop': {
    means: 'The way to a next hop leads back to this site. Its mail waits.',
    todo: 'Mend the next hop (`domain add NAME --next-hop ...`) or the MX.',
  },
  'rule-target-fails': {
    means:
      'Mail that a rule redirects could not be delivered there. It is held, and its sender hears nothing.',
    todo: "The message's page (`./mailkeep trace ID`) says why; give the rule another address, then release or return it there (`queue release`, `queue return`).",
  },
  'stage-slow': {
    means:
      'A stage of a message (accept, inspect, decide, wait, deliver) takes three times as long as was usual in the last hours, and longer than anybody should wait, at one node in one direction.',
    todo: 'The text has the times, how much mail is hit and what is behind it as far as that is known; `mailkeep_stage_seconds` at `/metrics` has them all.',
  },
  'target-drift': {
    means:
      'The list of addresses of a next hop names a server at which every try has failed for ten seconds and more, while others of it work: it is gone, or belongs to somebody else. It gets no mail.',
    todo: 'Take it out of the DNS name or of `--next-hop`, or mend it. It ends with the first connection that works, or when the list names it no more.',
  },
  'target-out': {
    means: 'One server of a next hop is left out for now; the others go on.',
    todo: 'Nothing, if it comes back; else ask its operator.',
  },
  'tls-needed': {
    means:
      'A rule wants mail encrypted (`require-tls`), and its next hop offers no TLS, or cannot prove its name. That mail waits, and is returned at the end of its life; other mail goes.',
    todo: 'Switch TLS on at the next hop or mend its certificate; or change the rule and `queue retry`.',
  },
  'waiting-10-percent': {
    means: 'The oldest mail of a lane has used up this share of its life.',
    todo: 'Mend the next hop, `queue reroute`, or lengthen the life with `queue hold` and `queue release`.',
  },
  'waiting-50-percent': {
    means: 'The oldest mail of a lane has used up this share of its life.',
    todo: 'Mend the next hop, `queue reroute`, or lengthen the life with `queue hold` and `queue release`.',
  },
  'waiting-90-percent': {
    means: 'The oldest mail of a lane has used up this share of its life.',
    todo: 'Mend the next hop, `queue reroute`, or lengthen the life with `queue hold` and `queue release`.',
  },
}
