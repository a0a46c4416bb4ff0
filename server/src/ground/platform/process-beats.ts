/** How often a process says that it is well, and from when on its silence is told. */
export const beatEveryMs = 5000
export const silentAfterMs = 20_000
