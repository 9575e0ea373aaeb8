// How far a long work has come, told as it goes: by the name of its part, then as a number.

/** Begins to tell of one part of a work. */
export type Progress = (what: string) => (done: number) => void;
