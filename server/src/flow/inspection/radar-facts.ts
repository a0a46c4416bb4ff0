import type { NewRadarReply } from '#flow/spool/radar-reply.ts'

/** What the check `reports` has read from the reply to a test mail, in the facts of an inspection as `radarReply`. */
export type RadarFacts = Pick<NewRadarReply, 'kind' | 'author' | 'hops'>
