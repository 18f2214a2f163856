// Medians and percentiles.
const sorted = (values) => [...values].sort((a, b) => a - b);

export const median = (values) => sorted(values)[Math.floor(values.length / 2)];

/** The share-th part of the values, by the same rule as the run engine's own benchmark. */
export const percentile = (values, share) => sorted(values)[Math.min(Math.floor(values.length * share), values.length - 1)];
