/**
 * Whose messages of our own are, which go round to see whether mail gets through. No tenant can be named so: no list,
 * book or figure of people's mail knows of it.
 */
export const probeTenant = '~probe'
