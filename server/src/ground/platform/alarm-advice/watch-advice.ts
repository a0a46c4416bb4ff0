import type { Advice } from './advice.ts'

export const watchAdvice: Readonly<Record<string, Advice>> = {
  'alarm-target-fails': {
    means:
      'A program that is told of alarms (Slack, PagerDuty, a webhook) has taken nothing for `alarms.targetLateAfter`. Alarms are kept for it and tried again; the other places of the same subscription hear of it.',
    todo: 'The text has what it answered. *Send a test* on the page *Who is told of alarms* tries it at once; else give it another address.',
  },
  'job-failed': {
    means: 'A job of the clock (snapshot, audit, retention) failed; it is tried again next time.',
    todo: 'The text has the cause.',
  },
  'node-unfit': {
    means:
      'A process that sends is on trial and something does not work in it: the text names the step (`clock`, `route`, `database`, or where in the conversation with a next hop). It gets no mail of people; what it had is sent by the others.',
    todo: 'Mend what the step names, or stop the process. `./mailkeep nodes` shows how far each is trusted; it goes on by itself when twenty synthetic messages in a row went through.',
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
  'status-copy-late': {
    means:
      'A copy of the public status page (`status.copies`) has not followed for five minutes; it still shows the state that the text names. The page itself, and other copies, are not touched.',
    todo: 'The text says what its host answers: 401 or 403 is the token, 404 or 409 the address; a folder that does not answer or is empty is a share to mount anew. It is tried again each minute and ends by itself ([status page](../operate/status-page.md#on-another-host)).',
  },
  'upstream-silent': {
    means:
      'The status page of a provider (`upstream.feeds`) has been silent for three rounds, or was never readable: whether there is a fault is unknown.',
    todo: 'The text says why. Look whether the address in `upstream.feeds` is right, and whether it answers.',
  },
  'watcher-silent': {
    means:
      'Somebody who watches says nothing any more: a job of the clock, tries of our own, or the process with the jobs; or what it says is of a time that is still to come, by a wrong clock. What it looks after is unknown since then, and nobody is told that it is bad.',
    todo: '`job-failed` and the log say why. While the one who tells people of alarms is silent, another process or timer tells them ([watching](../operate/watching.md)).',
  },
}
