/** What a kind of alarm means and what somebody does about it: Markdown on one line, links as docs/reference has them. */
interface Advice {
  readonly means: string
  readonly todo: string
}

/**
 * What every kind of alarm means and what to do, told in the console, by `mailkeep alarm list`, by the API and on
 * docs/reference/alarms.md (`scripts/gen-reference.ts` writes it there). `todo` is read by itself, below the text of the
 * alarm: it names commands whole and asks for no other row.
 */
export const alarmAdvice: Readonly<Record<string, Advice>> = {
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
  'alarm-target-fails': {
    means:
      'A program that is told of alarms (Slack, PagerDuty, a webhook) has taken nothing for `alarms.targetLateAfter`. Alarms are kept for it and tried again; the other places of the same subscription hear of it.',
    todo: 'The text has what it answered. *Send a test* on the page *Who is told of alarms* tries it at once; else give it another address.',
  },
  'authentication-temperror': {
    means:
      'DNS leaves results of SPF, DKIM, DMARC or ARC open for more than one message in a hundred. Such mail is neither refused for good nor set aside: it hears 451 and comes again.',
    todo: 'Look at the DNS servers (`dns.servers`); two or more give a second opinion. `./mailkeep affected --reason dmarc-temperror` lists the mail.',
  },
  'backup-damaged': {
    means:
      'New backups are made in `backup.folder`, but something is wrong with old ones there: the text names a file that is damaged or missing, or says why old ones, or what an interrupted verification has left, cannot be removed. Or the newest was verified (`backup.verify`, or by hand) and lacks something, or could not be verified. Damage of the newest has begun a new whole copy of the database; those between the damage and it cannot be restored, all others can.',
    todo: 'Look at the disk of the folder. Which can be restored `./mailkeep restore --verify --at TIME` tells. Damage is told until those backups are dropped (`backup.keepDaily`), and what a verification came to until the next, which follows within a day or at once with *Verify the newest* at *Health*, *Backups*; to be rid of them at once name an empty folder in `backup.folder` and keep the old one for as long as you need it. No room for dropping, or for putting the database together beside the backups: make some.',
  },
  'backup-late': {
    means:
      'No copy of the data folder was made by `mailkeep backup` for longer than `backup.lateAfter`, or by the server in `backup.folder` for longer than two times `backup.every`. Mail is not touched; what has changed since the last copy would be lost with the disk.',
    todo: 'Look at what starts it (cron, timer) and at room in its folder; make one by hand: `./mailkeep backup FOLDER`. Where the server makes them the alarm says why it could not: mount the disk of `backup.folder` or make room there, and it goes on by itself; after a restore `./mailkeep backup --add --take-over` goes on with the backups that are there. A folder that is too slow needs a longer `backup.every`, or a faster disk. Where that one copy was for an upgrade and the folder is saved in another way, set `backup.lateAfter` to 0.',
  },
  'body-damaged': {
    means:
      'The stored content of a message does not match its checksum, or is missing. The message is parked, nobody got a torn copy.',
    todo: '`./mailkeep trace ID` names the file; look at the disk. With the file back from a backup, `queue retry ID` sends it; else `queue return ID` tells the sender.',
  },
  'books-differ': {
    means: 'For two rounds in a row accepted deliveries and their states do not add up.',
    todo: '`./mailkeep audit` lists every difference with message ids. This is a fault of ours: keep the data folder for looking into it.',
  },
  'bypass-ends': {
    means: 'The bypass of a domain ends within two hours, or has ended by itself.',
    todo: 'Bring its mail back to us (`./mailkeep bypass steps DOMAIN`), or begin it anew.',
  },
  'bypass-on': {
    means: 'A domain sends past us, as somebody has noted; what goes past us is not checked.',
    todo: 'Nothing while the reason lasts; then `./mailkeep bypass off DOMAIN`.',
  },
  'certificate-expires': {
    means:
      'A certificate in use ends within 30, 14, 7 or 1 days, or has ended: one of ours, one of a server that must be spoken to with TLS, or the last one that an identity provider of SAML signs with, which the managers of its tenant see too.',
    todo: 'Ours: `./mailkeep certificate install FILE...`. Else ask the operator of that server. An identity provider: add its next certificate on the page Single sign-on ([SAML](../operate/managers-and-keys.md)).',
  },
  'certificate-wrong': {
    means:
      'The certificate and its key cannot be read or do not fit together. The one before stays in use; at a first start TLS is not offered.',
    todo: 'Mend `tls.certificate` and `tls.key`; the files are read anew by themselves.',
  },
  'check-slow': {
    means:
      'A fifth of the mail waits longer than a second for one check: `antivirus` for scanners, `authentication`, `connection` and `lists` for DNS.',
    todo: 'Look at the scanners, or at the DNS servers (`dns.servers`). It clears by itself.',
  },
  'console-faults': {
    means:
      "At least 1 % of the console's answers of the last minute, and three of them, were faults of ours (5xx). Mail is not touched by it.",
    todo: 'The text names the version and schema in force: was there an upgrade? Then [go back](../operate/upgrade.md#going-back). Else the log says what failed.',
  },
  'console-slow': {
    means: 'One in twenty answers of the console took longer than 2 s in the last minute.',
    todo: 'Look whether the disk or another process is busy; pages say which of their parts is missing.',
  },
  'console-unavailable': {
    means: 'The console page, metrics and health answers cannot be served. Mail is not touched by it.',
    todo: 'Look at the text; mostly the address of `console.listen` is taken.',
  },
  'content-key': {
    means:
      'Content of kept mail is encrypted, and its key is not in `secrets/content.keys` of the data folder, or is another one. That mail waits: nothing of it is lost or returned. New mail that is to be encrypted hears 451 meanwhile. The same where that file is empty, torn or cannot be read, and where a key that no mail needs is gone.',
    todo: 'Put the file back that belongs to the database, from the newest backup that has it; append its lines where another file is there by now; see [encrypted content](../operate/encrypted-content.md#when-a-key-is-missing). It clears by itself.',
  },
  'content-unavailable': {
    means:
      'The folder of content (`bodies` in the data folder) cannot be read or written. Mail that does not need it goes on, lists work, previews say so; what is released meanwhile leaves when it is back.',
    todo: 'Look at the disk or mount that the text names. It clears by itself.',
  },
  'deferred-share': {
    means:
      'Far more deliveries of a node are put off than is usual, and it is not one next hop that does it.',
    todo: 'Look at the node: its DNS, its network, its addresses. The queue keeps the mail.',
  },
  'definitions-feed': {
    means:
      'The latest bundle of definitions (`definitions.source`) is not taken: it cannot be had, is not signed, is damaged, older than what came before, or judges golden samples wrongly. Those in force stay.',
    todo: 'The text says why; look at the source. The next good bundle is taken by itself.',
  },
  'definitions-taken-back': {
    means:
      'A set of definitions kept or missed far more mail than the set before it, or took too long, and was taken back; or a person did so. The set before is in force.',
    todo: '`./mailkeep definitions list` says why. What it had caught is judged anew by itself; the alarm ends when that is done.',
  },
  'definitions-unreadable': {
    means:
      'The files of the definitions in force cannot be read. Inspection goes on with those before, after a restart with those that are shipped.',
    todo: 'The text says why. A start of the process with the role `jobs` writes them anew from the store.',
  },
  'directory-shrink': {
    means:
      'More addresses or domains are missing in the directory than may vanish at once (`directory.shrinkPercent`). The old ones stay in force. The managers of a domain are told of its addresses, the operator of all.',
    todo: "The domain's page names them: confirm there that they are meant to go, or bring them back. For domains the operator finds it above their list. The same by `./mailkeep directory status`, `directory confirm NAME` and `directory restore NAME`.",
  },
  'directory-unavailable': {
    means: 'The directory snapshot is missing, too old or cannot be read: recipients hear 451.',
    todo: 'Look at the text for the reason; `./mailkeep directory status` makes a new snapshot.',
  },
  'disk-filling': {
    means:
      'The disk of the spool is fuller than `spool.diskAlarm`. From `spool.diskRefuse` on new mail hears 452; what was accepted stays kept.',
    todo: 'Make room, as [disk-full](../operate/disk-full.md) says.',
  },
  'disk-full': {
    means:
      'The disk of the spool is fuller than `spool.diskRefuse`: new mail hears 452 and comes again; what was accepted stays kept and leaves.',
    todo: 'Make room, as [disk-full](../operate/disk-full.md) says.',
  },
  'disk-slow': {
    means:
      'A process loses at least two fifths of ten seconds to the disk of the store: to writing of its own, or to others who do not come to the end of theirs for the disk. The text names the node. Mail is slower; when it gets too slow, new mail hears 451.',
    todo: 'Look at the disk: what else writes to it, does it fail, is it one of a network. It clears by itself.',
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
  'handshake-fails': {
    means:
      'A TLS handshake does not do, with one of our doors or with a server that must be spoken to with TLS; looked at each `tls.probeEvery`, and each five seconds once it fails. The text names the certificate and the reason: expired, another name, an intermediate left out, an authority that is not trusted, an old version, no STARTTLS.',
    todo: 'Ours: `./mailkeep certificate check` says what is wrong with it, and with FILE... what is wrong with a new one. Else ask the operator of that server; its mail waits and is sent when it is mended.',
  },
  'held-share': {
    means: 'Far more mail of a node is held than is usual.',
    todo: 'Look at what it has in common, and at what was changed: rules, settings.',
  },
  'host-list-old': {
    means: 'A list of hosts is older than `links.listMaxAge` by what it says of itself: it weighs nothing.',
    todo: 'Look at what brings it. A newer version counts by itself.',
  },
  'host-list-refused': {
    means:
      'A list of hosts is not taken: it cannot be read, is not signed by `links.listsKey`, or lists what can only be a mistake. Its last good version stays in force, until a restart.',
    todo: 'The text says why.',
  },
  'import-unfinished': {
    means:
      '`tenant import` named a new domain more than 15 minutes ago and has not brought all of it. Mail to the domain hears 451, so senders try again.',
    todo: 'Import the same file once more: it goes on where it stopped. A file that was changed counts as another one: after it, or instead, put the domain in force as it stands: `./mailkeep directory confirm NAME`; whoever is not in the directory then hears 550.',
  },
  'index-gap': {
    means:
      'Some of what the index of messages should hold was not there (`missing`), or was there twice (`double`): found by comparing it with the ledger and with its own sums. Lists say which minutes are wrong until they are read from the ledger again, which it does by itself. It stays open for five minutes after that. Mail is not touched.',
    todo: 'Once: nothing. Again: look who else writes to the file of the index, and at the disk of `search.folder`.',
  },
  'inspection-incomplete': {
    means:
      'Checks cannot finish for some messages that are older than half a minute. They wait, then are set aside as unscanned, and go on by themselves when the checks work again.',
    todo: 'Look at the reason in the text: DNS, a scanner, or load.',
  },
  'inspection-slow': {
    means: 'The checks take longer than `inspection.behindAbove`; they go on behind the answer for now.',
    todo: 'Look for load or a slow check; more cores, more `inspection.threads`.',
  },
  'inspection-thread-slow': {
    means: 'One inspection thread takes far longer than its peers and is replaced.',
    todo: 'If it comes again, look for what the messages have in common.',
  },
  'job-failed': {
    means: 'A job of the clock (snapshot, audit, retention) failed; it is tried again next time.',
    todo: 'The text has the cause.',
  },
  'kept-longer': {
    means:
      'People have a shorter time for their kept mail since the directory changed: they or their group were removed, moved or brought back. What is older than that stays for `directory.grace`, as the people can be brought back for so long, and leaves then. The managers of a domain are told.',
    todo: 'Nothing, where that is meant. To keep the mail, bring the people back or set a longer time at them, their group or the domain (`./mailkeep policy set`), or release it: [how long it is kept](../operate/people-and-their-quarantine.md).',
  },
  'learning-taken-back': {
    means:
      'What a tenant had taught changed too much of its mail, or several people said that it was wrong, and was taken back.',
    todo: '`./mailkeep learning status --tenant ID` says why. What it had caught is judged anew by itself; the alarm ends when that is done.',
  },
  'links-behind': {
    means:
      'Short links have waited to be followed for longer than `links.lateAfter`. No mail waits for them.',
    todo: 'Look whether this machine reaches the web (ports 80 and 443), or switch `links.follow` off.',
  },
  'links-queue-full': {
    means:
      'More short links wait to be followed than `links.queue`, or one tenant has half of them. Those beyond are not followed, which their traces say; mail goes on.',
    todo: 'A flood passes by itself. If it comes again: `links.queue`, `links.atATime`.',
  },
  'list-hits-provider': {
    means:
      'An outside list lists more than a tenth of what a large provider sends. Its weight for such mail is limited (`lists.mostShared`).',
    todo: 'Look at what the list catches: `./mailkeep trace`; lower its weight in `lists.ask`, or switch it off with `lists.off`.',
  },
  'list-hits-released': {
    means: 'People release more than a tenth of what an outside list helped into quarantine.',
    todo: '`./mailkeep lists kept ZONE` shows the mail; `./mailkeep lists off ZONE` takes the weight away and has that mail judged anew.',
  },
  'list-muted': {
    means: 'An outside list lists all or nothing, refuses our questions, fails or stalls: it weighs nothing.',
    todo: 'The text says why. It comes back by itself; most lists refuse questions by public resolvers.',
  },
  'load-high': {
    means:
      'For `flow.loadWindow` checking mail has taken more than `flow.loadHigh` percent of what its threads can do. Nothing is late yet. The text names the source, the tenant and the recipient that brought most.',
    todo: 'If one of them is unusual, ask them, or limit them by policy. If it is every morning, give it more threads (`inspection.threads`) or more processors. When more comes than can be borne, the loudest tenant hears 4xx first.',
  },
  'logins-fail': {
    means:
      'Five logins of ours or more, and a fifth of those that tried within a minute, could not log in to send. The text says whether they could not be looked up, or their passwords were refused.',
    todo: 'Cannot be looked up: see `directory-unavailable`. Refused: were their passwords taken back, or does one server use an old one for all?',
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
  'maintenance-overrun': {
    means: 'Planned maintenance of the console lasts longer than it was to. Mail flows.',
    todo: '`./mailkeep maintenance off`, or `maintenance on --until` with a new end.',
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
  'node-unfit': {
    means:
      'A process that sends is on trial and something does not work in it: the text names the step (`clock`, `route`, `database`, or where in the conversation with a next hop). It gets no mail of people; what it had is sent by the others.',
    todo: 'Mend what the step names, or stop the process. `./mailkeep nodes` shows how far each is trusted; it goes on by itself when twenty synthetic messages in a row went through.',
  },
  'own-hop-waiting': {
    means: 'Mail for a next hop of our own has waited for more than five minutes. It never expires there.',
    todo: 'Mend the own hop: this is a fault of ours.',
  },
  'planned-work-overrun': {
    means:
      'Planned work that somebody has told the public is on takes longer than it was announced. The status page says so too.',
    todo: 'Tell when it will be over, or that it is: `./mailkeep status update ID --state completed --text ...`.',
  },
  'poison-message': {
    means: 'A message ended two inspection threads. It is parked and touched no more.',
    todo: '`./mailkeep trace ID`; keep it for looking into it; `queue return ID` tells the sender.',
  },
  'policy-trial-stopped': {
    means:
      'A change of policy on trial would have held far more mail than is held without it, could not be asked, or could not go on as was ordered, as where somebody has changed the same thing meanwhile. It was taken back by itself; the policy in force stays. Mail that it has kept from people for whom it was in force is judged anew. Told for a day.',
    todo: '`./mailkeep policy trial ID` says why, and lists the messages that it would have treated differently.',
  },
  'probe-fails': {
    means:
      'What we try ourselves each `watch.probeEvery` fails twice in a row: a door for mail, a message of ours that goes round (in, out, set aside and released), DNS, the quarantine’s list, the ledger, a page.',
    todo: 'The text has what was seen; `./mailkeep probe list` says where it stopped: accept, inspect, decide, wait, deliver or return.',
  },
  'process-halts': {
    means:
      'A process does not run for at least two fifths of ten seconds: it was stopped, or the machine has no time for it. The text names node and roles.',
    todo: 'Look at load, at other programs and virtual machines beside it, and at swap.',
  },
  'process-keeps-ending': {
    means:
      'A process that is started again each time has ended three times or more within ten minutes. Nothing acknowledged is lost, but mail waits meanwhile.',
    todo: 'The text says how it ended, and its last words if it had any; the log has the lines before. Look at memory, at the disk of the data folder (`disk-full`, read-only), and at what has changed: an upgrade, settings.',
  },
  'process-restarted': {
    means:
      'A process died or hung, and its supervisor (`mailkeep supervise`) has started it again. The text says how it ended, its last words if it had any, and how long it was away. Nothing acknowledged is lost. The alarm ends by itself after 15 minutes.',
    todo: 'Nothing at once. Ended by SIGKILL: somebody or the system, which was short of memory (`dmesg`). By SIGBUS: the disk of the data folder turned read-only or is full. Hung: it was stopped, or is short of processor time. A fault of ours has its words in the text: report it.',
  },
  'process-silent': {
    means:
      'A process has not been heard of for 20 s: it hangs or has died. Others take over what it had in hand when its leases end (`delivery.lease`); what only it tries is unknown since then, and is not told once more.',
    todo: 'Where `mailkeep supervise` runs it, it is replaced by itself; else start it again. If it comes again, look into its log and at memory and disk. It ends when the process is heard of again, or another has started in its place.',
  },
  'promise-overdue': {
    means:
      'The public was promised the next update of an incident or of planned work, or a review was promised, and its time has passed.',
    todo: 'Say what is known, also that nothing is new: `./mailkeep status update ID --text ... --next MOMENT`; or hold the review: `./mailkeep incident promise ID --held PROMISE --text ...`. It ends by itself then.',
  },
  'quarantined-share': {
    means: 'Far more mail of a node is set aside than is usual.',
    todo: 'Look at what it has in common, and at what was changed: definitions, rules, lists. A wave of spam is one of the answers.',
  },
  'radar-mailbox': {
    means:
      'A probe mailbox of `radar.mailboxes` cannot be read, so nothing is known of what arrives there: trips to it are inconclusive.',
    todo: 'Its words say why: the server is away, its certificate, or the password in the file.',
  },
  'radar-path-failing': {
    means:
      'Round trips by a mailbox that answers by itself fail, two in turn: the mail is refused, or nothing comes back while our own control came in.',
    todo: '`./mailkeep radar trips PATH` says at which leg. Refused: its server says why. No reply: look at the program that answers, and at what its server sends.',
  },
  'radar-path-slow': {
    means: 'Round trips take longer than `radar.slowAfter`, two in turn.',
    todo: 'The chart of the path shows whether the way there or the way back grew; `./mailkeep queue list --domain DOMAIN` whether we wait for its server.',
  },
  'radar-unfinished': {
    means:
      'Fewer than 95 % of the tests and round trips of the last 15 minutes came to an end. It is our fault: no domain is judged by them, and tests run again by themselves.',
    todo: '`./mailkeep radar list --outcome inconclusive` has the tests. `./mailkeep radar trips ""` has our controls: where they do not come in, look at the gateway (`process-silent`) and at `radar.door`.',
  },
  'receiver-trouble': {
    means:
      'A receiver, with all the domains that it runs, puts off or drops at least a quarter of our tries while others take mail: the fault is upstream. Its mail waits, and leaves by itself.',
    todo: 'Nothing here. The text says since when and what it answers; `./mailkeep queue list` names the mail by domain.',
  },
  'refused-share': {
    means: 'Far more mail than usual hears 4xx from us, so that it comes again later.',
    todo: '`mailkeep_gateway_refusals_total` at `/metrics` has the reasons: load, disk, directory, DNS.',
  },
  'releases-late': {
    means: 'Mail that people have released waits for its first attempt for more than two minutes.',
    todo: '`./mailkeep queue list --reason released-from-quarantine` shows where; look at the next hop, or at what else its lane has to do.',
  },
  'reports-undecided': {
    means:
      "People of a domain have reported missed spam or a false alarm, and nobody has given them an answer for `reports.remindAfter`. After `reports.closeAfter` the reports are closed unanswered. With a tenant as its subject: the domains are no longer that tenant's, so only the operator can answer.",
    todo: 'Answer them under *Reported*, many at a time, or by `./mailkeep reports accept` and `refuse`.',
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
  'scanner-away': {
    means: 'A virus scanner does not scan. The others do its work.',
    todo: 'Start it; look into its log. It is taken back by itself.',
  },
  'scanner-signatures': {
    means:
      'The latest bundle of virus signatures is not taken: it cannot be read, is not signed, is damaged, or failed its proof. Scanners go on with the last good set.',
    todo: 'The text says why; look at the mirror. The next good bundle is taken by itself.',
  },
  'scanners-gone': {
    means:
      'No virus scanner answers. Mail with anything to scan waits, is set aside as unscanned after a while, and goes on by itself.',
    todo: 'Start a scanner; nothing else is to be done ([antivirus](../operate/antivirus.md)).',
  },
  'sealing-key': {
    means:
      'Secrets in the database do not open with `secrets/sealing.key`: those of authenticators, identity providers, webhooks or sources of people, which the text names. They do not work; mail is not touched.',
    todo: 'Put back the key that belongs to the database, and start again; see [backup](../operate/backup-and-restore.md#the-key-of-secrets).',
  },
  'search-behind': {
    means:
      'The index that messages are searched by cannot be written, or lags more than two minutes behind the mail. Mail, and the story of each message by its id, are not touched; lists say up to when they are complete.',
    todo: '`write`: the text says why; look at the disk of `search.folder`. `lag`: it catches up by itself, the newest first; if the text tells a moment, it has by then at its pace. Look for load if it does not. A damaged index is set aside as `search.db.damaged` and built again.',
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
  'settlement-waits': {
    means:
      'What became of mail cannot be written at the moment; it is tried again and nothing is lost, but a repeat is possible after a crash.',
    todo: 'Look at disk and store.',
  },
  'sign-in-broken': {
    means:
      'A probe cannot sign in as a role under a host name, which it tries each `console.probeEvery`. Who has signed in stays so; mail is not touched.',
    todo: 'The text says where it stops. `./mailkeep manager link` and all commands go on meanwhile.',
  },
  'signatures-slow': {
    means: 'Scans with the set of signatures in use take three times as long as with the one before.',
    todo: 'Nothing: after three looks of 5 s the set before is in use again, and the slow one is refused. Where signatures are not kept by Mailkeep (`antivirus.signatures` is empty), this is not watched.',
  },
  'slow-message': {
    means: 'One part of inspection took more than two seconds for one message. Others are not held up.',
    todo: '`./mailkeep trace ID`; if it comes again with the same sender or kind of file, keep one for looking into it.',
  },
  'slow-rule': {
    means:
      'A message rule of a tenant took longer than 50 ms for a message and was stopped; the text names rule, level, tenant and message. Mail goes on without it, others are not held up. After five times the rule is paused.',
    todo: '`./mailkeep rule show ID`; make its patterns simpler (`rule change`), then `rule rerun ID`.',
  },
  'stage-slow': {
    means:
      'A stage of a message (accept, inspect, decide, wait, deliver) takes three times as long as was usual in the last hours, and longer than anybody should wait, at one node in one direction.',
    todo: 'The text has the times, how much mail is hit and what is behind it as far as that is known; `mailkeep_stage_seconds` at `/metrics` has them all.',
  },
  'statistics-differ': {
    means:
      'The statistics of the day that it is about are not what the books and the ledger have: a figure is missing or counted twice. Mail is not touched. It lasts until that day agrees, for 30 days at most; other days have alarms of their own.',
    todo: '`./mailkeep audit --day 2026-11-21`, with its day, lists each figure with tenant and direction. This is a fault of ours: keep the data folder for looking into it.',
  },
  'status-copy-late': {
    means:
      'A copy of the public status page (`status.copies`) has not followed for five minutes; it still shows the state that the text names. The page itself, and other copies, are not touched.',
    todo: 'The text says what its host answers: 401 or 403 is the token, 404 or 409 the address; a folder that does not answer or is empty is a share to mount anew. It is tried again each minute and ends by itself ([status page](../operate/status-page.md#on-another-host)).',
  },
  'store-locked': {
    means:
      'A process loses at least two fifths of ten seconds to waiting until others do not write to the store, while the disk takes what is written beside it.',
    todo: 'Look for a command, a backup or a process beside the server that does not come to its end (`fuser` on `mailkeep.db`). Where `disk-slow` or `process-halts` is open too, that is what it waits for.',
  },
  'submission-closed': {
    means:
      'Nobody can log in to send at a place of `submission.listen` or `submission.listenTls`, since it cannot be listened at. Mail from outside goes on.',
    todo: 'The text says why; end the other program, or set another place. It is tried again every few seconds.',
  },
  'sync-failed': {
    means:
      'People of a tenant cannot be brought from their source: the text says why, since when, and what to do. They stay as they were. Its managers were told once, by mail.',
    todo: '`./mailkeep sync show ID`; mostly the tenant has to give the source a new secret. Sync goes on by itself, and so ends the alarm.',
  },
  'sync-incident': {
    means:
      'Sources of three tenants or more fail in the same way: mostly a fault of the directory service, or of our way to it. Stands for the `sync-failed` of each. Nobody is removed.',
    todo: '`./mailkeep sync list --failing` shows each with its last good run. Nothing, where the service comes back; no tenant has to do anything.',
  },
  'sync-own-fault': {
    means:
      'What a directory said could not be worked on or stored here. Tenants are not told: it is a fault of ours.',
    todo: 'The text has the cause; look at disk and store. It ends with the next good run.',
  },
  'sync-shrink': {
    means: 'A source names far fewer people than before (`directory.shrinkPercent`). Nothing was taken away.',
    todo: "The source's page under User sync lists them; confirm them there where they are meant to go. The same by `./mailkeep sync show ID --run RUN` and `./mailkeep sync confirm ID`. Else nothing: the alarm ends when they are back.",
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
  'upstream-silent': {
    means:
      'The status page of a provider (`upstream.feeds`) has been silent for three rounds, or was never readable: whether there is a fault is unknown.',
    todo: 'The text says why. Look whether the address in `upstream.feeds` is right, and whether it answers.',
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
  'warm-up-exceeded': {
    means:
      'A receiver gets more mail than the warm-up plans of our addresses allow, and no warm address is left. Mail does not wait for plans, so it leaves all the same.',
    todo: 'Add a warm address to the pool, or start the plan higher; `./mailkeep sending show` has the figures.',
  },
  'watcher-silent': {
    means:
      'Somebody who watches says nothing any more: a job of the clock, tries of our own, or the process with the jobs; or what it says is of a time that is still to come, by a wrong clock. What it looks after is unknown since then, and nobody is told that it is bad.',
    todo: '`job-failed` and the log say why. While the one who tells people of alarms is silent, another process or timer tells them ([watching](../operate/watching.md)).',
  },
  'webhook-paused': {
    means:
      'A webhook has taken nothing for `webhooks.giveUpAfter`. What happens is kept for it; mail is not touched.',
    todo: 'Look at its list of tries, mend the receiver, then resume it.',
  },
}

/** Advice as it is told outside the docs. */
export interface PlainAdvice extends Advice {
  readonly name: string
}

/**
 * Advice for each of the kinds named, once and by name, as plain text: what stands in backquotes is typed as it is, and a
 * page of the docs is named by its path. A kind that this version does not know has none.
 */
export function adviceFor(names: Iterable<string>): PlainAdvice[] {
  return [...new Set(names)].sort().flatMap((name) => {
    const known = Object.hasOwn(alarmAdvice, name) ? alarmAdvice[name] : undefined
    return known ? [{ name, means: plain(known.means), todo: plain(known.todo) }] : []
  })
}

function plain(text: string): string {
  return text
    .replace(/\(\[[^[\]]+\]\(\.\.\/([a-z/.-]+)(?:#[a-z-]+)?\)\)/g, '(docs/$1)')
    .replace(/\[([^[\]]+)\]\(\.\.\/([a-z/.-]+)(?:#[a-z-]+)?\)/g, '$1 (docs/$2)')
    .replace(/\*([^*`]+)\*/g, '“$1”')
}
