/** Rules of one level; people lose sight of more, and each costs time. */
export const mostRules = 500

/** Passwords of one login: programs of one person. */
export const mostPasswords = 20

/** DKIM keys of one domain: two algorithms, each with one before and one after. */
export const mostKeys = 12
