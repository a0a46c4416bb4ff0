/** Small parts of a data folder that backups copy as they are, where they are there. */
export const plainParts = ['directory', 'definitions', 'learning', 'dns-has-answered'] as const
