/**
 * Builds of one Dockerfile with arguments of their own that are worked out one by one: each takes a walk over the file.
 * Matrices of versions have some dozens.
 */
export const MOST_BUILDS = 64;
