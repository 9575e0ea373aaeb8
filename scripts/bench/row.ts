// One measured row: what was done, how much of it, against which aim.

export type Row = {
  readonly row: string;
  readonly value: number;
  readonly unit: string;
  /** What is to be reached, in the same unit; left out where the row only informs. */
  readonly aim?: { readonly atLeast: number } | { readonly atMost: number };
};

/** True when a row has no aim or reaches it. */
export function reached({ value, aim }: Row): boolean {
  if (!aim) return true;
  return "atLeast" in aim ? value >= aim.atLeast : value <= aim.atMost;
}

/** Seconds that the work took, and its result. */
export async function timed<T>(
  work: () => T | Promise<T>,
): Promise<{ seconds: number; result: T }> {
  const started = performance.now();
  const result = await work();
  return { seconds: (performance.now() - started) / 1_000, result };
}

/** The value below which 99 of 100 samples lie. */
export function p99(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}

/** The middle one of the samples. */
export function p50(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}
