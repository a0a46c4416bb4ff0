import type { Alarms } from '#ground/platform/alarms.ts'

/** Raises and clears the alarm about the folder of content, by what reading it came to. */
export function watchContent(alarms: Alarms): (why: string | null) => void {
  return (why) => {
    if (why === null) alarms.clear('content-unavailable', 'bodies')
    else
      alarms.raise(
        'content-unavailable',
        'bodies',
        `content of large messages cannot be read: ${why}; mail that does not need it goes on`,
      )
  }
}
