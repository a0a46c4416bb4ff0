/**
 * Whose messages of our own are, which go round to see whether mail gets through. No tenant can be named so: no list,
 * book or figure of people's mail knows of it.
 */
export const probeTenant = '~probe'

/**
 * Where mail of drills goes that run beside people's mail: messages of our own in a lane of their own, to a domain that
 * nobody can have (RFC 2606).
 */
export const drillDomain = 'drill.invalid'
